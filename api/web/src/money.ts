// What heat costs: as the house's file says, or as was typed in this browser; and how money is written.

import { computed, signal } from "@preact/signals";
import { fetchSettings } from "./service";
import { language } from "./text";
import type { Range } from "./types";

const KEPT = "zcw-price";
const USUAL = 0.12;
export const MOST = 1_000;

export const isPrice = (value: number): boolean => Number.isFinite(value) && value > 0 && value <= MOST;
const own = signal(kept());
// From the file; null where it says none, or there is no file.
export const tariff = signal<{ price: number; currency: string } | null>(null);
export const pricePerKwh = computed(() => own.value ?? tariff.value?.price ?? USUAL);

export async function loadTariff(): Promise<void> {
  const answer = await fetchSettings();
  if (answer.ok) tariff.value = answer.body.heat;
}

function kept(): number | null {
  const value = Number(localStorage.getItem(KEPT));
  return isPrice(value) ? value : null;
}

export function setPrice(value: number): void {
  if (!isPrice(value)) return;
  localStorage.setItem(KEPT, String(value));
  own.value = value;
}

export const number = (value: number, digits: number): string =>
  value.toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB", { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const cost = (kwh: number): string => money(kwh * pricePerKwh.value);
export function money(value: number): string {
  const currency = tariff.value?.currency;
  if (currency === undefined) return number(value, 2);
  return value.toLocaleString(language.value === "zh" ? "zh-CN" : "en-GB", { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
export const middle = ([low, high]: Range): number => (low + high) / 2;
export const percent = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * 100);

// A range in words: one number where both ends are alike.
export function span([low, high]: Range, digits = 1): string {
  const [from, to] = [number(low, digits), number(high, digits)];
  return from === to ? from : `${from}–${to}`;
}
