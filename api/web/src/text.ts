// Every word of the page in both languages.

import { signal } from "@preact/signals";

const EN = {
  skip: "Skip to the buttons",
  askTitle: "Hot water, please",
  howLong: "For how long",
  untilHot: "until hot",
  minutes2: "2 min",
  minutes5: "5 min",
  modeTitle: "Mode",
  modeAuto: "Automatic",
  modeManual: "By hand",
  modeOff: "Off",
  modeService: "Service",
  modeHint_auto: "Runs by itself, and when someone asks.",
  modeHint_manual: "Runs only when someone asks.",
  modeHint_off: "Does not run, not even when asked; only against frost or seizing, where configured.",
  modeHint_service: "Somebody works on the plant: nothing starts the pump.",
  plotTitle: "Temperatures",
  spanTitle: "Span of the plot",
  hours1: "1 h",
  hours6: "6 h",
  hours24: "24 h",
  historyTitle: "What the pump did, and why",
  historyEmpty: "Nothing yet. Ask for hot water and it will show here.",
  historyBroken: "The history cannot be read now.",
  more: "Earlier",
  stop: "STOP",
  stopLabel: "Stop every pump now",
  pageTitle: "Hot water",
  language: "Sprache: 中文",
  speedLabel: "Demo: the clock runs {speed} times as fast",

  hot: "Hot at the tap",
  warm: "Lukewarm",
  cold: "Cold",
  way: "On its way",
  heating: "Warming the pipes",
  running: "Circulating",
  unmeasured: "Resting",
  unclear: "Not known",
  ago: "Hot {minutes} min ago",
  sentence: "{text}.",
  lastKnown: "Last known: {text}.",
  demo: "demo ×{speed}",
  lostHead: "No connection",
  connecting: "Connecting …",

  pumpOn: "Pump running",
  pumpOff: "Pump resting",
  pumpUnknown: "Pump: unknown",
  pumpOrderedOn: "Ordered on, switch says off",
  pumpOrderedOff: "Ordered off, switch says on",
  forFixture: "for {fixture}",
  waitingFor: "waiting: {who}",
  by: "{strategy}",

  fixture_hot: "hot now",
  fixture_warm: "lukewarm",
  fixture_cold: "cold",
  fixture_unknown: "tap to heat",
  fixture_lost: "not known",
  fixture_ago: "hot {minutes} min ago",
  fixture_way: "on its way {time}",
  fixture_left: "{time} left",
  fixture_asking: "asking …",
  preheat: "Preheat",
  everywhere: "Everywhere",

  bannerLost: "No connection to the controller since {time}. Nothing below is certain; the pump is unknown.",
  bannerNoAnswer: "The controller does not answer. Trying again …",
  bannerBroker: "The MQTT broker is not reachable: nobody can tell whether the pump runs.",
  bannerStorage: "The history is not being kept at the moment. Control goes on.",
  bannerOffline: "The pump's switch is offline. Nobody can tell whether the pump runs.",
  bannerUnknown: "The pump's switch has not told its state yet.",
  since: "since {time}",

  sensor_supply: "Supply",
  sensor_return: "Return",
  sensor_far_end: "Far end",
  sensor_cold_line: "Cold pipe",
  stale: "no fresh value",
  degrees: "{value} °C",

  strategy_timed: "timer",
  strategy_on_demand: "on demand",
  strategy_aquastat: "thermostat",
  strategy_check_valve: "return valve",
  strategy_predictive: "prediction",

  runTook: "{time} min",
  runGoing: "running",
  runLost: "end not known",
  refused: "not started",
  refusedWhy: "Wanted: {start}. Refused: {stop}.",
  ranWhy: "{start}. Ended: {stop}.",
  fromTo: "{sensor} {from} → {to} °C",

  toastStopped: "Stopped. {reason}.",
  toastAsked: "{fixture}: {reason}.",
  toastRefused: "Not now: {reason}.",
  toastMode: "Mode: {mode}",
  looked: "I have looked: go on",
  toastLooked: "The pump may be tried again.",
  toastFailed: "That did not work: {detail}",
  toastUnreachable: "The controller cannot be reached. Nothing was changed, as far as this page knows.",
  stopUnreachable: "STOP did not reach the controller! Switch the pump off by hand if it must stop now.",

  drawing: "{loop}: heater {supply}, {far}. {pump}.",
  drawingFar: "{sensor} {value}",
  plotLabel: "Temperatures of the last {hours} h. {values}.",
  noData: "No temperatures in this span.",
  heater: "heater",
  mains: "mains",
  hotLine: "hot",

  pages: "Pages",
  pageNow: "Now",
  pagePast: "History",
  days7: "7 days",
  days31: "Month",
  year: "Year",
  earlier: "← Earlier",
  later: "Later →",
  whole: "All",
  zoomHint: "Drag over the plot to look closer; double-click to see all again.",
  pastLabel: "Temperatures from {from} to {until}.",
};

export type Key = keyof typeof EN;

