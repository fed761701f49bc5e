// What is going on now, and the buttons to change it.

import { runs, state, lost } from "../store";
import { houseNow } from "../clock";
import { picture } from "../picture";
import { LoopCard } from "../view/LoopCard";
import { Runs } from "../view/Runs";
import { Temperatures } from "../view/Temperatures";
import { Wishes } from "../view/Wishes";

export function NowPage() {
  const now = houseNow();
  const pictures = (state.value?.loops ?? []).map((loop) => picture(loop, runs.value, now, lost.value));
  return (
    <>
      <div id="loops" class="loops">
        {pictures.map((view) => (
          <LoopCard key={view.loop.name} view={view} alone={pictures.length === 1} />
        ))}
      </div>
      <Wishes pictures={pictures} />
      <Temperatures pictures={pictures} />
      <Runs />
    </>
  );
}
