// Fingers and wheels on a plot: two fingers, or the wheel with Ctrl, look closer; one finger, or the wheel sideways, moves on.
// A wheel alone scrolls the page, as everywhere.

export interface Axis {
  span: () => readonly [number, number];
  width: () => number; // of the plot, in px
  show: (span: [number, number]) => void;
}

const WHEEL = 0.0015; // share of the span for each unit of the wheel

// Listen on a node; returns what ends it.
export function gestures(node: HTMLElement, axis: Axis): () => void {
  const fingers = new Map<number, number>();
  // Fingers speak oftener than the screen is drawn: only the last word before each frame is shown.
  let next: [number, number] | null = null;
  const span = () => next ?? axis.span();
  const show = (wanted: [number, number]) => {
    if (next === null) requestAnimationFrame(shown);
    next = wanted;
  };
  const shown = () => {
    if (next !== null) axis.show(next);
    next = null;
  };
  const left = () => node.getBoundingClientRect().left;
  const onWheel = (event: WheelEvent) => {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.shiftKey ? event.deltaY : 0;
    if (!event.ctrlKey && !event.metaKey && sideways === 0) return;
    event.preventDefault();
    const place = (event.clientX - left()) / axis.width();
    if (event.ctrlKey || event.metaKey) show(scaled(span(), place, place, Math.exp(event.deltaY * 2 * WHEEL)));
    else show(moved(span(), sideways * WHEEL));
  };
  const onDown = (event: PointerEvent) => {
    if (event.pointerType === "touch") fingers.set(event.pointerId, event.clientX);
  };
  const onMove = (event: PointerEvent) => {
    const before = [...fingers.values()];
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, event.clientX);
    const after = [...fingers.values()];
    const [first = 0, second] = after;
    const [first_, second_] = before;
    if (second === undefined || second_ === undefined || first_ === undefined) {
      show(moved(span(), ((first_ ?? first) - first) / axis.width()));
      return;
    }
    const apart = Math.max(8, Math.abs(second - first));
    const apart_ = Math.max(8, Math.abs(second_ - first_));
    const middle = (at: number, other: number) => ((at + other) / 2 - left()) / axis.width();
    show(scaled(span(), middle(first_, second_), middle(first, second), apart_ / apart));
  };
  const onUp = (event: PointerEvent) => fingers.delete(event.pointerId);
  node.addEventListener("wheel", onWheel, { passive: false });
  node.addEventListener("pointerdown", onDown);
  const ends = ["pointerup", "pointercancel"] as const;
  addEventListener("pointermove", onMove);
  for (const end of ends) addEventListener(end, onUp);
  return () => {
    removeEventListener("pointermove", onMove);
    for (const end of ends) removeEventListener(end, onUp);
  };
}

// What was at the share `from` of the width stands at `to`, and the span is `times` as long.
function scaled([first, last]: readonly [number, number], from: number, to: number, times: number): [number, number] {
  const width = (last - first) * times;
  const fixed = first + from * (last - first);
  return [fixed - to * width, fixed + (1 - to) * width];
}

function moved([first, last]: readonly [number, number], share: number): [number, number] {
  const by = share * (last - first);
  return [first + by, last + by];
}
