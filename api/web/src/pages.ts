// Every page: its name in the address, its title, and what it shows. A new page is one line here and files of its own:
// pages/NamePage.tsx, text/name.ts (put together in text.ts) and style/name.css (named in style.css).

import type { ComponentType } from "preact";
import { HabitsPage } from "./pages/HabitsPage";
import { HistoryPage } from "./pages/HistoryPage";
import { NowPage } from "./pages/NowPage";
import { PlanPage } from "./pages/PlanPage";
import { SettingsPage } from "./pages/SettingsPage";
import type { Key } from "./text";

export interface PageDefinition {
  name: string;
  title: Key;
  Page: ComponentType;
  layout: "now" | "one"; // the columns of Now, or one column
}

export const NOW: PageDefinition = { name: "now", title: "pageNow", Page: NowPage, layout: "now" };

export const PAGES: readonly PageDefinition[] = [
  NOW,
  { name: "past", title: "pagePast", Page: HistoryPage, layout: "one" },
  { name: "habits", title: "pageHabits", Page: HabitsPage, layout: "one" },
  { name: "plan", title: "pagePlan", Page: PlanPage, layout: "one" },
  { name: "settings", title: "pageSettings", Page: SettingsPage, layout: "one" },
];
