import { useEffect, useRef } from "preact/hooks";
import { houseNow, houseTime } from "../clock";
import { type Picture, picture } from "../picture";
import { NOW, PAGES } from "../pages";
import { route } from "../route";
import { changeLanguage, lost, lostAt, runs, state, tick } from "../store";
import { language, t } from "../text";
import { stopAll } from "../wishes";
import { Banners } from "./Banners";
import { headlineText, reasonText } from "./LoopCard";
import { Toast } from "./Toast";

export function App() {
  tick.value; // clocks and countdowns go on while nothing else happens
  const house = state.value;
  const now = houseNow();
  const shown = pageShown();
  const pictures = (house?.loops ?? []).map((loop) => picture(loop, runs.value, now, lost.value));
  useEffect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-Hans" : "en";
    document.title = t("pageTitle");
  }, [language.value]);
  return (
    <div class={lost.value ? "page lost" : "page"}>
      <a class="skip" href="#main" onClick={skip}>{t("skip")}</a>
      <Header />
      <Banners />
      {house !== null && (
        <main id="main" class={shown.layout} tabIndex={-1}>
          {shown.layout === "one" && <h1 class="hidden">{t(shown.title)}</h1>}
          <shown.Page key={shown.name} />
        </main>
      )}
      <Toast />
      <Spoken pictures={pictures} />
      <StopBar pictures={pictures} />
    </div>
  );
}

const pageShown = () => PAGES.find(({ name }) => name === route.value.page) ?? NOW;

// The part of the address after # names the page, so the way past the header is taken here.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Header() {
  const house = state.value;
  const shown = lostAt.value === undefined ? houseNow() : lostAt.value;
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <header>
      <img src="icon.svg" alt="" width="34" height="34" />
      <div class="title">
        <strong id="house">{house?.name ?? t("connecting")}</strong>
        <span id="clock" class="muted">{shown === null ? "" : houseTime(shown, { seconds: house?.speed === 1 })}</span>
      </div>
      <span id="speed" class="badge" hidden={house === null || house.speed === 1} aria-label={t("speedLabel", { speed: house?.speed ?? 1 })}>
        {t("demo", { speed: house?.speed ?? 1 })}
      </span>
      <nav aria-label={t("pages")}>
        {PAGES.map(({ name, title }) => (
          <a key={name} href={`#${name}`} aria-current={name === pageShown().name ? "page" : undefined}>{t(title)}</a>
        ))}
      </nav>
      <button id="language" class="quiet" type="button" lang={other} aria-label={t("language")} onClick={() => changeLanguage(other)}>
        {other === "zh" ? "中文" : "English"}
      </button>
    </header>
  );
}

// Say what changed to those who do not see it: once for each turn of events, not for every degree and second.
function Spoken({ pictures }: { pictures: Picture[] }) {
  const said = useRef({ news: "", text: "" });
  const news = pictures.map((view) => `${headlineText(view)} ${view.loop.reason.code} ${view.loop.pump}`).join();
  if (news !== said.current.news) said.current = { news, text: pictures.map((view) => `${headlineText(view)}. ${reasonText(view)}`).join(" ") };
  return (
    <p id="spoken" class="hidden" role="status" aria-live="polite">
      {said.current.text}
    </p>
  );
}

function StopBar({ pictures }: { pictures: Picture[] }) {
  const busy = lost.value || pictures.some((view) => view.pump !== "off" || view.loop.commanded || view.loop.waiting.length > 0);
  return (
    <div class="stopbar">
      <button id="stop" type="button" class={busy ? "busy" : ""} aria-label={t("stopLabel")} onClick={() => void stopAll()}>
        <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
          <path d="M8.3 2.5h7.4l5.8 5.8v7.4l-5.8 5.8H8.3l-5.8-5.8V8.3z" fill="currentColor" />
        </svg>
        <span>{t("stop")}</span>
      </button>
    </div>
  );
}
