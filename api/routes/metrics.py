"""What Prometheus scrapes: the state of every loop as gauges, counted from the same view that the page shows."""

from collections.abc import Iterator
from typing import Final

from fastapi import APIRouter, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from api.deps import FacadeDep
from api.errors import responses
from controller.views import LoopView, PumpState, ServiceView

router = APIRouter(tags=["health"])

PUMP: Final = {PumpState.ON: 1.0, PumpState.OFF: 0.0, PumpState.UNKNOWN: float("nan")}
"""A pump whose state is unknown has no number: it must never look switched off in a chart."""


@router.get("/metrics", summary="For Prometheus", responses=responses(), response_class=Response)
async def metrics(facade: FacadeDep) -> Response:
    """Gauges in the text format of Prometheus; what is not known is NaN, never zero."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Snapshot(facade.view()))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Snapshot(Collector):
    """One view as metrics."""

    def __init__(self, view: ServiceView) -> None:
        self._view = view

    def collect(self) -> Iterator[Metric]:
        view = self._view
        info = InfoMetricFamily("zcw_build", "The controller.")
        info.add_metric([], {"version": view.version, "house": view.name})
        yield info
        yield _one("zcw_broker_connected", "The MQTT broker is reachable.", float(view.broker_connected))
        yield _one("zcw_storage_ok", "History is being kept.", float(view.storage_ok))
        yield _one(
            "zcw_control_lag_seconds",
            "How late the control loop was at worst in the last minute.",
            view.lag_s,
        )
        yield from self._of_loops(view.loops)

    def _of_loops(self, loops: tuple[LoopView, ...]) -> Iterator[Metric]:
        pump = GaugeMetricFamily(
            "zcw_pump_on", "What the pump's switch told; NaN while unknown.", labels=["loop"]
        )
        wanted = GaugeMetricFamily("zcw_pump_commanded", "What the controller ordered.", labels=["loop"])
        power = GaugeMetricFamily("zcw_pump_power_watts", "What the pump draws.", labels=["loop"])
        warm = GaugeMetricFamily("zcw_temperature_celsius", "Fresh temperatures.", labels=["loop", "sensor"])
        run = GaugeMetricFamily("zcw_run_seconds", "Length of the run going on; 0 at rest.", labels=["loop"])
        fault = GaugeMetricFamily("zcw_fault", "Faults present.", labels=["loop", "code"])
        for loop in loops:
            pump.add_metric([loop.name], PUMP[loop.pump])
            wanted.add_metric([loop.name], float(loop.commanded))
            run.add_metric([loop.name], 0.0 if loop.run is None else loop.run.elapsed_s)
            if loop.power_w is not None:
                power.add_metric([loop.name], loop.power_w)
            for reading in loop.temperatures:
                value_c = reading.value_c if reading.fresh and reading.value_c is not None else float("nan")
                warm.add_metric([loop.name, reading.sensor], value_c)
            for present in loop.faults:
                fault.add_metric([loop.name, present.code], 1.0)
        yield from (pump, wanted, power, warm, run, fault)


def _one(name: str, text: str, value: float) -> Metric:
    metric = GaugeMetricFamily(name, text)
    metric.add_metric([], value)
    return metric
