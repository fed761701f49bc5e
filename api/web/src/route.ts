// Which page is shown: the part of the address after the sign #, so that any prefix of a proxy will do.
// What follows the page's name is the page's own: #plan/results.

import { signal } from "@preact/signals";

export const route = signal(chosen());

function chosen(): { page: string; rest: string } {
  const [page = "", ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  return { page, rest: rest.join("/") };
}

addEventListener("hashchange", () => {
  const before = route.value.page;
  route.value = chosen();
  if (route.value.page !== before) scrollTo(0, 0);
});