const ZH: Record<Key, string> = {
  skip: "跳到按钮",
  askTitle: "我要热水",
  howLong: "运行时长",
  untilHot: "到热为止",
  minutes2: "2 分钟",
  minutes5: "5 分钟",
  modeTitle: "模式",
  modeAuto: "自动",
  modeManual: "手动",
  modeOff: "关闭",
  modeService: "检修",
  modeHint_auto: "自动运行,也响应请求。",
  modeHint_manual: "仅在有人请求时运行。",
  modeHint_off: "不运行,也不响应请求;仅在已配置时防冻或防卡死。",
  modeHint_service: "正在检修:任何情况都不会启动水泵。",
  plotTitle: "温度",
  spanTitle: "时间范围",
  hours1: "1 小时",
  hours6: "6 小时",
  hours24: "24 小时",
  historyTitle: "水泵运行记录与原因",
  historyEmpty: "暂无记录。请求热水后会显示在这里。",
  historyBroken: "目前无法读取历史记录。",
  more: "更早",
  stop: "停止",
  stopLabel: "立即停止所有水泵",
  pageTitle: "热水",
  language: "Language: English",
  speedLabel: "演示:时钟以 {speed} 倍速运行",

  hot: "水龙头已有热水",
  warm: "温热",
  cold: "凉",
  way: "热水正在路上",
  heating: "正在加热管路",
  running: "循环中",
  unmeasured: "休息中",
  unclear: "状态不明",
  ago: "{minutes} 分钟前热",
  sentence: "{text}。",
  lastKnown: "最后已知:{text}。",
  demo: "演示 ×{speed}",
  lostHead: "连接中断",
  connecting: "正在连接…",

  pumpOn: "水泵运行中",
  pumpOff: "水泵休息",
  pumpUnknown: "水泵状态未知",
  pumpOrderedOn: "已命令开启,开关报告关闭",
  pumpOrderedOff: "已命令关闭,开关报告开启",
  forFixture: "用于{fixture}",
  waitingFor: "等待中:{who}",
  by: "{strategy}",

  fixture_hot: "已热",
  fixture_warm: "温热",
  fixture_cold: "凉",
  fixture_unknown: "点按加热",
  fixture_lost: "未知",
  fixture_ago: "{minutes} 分钟前热",
  fixture_way: "正在路上 {time}",
  fixture_left: "剩余 {time}",
  fixture_asking: "请求中…",
  preheat: "预热",
  everywhere: "全部",

  bannerLost: "自 {time} 起与控制器失去连接。以下内容均不确定,水泵状态未知。",
  bannerNoAnswer: "控制器没有响应,正在重试…",
  bannerBroker: "无法连接 MQTT 服务器,无法得知水泵是否运行。",
  bannerStorage: "目前未能保存历史记录,控制照常进行。",
  bannerOffline: "水泵开关离线,无法得知水泵是否运行。",
  bannerUnknown: "水泵开关尚未报告状态。",
  since: "自 {time} 起",

  sensor_supply: "供水",
  sensor_return: "回水",
  sensor_far_end: "末端",
  sensor_cold_line: "冷水管",
  stale: "无新数据",
  degrees: "{value} °C",

  strategy_timed: "定时",
  strategy_on_demand: "按需",
  strategy_aquastat: "温控",
  strategy_check_valve: "回水阀",
  strategy_predictive: "预测",

  runTook: "{time} 分",
  runGoing: "运行中",
  runLost: "结束时间未知",
  refused: "未启动",
  refusedWhy: "请求:{start}。拒绝:{stop}。",
  ranWhy: "{start}。结束:{stop}。",
  fromTo: "{sensor} {from} → {to} °C",

  toastStopped: "已停止。{reason}。",
  toastAsked: "{fixture}:{reason}。",
  toastRefused: "暂时不行:{reason}。",
  toastMode: "模式:{mode}",
  looked: "已检查,继续",
  toastLooked: "水泵可以再次尝试运行。",
  toastFailed: "操作失败:{detail}",
  toastUnreachable: "无法连接控制器。就本页面所知,没有任何更改。",
  stopUnreachable: "停止命令未送达控制器!如需立即停止,请手动关闭水泵。",

  drawing: "{loop}:热水器 {supply},{far}。{pump}。",
  drawingFar: "{sensor} {value}",
  plotLabel: "最近 {hours} 小时的温度。{values}。",
  noData: "该时段没有温度数据。",
  heater: "热水器",
  mains: "进水",
  hotLine: "热",

  pages: "页面",
  pageNow: "现在",
  pagePast: "历史",
  days7: "7 天",
  days31: "一个月",
  year: "一年",
  earlier: "← 更早",
  later: "更晚 →",
  whole: "全部",
  zoomHint: "在图上拖动可放大,双击恢复。",
  pastLabel: "{from} 至 {until} 的温度。",
};

const FIXTURES_ZH: Record<string, string> = {
  kitchen: "厨房",
  basin: "洗手盆",
  shower: "淋浴",
  bath: "浴缸",
  bathroom: "浴室",
  washbasin: "洗手盆",
  laundry: "洗衣房",
  guest: "客房",
};

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
  return (language.value === "zh" ? FIXTURES_ZH[name] : undefined) ?? capital(name.replaceAll("_", " "));
}

export const sensorName = (role: string): string => known(`sensor_${role}`, role);
export const strategyName = (name: string): string => known(`strategy_${name}`, name);
export const whoName = (who: string): string => (language.value === "zh" ? (WHO_ZH[who] ?? who) : who);
export const degrees = (value_c: number): string => t("degrees", { value: value_c.toFixed(1) });
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function known(key: string, name: string): string {
  return key in EN ? t(key as Key) : name.replaceAll("_", " ");
}
