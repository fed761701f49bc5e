"""A small typed client of the REST service, for scripts: nothing beyond the standard library and this package's models.

``docs/client.md`` shows it at work. It waits; in an event loop call it in a thread.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Final, cast
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen
from uuid import uuid4

from pydantic import TypeAdapter

from api.routes.habits import DayOut, HabitsOut, HygieneOut
from api.routes.settings import LoopSettingsIn, SettingsOut
from api.schemas import AnswerOut, ModeBody, Problem, RunRecordOut, RunsOut, StateOut, StopOut
from controller.core.errors import ZcwError
from controller.core.events import Mode
from controller.core.reason import Language

PATIENCE_S: Final = 10.0
TRIES: Final = 3
"""What was asked for and got no answer is sent again under its key, which makes it the same request."""


class ProblemAnswered(ZcwError):
    """The service said no.

    Args:
        problem: What it said: the kind, what is wrong, and a cure.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(f"{problem.detail}. {problem.cure}")


class Unreachable(ZcwError):
    """No answer came."""


class Client:
    """Asks one service.

    Args:
        url: Where it is, such as ``http://gateway.local:8377``; behind a proxy with its prefix.
        token: Key for programs, where there are accounts.
        language: Of the sentences.
    """

    def __init__(self, url: str, *, token: str | None = None, language: Language = "en") -> None:
        self._base = f"{url.rstrip('/')}/api/v1/"
        self._headers = {"Accept-Language": language} | (
            {} if token is None else {"Authorization": f"Bearer {token}"}
        )

    def state(self) -> StateOut:
        """Return the whole service at this moment.

        Raises:
            ProblemAnswered: The service says no (so for every call).
            Unreachable: No answer came (so for every call).
        """
        return StateOut.model_validate_json(self._ask("GET", "state"))

    def preheat(self, fixture: str | None = None, minutes: float | None = None) -> AnswerOut:
        """Ask for hot water; when the answer gets lost it is asked again as the same wish."""
        wish = {
            key: value for key, value in (("fixture", fixture), ("minutes", minutes)) if value is not None
        }
        return AnswerOut.model_validate_json(self._act("POST", "preheat", wish))

    def stop(self) -> StopOut:
        """Stop every pump now."""
        return StopOut.model_validate_json(self._act("POST", "stop"))

    def set_mode(self, mode: Mode) -> None:
        """Choose what the controller may do."""
        self._act("PUT", "mode", ModeBody(mode=mode).model_dump(mode="json"))

    def runs(self, loop: str | None = None) -> Iterator[RunRecordOut]:
        """Yield every run and refusal, the newest first, page by page."""
        query: str | None = "?limit=200" + ("" if loop is None else f"&loop={quote(loop)}")
        while query is not None:
            page = RunsOut.model_validate_json(self._ask("GET", f"runs{query}"))
            yield from page.runs
            query = page.next

    def habits(self, loop: str) -> HabitsOut:
        """Return what a loop has learned of its household."""
        return HabitsOut.model_validate_json(self._ask("GET", f"loops/{quote(loop, safe='')}/habits"))

    def hygiene(self, loop: str) -> HygieneOut:
        """Return how long water has stood in a loop."""
        return HygieneOut.model_validate_json(self._ask("GET", f"loops/{quote(loop, safe='')}/hygiene"))

    def days(self, loop: str) -> list[DayOut]:
        """Return what each day brought, the oldest first."""
        return TypeAdapter(list[DayOut]).validate_json(self._ask("GET", f"loops/{quote(loop, safe='')}/days"))

    def settings(self) -> tuple[SettingsOut, str]:
        """Return what can be changed, and the ETag that a change must name."""
        with self._answer("GET", "settings") as answer:
            return SettingsOut.model_validate_json(answer.read()), answer.headers["ETag"]

    def change_settings(self, loop: str, wish: LoopSettingsIn, etag: str) -> SettingsOut:
        """Change a loop's schedules, comfort, quiet hours or days away, unless somebody else was quicker."""
        values = wish.model_dump(mode="json", by_alias=True, exclude_none=True)
        path = f"settings/loops/{quote(loop, safe='')}"
        return SettingsOut.model_validate_json(self._act("PUT", path, values, {"If-Match": etag}))

    def events(self) -> Iterator[StateOut]:
        """Yield the state whenever it changes, until the connection ends."""
        with self._answer("GET", "events") as answer:
            kind = ""
            for line in answer:
                name, _, value = line.decode("utf-8").rstrip("\r\n").partition(": ")
                if name == "event":
                    kind = value
                elif name == "data" and kind == "state":
                    yield StateOut.model_validate_json(value)

    def _act(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Ask for something to be done; under one key, so that it is done once however often it has to be asked."""
        keyed = {"Idempotency-Key": uuid4().hex, **(headers or {})}
        for left in reversed(range(TRIES)):
            try:
                return self._ask(method, path, body, keyed)
            except Unreachable:
                if not left:
                    raise
        raise AssertionError("the last try returns or raises")

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        with self._answer(method, path, body, headers) as answer:
            return answer.read()

    @contextmanager
    def _answer(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[HTTPResponse]:
        content = None if body is None else json.dumps(body).encode()
        kind = {} if content is None else {"Content-Type": "application/json"}
        request = Request(
            self._base + path, content, self._headers | kind | dict(headers or {}), method=method
        )
        try:
            with urlopen(request, timeout=PATIENCE_S) as answer:
                yield cast(HTTPResponse, answer)
        except HTTPError as error:
            raise ProblemAnswered(Problem.model_validate_json(error.read())) from error
        except (URLError, OSError) as error:
            raise Unreachable(f"{self._base} does not answer: {error}") from error
