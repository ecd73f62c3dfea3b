"""Putting the program together: what the settings say is what the parts get."""

import pytest

from app.domain.errors import InvalidInput, SecretUnreadable
from app.fetching.proxy import EgressProxy
from app.settings import Settings
from app.wiring.newsroom import egress_proxy, seal_of


def settings(**values: object) -> Settings:
    return Settings.model_validate({"_env_file": None, **values})


def test_the_proxy_is_the_one_of_the_settings() -> None:
    assert egress_proxy(settings()) is None
    found = egress_proxy(settings(egress_proxy="http://proxy.example:3128", egress_proxy_by_name=True))
    assert found == EgressProxy("proxy.example", 3128, asks_by_name=True)


def test_a_wrong_proxy_is_named_and_its_password_is_not_repeated() -> None:
    with pytest.raises(InvalidInput, match="WALKBACK_EGRESS_PROXY") as raised:
        egress_proxy(settings(egress_proxy="https://desk:hunter2@proxy.example"))
    assert "hunter2" not in raised.value.message


def test_a_secret_sealed_with_an_older_key_opens_while_that_key_is_named() -> None:
    sealed = seal_of(settings(secret_key="first")).seal("whsec_1")
    assert seal_of(settings(secret_key="second", older_secret_keys="zero, first")).open(sealed) == "whsec_1"
    with pytest.raises(SecretUnreadable):
        seal_of(settings(secret_key="second", older_secret_keys="zero")).open(sealed)


def test_what_is_sealed_anew_is_sealed_with_the_newest_key() -> None:
    sealed = seal_of(settings(secret_key="second", older_secret_keys="first")).seal("whsec_1")
    assert seal_of(settings(secret_key="second")).open(sealed) == "whsec_1"
