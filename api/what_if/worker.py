"""The process that works out an advice for the page: ``python -m api.what_if.worker FOLDER``.

It reads ``request.json`` in the folder, tells its progress on standard output, a line of JSON each, and leaves the report
beside it. It takes only what CPU nobody else wants, and ends when its parent does.
"""

import json
import os
import resource
import sys
import threading
from pathlib import Path
from typing import Any, Final

from controller.core.errors import ZcwError

NICE: Final = 19
MOST_CPU_S: Final = 900
MOST_MEMORY: Final = 1_500_000_000


def main(folder: Path) -> int:
    """Work out one advice; return the exit code."""
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU_S, MOST_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    request = json.loads((folder / "request.json").read_text("utf-8"))
    try:
        _say(result=_advised(folder, request))
    except ZcwError as error:
        _say(error=str(error))
        return 1
    return 0


def _advised(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    from api.commands.console import product_version
    from simulator.adviser.advice import Wanted, advise
    from simulator.adviser.files import advice_json, check_installed, report_page, save_advice

    check_installed()
    wanted = Wanted(
        request["text"],
        "layout",
        {request["household"]: None},
        samples=request["samples"],
        enough=request["comfort"],
        tariff=_tariff(request["prices"]),
        currency=request["currency"],
    )
    advice = advise(wanted, progress=lambda share: _say(share=round(share, 3)))
    save_advice(folder, advice, report_page(advice, version=product_version(), language=request["language"]))
    return advice_json(advice)


def _tariff(prices: dict[str, float]) -> Any:
    from simulator.tariff import Tariff

    return Tariff(**prices)


def _say(**what: object) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def _end_with_parent() -> None:
    # the parent holds the other end as long as it lives
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
