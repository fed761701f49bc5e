// Windows on a week: drag to add, move and stretch; or arrows, Shift and Delete.

import { useRef, useState } from "preact/hooks";
import { type Block, DAY_MIN, SNAP_MIN, clock, drawn, moved } from "../schedule";
import { dayName, t } from "../text";

const HOURS = [0, 6, 12, 18];
const EDGE_PX = 9;
const NEW_HOUR = { start: 6 * 60 + 30, end: 7 * 60 + 30 };

interface Props {
  blocks: readonly Block[];
  label: string;
  onChange: (blocks: Block[]) => void;
}

interface Drag {
  index: number | null; // null: a new one
  edge: "both" | "start" | "end";
  day: number;
  fromMin: number;
}

export function WeekEditor({ blocks, label, onChange }: Props) {
  const drag = useRef<Drag | null>(null);
  const [ghost, setGhost] = useState<{ index: number | null; block: Block } | null>(null);
  const begin = (event: PointerEvent, taken: Drag) => {
    drag.current = taken;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    event.stopPropagation();
  };
  const follow = (event: PointerEvent) => {
    const taken = drag.current;
    if (taken === null) return;
    const minute = minuteAt(event);
    const old = taken.index === null ? undefined : blocks[taken.index];
    const block = old === undefined ? drawn(taken.day, taken.fromMin, minute) : moved(old, minute - taken.fromMin, taken.edge);
    setGhost({ index: taken.index, block });
  };
  const end = () => {
    if (ghost !== null) onChange(ghost.index === null ? [...blocks, ghost.block] : blocks.map((block, index) => (index === ghost.index ? ghost.block : block)));
    drag.current = null;
    setGhost(null);
  };
  const handlers = { onPointerMove: follow, onPointerUp: end, onPointerCancel: () => { drag.current = null; setGhost(null); } };
  const shown = blocks.map((block, index) => (ghost?.index === index ? ghost.block : block));
  return (
    <div class="editor" role="group" aria-label={label}>
      {[0, 1, 2, 3, 4, 5, 6].map((day) => (
        <div key={day} class="week-row">
          <span>{dayName(day)}</span>
          <div class="track" onPointerDown={(event) => begin(event, { index: null, edge: "both", day, fromMin: minuteAt(event) })} {...handlers}>
            {shown.map((block, index) => block.day === day && (
              <BlockButton
                key={index}
                block={block}
                handlers={handlers}
                onTake={(event, edge) => begin(event, { index, edge, day, fromMin: minuteAt(event) })}
                onMove={(by, edge) => onChange(blocks.map((one, at) => (at === index ? moved(one, by, edge) : one)))}
                onDelete={() => onChange(blocks.filter((_, at) => at !== index))}
              />
            ))}
            {ghost?.index === null && ghost.block.day === day && <i class="block ghost" style={place(ghost.block)} />}
          </div>
          <button type="button" class="plus" aria-label={t("addWindow", { day: dayName(day) })} onClick={() => onChange([...blocks, { day, ...NEW_HOUR }])}>+</button>
        </div>
      ))}
      <div class="week-row hours" aria-hidden="true">
        <span />
        <div class="ticks">{HOURS.map((hour) => <span key={hour}>{clock(hour * 60)}</span>)}</div>
      </div>
    </div>
  );
}

interface BlockProps {
  block: Block;
  handlers: object;
  onTake: (event: PointerEvent, edge: Drag["edge"]) => void;
  onMove: (byMin: number, edge: "both" | "end") => void;
  onDelete: () => void;
}

function BlockButton({ block, handlers, onTake, onMove, onDelete }: BlockProps) {
  const said = t("windowSaid", { day: dayName(block.day), from: clock(block.start), to: clock(block.end) });
  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: SNAP_MIN, ArrowLeft: -SNAP_MIN }[event.key];
    if (step !== undefined) onMove(step, event.shiftKey ? "end" : "both");
    else if (event.key === "Delete" || event.key === "Backspace") onDelete();
    else return;
    event.preventDefault();
  };
  return (
    <button type="button" class="block" style={place(block)} aria-label={said} title={said} onKeyDown={key} onPointerDown={(event) => onTake(event, edgeOf(event))} {...handlers}>
      <span aria-hidden="true">{clock(block.start)}–{clock(block.end)}</span>
    </button>
  );
}

const place = ({ start, end }: Block) => ({ left: `${(start / DAY_MIN) * 100}%`, width: `${((Math.min(end, DAY_MIN) - start) / DAY_MIN) * 100}%` });

function minuteAt(event: PointerEvent): number {
  const track = (event.currentTarget as HTMLElement).closest(".track");
  const box = track?.getBoundingClientRect();
  return box === undefined ? 0 : Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * DAY_MIN;
}

function edgeOf(event: PointerEvent): Drag["edge"] {
  const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
  if (box.width < 3 * EDGE_PX) return "both";
  if (event.clientX - box.left < EDGE_PX) return "start";
  return box.right - event.clientX < EDGE_PX ? "end" : "both";
}
