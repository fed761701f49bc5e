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
        currency: What money is called.
    """

    scheme: Scheme
    reasons: tuple[Said, ...]
    thriftier: Scheme | None
    surer: Scheme | None
    currency: str = ""

    def more(self) -> tuple[Said, ...]:
        """Return what else is worth a look: what is cheaper, and what is more comfortable, unless a reason says it."""
        return (*_thriftier(self), *_surer(self))


def choose(schemes: Sequence[Scheme], drawn: Way, enough: float = ENOUGH, currency: str = "") -> Choice:
    """Return what to recommend.

    Args:
        schemes: Every scheme, ``none`` among them.
        drawn: The way back that the layout has; where it has one, only schemes with it are recommended.
        enough: Share of the comfort gained by the best that is enough.
        currency: What money is called in the reasons; empty for none.
    """
    idle = next(scheme for scheme in schemes if scheme.strategy == IDLE)
    eligible = [one for one in schemes if one.strategy != IDLE and drawn in (Way.NONE, one.house.way)]
    best = max(eligible, key=_comfort)
    gain = _comfort(best) - _comfort(idle)
    if gain < LITTLE:
        return Choice(idle, tuple(_nothing_gained(best, gain)), None, None, currency)
    good = [one for one in eligible if _comfort(one) - _comfort(idle) >= enough * gain]
    chosen = min(good, key=_cost)
    cheaper = [
        one for one in eligible if _cost(one) < _cost(chosen) and _comfort(one) > _comfort(idle) + LITTLE
    ]
    reasons = [
        *_gained(chosen, idle, gain, enough),
        _cost_beyond_nothing(chosen, idle, currency),
        *_against(chosen, good, currency),
        *_other_way(chosen, schemes, drawn, currency),
    ]
    thriftier, surer = max(cheaper, key=_comfort, default=None), None if best is chosen else best
    return Choice(chosen, tuple(reasons), thriftier, surer, currency)


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


def _cost_beyond_nothing(chosen: Scheme, idle: Scheme, currency: str) -> Said:
    more = chosen.beyond(idle, "cost_a_year")
    dearer = more.mean > 0
    low, high = (more.low, more.high) if dearer else (-more.high, -more.low)
    en = zh = ""
    if len(chosen.runs) > 1:
        en = f" ({_whole(low)} to {_whole(high)} over the samples)"
        zh = f"（各样本 {_whole(low)} 至 {_whole(high)}）"
    if _whole(more.mean) == "0":
        return Said(
            f"With the water that is no longer run off it costs as much as no circulation{en}.",
            f"计入节约的放水，费用与不循环相同{zh}。",
        )
    return Said(
        f"With the water that is no longer run off it {'costs' if dearer else 'saves'} {_money(more.mean, currency)} a year "
        f"against no circulation{en}.",
        f"计入节约的放水，与不循环相比每年{'多花' if dearer else '节省'} {_money(more.mean, currency)}{zh}。",
    )


def _against(chosen: Scheme, good: Sequence[Scheme], currency: str) -> Iterator[Said]:
    others = sorted((one for one in good if one is not chosen), key=_cost)
    for other in others[:2]:
        name, less = scheme_words(other), other.beyond(chosen, "cost_a_year")
        sure = _how_sure(other, chosen)
        yield Said(
            f"{_sentence(name.en)} gives {other.figure('hot_within_10s').mean:.0%} and costs "
            f"{_money(less.mean, currency)} a year more{sure.en}.",
            f"{name.zh}为 {other.figure('hot_within_10s').mean:.0%}，每年多花 {_money(less.mean, currency)}{sure.zh}。",
        )


def _how_sure(other: Scheme, chosen: Scheme) -> Said:
    """Return in how many samples another scheme costs more, and whether that is beyond chance."""
    samples = len(chosen.runs)
    if samples == 1:
        return Said("; one sample does not tell how sure that is", "；单个样本无法说明把握有多大")
    less = other.beyond(chosen, "cost_a_year")
    wins = sum(
        theirs.figures["cost_a_year"] > own.figures["cost_a_year"]
        for theirs, own in zip(other.runs, chosen.runs, strict=True)
    )
    clear = less.error is not None and less.mean > SURE * less.error
    return Said(
        f", in {wins} of {samples} samples{'' if clear else '; the difference is within the sampling error'}",
        f"（{samples} 个样本中有 {wins} 个）{'' if clear else '，差异在抽样误差之内'}",
    )


def _thriftier(choice: Choice) -> Iterator[Said]:
    if choice.thriftier is None:
        return
    name, hot = scheme_words(choice.thriftier), _comfort(choice.thriftier)
    less = _money(choice.thriftier.beyond(choice.scheme, "cost_a_year").mean, choice.currency)
    yield Said(
        f"Cheaper: {name.en}, {hot:.0%} hot within 10 s for {less} a year less.",
        f"更省：{name.zh}，10 秒内出热水 {hot:.0%}，每年少花 {less}。",
    )


def _surer(choice: Choice) -> Iterator[Said]:
    if choice.surer is None:
        return
    name, hot = scheme_words(choice.surer), _comfort(choice.surer)
    if any(reason.en.startswith(f"{_sentence(name.en)} gives") for reason in choice.reasons):
        return
    more = _money(choice.surer.beyond(choice.scheme, "cost_a_year").mean, choice.currency)
    yield Said(
        f"Most comfort: {name.en}, {hot:.0%} hot within 10 s for {more} a year more.",
        f"最舒适：{name.zh}，10 秒内出热水 {hot:.0%}，每年多花 {more}。",
    )


def _money(amount: float, currency: str) -> str:
    return f"{_whole(abs(amount))} {currency}".strip()


def _whole(amount: float) -> str:
    return str(round(amount))  # a float would be printed as -0


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _other_way(chosen: Scheme, schemes: Sequence[Scheme], drawn: Way, currency: str) -> Iterator[Said]:
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
        f"With the other way back the nearest is {name.en}: {_comfort(other):.0%} hot within 10 s, {_money(more, currency)} a year "
        f"{'more' if more > 0 else 'less'}" + (", but the way back that is drawn was kept." if kept else "."),
        f"另一种回水方式中最接近的是{name.zh}：10 秒内 {_comfort(other):.0%}，每年{'多' if more > 0 else '少'} {_money(more, currency)}"
        + ("，但保留了图中已有的回水方式。" if kept else "。"),
    )
