"""The words of reports, in English and Chinese."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CHINESE: Final[Mapping[str, str]] = MappingProxyType(
    {
        # strategies
        "none": "无循环",
        "timed": "定时",
        "on_demand": "按需",
        "aquastat": "温控",
        "check_valve": "止回阀方案",
        "predictive": "预测",
        "oracle": "先知(完全预知)",
        # axes
        "extra heat, kWh a day": "额外热量,kWh/天",
        "hot within 10 s": "10 秒内出热水",
        "wait, s": "等待时间,秒",
        "share of useful draws": "有效用水次数占比",
        "time of day, h": "时刻,时",
        "temperature, °C": "温度,°C",
        "pump": "水泵",
        # the page
        "Strategies compared": "控制策略比较",
        "Comfort against heat": "舒适与热量",
        "Numbers": "数据",
        "How long people waited": "等待时间分布",
        "A day": "一天",
        "The house": "房屋",
        "How to repeat this": "如何重现",
        "strategy": "策略",
        "mean wait": "平均等待",
        "95 % wait at most": "95 % 等待不超过",
        "never hot": "始终不热",
        "cold water run off": "放掉的冷水",
        "extra heat": "额外热量",
        "of the aquastat's": "占温控方案",
        "pump hours": "水泵小时",
        "starts": "启动次数",
        "heater's energy": "热水器能耗",
        "extra energy": "额外能耗",
        "heater starts": "热水器启动次数",
        "energy cost a year": "每年能源费用",
        "extra cost a year": "每年额外费用",
        "cost a year": "每年费用",
        "seed": "随机种子",
        "version": "版本",
        "layout": "布局",
        "household": "住户",
        "draws": "用水次数",
        "l a day": "升/天",
        "prices": "价格",
        "command": "命令",
        "VDI 6003 level": "VDI 6003 等级",
    }
)
"""From an English text to its Chinese. Names of households, houses and fixtures are their owners' and stay."""
