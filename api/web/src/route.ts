// Which page is shown: the part of the address after the sign #, so that any prefix of a proxy will do.

import { signal } from "@preact/signals";

export const PAGES = ["now", "past"] as const;
export type Page = (typeof PAGES)[number];

export const page = signal<Page>(chosen());

function chosen(): Page {
  const name = location.hash.replace(/^#\/?/, "");
  return PAGES.find((known) => known === name) ?? "now";
}

addEventListener("hashchange", () => {
  page.value = chosen();
  scrollTo(0, 0);
});
