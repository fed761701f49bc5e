"""``zcw demo``: a simulated house, a broker, the controller and its page, with nothing to set up."""

import asyncio
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.console import product_version, say, start_logging
from controller.core.errors import ZcwError

if TYPE_CHECKING:
    from api.demo import PacedHouse
    from simulator.layout import Layout
    from simulator.wired import Happening


def demo(
    layout: Annotated[
        str, typer.Option(help="A shipped layout (zcw layout list names them) or a layout file.")
    ] = "house",
    speed: Annotated[
        float,
        typer.Option(min=0.1, max=100, help="How much faster than real time house and controller live."),
    ] = 20.0,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the page; 0 for any free one.")
    ] = 8377,
    host: Annotated[
        str, typer.Option(help="Address of the page; 0.0.0.0 to see it on your phone.")
    ] = "127.0.0.1",
    broker_port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port of the demo's broker; 0 for any free one.")
    ] = 0,
    family: Annotated[
        str | None,
        typer.Option(help="Fit the house out with one family, such as shelly2; a mixture without it."),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="Address of a proxy that may show the page inside its own, as Home Assistant's ingress."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Who lives in the house.")] = 1,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log the details.")] = False,
) -> None:
    """Watch a simulated house get hot water before the tap opens, until Ctrl-C.

    Broker, house and controller run in this process and meet only over MQTT. Nothing is kept afterwards.
    """
    start_logging(verbose=verbose)
    if not verbose:
        logging.getLogger("controller").setLevel(logging.WARNING)  # the house has its own story to tell
    from simulator.layout_file import load_layout

    plan = load_layout(layout)
    if not plan.loops:
        raise ZcwError(f"the demo is about loops, and {plan.name} has none: try --layout house")
    if family is not None and len(plan.loops) > 1:
        raise ZcwError(
            f"--family fits out houses with one loop, and {plan.name} has {len(plan.loops)}: leave it out"
        )
    shown = _Demo(plan, speed, host, port, broker_port, seed, family, tuple(trusted_proxy or ()))
    with tempfile.TemporaryDirectory(prefix="zcw-demo-") as folder:
        code = asyncio.run(shown.run(Path(folder)))
    raise typer.Exit(code)


@dataclass(frozen=True)
class _Demo:
    """What is shown, to whom, and how fast."""

    layout: "Layout"
    speed: float
    host: str
    port: int
    broker_port: int
    seed: int
    family: str | None
    trusted_proxies: tuple[str, ...]

    async def run(self, folder: Path) -> int:
        from api.control import stop_signal
        from api.demo import PacedHouse, embedded_broker
        from api.server import bind

        with bind(self.host, self.port) as probe:
            port = probe.getsockname()[1]
        stopped = stop_signal()
        async with embedded_broker(self.broker_port) as broker_port:
            house = PacedHouse(
                self.layout,
                seed=self.seed,
                speed=self.speed,
                port=broker_port,
                log=_tell,
                family=self.family,
            )
            await house.connect()
            living = asyncio.create_task(house.live())
            try:
                return await self._control(house, broker_port, port, stopped, folder)
            finally:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)
                await house.close()

    async def _control(
        self, house: "PacedHouse", broker_port: int, port: int, stopped: "asyncio.Future[None]", folder: Path
    ) -> int:
        from api.control import control
        from api.demo import CONFIG, demo_settings

        settings = demo_settings(
            self.layout,
            broker_port=broker_port,
            api_host=self.host,
            api_port=port,
            folder=folder,
            family=self.family,
            trusted_proxies=self.trusted_proxies,
        )
        code = await control(
            settings,
            product_version(),
            house.clock,
            ready=lambda url: self._welcome(url, broker_port),
            stopped=stopped,
            config=folder / CONFIG,
        )
        say("  Ended; the pump is off.")
        return code

    def _welcome(self, url: str, broker_port: int) -> None:
        say("")
        say(f"  A house is getting up ({self.layout.name}, {self.speed:g} times as fast as real time).")
        say(f"  Open the page:  {url}")
        say(f"  What is said between devices and controller:  mosquitto_sub -p {broker_port} -v -t '#'")
        say("  Press Ctrl-C to end. What people do is told here:")
        say("")


def _tell(happening: "Happening") -> None:
    say(f"  {happening.sentence()}")
