// What the page Plan knows: a layout that is being drawn up, its picture and mistakes, and the advice on it.

import { signal } from "@preact/signals";
import { language, t } from "./text";

export type Pipe = { name?: string; from: string; to: string; size?: string; length_m: number; insulation_mm?: number };
export type Tree = {
  name: string;
  mains_c?: number;
  ambient_c?: number;
  heater: { kind?: string; setpoint_c: number } & Record<string, unknown>;
  defaults?: { size?: string; insulation_mm?: number };
  fixtures: string[];
  hot: Pipe[];
  return?: Pipe[];
  crossover?: unknown;
} & Record<string, unknown>;
export type Trouble = { where: string; message: string; cure: string };
export type Both = { en: string; zh: string };
export type Figure = { mean: number; low: number; high: number };
export type Scheme = { scheme: string; title: Both; figures: Record<string, Figure>; vdi6003: Record<string, string> };
export type Advice = {
  recommended: string;
  reasons: Both[];
  schemes: Scheme[];
  notes: Record<string, Both[]>;
  parts: { name: Both; count: number; unit: string; remark: Both }[];
};
export type Job = { state: "idle" | "running" | "done" | "failed" | "cancelled"; share: number; error: string; result: Advice };
export type Names = { shipped: string[]; own: string[]; sizes: string[]; households: string[] };

export const names = signal<Names | null>(null);
export const tree = signal<Tree | null>(null);
export const picture = signal<{ svg: string; style: string }>({ svg: "", style: "" });
export const troubles = signal<Trouble[]>([]);
export const job = signal<Job | null>(null);
export const said = signal("");
// What was refused of the question and not of the layout: prices, the household.
export const refusals = signal<Trouble[]>([]);

const KEPT = "zcw-plan"; // what was typed and not yet kept, for a reload of the page

export const both = (text: Both): string => text[language.value];

async function ask<T>(method: string, path: string, body?: unknown): Promise<T | null> {
  try {
    const answer = await fetch(`api/v1/plan/${path}`, {
      method,
      headers: { "Accept-Language": language.value, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    const told = answer.status === 204 ? {} : await answer.json();
    if (answer.ok) return told as T;
    said.value = language.value === "zh" ? `${told.detail}。${told.cure}` : `${told.detail}. ${told.cure}`;
    if (Array.isArray(told.errors)) sorted(told.errors as Trouble[]);
  } catch {
    said.value = t("toastUnreachable");
  }
  return null;
}

// The places of a layout are told as in its file, those of the rest of a question from its body on.
function sorted(errors: Trouble[]): void {
  const ofQuestion = ({ where }: Trouble) => /^(body|path|query|header)\b/.test(where);
  refusals.value = errors.filter(ofQuestion);
  if (!errors.every(ofQuestion)) troubles.value = errors.filter((one) => !ofQuestion(one));
}

export async function open(): Promise<void> {
  names.value = await ask<Names>("GET", "layouts");
  job.value = await ask<Job>("GET", "job");
  if (tree.value === null) {
    const kept = sessionStorage.getItem(KEPT);
    if (kept !== null) change(JSON.parse(kept) as Tree);
    else await take("house");
  } else draw();
  follow();
}

export async function take(name: string): Promise<void> {
  const taken = await ask<Tree>("GET", `layouts/${encodeURIComponent(name)}`);
  if (taken !== null) change(taken);
}

export async function keep(name: string): Promise<boolean> {
  said.value = "";
  const kept = await ask("PUT", `layouts/${encodeURIComponent(name)}`, tree.value);
  if (kept !== null) names.value = await ask<Names>("GET", "layouts");
  return kept !== null;
}

export async function forget(name: string): Promise<void> {
  if ((await ask("DELETE", `layouts/${encodeURIComponent(name)}`)) !== null) names.value = await ask<Names>("GET", "layouts");
}

let drawing = 0;

export function change(next: Tree): void {
  tree.value = next;
  sessionStorage.setItem(KEPT, JSON.stringify(next));
  clearTimeout(drawing);
  drawing = window.setTimeout(draw, 250);
}

export async function draw(): Promise<void> {
  const asked = tree.value;
  const drawn = await ask<{ svg: string; style: string; problems: Trouble[] }>("POST", "drawing", asked);
  if (drawn === null || asked !== tree.value) return;
  troubles.value = drawn.problems;
  if (drawn.svg !== "") picture.value = drawn;
}

export async function start(wanted: object): Promise<void> {
  said.value = "";
  refusals.value = [];
  const begun = await ask<Job>("POST", "job", { layout: tree.value, ...wanted });
  if (begun !== null) job.value = begun;
  follow();
}

export async function cancel(): Promise<void> {
  job.value = (await ask<Job>("DELETE", "job")) ?? job.value;
}

let following = 0;

function follow(): void {
  clearTimeout(following);
  if (job.value?.state !== "running") return;
  following = window.setTimeout(async () => {
    job.value = (await ask<Job>("GET", "job")) ?? job.value;
    follow();
  }, 700);
}
