// How the advice is going, and what came of it: recommendation, comfort against cost, waits, parts, files.

import { type Advice, both, job, type Scheme } from "../plan";
import { fixtureName, t } from "../text";

const WIDTH = 640;
const HEIGHT = 320;
const LEFT = 46;
const BELOW = 38;
const TOP = 24;

export function AdviceCard() {
  const status = job.value;
  if (status === null || status.state === "idle") return null;
  const percent = Math.round(status.share * 100);
  return (
    <section class="card" id="advice">
      <h2>{t("planAdvice")}</h2>
      {status.state === "running" && (
        <p>
          <progress max={100} value={percent} aria-label={t("planAdvice")} /> {t("planRunning", { share: percent })}
        </p>
      )}
      {status.state === "failed" && <p role="alert">{t("planFailed", { error: status.error })}</p>}
      {status.state === "cancelled" && <p>{t("planCancelled")}</p>}
      {status.state === "done" && <Done advice={status.result} />}
    </section>
  );
}

const letter = (number: number) => String.fromCharCode(65 + number);
const round = (value: number) => value.toFixed(0);

function Done({ advice }: { advice: Advice }) {
  const chosen = advice.schemes.find(({ scheme }) => scheme === advice.recommended);
  return (
    <>
      <p class="recommended"><strong>{t("planRecommended", { name: chosen === undefined ? "" : both(chosen.title) })}</strong></p>
      <ul>{advice.reasons.map((reason) => <li key={reason.en}>{both(reason)}</li>)}</ul>
      <Front schemes={advice.schemes} recommended={advice.recommended} />
      <p class="muted">{t("planFront")}</p>
      <Schemes advice={advice} />
      <h3>{t("planNotes")}</h3>
      <ul>{Object.values(advice.notes).flat().map((note) => <li key={note.en}>{both(note)}</li>)}</ul>
      {advice.parts.length > 0 && (
        <>
          <h3>{t("planParts")}</h3>
          <ul>{advice.parts.map((part) => <li key={part.name.en}>{part.count} {part.unit === "m" ? "m" : "×"} {both(part.name)} <small>{both(part.remark)}</small></li>)}</ul>
        </>
      )}
      <p class="buttons">
        <a class="button" href="api/v1/plan/files/report.html" download>{t("planReport")}</a>
        <a class="button" href="api/v1/plan/files/parts.csv" download>{t("planPartsFile")}</a>
        <a class="button" href="api/v1/plan/files/plan.json" download>{t("planJson")}</a>
      </p>
    </>
  );
}

function Schemes({ advice }: { advice: Advice }) {
  const fixtures = Object.keys(advice.schemes[0]?.vdi6003 ?? {});
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={t("planScheme")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t("planScheme")}</th><th scope="col">{t("planHot10")}</th><th scope="col">{t("planWait")}</th><th scope="col">{t("planCost")}</th>
            {fixtures.map((name) => <th scope="col" key={name}>{fixtureName(name)}</th>)}
          </tr>
        </thead>
        <tbody>
          {advice.schemes.map((one, number) => (
            <tr key={one.scheme} class={one.scheme === advice.recommended ? "chosen" : ""}>
              <th scope="row">{letter(number)} {both(one.title)}</th>
              <td>{range(one, "hot_within_10s", (value) => `${round(value * 100)} %`)}</td>
              <td>{range(one, "wait_p95_s", round)}</td>
              <td>{range(one, "cost_a_year", round)}</td>
              {fixtures.map((name) => <td key={name}>{one.vdi6003[name]}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="muted">{t("planLevels")}: I, II, III</p>
    </div>
  );
}

function range(scheme: Scheme, name: string, told: (value: number) => string) {
  const figure = scheme.figures[name];
  if (figure === undefined) return null;
  return <>{told(figure.mean)} <small>{told(figure.low)} – {told(figure.high)}</small></>;
}

// What no other scheme beats in both, the cheapest first.
function unbeaten(schemes: Scheme[]): { cost: number; hot: number }[] {
  const known = schemes.flatMap(({ figures: { cost_a_year: cost, hot_within_10s: hot } }) => (cost === undefined || hot === undefined ? [] : [{ cost: cost.mean, hot: hot.mean }]));
  return known.filter((one) => !known.some((other) => other.cost <= one.cost && other.hot >= one.hot && (other.cost < one.cost || other.hot > one.hot))).sort((one, other) => one.cost - other.cost);
}

function Front({ schemes, recommended }: { schemes: Scheme[]; recommended: string }) {
  const costs = schemes.map(({ figures }) => figures.cost_a_year).filter((one) => one !== undefined);
  const low = Math.min(0, ...costs.map((one) => one.low));
  const high = Math.max(1, ...costs.map((one) => one.high)) * 1.05;
  const x = (cost: number) => LEFT + ((cost - low) / (high - low)) * (WIDTH - LEFT - 20);
  const y = (hot: number) => TOP + (1 - hot) * (HEIGHT - BELOW - TOP);
  const step = 10 ** Math.floor(Math.log10(high)) / (high / 10 ** Math.floor(Math.log10(high)) < 3 ? 2 : 1);
  const ticks = Array.from({ length: Math.floor(high / step) + 1 }, (_, number) => number * step);
  return (
    <svg class="front" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t("planFront")}>
      {[0, 0.25, 0.5, 0.75, 1].map((hot) => (
        <g key={hot}><path class="grid" d={`M${LEFT} ${y(hot)}H${WIDTH - 20}`} /><text x={LEFT - 6} y={y(hot) + 4} text-anchor="end">{round(hot * 100)} %</text></g>
      ))}
      <text x={LEFT - 38} y={11}>{t("planHot10")}</text>
      <text x={WIDTH - 20} y={HEIGHT - 1} text-anchor="end">{t("planCost")}</text>
      <polyline class="unbeaten" points={unbeaten(schemes).map(({ cost, hot }) => `${x(cost)},${y(hot)}`).join(" ")} />
      {ticks.map((cost) => <text key={cost} x={x(cost)} y={HEIGHT - 18} text-anchor="middle">{cost}</text>)}
      {schemes.map(({ scheme, figures }, number) => {
        const { cost_a_year: cost, hot_within_10s: hot } = figures;
        if (cost === undefined || hot === undefined) return null;
        return (
          <g key={scheme} class={scheme === recommended ? "chosen" : ""}>
            <path class="range" d={`M${x(cost.low)} ${y(hot.mean)}H${x(cost.high)}M${x(cost.mean)} ${y(hot.low)}V${y(hot.high)}`} />
            <circle cx={x(cost.mean)} cy={y(hot.mean)} r="11" />
            <text class="letter" x={x(cost.mean)} y={y(hot.mean) + 4} text-anchor="middle">{letter(number)}</text>
          </g>
        );
      })}
    </svg>
  );
}
