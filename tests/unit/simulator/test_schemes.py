import pytest

from controller.core.plumbing import Topology
from controller.safety.limits import Limits
from controller.strategies.aquastat import Aquastat
from controller.strategies.registry import STRATEGIES
from simulator.schemes import SCHEMES
from tests.builders import COLD_LOOP, RETURN_LOOP

UPKEEP = {"freeze", "exercise", "hygiene", "disinfection", "ready_by"}
"""What keeps a house in order or serves one appointment: no way to keep a household in hot water."""


def test_every_strategy_of_the_registry_can_be_simulated_and_so_can_none() -> None:
    assert set(STRATEGIES) > UPKEEP
    assert set(SCHEMES) == {"none", "rise", *STRATEGIES} - UPKEEP


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("plumbing", [RETURN_LOOP, COLD_LOOP], ids=lambda plumbing: plumbing.topology.value)
def test_a_scheme_is_the_strategy_of_its_name(name: str, plumbing: object) -> None:
    made = SCHEMES[name](plumbing)  # type: ignore[arg-type]  # parametrize hides the type
    assert [strategy.name for strategy in made] == ([] if name == "none" else [name])


def test_an_aquastat_on_a_cold_pipe_stays_below_the_limit_of_the_cold_line() -> None:
    (aquastat,) = SCHEMES["aquastat"](COLD_LOOP)
    assert isinstance(aquastat, Aquastat)
    assert COLD_LOOP.topology is Topology.COLD_RETURN
    assert aquastat.deadband.off_above_c < Limits().cold_line_c
