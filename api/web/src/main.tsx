// The page: what it knows is in the store, what it shows follows from that.

import { render } from "preact";
import { start } from "./store";
import { App } from "./view/App";

const root = document.getElementById("app");
if (root !== null) render(<App />, root);
start();
