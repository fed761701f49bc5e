"""A Dask cluster that is there already, as a place where work is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Final

from controller.core.errors import ZcwError
from simulator.jobs import Pool, WorkersLost
from simulator.records import MissingExtra

EXTRA: Final = "cluster"
WAITS_S: Final = 10.0
"""How long the scheduler has to answer, in s."""


class NoCluster(ZcwError):
    """The scheduler does not answer.

    Args:
        address: Its address.
    """

    def __init__(self, address: str) -> None:
        super().__init__(
            f"no Dask scheduler answers at {address} within {WAITS_S:g} s; start one with `dask scheduler`, "
            "or leave --scheduler out to use this machine"
        )


@contextmanager
def cluster_pool(address: str) -> Iterator[Pool]:
    """Give a cluster as a pool; its workers need the same version of the product.

    Args:
        address: Of the scheduler, such as ``tcp://gateway:8786``.

    Raises:
        MissingExtra: Its library is not installed here.
        NoCluster: The scheduler does not answer.
        WorkersLost: Workers went away again and again.
    """
    if find_spec("distributed") is None:
        raise MissingExtra("a cluster", EXTRA)
    from distributed import Client
    from distributed.scheduler import KilledWorker

    try:
        client = Client(address, timeout=WAITS_S, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError):
        raise NoCluster(address) from None
    try:
        yield client.get_executor(pure=False)  # type: ignore[no-untyped-call]
    except KilledWorker as error:
        raise WorkersLost(f"the cluster's workers died again and again: {error}") from None
    finally:
        client.close()  # type: ignore[no-untyped-call]
