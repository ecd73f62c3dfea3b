"""Putting the program together: what the settings say is what the parts get."""

import asyncio
from contextlib import ExitStack
from pathlib import Path

import pytest
import sqlalchemy as sa
from pydantic import SecretStr, ValidationError

from app.domain.errors import InvalidInput, SecretUnreadable
from app.fetching.mail_server import MailSecurity
from app.fetching.proxy import EgressProxy
from app.settings import Settings
from app.wiring.newsroom import open_newsroom, seal_of
from app.wiring.ways_out import egress_proxy, mail_server


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


def test_without_a_host_there_is_no_mail_server():
    assert mail_server(settings()) is None


def test_the_mail_server_is_as_it_is_set():
    made = mail_server(
        settings(
            smtp_host="mail.example.org",
            smtp_port=465,
            smtp_security="tls",
            smtp_username="desk",
            smtp_password=SecretStr("hunter2"),
            mail_from="Night desk <Alerts@Приклад.укр>",
        )
    )
    assert made is not None
    assert (made.host, made.port, made.security) == ("mail.example.org", 465, MailSecurity.TLS)
    assert (made.sender, made.sender_name) == ("Alerts@xn--80aikifvh.xn--j1amh", "Night desk")
    assert (made.username, made.password) == ("desk", "hunter2")
    assert "hunter2" not in repr(made)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"mail_from": "nobody"},
        {"mail_from": "a@example.org", "smtp_security": "none", "smtp_username": "desk"},
    ],
)
def test_a_mail_server_that_cannot_be_used_so_is_refused(wrong):
    with pytest.raises(InvalidInput, match="WALKBACK_"):
        mail_server(settings(smtp_host="mail.example.org", **wrong))


def test_on_this_machine_an_account_may_do_without_encryption():
    for host in ("localhost", "127.0.0.1", "::1"):
        made = mail_server(
            settings(smtp_host=host, mail_from="a@example.org", smtp_security="none", smtp_username="desk")
        )
        assert made is not None


@pytest.mark.parametrize(("is_worker_alone", "kept"), [(True, 3), (False, 8)])
def test_a_worker_keeps_few_connections_to_a_file_and_opens_more_while_it_needs_them(
    is_worker_alone: bool, kept: int, tmp_path: Path
) -> None:
    async def open_all() -> int:
        given = settings(database_url=f"sqlite:///{tmp_path / 'record.db'}")
        async with open_newsroom(given, is_worker_alone=is_worker_alone) as newsroom:
            with ExitStack() as at_once:
                open_now = [at_once.enter_context(newsroom.database.read()) for _ in range(10)]
                assert [one.execute(sa.text("SELECT 1")).scalar_one() for one in open_now] == [1] * 10
            pool = newsroom.database.engine.pool
            assert isinstance(pool, sa.QueuePool)
            return pool.checkedin()

    assert asyncio.run(open_all()) == kept


TIMES = [
    name
    for name, field in Settings.model_fields.items()
    if name.endswith("_seconds") and name not in {"stream_seconds", "fetch_timeout_seconds"}
]


@pytest.mark.parametrize("name", [*TIMES, "host_requests_per_hour", "requests_per_hour"])
@pytest.mark.parametrize("value", ["1e300", "inf", "nan", "-1", str(10**12)])
def test_a_number_with_which_nothing_would_ever_be_checked_is_refused_by_its_name(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name):
        settings(**{name: value})
