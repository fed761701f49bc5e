"""Many cases at once: in this process, in several, or on a cluster that is there already."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.context import BaseContext
from typing import Generic, TypeAlias, TypeVar

from controller.core.errors import ZcwError

Work = TypeVar("Work")
Result = TypeVar("Result")

Pool: TypeAlias = Executor | None
"""Where work is done; None for this very process."""


class WorkersLost(ZcwError):
    """The processes that did the work are gone: a bug, or the machine ended them."""


@dataclass(frozen=True, slots=True)
class Done(Generic[Result]):
    """One piece of work that is done.

    Args:
        number: Its place among the work given.
        result: What came of it.
    """

    number: int
    result: Result


class TroubleElsewhere(ZcwError):
    """What went wrong in another process, in its words: errors with other arguments do not survive the way back."""


@dataclass(frozen=True, slots=True)
class _Trouble:
    """The message of an error meant for people."""

    message: str


def _guarded(function: Callable[[Work], Result], work: Work) -> Result | _Trouble:
    try:
        return function(work)
    except ZcwError as error:
        return _Trouble(str(error))


def _context(ready: Sequence[str]) -> BaseContext:
    """Return how processes are made: as new interpreters, which inherit neither threads nor chance.

    Where the system can copy processes, they are copies of one that has done nothing but load what all of them need.
    """
    if not ready or "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(list(ready))
    return context


def _load(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)


@contextmanager
def local_pool(jobs: int, ready: Sequence[str] = ()) -> Iterator[Pool]:
    """Give a pool of so many processes on this machine; with one job no other process is started.

    Args:
        jobs: How many pieces of work go on at once.
        ready: Modules that the processes load at once, while this one prepares the work.
    """
    if jobs <= 1:
        yield None
        return
    pool = ProcessPoolExecutor(jobs, mp_context=_context(ready))
    if ready:
        pool.submit(_load, ready)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def do_all(
    function: Callable[[Work], Result], works: Sequence[Work], pool: Pool = None
) -> Iterator[Done[Result]]:
    """Yield each piece of work as it is done; in their order only without a pool.

    Args:
        function: What to do, importable by its name.
        works: The pieces of work.
        pool: Where to do it.

    Raises:
        WorkersLost: A process of the pool has gone.
        TroubleElsewhere: A piece of work met an error that people are told.
    """
    if pool is None:
        yield from (Done(number, function(work)) for number, work in enumerate(works))
        return
    numbers: dict[Future[Result | _Trouble], int] = {
        pool.submit(_guarded, function, work): number for number, work in enumerate(works)
    }
    try:
        for future in as_completed(numbers):
            number, result = numbers.pop(future), future.result()
            if isinstance(result, _Trouble):
                raise TroubleElsewhere(result.message)
            yield Done(number, result)
    except BrokenProcessPool:
        raise WorkersLost("a worker process has died; try fewer --jobs if the memory ran out") from None
    finally:
        for future in numbers:
            future.cancel()
