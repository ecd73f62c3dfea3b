"""Nothing that opens a door stands in a log line, wherever in it it stood."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.redaction import HARMLESS, _hidden, hide, without_secrets

SECRET = "S3cr3tS3cr3t"
BOT = f"123456789:AAH{SECRET}-abcdefghijklmnopqrstuvwx"

HIDDEN = {
    "the query of an address": f"https://example.org/a?token={SECRET}",
    "a query without a name": f"https://example.org/a?{SECRET}",
    "the path of a webhook": f"posted to https://hooks.example.org/services/T0/B0/{SECRET}",
    "the fragment": f"https://example.org/#{SECRET}",
    "the user": f"https://{SECRET}@example.org/",
    "the user and word": f"https://me:{SECRET}@example.org",
    "a user that holds an at": f"https://me:x@{SECRET}@example.org/a",
    "an address in capitals": f"HTTPS://EXAMPLE.ORG/{SECRET}",
    "an address that sticks to a word": f"urlhttps://example.org/{SECRET}",
    "an address with a quote in it": f"https://example.org/it's?a={SECRET}",
    "an address with a bracket in it": f"https://example.org/(a)/{SECRET}",
    "an address in a tuple": f"('x', 'https://example.org/{SECRET}', 1)",
    "an address in JSON": json.dumps({"url": f"https://example.org/{SECRET}", "n": 1}),
    "an address in bytes": repr([(b"location", f"https://example.org/?a={SECRET}".encode())]),
    "an address that was cut inside": f"'https://example.org/aaa ... (324 characters truncated) ... bbb{SECRET}', 'x'",
    "the end of an address that was cut": f'{{"a": "x ... (3 characters truncated) ... b?c={SECRET}"}}',
    "a redirect without host": repr((b"location", f"/login?back={SECRET}".encode())),
    "a line of a server": f'127.0.0.1:5 - "GET /v1/quotes?text={SECRET} HTTP/1.1" 200',
    "a pair of a query": f"x?a=1&b={SECRET}",
    "a bot in an address without scheme": f"api.telegram.org/bot{BOT}/sendMessage",
    "a bot alone": BOT,
    "a key": f"used wbk_{SECRET}",
    "a signing secret": f"whsec_{SECRET}==",
    "a signing key": f"whsk_{SECRET}==",
    "a sealed secret": f"gAAAAABn{SECRET}{SECRET}==",
    "a bearer": f"Bearer {SECRET}.x",
    "a bearer in small letters": f"bearer {SECRET}",
    "a header": f"Authorization: Basic {SECRET}",
    "a header in bytes": repr([(b"Authorization", f"Custom {SECRET}".encode())]),
    "a header in a mapping": repr({"authorization": f"Custom {SECRET}"}),
    "a cookie": f"Cookie: a=1; session={SECRET}; b=2",
    "a cookie that is set, in JSON": json.dumps({"set-cookie": f"session={SECRET}; Path=/"}),
    "a password of PostgreSQL": f"postgresql+psycopg://me:{SECRET}@db/x",
    "a named value": f"password={SECRET}",
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN.keys())
def test_what_opens_a_door_is_hidden(text: str) -> None:
    assert SECRET not in hide(text)


SHOWN = {
    "words": "The robots.txt of example.org does not allow it.",
    "a question": "Is anybody there? Yes.",
    "a path": "GET /v1/watches",
    "an id": "01944004-7d00-7000-8000-000000000001",
    "a host": "https://example.org",
    "a host with a port": "http://127.0.0.1:8000/",
}


@pytest.mark.parametrize("text", SHOWN.values(), ids=SHOWN.keys())
def test_what_is_no_secret_stays(text: str) -> None:
    assert hide(text) == text


def test_an_address_keeps_its_host_and_a_mark_to_know_it_again_by() -> None:
    one, again, other = (hide(f"at https://a.example:8443/{path}, now") for path in ("x", "x", "y"))
    assert one == again != other
    assert one.startswith("at https://a.example:8443/…")
    assert one.endswith(", now")


@given(st.text(), st.sampled_from(["/", "/a/", "/?a=", "/#", "?", "/it's/", "/%2F", "/a;b="]), st.text(), st.booleans())
def test_an_address_hides_its_secret_whatever_stands_around(before: str, place: str, after: str, named: bool) -> None:
    user = "me:word@" if named else ""
    assert SECRET not in hide(f"{before}https://{user}example.org{place}{SECRET}{after}")


@given(st.from_regex(HARMLESS, fullmatch=True))
def test_what_is_passed_over_as_harmless_has_nothing_to_hide(text: str) -> None:
    assert _hidden(text) == hide(text) == text


@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    assert isinstance(hide(text), str)


FIELDS: dict[str, Any] = {
    "a text": f"wbk_{SECRET}",
    "a list": [f"wbk_{SECRET}"],
    "a mapping": {"a": {"b": f"wbk_{SECRET}"}},
    "a mapping by name": {"headers": {"authorization": SECRET}},
    "bytes": f"https://example.org/{SECRET}".encode(),
    "an error": ValueError(f"https://example.org/{SECRET}"),
}


@pytest.mark.parametrize("value", FIELDS.values(), ids=FIELDS.keys())
def test_a_secret_is_found_inside_of_what_is_logged(value: Any) -> None:
    assert SECRET not in repr(without_secrets(None, "info", {"event": "x", "field": value}))


def test_a_field_that_is_called_so_is_hidden_and_numbers_stay() -> None:
    event = {"event": "check", "secret_key": SECRET, "status": 200, "seconds": 0.5, "page": None, "is_new": True}
    assert without_secrets(None, "info", event) == {**event, "secret_key": "…"}
