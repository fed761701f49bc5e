// The page: what it knows is in the store, what it shows follows from that.

import { render } from "preact";
import { start } from "./store";
import { App } from "./view/App";

const root = document.getElementById("app");
root?.replaceChildren(); // what was shown meanwhile
if (root !== null) render(<App />, root);
start();
// Only where a browser lets it (https, or this machine), and not inside another page such as Home Assistant's.
if ("serviceWorker" in navigator && window.top === window) void navigator.serviceWorker.register("sw.js").catch(() => undefined);
