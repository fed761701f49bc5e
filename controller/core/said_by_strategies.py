"""What strategies, people and settings say.

An English and a Chinese clause for each code, without a full stop; values stand in braces.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from controller.core.reason_code import ReasonCode

BY_STRATEGIES: Final[Mapping[ReasonCode, tuple[str, str]]] = MappingProxyType(
    {
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
        ReasonCode.CLOCK_UNTRUSTED: (
            "the clock is not set yet, so schedules wait",
            "时钟尚未校准，定时计划暂停",
        ),
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
        ReasonCode.READY_BY: (
            "hot water is wanted by {by} at: {fixture}",
            "需在 {by} 之前备好热水：{fixture}",
        ),
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
    }
)
