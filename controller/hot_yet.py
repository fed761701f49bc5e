"""Is it hot yet? What a loop's events tell of its fixtures, as the page and the API show it."""

from controller.core.clock import Instant
from controller.core.events import Event, FlowRead, Reading
from controller.core.plumbing import DRAW_FLOW, Plumbing
from controller.engine import Engine
from controller.estimation.fixture_estimate import FixtureEstimate
from controller.estimation.fixtures import FixtureHeat
from controller.views import FixtureView

KEY = "fixtures"
"""Under which the learned is kept in a loop's snapshot."""


class HotYet:
    """Follows one engine and estimates how hot it is at the fixtures.

    It stands beside the engine and not in it: nothing is decided by it, and simulations that do not show it need not
    work it out.

    Args:
        engine: The loop's engine.
        plumbing: The loop, where more is known of it than the engine was told.
    """

    def __init__(self, engine: Engine, plumbing: Plumbing | None = None) -> None:
        self._engine = engine
        self.heat = FixtureHeat(plumbing or engine.plumbing, engine.now)
        self._ran = False
        self._shown: tuple[FixtureView, ...] = ()
        self._shown_at: Instant = -1

    def look(self, event: Event) -> None:
        """Take in an event that the engine has handled."""
        engine = self._engine
        now, self._shown_at = engine.now, -1
        if isinstance(event, Reading) and self._believed(event):
            self.heat.reading(now, event.sensor, event.value_c)
        elif isinstance(event, FlowRead) and event.live and event.sensor == DRAW_FLOW:
            self.heat.flow(now, event.flow_lpm)
        runs = engine.pump.run is not None
        if runs is not self._ran:
            self._ran = runs
            self.heat.pump(now, runs)

    def views(self, now: Instant) -> tuple[FixtureView, ...]:
        """Return how hot it is at each fixture; worked out anew after events, and once a second."""
        second = now // 1000
        if second != self._shown_at:
            self._shown, self._shown_at = tuple(map(_view, self.heat.estimates(now))), second
        return self._shown

    def _believed(self, event: Reading) -> bool:
        sample = self._engine.readings.get(event.sensor)
        return sample is not None and sample.live and sample.at == self._engine.now and event.live


def _view(estimate: FixtureEstimate) -> FixtureView:
    wait_s, low_s, high_s = (round(one, 1) for one in estimate.wait_s)
    ready_in_s = estimate.ready_in_s
    return FixtureView(
        name=estimate.fixture,
        hot=estimate.hot,
        hot_chance=round(estimate.hot_chance, 3),
        estimate_c=round(estimate.mean_c, 1),
        uncertainty_c=round(estimate.sd_k, 1),
        wait_s=wait_s,
        wait_low_s=low_s,
        wait_high_s=high_s,
        ready_in_s=None if ready_in_s is None else round(ready_in_s, 1),
    )
