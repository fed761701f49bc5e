// What heat costs: kept in this browser, for the service does not know tariffs of fuel.

import { signal } from "@preact/signals";
import { language } from "./text";
import type { Range } from "./types";

const KEPT = "zcw-price";
const USUAL = 0.12;

export const pricePerKwh = signal(kept());

function kept(): number {
  const value = Number(localStorage.getItem(KEPT));
  return Number.isFinite(value) && value > 0 ? value : USUAL;
}

export function setPrice(value: number): void {
  if (!Number.isFinite(value) || value <= 0) return;
  localStorage.setItem(KEPT, String(value));
  pricePerKwh.value = value;
}

export const number = (value: number, digits: number): string =>
  value.toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const cost = (kwh: number): string => number(kwh * pricePerKwh.value, 2);
export const middle = ([low, high]: Range): number => (low + high) / 2;
export const percent = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * 100);

// A range in words: one number where both ends are alike.
export function span([low, high]: Range, digits = 1): string {
  const [from, to] = [number(low, digits), number(high, digits)];
  return from === to ? from : `${from}–${to}`;
}
