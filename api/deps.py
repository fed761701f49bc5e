"""What the routes need from outside: the service, the language, and who is asking."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal, Protocol, cast

from fastapi import Depends, Header, Query, Request

from api.auth import Person
from api.auth_guard import PERSON
from api.language import negotiate
from api.turns import Turns
from controller.core.events import Mode
from controller.core.reason import Language
from controller.storage.history import NoteRecord
from controller.storage.timeline import Timeline
from controller.views import Answer, DayView, HabitsView, HygieneView, RunRecord, ServiceView


class Facade(Protocol):
    """The service as the API sees it. Nothing here waits, except where it says ``async``."""

    def view(self) -> ServiceView:
        """Return the whole service at this moment."""

    def preheat(
        self, *, fixture: str | None, duration_ms: int | None, who: str, request_id: str | None
    ) -> Answer:
        """Pass on a person's wish for hot water and return what became of it.

        Args:
            fixture: Where; None for the first loop as a whole.
            duration_ms: Plain run of so long; None to run until hot.
            who: Who asks, for people to read.
            request_id: Repeating it repeats nothing; None makes a new wish.

        Raises:
            UnknownFixture: No loop has that fixture.
            Unavailable: The pump cannot be reached now.
        """

    def stop(self, *, who: str) -> tuple[Answer, ...]:
        """Stop every loop. The lockout holds at once, also while the pump cannot be reached."""

    def set_mode(self, mode: Mode, *, who: str) -> None:
        """Choose what the controller may do."""

    def tell_energy(self, *, price: float | None, surplus_w: float | None) -> None:
        """Pass on what energy costs, or what the house would give away in W; None says nothing."""

    def acknowledge(self, *, who: str) -> None:
        """Let go of every latch: somebody has looked and says that all is well."""

    def pause_learning(self, loop: str, *, paused: bool, who: str) -> None:
        """Stop learning habits on a loop, or go on."""

    def forget(self, loop: str, *, who: str) -> None:
        """Forget the habits that a loop has learned."""

    async def habits(self, loop: str) -> HabitsView | None:
        """Return what a loop has learned of its household; None where nothing is learned."""

    def hygiene(self, loop: str) -> HygieneView:
        """Return how long water has stood in a loop."""

    def days(self, loop: str) -> tuple[DayView, ...]:
        """Return what each day brought on a loop, the oldest first."""

    async def notes(self, *, limit: int, before_id: int | None, loop: str | None) -> list[NoteRecord]:
        """Return everything that was noted, newest first.

        Raises:
            StorageError: The history cannot be read.
        """

    async def kept(self) -> bool:
        """Wait until what was said so far is on the disk; False when history is not being kept."""

    async def runs(self, *, limit: int, before_id: int | None, loop: str | None) -> list[RunRecord]:
        """Return at most ``limit`` runs and refusals, newest first, with ids below ``before_id``.

        Raises:
            StorageError: The history cannot be read.
        """

    async def temperatures(
        self, *, loop: str, since: datetime, until: datetime, max_points: int
    ) -> list[tuple[datetime, str, float]]:
        """Return temperatures as (when, sensor, C), oldest first, thinned to at most ``max_points`` in all.

        Raises:
            StorageError: The history cannot be read.
        """

    async def timeline(self, *, loop: str, since: datetime, until: datetime, most: int) -> Timeline:
        """Return a loop's runs and draws over a span, oldest first; beyond ``most`` neighbours are told together.

        Raises:
            StorageError: The history cannot be read.
        """

    def changes(self) -> AsyncIterator[ServiceView]:
        """Yield the newest view at once, whenever something changed, and at least every 5 s.

        A slow reader loses what lies between, never the newest, and never costs memory.
        """

    def health(self) -> tuple[bool, dict[str, str]]:
        """Return whether all is well, and a sentence for each part."""


WEB_PAGE = "web page"
REST_CALL = "REST call"


def facade(request: Request) -> Facade:
    """Return the service behind this application."""
    return cast(Facade, request.app.state.facade)


def language(
    lang: Annotated[
        Literal["en", "zh"] | None,
        Query(description="Language of the sentences; goes before Accept-Language."),
    ] = None,
    accept_language: Annotated[str | None, Header(description="Language of the sentences: en or zh.")] = None,
) -> Language:
    """Return the language in which this request wants its sentences."""
    return lang or negotiate(accept_language)


def who(request: Request) -> str:
    """Return who asks: only browsers send Origin, and other sites' pages were refused before."""
    person: Person | None = request.scope.get(PERSON)
    if person is not None:
        return person.name
    return WEB_PAGE if "origin" in request.headers else REST_CALL


def turns(request: Request) -> Turns:
    """Return who is having a turn of what."""
    return cast(Turns, request.app.state.turns)


FacadeDep = Annotated[Facade, Depends(facade)]
LanguageDep = Annotated[Language, Depends(language)]
WhoDep = Annotated[str, Depends(who)]
TurnsDep = Annotated[Turns, Depends(turns)]
