"""Who is let in must be said before the network is."""

import pytest

from controller.core.errors import ConfigError
from controller.settings import parse_settings
from tests.unit.controller.settings.builders import sound


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.10", "gateway"])
def test_nobody_opens_the_service_to_the_network_unawares(host: str) -> None:
    with pytest.raises(ConfigError, match="accounts: true"):
        parse_settings(sound() | {"api": {"host": host}})


@pytest.mark.parametrize(
    "consent", [{"accounts": True}, {"without_accounts": True}, {"trusted_proxies": ["172.30.32.2"]}]
)
def test_with_accounts_or_consent_or_a_trusted_proxy_it_is_opened(consent: dict[str, object]) -> None:
    settings = parse_settings(sound() | {"api": {"host": "0.0.0.0", **consent}})
    assert settings.api.accounts is bool(consent.get("accounts"))
    warned = any("everyone in that network" in warning for warning in settings.warnings)
    assert warned is not settings.api.accounts


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_this_machine_alone_needs_no_accounts(host: str) -> None:
    assert not parse_settings(sound() | {"api": {"host": host}}).api.accounts
