"""From a file, or from values, to settings; or to every problem at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from controller.broker import BrokerSettings, HomeAssistantSettings
from controller.central import CentralSettings
from controller.core.errors import ConfigError, Problem
from controller.core.leases import ByHand
from controller.settings import draft as drafts
from controller.settings.advice import warnings
from controller.settings.broker_secrets import Secrets, read_secrets, tls_settings
from controller.settings.checks import cross_problems, plumbing
from controller.settings.families import families
from controller.settings.forms import BrokerForm, ConfigForm, StorageForm
from controller.settings.model import ApiSettings, LoopSettings, Settings, SiteSettings
from controller.settings.places import Place, around, written
from controller.settings.translation import problems as pydantic_problems
from controller.settings.yaml_source import Document, read_document


def load_settings(path: Path, *, with_secrets: bool = True) -> Settings:
    """Return the settings that a file holds.

    Args:
        path: The file.
        with_secrets: Read the password too, and insist that certificates exist. Off, what is missing only becomes a
            warning: a check may run where the secrets are not.

    Raises:
        ConfigError: Everything that is wrong with it, each with its line.
    """
    return _settings(read_document(path), path.parent, with_secrets=with_secrets)


def parse_settings(
    values: Mapping[str, object],
    source: str = "settings",
    *,
    folder: Path = Path(),
    with_secrets: bool = True,
) -> Settings:
    """Return the settings that plain values hold, laid out as in a file; see ``load_settings``.

    Args:
        values: What the file would hold.
        source: What to call them in messages.
        folder: Folder that paths are relative to.
        with_secrets: As for ``load_settings``.
    """
    return _settings(Document(source, values), folder, with_secrets=with_secrets)


def _settings(document: Document, folder: Path, *, with_secrets: bool) -> Settings:
    form, found = _filled(document.values)
    places = [place for place, _ in found]
    draft = drafts.of_values(document.values, places) if form is None else drafts.of_form(form)
    secrets = _secrets(document.values, places, folder)
    problems = [
        *(problem for _, problem in found),
        *cross_problems(draft),
        *_storage_problems(document.values, places, folder),
        *(secrets.problems if with_secrets else ()),
    ]
    if problems or document.problems or form is None:
        raise ConfigError(document.source, tuple(_in_order(document, problems)))
    settings = _assembled(document.source, form, draft, secrets, folder)
    unread = (
        () if with_secrets else tuple(f"{problem.where}: {problem.message}" for problem in secrets.problems)
    )
    return replace(settings, warnings=(*unread, *warnings(settings)))


def _filled(values: Mapping[str, object]) -> tuple[ConfigForm | None, list[tuple[Place, Problem]]]:
    try:
        return ConfigForm.model_validate(values), []
    except ValidationError as error:
        return None, pydantic_problems(error, ConfigForm)


def _section(
    kind: type[BaseModel], key: str, values: Mapping[str, object], wrong: Iterable[Place]
) -> BaseModel | None:
    """Return one section if it is sound."""
    if any(place[:1] == (key,) for place in wrong):
        return None
    return kind.model_validate(values.get(key) or {})


def _secrets(values: Mapping[str, object], wrong: Iterable[Place], folder: Path) -> Secrets:
    form = _section(BrokerForm, "broker", values, wrong)
    storage = _section(StorageForm, "storage", values, wrong)
    if not isinstance(form, BrokerForm):
        return Secrets(None, ())
    return read_secrets(form, folder, storage=storage if isinstance(storage, StorageForm) else None)


def _storage_problems(
    values: Mapping[str, object], wrong: Iterable[Place], folder: Path
) -> Iterator[Problem]:
    form = _section(StorageForm, "storage", values, wrong)
    if isinstance(form, StorageForm) and (folder / form.path).is_dir():
        yield Problem(
            "storage.path", f"{folder / form.path} is a folder", cure="name a file in it, such as zcw.sqlite"
        )


def _in_order(document: Document, problems: Iterable[Problem]) -> list[Problem]:
    lines = {written(place): line for place, line in document.lines.items()}
    known = {problem.where for problem in document.problems}
    placed = [
        replace(problem, line=_line(problem.where, lines))
        for problem in problems
        if problem.where not in known
    ]
    return sorted((*document.problems, *placed), key=lambda problem: (problem.line or 0, problem.where))


def _line(where: str, lines: Mapping[str, int]) -> int | None:
    while where and where not in lines:
        where = around(where)
    return lines.get(where)


def _assembled(
    source: str, form: ConfigForm, draft: drafts.Draft, secrets: Secrets, folder: Path
) -> Settings:
    broker = form.broker
    return Settings(
        source=source,
        site=SiteSettings(form.site.name, form.site.time_zone, form.site.language),
        broker=BrokerSettings(
            host=broker.host,
            port=broker.port or (1883 if broker.tls is None else 8883),
            client_id=broker.client_id,
            username=broker.username,
            password=secrets.password,
            protocol=broker.protocol,
            tls=tls_settings(broker, folder),
        ),
        storage=folder / form.storage.path,
        api=ApiSettings(
            host=form.api.host,
            port=form.api.port,
            hosts=tuple(form.api.hosts),
            accounts=form.api.accounts,
            trusted_proxies=tuple(form.api.trusted_proxies),
        ),
        devices=draft.declarations(),
        loops=tuple(_loop(loop) for loop in draft.loops),
        families=families(),
        home_assistant=_home_assistant(form),
        central=_central(form, secrets),
        gate=form.energy.gate(),
        burner=form.heater.burner(),
        energy=form.energy.feed(),
    )


def _central(form: ConfigForm, secrets: Secrets) -> CentralSettings | None:
    central = form.storage.central
    if central is None:
        return None
    return CentralSettings(central.url, central.home or form.site.name, secrets.central)


def _home_assistant(form: ConfigForm) -> HomeAssistantSettings:
    home = form.home_assistant
    return HomeAssistantSettings(
        enabled=home.enabled,
        prefix=home.prefix,
        birth_topic=home.birth_topic,
        language=home.language or form.site.language,
        name=home.name,
        tariff=form.energy.tariff(),
    )


def _loop(loop: drafts.LoopDraft) -> LoopSettings:
    form = loop.form
    return LoopSettings(
        plumbing=plumbing(form),
        binding=loop.binding(),
        strategies=tuple(one.strategy(form.way_back) for one in form.strategies if not one.shadow),
        shadows=tuple(one.strategy(form.way_back) for one in form.strategies if one.shadow),
        quiet=form.hush(),
        limits=form.limits.limits(),
        by_hand=ByHand(form.pump.by_hand),
        consent=form.pump.allow_without_auto_off,
    )
