// Short words after an action; read out by screen readers, gone after a while.

import { $, setAttribute, setText } from "./dom.js";

const SHOWN_MS = 7_000;
let timer = null;

export function toast(text, kind) {
  const node = $("toast");
  setText(node, text);
  setAttribute(node, "class", `shown ${kind}`);
  clearTimeout(timer);
  timer = setTimeout(() => setAttribute(node, "class", ""), SHOWN_MS);
}
