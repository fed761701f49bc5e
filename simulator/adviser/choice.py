"""Which scheme to recommend, and why: the cheapest of those that give most of the comfort there is to be had."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.adviser.houses import Way
from simulator.adviser.said import Said
from simulator.adviser.trials import Scheme
from simulator.adviser.words import scheme_words
from simulator.study import IDLE

ENOUGH: Final = 0.75
"""Share of the comfort that any scheme adds which the recommended one has to add. Our choice; ``--comfort`` changes it."""
LITTLE: Final = 0.05
"""Where the best scheme adds less than this to the draws that are hot at once, none is recommended. Our choice."""
SURE: Final = 2.0
"""Differences of so many standard errors are called clear."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is recommended.

    Args:
        scheme: The scheme.
        reasons: Why.
        thriftier: The next cheaper scheme that beats doing nothing; None when there is none.
        surer: The scheme with most comfort; None when it is the recommended one.
    """

    scheme: Scheme
    reasons: tuple[Said, ...]
    thriftier: Scheme | None
    surer: Scheme | None


def choose(schemes: Sequence[Scheme], drawn: Way, enough: float = ENOUGH) -> Choice:
    """Return what to recommend.

    Args:
        schemes: Every scheme, ``none`` among them.
        drawn: The way back that the layout has; where it has one, only schemes with it are recommended.
        enough: Share of the comfort gained by the best that is enough.
    """
    idle = next(scheme for scheme in schemes if scheme.strategy == IDLE)
    eligible = [one for one in schemes if one.strategy != IDLE and drawn in (Way.NONE, one.house.way)]
    best = max(eligible, key=_comfort)
    gain = _comfort(best) - _comfort(idle)
    if gain < LITTLE:
        return Choice(idle, tuple(_nothing_gained(best, gain)), None, None)
    good = [one for one in eligible if _comfort(one) - _comfort(idle) >= enough * gain]
    chosen = min(good, key=_cost)
    cheaper = [
        one for one in eligible if _cost(one) < _cost(chosen) and _comfort(one) > _comfort(idle) + LITTLE
    ]
    reasons = [
        *_gained(chosen, idle, gain, enough),
        *_against(chosen, good),
        *_other_way(chosen, schemes, drawn),
    ]
    return Choice(
        chosen, tuple(reasons), max(cheaper, key=_comfort, default=None), None if best is chosen else best
    )


def _comfort(scheme: Scheme) -> float:
    return scheme.figure("hot_within_10s").mean


def _cost(scheme: Scheme) -> float:
    return scheme.figure("cost_a_year").mean


def _nothing_gained(best: Scheme, gain: float) -> Iterator[Said]:
    name = scheme_words(best)
    yield Said(
        f"Even the most comfortable scheme, {name.en}, would make only {gain:.0%} more of the draws hot within 10 s.",
        f"即使最舒适的方案（{name.zh}）也只能使 10 秒内出热水的用水增加 {gain:.0%}。",
    )


def _gained(chosen: Scheme, idle: Scheme, gain: float, enough: float) -> Iterator[Said]:
    before, after = idle.figure("hot_within_10s").mean, chosen.figure("hot_within_10s").mean
    share = (after - before) / gain
    yield Said(
        f"{after:.0%} of the useful draws are hot within 10 s instead of {before:.0%}: {share:.0%} of what the most "
        f"comfortable scheme adds ({enough:.0%} was asked for).",
        f"{after:.0%} 的有效用水在 10 秒内出热水（不循环时为 {before:.0%}）：达到最舒适方案所增加舒适度的 {share:.0%}（要求 {enough:.0%}）。",
    )
    more = chosen.beyond(idle, "cost_a_year")
    sign = "costs" if more.mean > 0 else "saves"
    yield Said(
        f"With the water that is no longer run off it {sign} {abs(more.mean):.0f} a year against no circulation "
        f"({more.low:.0f} to {more.high:.0f} over the samples).",
        f"计入节约的放水，与不循环相比每年{'多花' if more.mean > 0 else '节省'} {abs(more.mean):.0f}（各样本 {more.low:.0f} 至 {more.high:.0f}）。",
    )


def _against(chosen: Scheme, good: Sequence[Scheme]) -> Iterator[Said]:
    others = sorted((one for one in good if one is not chosen), key=_cost)
    for other in others[:2]:
        name, less = scheme_words(other), other.beyond(chosen, "cost_a_year")
        clear = less.error is not None and less.mean > SURE * less.error
        wins = sum(
            theirs.figures["cost_a_year"] > own.figures["cost_a_year"]
            for theirs, own in zip(other.runs, chosen.runs, strict=True)
        )
        yield Said(
            f"{name.en} gives {other.figure('hot_within_10s').mean:.0%} and costs {less.mean:.0f} a year more, in {wins} of "
            f"{len(chosen.runs)} samples{'' if clear else '; the difference is within the sampling error'}.",
            f"{name.zh}为 {other.figure('hot_within_10s').mean:.0%}，每年多花 {less.mean:.0f}（{len(chosen.runs)} 个样本中有 {wins} 个）"
            f"{'' if clear else '，差异在抽样误差之内'}。",
        )


def _other_way(chosen: Scheme, schemes: Sequence[Scheme], drawn: Way) -> Iterator[Said]:
    ways = [one for one in schemes if one.house.way not in (Way.NONE, chosen.house.way)]
    if not ways:
        return
    other = min(
        (one for one in ways if _comfort(one) >= _comfort(chosen) - LITTLE),
        key=_cost,
        default=max(ways, key=_comfort),
    )
    name, more = scheme_words(other), other.beyond(chosen, "cost_a_year").mean
    kept = drawn is not Way.NONE
    yield Said(
        f"With the other way back the nearest is {name.en}: {_comfort(other):.0%} hot within 10 s, {abs(more):.0f} a year "
        f"{'more' if more > 0 else 'less'}" + (", but the way back that is drawn was kept." if kept else "."),
        f"另一种回水方式中最接近的是{name.zh}：10 秒内 {_comfort(other):.0%}，每年{'多' if more > 0 else '少'} {abs(more):.0f}"
        + ("，但保留了图中已有的回水方式。" if kept else "。"),
    )
