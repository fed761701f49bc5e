"""A storage tank in layers: plug flow upward, mixing where colder water lies on warmer, heat from an element or coil.

Cold water comes in at the bottom, circulation at a port of its own (or with the cold water), hot water leaves at the
top. What comes in gathers in a batch of ``volume / layers`` litres, mixed, and then becomes a layer; a batch from the
port sinks and mixes with everything below that is not colder, so circulation that comes back cooler than the tank stirs
it up to the port. The element warms the layer in which it sits, until that is as warm as the one above and both mix;
the water below the element stays cold. Every temperature is a constant and one exponential in time, every event
(batch full, layer at the element or the sensor, two layers alike, thermostat) has a closed form, and nothing is stepped.

What leaves next is promised until ``due_s``: the promised layers take no part in any mixing until then.

Valid for upright tanks with little mixing at the cold inlet (a batch is mixed, nothing else) and for hours to days:
conduction through the water and down the wall, which blurs layers over days, is left out, and the power of the element
is constant. The standing loss falls with the tank's temperature and is spread over it by volume.

Source: variable-volume plug-flow tanks as in E. M. Kleinbach, W. A. Beckman, S. A. Klein, "Performance study of
one-dimensional models for stratified thermal storage tanks", Solar Energy 50 (1993) 155-166.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, expm1, inf
from typing import Final

from simulator.heater_books import KWH_PER_KL, HeaterBooks
from simulator.intake import Intake, taken_ks
from simulator.layers import (
    Layer,
    divided,
    joined,
    leaving,
    meets_s,
    reaches_s,
    settled,
    value_k,
    warm,
)
from simulator.network import Source
from simulator.stream import Segment, growth, integral

LEAST_COOLING: Final = 1e-10
"""Rate in 1/s below which no tank cools: 300 years."""
_SLIVER_L: Final = 1e-8
"""Volume that is none: rounding, not physics."""
_SPLIT: Final = 0.05
"""A layer is not parted closer to its edge than this share of a batch."""


@dataclass(frozen=True, slots=True)
class TankPlan:
    """How a tank is built.

    Args:
        volume_l: Its volume, in l.
        layers: A batch of incoming water is this part of the volume.
        setpoint_k: The thermostat switches off at this temperature above the room, in K.
        hysteresis_k: It switches on so many kelvins below.
        power_kl_s: Heat that the element gives, in K l/s.
        cooling: Rate with which the tank cools at rest, in 1/s.
        element_at: Height of the element, as a share of the volume below it.
        thermostat_at: Height of the thermostat's sensor, in the same way.
        return_at: Height of the port for circulation; None when that comes in with the cold water.
        per_heat: Energy used per heat given, with the heated water as warm as the room.
        per_heat_k: What that grows by per kelvin of the heated water (heat pumps).
    """

    volume_l: float
    layers: int
    setpoint_k: float
    hysteresis_k: float
    power_kl_s: float
    cooling: float
    element_at: float = 0.05
    thermostat_at: float = 0.3
    return_at: float | None = None
    per_heat: float = 1.0
    per_heat_k: float = 0.0


class _Batch:
    """Water that has come in by one inlet and is not a layer yet."""

    __slots__ = ("heat_kl", "intake", "volume_l")

    def __init__(self, intake: Intake) -> None:
        self.intake = intake
        self.volume_l = 0.0
        self.heat_kl = 0.0

    def layer(self, at_s: float) -> Layer:
        """Return the batch as a layer, and begin anew."""
        layer = Layer(self.volume_l, self.heat_kl / self.volume_l, at_s)
        self.volume_l = self.heat_kl = 0.0
        return layer


class StorageTank:
    """A tank, hot from top to bottom at the beginning.

    Args:
        plan: How it is built.
        intakes: The cold inlet, and the port for circulation when the plan has one.
        since_s: The beginning, in s.
    """

    def __init__(self, plan: TankPlan, intakes: Sequence[Intake], *, since_s: float = 0.0) -> None:
        self.due_s = inf
        self.heating = False
        """Whether the element is on."""
        self._plan = plan
        self._cooling = max(plan.cooling, LEAST_COOLING)
        self._now_s = since_s
        self._batches = tuple(map(_Batch, intakes))
        self._feed = self._batches[0]
        self._layers = [Layer(plan.volume_l, plan.setpoint_k, since_s)]
        self._heated: Layer | None = None
        self._promised = 0
        self._flow_lps = 0.0
        self._began_kl = self._booked_kl = plan.setpoint_k * plan.volume_l
        self._given_kl = self._passed_kl = self._lost_kl = self._energy_kl = 0.0
        self._starts = 0

    @property
    def outlet(self) -> Source:
        """Return what leaves it."""
        return self

    def temperatures(self, at_s: float) -> list[tuple[float, float]]:
        """Return volume in l and temperature above the room in K of each layer, bottom first."""
        self._settle(at_s)
        found = [(layer.volume_l, value_k(layer, at_s, self._cooling)) for layer in self._layers]
        for batch in self._batches:
            if batch.volume_l > _SLIVER_L:
                found.append((batch.volume_l, batch.heat_kl / batch.volume_l))
        return found

    def supply(self, from_s: float) -> Iterator[Segment]:
        """Yield what leaves, layer after layer; exact until ``due_s``, and as if nothing mixed after it."""
        if self._flow_lps:
            self._settle(from_s)
        start_s = self._now_s
        for layer in reversed(self._layers):
            last = layer is self._layers[0] or not self._flow_lps
            end_s = inf if last else start_s + layer.volume_l / self._flow_lps
            if end_s > from_s:
                begin_s = max(start_s, from_s)
                yield leaving(layer, begin_s, end_s, self._cooling)
            if last:
                return
            start_s = end_s

    def follow(self, _now_s: float, /) -> None:
        """Nothing in it is felt before the water has moved."""

    def book(self, _span_s: float, /) -> None:
        """Its intakes have kept what came in."""

    def act(self, now_s: float, /) -> None:
        """Catch up; what is due happens in the order of time."""
        self._settle(now_s)

    def plan(self, now_s: float, /) -> None:
        """Let mix what may, under the flows that hold from now on, and promise what leaves next."""
        self._settle(now_s)
        for batch in self._batches:
            batch.intake.look()
        self._flow_lps = sum(batch.intake.flow_lps for batch in self._batches)
        self._promised = 0
        for batch in self._batches:
            if not batch.intake.flow_lps and batch.volume_l > _SLIVER_L:
                self._lay(batch)
        self._layers = settled(self._layers, now_s, self._cooling)
        self._open_feed()
        self._promise()
        self._rewarm()
        self.due_s = now_s + self._due_in_s() if self._flow_lps else inf

    def books(self, now_s: float) -> HeaterBooks:
        """Return the books at an instant."""
        self._settle(now_s)
        held_kl = sum(layer.volume_l * value_k(layer, now_s, self._cooling) for layer in self._layers)
        held_kl += sum(batch.heat_kl for batch in self._batches)
        return HeaterBooks(
            self._given_kl,
            self._passed_kl,
            self._lost_kl,
            held_kl - self._began_kl,
            self._energy_kl * KWH_PER_KL,
            self._starts,
        )

    # What happens inside, in the order of time.

    def _settle(self, until_s: float) -> None:
        for batch in self._batches:
            if batch.intake.flow_lps:
                until_s = min(until_s, batch.intake.ended_s)
        while self._now_s < until_s:
            next_s = min(until_s, self._now_s + min(self._fills_in_s(), self._turns_in_s()))
            self._pass(max(next_s, self._now_s))
            self._happen()

    def _pass(self, until_s: float) -> None:
        """Let water move and cool until an instant before which nothing happens."""
        start_s, span_s = self._now_s, until_s - self._now_s
        top = self._layers[-1]
        out = leaving(top, start_s, until_s, self._cooling)
        gained_kl = lost_kl = 0.0
        if self._flow_lps:
            left_ks, left_cooled_ks = taken_ks((out,), self._cooling, until_s)
            gained_kl -= self._flow_lps * left_ks
            lost_kl -= self._flow_lps * (left_ks - left_cooled_ks)
            top.volume_l -= self._flow_lps * span_s
        for batch in self._batches:
            came_ks, cooled_ks = self._fill(batch, span_s, until_s)
            gained_kl += batch.intake.flow_lps * came_ks
            lost_kl += batch.intake.flow_lps * (came_ks - cooled_ks)
        self._passed_kl -= gained_kl
        given_kl, given_lost_kl = self._heat(span_s)
        lost_kl += given_lost_kl - self._booked_kl * expm1(-self._cooling * span_s)
        self._booked_kl += gained_kl + given_kl - lost_kl
        self._lost_kl += lost_kl
        self._now_s = until_s

    def _fill(self, batch: _Batch, span_s: float, until_s: float) -> tuple[float, float]:
        batch.heat_kl *= exp(-self._cooling * span_s)
        flow_lps = batch.intake.flow_lps
        if not flow_lps:
            return 0.0, 0.0
        came_ks, cooled_ks = taken_ks(batch.intake.take(until_s), self._cooling, until_s)
        batch.volume_l += flow_lps * span_s
        batch.heat_kl += flow_lps * cooled_ks
        return came_ks, cooled_ks

    def _heat(self, span_s: float) -> tuple[float, float]:
        """Book the element's heat; return it, and how much of it the room has got already."""
        if self._heated is None:
            return 0.0, 0.0
        given_kl = self._plan.power_kl_s * span_s
        self._given_kl += given_kl
        warmth = leaving(self._heated, self._now_s, self._now_s + span_s, self._cooling)
        mean_part = self._plan.power_kl_s * integral(warmth) if self._plan.per_heat_k else 0.0
        self._energy_kl += self._plan.per_heat * given_kl + self._plan.per_heat_k * mean_part
        return given_kl, given_kl - self._plan.power_kl_s * growth(-self._cooling, span_s)

    def _happen(self) -> None:
        """Let happen what is due now."""
        changed = False
        for batch in self._batches:
            if batch.volume_l >= self._batch_l - _SLIVER_L:
                self._lay(batch)
                changed = True
        if len(self._layers) > 1 and self._layers[-1].volume_l <= _SLIVER_L:
            self._drop_top()
            changed = True
        if self._thermostat_in_s() <= 0.0:
            self.heating = not self.heating
            self._starts += self.heating
            changed = True
        if changed or self._turns_in_s() <= 0.0:
            self._mix()
            self._rewarm()

    def _drop_top(self) -> None:
        rest = self._layers.pop()
        self._promised = max(0, self._promised - 1)
        # What rounding leaves of a layer goes to the next one, with its heat.
        top = self._layers[-1]
        whole = joined(top, rest, self._now_s, self._cooling) if rest.volume_l > 0.0 else top
        whole.volume_l = top.volume_l + rest.volume_l
        self._layers[-1] = whole

    def _lay(self, batch: _Batch) -> None:
        """Make a batch a layer where it came in."""
        place = 0 if batch is self._feed else self._parted()
        self._layers.insert(place, batch.layer(self._now_s))
        self._mix()

    def _parted(self) -> int:
        """Part the layer at the port, unless it has been promised, and return how many lie below."""
        index, lower_l = self._port()
        fixed = len(self._layers) - self._promised
        if index >= fixed:
            return fixed
        layer = self._layers[index]
        if lower_l <= _SPLIT * self._batch_l:
            return index
        if lower_l < layer.volume_l - _SPLIT * self._batch_l:
            self._layers[index : index + 1] = divided(layer, lower_l, self._now_s, self._cooling)
        return index + 1

    def _mix(self) -> None:
        """Let mix what has not been promised."""
        fixed = len(self._layers) - self._promised
        self._layers[:fixed] = settled(self._layers[:fixed], self._now_s, self._cooling)

    # When something happens, in seconds from now.

    def _fills_in_s(self) -> float:
        """Return when a batch is full or the top layer has left."""
        soonest_s = inf
        for batch in self._batches:
            if batch.intake.flow_lps:
                soonest_s = min(soonest_s, (self._batch_l - batch.volume_l) / batch.intake.flow_lps)
        if self._flow_lps and len(self._layers) > 1:
            soonest_s = min(soonest_s, self._layers[-1].volume_l / self._flow_lps)
        return max(0.0, soonest_s)

    def _turns_in_s(self) -> float:
        """Return when the thermostat switches, or another layer is at its sensor or the element, or two are alike."""
        soonest_s = min(self._thermostat_in_s(), self._arrives_in_s(self._plan.thermostat_at))
        if self.heating:
            soonest_s = min(soonest_s, self._arrives_in_s(self._plan.element_at), self._meets_in_s())
        return soonest_s

    def _thermostat_in_s(self) -> float:
        felt = self._layers[self._at(self._plan.thermostat_at)]
        setpoint_k = self._plan.setpoint_k
        level_k = setpoint_k if self.heating else setpoint_k - self._plan.hysteresis_k
        return reaches_s(felt, level_k, self._now_s, self._cooling, rising=self.heating)

    def _meets_in_s(self) -> float:
        if self._heated is None:
            return inf
        index = self._layers.index(self._heated)
        if index + 1 >= len(self._layers) - self._promised:
            return inf
        return meets_s(self._heated, self._layers[index + 1], self._now_s, self._cooling)

    def _arrives_in_s(self, share: float) -> float:
        """Return when the next layer below rises to a height."""
        index = self._at(share)
        if index == 0:
            return inf
        rising_lps = self._feed.intake.flow_lps
        if index - 1 > self._port()[0]:
            rising_lps = self._flow_lps
        missing_l = share * self._plan.volume_l + 3.0 * _SLIVER_L - self._tops_l()[index - 1]
        return max(0.0, missing_l) / rising_lps if rising_lps else inf

    def _due_in_s(self) -> float:
        fixed = len(self._layers) - self._promised
        promised_l = sum(layer.volume_l for layer in self._layers[fixed:])
        due_in_s = min(promised_l / self._flow_lps, self._turns_in_s())
        if self._heated is not None and self._layers[fixed - 1] is self._heated:
            # A slice that leaves before long goes as it is; more than that is worth another promise.
            above = self._layers[fixed]
            if above.volume_l > self._batch_l + _SLIVER_L:
                due_in_s = min(due_in_s, meets_s(self._heated, above, self._now_s, self._cooling))
        return due_in_s

    # What lies where.

    @property
    def _batch_l(self) -> float:
        return self._plan.volume_l / self._plan.layers

    def _tops_l(self) -> list[float]:
        """Return the litres below the upper edge of each layer; the port's batch lies on the layer at the port."""
        tops_l = []
        port, back_l = self._port()[0], self._batches[-1].volume_l if len(self._batches) > 1 else 0.0
        top_l = self._feed.volume_l
        for index, layer in enumerate(self._layers):
            top_l += layer.volume_l + (back_l if index == port + 1 else 0.0)
            tops_l.append(top_l)
        return tops_l

    def _at(self, share: float) -> int:
        """Return the number of the layer at a height; where there is a batch, that of the layer above it."""
        height_l = share * self._plan.volume_l + 2.0 * _SLIVER_L
        tops_l = self._tops_l()
        return next((index for index, top_l in enumerate(tops_l) if top_l > height_l), len(tops_l) - 1)

    def _port(self) -> tuple[int, float]:
        """Return the number of the layer at the port for circulation, and the litres of it that lie below the port."""
        lower_l = (self._plan.return_at or 0.0) * self._plan.volume_l - self._feed.volume_l
        for index, layer in enumerate(self._layers):
            if lower_l < layer.volume_l:
                return index, lower_l
            lower_l -= layer.volume_l
        return len(self._layers) - 1, self._layers[-1].volume_l

    def _open_feed(self) -> None:
        """Let a lowest layer smaller than a batch grow on, when cold water comes in."""
        lowest = self._layers[0]
        if (
            self._feed.intake.flow_lps
            and len(self._layers) > 1
            and lowest.volume_l < self._batch_l - _SLIVER_L
        ):
            self._feed.volume_l = lowest.volume_l
            self._feed.heat_kl = lowest.volume_l * value_k(lowest, self._now_s, self._cooling)
            del self._layers[0]

    def _promise(self) -> None:
        """Set apart the layers that leave next: above the element and the port, at least part of the top one."""
        if not self._flow_lps:
            return
        lowest = self._at(self._plan.element_at)
        if self._flow_lps > self._feed.intake.flow_lps:
            lowest = max(lowest, self._port()[0])
        top = self._layers[-1]
        if lowest == len(self._layers) - 1 and top.volume_l > self._batch_l:
            self._layers[-1:] = divided(top, top.volume_l - self._batch_l, self._now_s, self._cooling)
        self._promised = max(1, len(self._layers) - 1 - lowest)

    def _rewarm(self) -> None:
        """Let the element work on the layer at it, or on the highest below what has been promised."""
        if self._heated is not None:
            warm(self._heated, self._now_s, self._cooling, 0.0)
            self._heated = None
        if self.heating:
            index = min(self._at(self._plan.element_at), len(self._layers) - self._promised - 1)
            self._heated = self._layers[index]
            warm(self._heated, self._now_s, self._cooling, self._plan.power_kl_s)
