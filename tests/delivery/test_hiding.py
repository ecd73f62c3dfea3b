"""A receiver that repeats the address it was asked for tells nobody its password."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.hiding import without_address

SECRET = "T0aB1cD2eF3gH4"
ECHOES = {
    "the path": ("https://hooks.example/services/{}/x", "Cannot POST /services/{}/x"),
    "the whole": ("https://hooks.example/services/{}", "no such page: https://hooks.example/services/{}"),
    "the query": ("https://flow.example/run?sig={}&v=1", "bad sig {} at v=1"),
    "a bot": ("https://api.telegram.example/bot1234567:{}/sendMessage?chat_id=1", "unknown bot 1234567:{}"),
    "as written in an address": ("https://a.example/%2B{}", "not found: +{}"),
    "the host of another scheme": ("discord://{}/1", "https://discord.com/api/webhooks/{}/1 is gone"),
    "the password of a user": ("json://me:{}@a.example/x", "denied for {}"),
}


@pytest.mark.parametrize(("address", "answer"), ECHOES.values(), ids=ECHOES.keys())
def test_what_is_repeated_is_hidden(address: str, answer: str) -> None:
    told = without_address(answer.format(SECRET), address.format(SECRET))
    assert SECRET not in told
    assert "…" in told


def test_what_is_no_part_of_the_address_stays() -> None:
    assert without_address("ok, taken at 10:02", "https://hooks.example/a/ok?x=1") == "ok, taken at 10:02"
    assert without_address("walkback hooks: ok", "https://hooks.example/hooks/walkback") == "walkback hooks: ok"
    assert without_address("no_service", f"https://hooks.example/{SECRET}") == "no_service"


def test_of_a_mailbox_its_first_letter_and_its_domain_are_told() -> None:
    address = "mailto:desk@example.org,a%25b@example.org"
    said = "550 5.1.1 <Desk@example.org>: unknown; a%b@example.org: full"
    assert without_address(said, address) == "550 5.1.1 <d…@example.org>: unknown; a…@example.org: full"


@given(
    secret=st.text(alphabet="abcdefXYZ0123456789-_+%. ", min_size=16, max_size=40),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
)
def test_no_form_of_a_path_gets_through(secret: str, before: str, after: str) -> None:
    written = quote(secret, safe="")
    told = without_address(f"{before}{secret} {written}{after}", f"https://hooks.example/x/{written}")
    assert unquote(written) not in told.replace(before, "").replace(after, "") or secret in before + after
