"""What the supervisor says when it takes a run away, and what is wrong with the plant.

An English and a Chinese clause for each code, without a full stop; values stand in braces.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from controller.core.reason_code import ReasonCode

BY_GUARDS: Final[Mapping[ReasonCode, tuple[str, str]]] = MappingProxyType(
    {
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
)
