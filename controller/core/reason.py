"""Why: a code for machines, the values behind it, and a sentence for people in their language."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

Language: TypeAlias = Literal["en", "zh"]
Value: TypeAlias = str | int | float | bool


class ReasonCode(StrEnum):
    """Every reason the controller can give for a start, a stop or a refusal."""

    NOTHING_ASKED = "nothing_asked"
    REQUESTED = "requested"
    REQUESTED_MINUTES = "requested_minutes"
    REQUEST_DONE = "request_done"
    REQUEST_EXPIRED = "request_expired"
    ALREADY_HOT = "already_hot"
    HOT_ARRIVED = "hot_arrived"
    ROSE = "rose"
    COLD_LINE_WARM = "cold_line_warm"
    IN_WINDOW = "in_window"
    WINDOW_HOT = "window_hot"
    WINDOW_PAUSE = "window_pause"
    OUTSIDE_WINDOWS = "outside_windows"
    CLOCK_UNTRUSTED = "clock_untrusted"
    BELOW_DEADBAND = "below_deadband"
    WITHIN_DEADBAND = "within_deadband"
    ABOVE_DEADBAND = "above_deadband"
    THRESHOLD_PAUSE = "threshold_pause"
    DIFFERENCE_LARGE = "difference_large"
    DIFFERENCE_SMALL = "difference_small"
    READY_BY = "ready_by"
    READY_DONE = "ready_done"
    QUIET_HOURS = "quiet_hours"
    PRICE_HIGH = "price_high"
    SURPLUS_LOW = "surplus_low"
    FROST = "frost"
    FROST_OVER = "frost_over"
    FROST_PAUSE = "frost_pause"
    EXERCISE = "exercise"
    FLUSH = "flush"
    FLUSHED = "flushed"
    DISINFECTION = "disinfection"
    DISINFECTED = "disinfected"
    SENSOR_MISSING = "sensor_missing"
    PREHEATING = "preheating"
    FILLING = "filling"
    FILLING_FIRST = "filling_first"
    SUPPLY_FILLED = "supply_filled"
    STILL_HOT = "still_hot"
    WARM_ENOUGH = "warm_enough"
    NOT_WORTH_IT = "not_worth_it"
    CROSSOVER_SHUT = "crossover_shut"
    NOTHING_CAME = "nothing_came"
    RUN_OF_ANOTHER = "run_of_another"
    MIN_RUN = "min_run"
    MODE_CHOSEN = "mode_chosen"
    SETTINGS_CHANGED = "settings_changed"
    LEARNING_PAUSED = "learning_paused"
    LEARNING_RESUMED = "learning_resumed"
    LEARNING_FORGOTTEN = "learning_forgotten"
    DRAWN = "drawn"
    STARTED_UP = "started_up"
    # what the supervisor takes away
    STOPPED_BY_PERSON = "stopped_by_person"
    MODE_OFF = "mode_off"
    MODE_SERVICE = "mode_service"
    MODE_MANUAL = "mode_manual"
    RUN_CAP = "run_cap"
    MIN_REST = "min_rest"
    JUST_STARTED_UP = "just_started_up"
    STARTS_PER_HOUR = "starts_per_hour"
    DAILY_CAP = "daily_cap"
    COLD_LINE_LIMIT = "cold_line_limit"
    SENSOR_STALE_CAP = "sensor_stale_cap"
    SENSOR_STALE_PAUSE = "sensor_stale_pause"
    PUMP_OFFLINE = "pump_offline"
    DRY_LATCHED = "dry_latched"
    DRY_RUN = "dry_run"
    DRY_PAUSE = "dry_pause"
    NO_RESPONSE = "no_response"
    NO_RESPONSE_CAP = "no_response_cap"
    NO_RESPONSE_PAUSE = "no_response_pause"
    BURNER_ASLEEP = "burner_asleep"
    BURNER_UNLIT = "burner_unlit"
    BURNER_PAUSE = "burner_pause"
    BURNER_STARTS = "burner_starts"
    # faults
    SENSOR_NEVER_HEARD = "sensor_never_heard"
    SENSOR_SILENT = "sensor_silent"
    SENSOR_TOO_SLOW = "sensor_too_slow"
    SENSOR_JUMPS = "sensor_jumps"
    SENSORS_SWAPPED = "sensors_swapped"
    SUPPLY_TOO_HOT = "supply_too_hot"
    CHECK_VALVE_LEAKS = "check_valve_leaks"
    CROSSOVER_LEAKS = "crossover_leaks"
    THERMOSIPHON = "thermosiphon"
    NOTHING_MOVES = "nothing_moves"
    FLOWS_ON = "flows_on"
    ACKNOWLEDGED = "acknowledged"
    NO_FEEDBACK_ON = "no_feedback_on"
    NO_FEEDBACK_OFF = "no_feedback_off"
    SWITCHED_ELSEWHERE = "switched_elsewhere"
    LEASE_LAPSED = "lease_lapsed"
    LEASE_NOT_KEPT = "lease_not_kept"
    NO_AUTO_OFF = "no_auto_off"
    AUTO_OFF_CONSENTED = "auto_off_consented"
    PUMP_RUNS_ON = "pump_runs_on"
    SHUTDOWN = "shutdown"
    CONTROLLER_FAILED = "controller_failed"
    # what only the history says
    END_UNSEEN = "end_unseen"
    UNRECOGNISED = "unrecognised"


_SENTENCES: Final[dict[ReasonCode, tuple[str, str]]] = {
    ReasonCode.NOTHING_ASKED: ("nothing asks for hot water", "目前没有热水需求"),
    ReasonCode.REQUESTED: ("{who} asked for hot water", "{who}请求热水"),
    ReasonCode.REQUESTED_MINUTES: (
        "{who} asked for a run of {minutes:g} min",
        "{who}请求运行 {minutes:g} 分钟",
    ),
    ReasonCode.REQUEST_DONE: ("the requested {minutes:g} min are over", "请求的 {minutes:g} 分钟已结束"),
    ReasonCode.REQUEST_EXPIRED: (
        "the request waited longer than {waited_s:g} s and was dropped",
        "请求等待超过 {waited_s:g} 秒，已取消",
    ),
    ReasonCode.ALREADY_HOT: (
        "already hot: the {sensor} sensor reads {temperature_c:.1f} °C",
        "已经够热：{sensor}传感器为 {temperature_c:.1f} °C",
    ),
    ReasonCode.HOT_ARRIVED: (
        "hot water has arrived: the {sensor} sensor reads {temperature_c:.1f} °C",
        "热水已到达：{sensor}传感器为 {temperature_c:.1f} °C",
    ),
    ReasonCode.ROSE: (
        "hot water has arrived: the {sensor} sensor rose by {rise_k:.1f} K",
        "热水已到达：{sensor}传感器升高了 {rise_k:.1f} K",
    ),
    ReasonCode.COLD_LINE_WARM: (
        "the cold pipe reads {temperature_c:.1f} °C, the run stops at {limit_c:g} °C",
        "冷水管为 {temperature_c:.1f} °C，到 {limit_c:g} °C 即停止",
    ),
    ReasonCode.IN_WINDOW: ("inside the window {start} to {end}", "处于 {start} 至 {end} 的时段内"),
    ReasonCode.WINDOW_HOT: (
        "inside the window {start} to {end}, and the loop is hot",
        "处于 {start} 至 {end} 的时段内，管路已热",
    ),
    ReasonCode.WINDOW_PAUSE: (
        "inside the window {start} to {end}, in the pause after a run",
        "处于 {start} 至 {end} 的时段内，正在两次运行之间暂停",
    ),
    ReasonCode.OUTSIDE_WINDOWS: ("outside the weekly windows", "不在每周时段内"),
    ReasonCode.CLOCK_UNTRUSTED: ("the clock is not set yet, so schedules wait", "时钟尚未校准，定时计划暂停"),
    ReasonCode.BELOW_DEADBAND: (
        "the {sensor} sensor reads {temperature_c:.1f} °C, below {on_below_c:g} °C",
        "{sensor}传感器为 {temperature_c:.1f} °C，低于 {on_below_c:g} °C",
    ),
    ReasonCode.WITHIN_DEADBAND: (
        "heating the loop: the {sensor} sensor reads {temperature_c:.1f} °C of {off_above_c:g} °C",
        "正在加热管路：{sensor}传感器为 {temperature_c:.1f} °C，目标 {off_above_c:g} °C",
    ),
    ReasonCode.ABOVE_DEADBAND: (
        "the {sensor} sensor reads {temperature_c:.1f} °C, warm enough",
        "{sensor}传感器为 {temperature_c:.1f} °C，足够热",
    ),
    ReasonCode.THRESHOLD_PAUSE: (
        "cold enough to run, but in the pause after a run",
        "已低于启动温度，但仍在两次运行之间暂停",
    ),
    ReasonCode.DIFFERENCE_LARGE: (
        "the {cool} sensor is {delta_k:.1f} K below the {warm} sensor",
        "{cool}传感器比 {warm}传感器低 {delta_k:.1f} K",
    ),
    ReasonCode.DIFFERENCE_SMALL: (
        "no run for the difference: the {cool} sensor is {delta_k:.1f} K below the {warm} sensor",
        "温差不需运行：{cool}传感器比 {warm}传感器低 {delta_k:.1f} K",
    ),
    ReasonCode.READY_BY: ("hot water is wanted by {by} at: {fixture}", "需在 {by} 之前备好热水：{fixture}"),
    ReasonCode.READY_DONE: ("the run for this time has been made", "这一时刻的运行已完成"),
    ReasonCode.QUIET_HOURS: (
        "quiet hours or away from {start} to {end}: only people start the pump",
        "{start} 至 {end} 为安静时段或外出：仅响应手动请求",
    ),
    ReasonCode.PRICE_HIGH: (
        "energy costs {price:g} now, automatic runs wait for {most_price:g} or less; people need not",
        "当前能源价格为 {price:g}，自动运行等待价格降至 {most_price:g}；手动请求不受限制",
    ),
    ReasonCode.SURPLUS_LOW: (
        "{surplus_w:.0f} W to give away now, automatic runs wait for {least_w:g} W; people need not",
        "当前富余功率为 {surplus_w:.0f} W，自动运行等待达到 {least_w:g} W；手动请求不受限制",
    ),
    ReasonCode.FROST: (
        "danger of frost: the {sensor} sensor reads {temperature_c:.1f} °C",
        "有冻结危险：{sensor}传感器为 {temperature_c:.1f} °C",
    ),
    ReasonCode.FROST_OVER: ("the run against frost is over", "防冻运行已结束"),
    ReasonCode.FROST_PAUSE: (
        "danger of frost: the {sensor} sensor reads {temperature_c:.1f} °C; the next run is in {left_s:g} s",
        "有冻结危险：{sensor}传感器为 {temperature_c:.1f} °C；{left_s:g} 秒后再次运行",
    ),
    ReasonCode.EXERCISE: (
        "the pump has stood still for {still_h:g} h and is turned against seizing",
        "循环泵已静止 {still_h:g} 小时，短暂运行以防卡死",
    ),
    ReasonCode.FLUSH: (
        "the water in the loop has stood for {still_h:g} h and is exchanged",
        "管路中的水已停留 {still_h:g} 小时，正在更换",
    ),
    ReasonCode.FLUSHED: ("the water in the loop has been exchanged", "管路中的水已更换"),
    ReasonCode.DISINFECTION: (
        "weekly disinfection run in the window {start} to {end}",
        "{start} 至 {end} 时段内的每周消毒运行",
    ),
    ReasonCode.DISINFECTED: (
        "the disinfection run in the window {start} to {end} is done",
        "{start} 至 {end} 时段内的消毒运行已完成",
    ),
    ReasonCode.SENSOR_MISSING: ("no fresh value from the {sensor} sensor", "{sensor}传感器没有新数据"),
    ReasonCode.PREHEATING: (
        "preheating: {chance:.0%} chance of a draw within {within_min:g} min; the loop is at {loop_c:.0f} °C",
        "预热：{within_min:g} 分钟内有 {chance:.0%} 的可能用水；管路为 {loop_c:.0f} °C",
    ),
    ReasonCode.FILLING: (
        "preheating: the hot front needs {fill_s:.0f} s to the far end",
        "预热：热水到达末端需要 {fill_s:.0f} 秒",
    ),
    ReasonCode.FILLING_FIRST: (
        "preheating, and learning how long the hot front takes",
        "预热，并学习热水到达所需的时间",
    ),
    ReasonCode.SUPPLY_FILLED: (
        "the supply is filled after {ran_s:.0f} s; the return line stays cold",
        "运行 {ran_s:.0f} 秒后，供水管已充满热水；回水管仍是凉的",
    ),
    ReasonCode.STILL_HOT: (
        "the loop is still hot: about {loop_c:.0f} °C, for {left_min:.0f} min more",
        "管路仍热：约 {loop_c:.0f} °C，还可保温 {left_min:.0f} 分钟",
    ),
    ReasonCode.WARM_ENOUGH: (
        "the loop is at about {loop_c:.0f} °C, and a fill would bring nothing yet",
        "管路约 {loop_c:.0f} °C，暂时不必再预热",
    ),
    ReasonCode.NOT_WORTH_IT: (
        "waiting: {chance:.0%} chance of a draw within {within_min:g} min is not worth the heat; the loop is at {loop_c:.0f} °C",
        "等待：{within_min:g} 分钟内用水的可能性为 {chance:.0%}，不值得加热；管路为 {loop_c:.0f} °C",
    ),
    ReasonCode.CROSSOVER_SHUT: (
        "waiting: water of about {loop_c:.0f} °C in the loop must not go into the cold pipe",
        "等待：管路中约 {loop_c:.0f} °C 的水不得进入冷水管",
    ),
    ReasonCode.NOTHING_CAME: (
        "waiting: the last run brought no hot water to the far end; the next try comes in {left_min:.0f} min at the soonest",
        "等待：上次运行没有把热水送到末端；最早 {left_min:.0f} 分钟后再试",
    ),
    ReasonCode.RUN_OF_ANOTHER: ("the pump runs for {by} already", "循环泵已在因“{by}”运行"),
    ReasonCode.MIN_RUN: (
        "finishing the shortest run of {min_run_s:g} s",
        "正在完成至少 {min_run_s:g} 秒的运行",
    ),
    ReasonCode.SETTINGS_CHANGED: ("{who} changed the settings", "{who}更改了设置"),
    ReasonCode.LEARNING_PAUSED: ("{who} paused the learning of habits", "{who}暂停了习惯学习"),
    ReasonCode.LEARNING_RESUMED: ("{who} let the learning of habits go on", "{who}恢复了习惯学习"),
    ReasonCode.DRAWN: ("somebody drew hot water", "有人用了热水"),
    ReasonCode.LEARNING_FORGOTTEN: ("{who} had the learned habits forgotten", "{who}清除了已学到的习惯"),
    ReasonCode.MODE_CHOSEN: ("{who} chose the mode {mode}", "{who}选择了“{mode}”模式"),
    ReasonCode.STARTED_UP: ("the controller started", "控制器已启动"),
    ReasonCode.STOPPED_BY_PERSON: (
        "{who} pressed stop; automatic runs wait {left_s:g} s more",
        "{who}按了停止；自动运行还需等待 {left_s:g} 秒",
    ),
    ReasonCode.MODE_OFF: ("the controller is switched off", "控制器已关闭"),
    ReasonCode.MODE_SERVICE: (
        "service: somebody works on the plant, and nothing starts the pump",
        "检修模式：有人正在检修，任何情况都不会启动循环泵",
    ),
    ReasonCode.MODE_MANUAL: ("manual mode: only people start the pump", "手动模式：仅响应手动请求"),
    ReasonCode.RUN_CAP: ("the longest run of {cap_s:g} s is over", "已达到最长运行时间 {cap_s:g} 秒"),
    ReasonCode.MIN_REST: ("the pump rests {left_s:g} s more", "循环泵还需停歇 {left_s:g} 秒"),
    ReasonCode.JUST_STARTED_UP: (
        "the controller has just started; the pump rests {left_s:g} s more",
        "控制器刚刚启动；循环泵还需停歇 {left_s:g} 秒",
    ),
    ReasonCode.STARTS_PER_HOUR: ("already {starts} starts within the hour", "一小时内已启动 {starts} 次"),
    ReasonCode.DAILY_CAP: (
        "the pump has run {ran_min:g} min within 24 h, its cap",
        "24 小时内已运行 {ran_min:g} 分钟，达到上限",
    ),
    ReasonCode.COLD_LINE_LIMIT: (
        "guard: the cold pipe reads {temperature_c:.1f} °C, its limit is {limit_c:g} °C",
        "保护：冷水管为 {temperature_c:.1f} °C，上限为 {limit_c:g} °C",
    ),
    ReasonCode.SENSOR_STALE_CAP: (
        "without a trusted {sensor} sensor a run ends after {cap_s:g} s",
        "没有可信的{sensor}传感器，运行在 {cap_s:g} 秒后结束",
    ),
    ReasonCode.SENSOR_STALE_PAUSE: (
        "without a trusted {sensor} sensor the next run waits {left_s:g} s",
        "没有可信的{sensor}传感器，下次运行需等待 {left_s:g} 秒",
    ),
    ReasonCode.PUMP_OFFLINE: ("the pump's switch is offline", "循环泵开关离线"),
    ReasonCode.DRY_LATCHED: (
        "the pump moved nothing in run after run; it stays off until somebody has looked and says so",
        "循环泵多次运行都没有水流；在有人检查并确认之前保持关闭",
    ),
    ReasonCode.DRY_RUN: ("the pump is on and moves nothing", "循环泵已开启但没有水流"),
    ReasonCode.DRY_PAUSE: (
        "the pump moved nothing; the next try is in {left_s:g} s",
        "循环泵没有水流；{left_s:g} 秒后再试",
    ),
    ReasonCode.NO_RESPONSE: (
        "the {sensor} sensor did not feel the pump in {runs:g} run(s)",
        "{sensor}传感器在 {runs:g} 次运行中都没有反应",
    ),
    ReasonCode.NO_RESPONSE_CAP: (
        "the {sensor} sensor does not feel the pump, so a run ends after {cap_s:g} s",
        "{sensor}传感器对循环泵没有反应，运行在 {cap_s:g} 秒后结束",
    ),
    ReasonCode.NO_RESPONSE_PAUSE: (
        "the {sensor} sensor did not feel the pump; automatic runs wait {left_s:g} s more",
        "{sensor}传感器对循环泵没有反应；自动运行还需等待 {left_s:g} 秒",
    ),
    ReasonCode.BURNER_ASLEEP: (
        "{flow_lpm:g} l/min do not wake the heater's burner, which needs {least_lpm:g} l/min for 10 s",
        "流量 {flow_lpm:g} L/min 不足以启动热水器燃烧器，需要 {least_lpm:g} L/min 并持续 10 秒",
    ),
    ReasonCode.BURNER_UNLIT: (
        "the heater's outlet did not warm up in {runs:g} run(s): its burner does not burn",
        "{runs:g} 次运行中热水器出口都没有升温：燃烧器未燃烧",
    ),
    ReasonCode.BURNER_PAUSE: (
        "the heater's burner did not light; the next try is in {left_s:g} s",
        "热水器燃烧器未点火；{left_s:g} 秒后再试",
    ),
    ReasonCode.BURNER_STARTS: (
        "the heater's burner has lit {starts:g} times within an hour; automatic runs wait",
        "热水器燃烧器一小时内已点火 {starts:g} 次；自动运行需等待",
    ),
    ReasonCode.SENSOR_NEVER_HEARD: (
        "nothing has been heard from a sensor yet: {sensor}",
        "尚未收到传感器的数据：{sensor}",
    ),
    ReasonCode.SENSOR_SILENT: ("a sensor has fallen silent: {sensor}", "传感器已无数据：{sensor}"),
    ReasonCode.SENSOR_TOO_SLOW: (
        "a sensor reports too rarely to be relied on: {sensor}",
        "传感器上报过慢，无法使用：{sensor}",
    ),
    ReasonCode.SENSOR_JUMPS: (
        "a sensor tells what cannot be and is not believed: {sensor}",
        "传感器数据异常，暂不采信：{sensor}",
    ),
    ReasonCode.SENSORS_SWAPPED: (
        "the return is warmer than the supply while the pump runs: are the two sensors swapped?",
        "循环泵运行时回水温度高于供水：两个传感器是否接反？",
    ),
    ReasonCode.SUPPLY_TOO_HOT: (
        "the supply is hotter than {limit_c:g} °C: danger of scalding without a mixing valve",
        "供水超过 {limit_c:g} °C：没有恒温混水阀时有烫伤危险",
    ),
    ReasonCode.CHECK_VALVE_LEAKS: (
        "the return pipe stirred {times} times in two days though the pump rested: the check valve leaks or sticks open; "
        "clean it or replace it",
        "两天内循环泵静止时回水管有 {times} 次温度变化：止回阀泄漏或卡在打开位置；请清洗或更换",
    ),
    ReasonCode.CROSSOVER_LEAKS: (
        "water crossed between the hot and the cold pipe {times} times in two days though the pump rested: the crossover "
        "valve leaks or sticks open; clean it or replace it",
        "两天内循环泵静止时冷热水管之间有 {times} 次串水：末端回水阀泄漏或卡在打开位置；请清洗或更换",
    ),
    ReasonCode.THERMOSIPHON: (
        "the loop stays warm though the pump rests ({times} long rests): water circulates by itself; fit a check valve, "
        "or mend the one that is there",
        "循环泵静止时管路仍保持温热（{times} 次长时间静止）：热水自然循环；请安装或修理止回阀",
    ),
    ReasonCode.NOTHING_MOVES: (
        "neither the outlet nor the far end felt the pump in {times} runs: no water moves; bleed the loop, open its valves, "
        "look at the check valve and at the pump",
        "{times} 次运行中出水口和末端的温度都没有变化：水没有流动；请排气、打开阀门，并检查止回阀和循环泵",
    ),
    ReasonCode.FLOWS_ON: (
        "water has been flowing for {minutes:g} min without a break ({sensor}): a leak, an open tap, or a flow sensor that sticks",
        "水流已持续 {minutes:g} 分钟未中断（{sensor}）：可能漏水、水龙头未关，或流量传感器卡住",
    ),
    ReasonCode.ACKNOWLEDGED: ("{who} has looked and says that all is well", "{who}已检查并确认正常"),
    ReasonCode.NO_FEEDBACK_ON: ("the pump's switch does not confirm ON", "循环泵开关未确认开启"),
    ReasonCode.NO_FEEDBACK_OFF: (
        "the pump's switch does not confirm OFF; trying again for ever",
        "循环泵开关未确认关闭；将持续重试",
    ),
    ReasonCode.SWITCHED_ELSEWHERE: ("the pump was switched by someone else", "循环泵已被其他途径开关"),
    ReasonCode.LEASE_LAPSED: (
        "the pump's switch went off by its own timer before it was renewed",
        "循环泵开关在续期之前已按自身定时器关闭",
    ),
    ReasonCode.LEASE_NOT_KEPT: (
        "the pump's switch does not keep its auto-off: it tells {told_s:g} s",
        "循环泵开关未遵守自动关闭设定：报告为 {told_s:g} 秒",
    ),
    ReasonCode.NO_AUTO_OFF: (
        "the pump's switch has no auto-off of its own, so it runs for people only",
        "循环泵开关没有自动关闭功能，因此仅响应手动请求",
    ),
    ReasonCode.AUTO_OFF_CONSENTED: (
        "the pump's switch has no auto-off of its own: should the controller die in a run, the pump runs on",
        "循环泵开关没有自动关闭功能：若控制器在运行中失效，循环泵将持续运行",
    ),
    ReasonCode.PUMP_RUNS_ON: (
        "the switch says off, but the pump draws {power_w:.1f} W",
        "开关显示关闭，但循环泵功率为 {power_w:.1f} W",
    ),
    ReasonCode.SHUTDOWN: ("the controller is shutting down", "控制器正在关闭"),
    ReasonCode.CONTROLLER_FAILED: ("the controller failed; the pump is off", "控制器故障；循环泵已关闭"),
    ReasonCode.END_UNSEEN: (
        "the controller was cut off before it could note the end of the run",
        "控制器在记录运行结束之前已中断",
    ),
    ReasonCode.UNRECOGNISED: (
        "a reason that this version does not know: {name}",
        "此版本无法识别的原因：{name}",
    ),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason: its code and the values its sentence needs.

    Args:
        code: What kind of reason.
        values: Names and values, with units in the names.
    """

    code: ReasonCode
    values: tuple[tuple[str, Value], ...] = ()

    @classmethod
    def of(cls, code: ReasonCode, **values: Value) -> "Reason":
        """Return a reason from keyword values."""
        return cls(code, tuple(values.items()))

    def sentence(self, language: Language = "en") -> str:
        """Return the reason as a clause in ``language``, without a full stop.

        Raises:
            KeyError: A value that the sentence needs is missing (a bug of the caller).
        """
        template = _SENTENCES[self.code][0 if language == "en" else 1]
        return template.format(**dict(self.values))
