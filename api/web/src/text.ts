// Every word of the page in both languages: one file for each page, put together here.

import { signal } from "@preact/signals";
import * as habits from "./text/habits";
import * as history from "./text/history";
import * as now from "./text/now";
import * as plan from "./text/plan";
import * as settings from "./text/settings";
import * as shell from "./text/shell";

const EN = { ...shell.EN, ...now.EN, ...history.EN, ...habits.EN, ...plan.EN, ...settings.EN };

export type Key = keyof typeof EN;

const ZH: Record<Key, string> = { ...shell.ZH, ...now.ZH, ...history.ZH, ...habits.ZH, ...plan.ZH, ...settings.ZH };

// Word by word, so that "guest_bath" is understood as well; a name with another word in it stays as its owner wrote it.
const FIXTURES_ZH: Record<string, string> = {
  kitchen: "厨房",
  basin: "洗脸盆",
  washbasin: "洗脸盆",
  shower: "淋浴",
  bath: "浴缸",
  bathroom: "浴室",
  laundry: "洗衣房",
  guest: "客房",
  master: "主卧",
  attic: "阁楼",
  utility: "杂物间",
  sink: "水槽",
  upstairs: "楼上",
  downstairs: "楼下",
  ensuite: "套间",
  toilet: "卫生间",
  button: "按钮",
};

function inChinese(name: string): string | undefined {
  const words = name.toLowerCase().split(/[ _-]+/).map((word) => FIXTURES_ZH[word]);
  return words.every((word) => word !== undefined) ? words.join("") : undefined;
}

const WHO_ZH: Record<string, string> = { "web page": "网页", "REST call": "REST 接口", button: "按钮" };

export type Language = "en" | "zh";

const LIKED = "zcw-language";

// The language that everything is said in; whoever reads it is told when it changes.
export const language = signal<Language>(liked());

function liked(): Language {
  const kept = localStorage.getItem(LIKED);
  if (kept === "en" || kept === "zh") return kept;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

export function setLanguage(chosen: Language): void {
  localStorage.setItem(LIKED, chosen);
  language.value = chosen;
}

export function t(key: Key, values: Record<string, string | number> = {}): string {
  const template = (language.value === "zh" ? ZH : EN)[key];
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

export function fixtureName(name: string | null): string {
  if (name === null) return t("everywhere");
  return (language.value === "zh" ? inChinese(name) : undefined) ?? capital(name.replaceAll("_", " "));
}

export const sensorName = (role: string): string => known(`sensor_${role}`, role);
export const strategyName = (name: string): string => known(`strategy_${name}`, name);
export const whoName = (who: string): string => (language.value === "zh" ? (WHO_ZH[who] ?? inChinese(who) ?? who) : who);
export const degrees = (value_c: number): string => t("degrees", { value: value_c.toFixed(1) });
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const dayName = (day: number): string => t(`day_${day}` as Key);
export const wordOf = (family: string, name: string): string => known(`${family}_${name}`, name);

function known(key: string, name: string): string {
  return key in EN ? t(key as Key) : name.replaceAll("_", " ");
}
