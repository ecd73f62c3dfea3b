"""Signatures: the official package believes ours, we believe its, and one changed bit is found by both."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from app.delivery.signature import (
    Doubtful,
    Flaw,
    Genuine,
    is_genuine,
    new_secret,
    new_signing_key,
    public_key_of,
    sign,
    verify,
)
from app.domain.errors import InvalidInput

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = '{"headline":"видалено «нові наступальні дії»"}'.encode()
SENT = datetime(2025, 1, 7, 9, 40, tzinfo=UTC)
STAMP = int(SENT.timestamp())


@pytest.fixture
def today() -> datetime:
    """The oracle reads the real clock."""
    return datetime.fromtimestamp(int(datetime.now(UTC).timestamp()), UTC)  # noqa: TID251 - the oracle does so too


def test_the_example_of_the_specification_comes_out_the_same() -> None:
    headers = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}', [SECRET])
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_official_package_takes_ours_for_genuine_with_each_secret_of_a_rotation(today: datetime) -> None:
    old, new = new_secret(), new_secret()
    headers = sign("msg_1", int(today.timestamp()), BODY, [new, old, new_signing_key()])
    for secret in (old, new):
        assert Webhook(secret).verify(BODY, headers) == {"headline": "видалено «нові наступальні дії»"}
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(BODY, headers)


def test_we_take_the_official_packages_signature_for_genuine() -> None:
    signature = Webhook(SECRET).sign("msg_1", SENT, BODY.decode())
    headers = {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(STAMP), "Webhook-Signature": signature}
    assert verify(headers, BODY, [SECRET], now=SENT) == Genuine("msg_1", SENT)


def test_ed25519_signatures_verify_with_the_public_half() -> None:
    key = new_signing_key()
    headers = sign("msg_1", STAMP, BODY, [key])
    assert headers["webhook-signature"].startswith("v1a,")
    assert verify(headers, BODY, [public_key_of(key)], now=SENT) == Genuine("msg_1", SENT)
    assert verify(headers, BODY, [public_key_of(new_signing_key())], now=SENT) == Doubtful(Flaw.NO_MATCH)
    assert verify(headers, BODY, [SECRET], now=SENT) == Doubtful(Flaw.NO_MATCH)


def test_a_signing_key_with_its_public_half_behind_it_is_the_same_key() -> None:
    key = new_signing_key()
    both = base64.b64decode(key.removeprefix("whsk_")) + base64.b64decode(public_key_of(key).removeprefix("whpk_"))
    assert public_key_of(f"whsk_{base64.b64encode(both).decode()}") == public_key_of(key)


def changed(name: str, value: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {**headers, name: value}


def without(name: str) -> Callable[[dict[str, str]], dict[str, str]]:
    return lambda headers: {key: value for key, value in headers.items() if key != name}


FLAWS = {
    "no id": (without("webhook-id"), Flaw.HEADER_MISSING),
    "no time": (without("webhook-timestamp"), Flaw.HEADER_MISSING),
    "no signature": (without("webhook-signature"), Flaw.HEADER_MISSING),
    "empty signature": (changed("webhook-signature", ""), Flaw.NO_MATCH),
    "another id": (changed("webhook-id", "msg_2"), Flaw.NO_MATCH),
    "another time": (changed("webhook-timestamp", str(STAMP + 1)), Flaw.NO_MATCH),
    "time in words": (changed("webhook-timestamp", "today"), Flaw.TIMESTAMP_UNREADABLE),
    "negative time": (changed("webhook-timestamp", "-1"), Flaw.TIMESTAMP_UNREADABLE),
    "time without end": (changed("webhook-timestamp", "9" * 30), Flaw.TIMESTAMP_UNREADABLE),
    "another version": (changed("webhook-signature", "v2,aaaa"), Flaw.NO_MATCH),
    "no version": (changed("webhook-signature", "aaaa"), Flaw.NO_MATCH),
    "no base64": (changed("webhook-signature", "v1,äö v1a,* v1,"), Flaw.NO_MATCH),
}


@pytest.mark.parametrize(("change", "flaw"), FLAWS.values(), ids=FLAWS.keys())
def test_a_flaw_is_named(change: Callable[[dict[str, str]], dict[str, str]], flaw: Flaw) -> None:
    headers = change(sign("msg_1", STAMP, BODY, [SECRET]))
    assert verify(headers, BODY, [SECRET], now=SENT) == Doubtful(flaw)
    assert not is_genuine(headers, BODY, SECRET, now=STAMP)


@pytest.mark.parametrize(
    ("minutes", "verdict"),
    [(-6, Doubtful(Flaw.TOO_NEW)), (-5, Genuine("m", SENT)), (5, Genuine("m", SENT)), (6, Doubtful(Flaw.TOO_OLD))],
)
def test_a_message_counts_for_five_minutes(minutes: int, verdict: Genuine | Doubtful) -> None:
    headers = sign("m", STAMP, BODY, [SECRET])
    assert verify(headers, BODY, [SECRET], now=SENT + timedelta(minutes=minutes)) == verdict


@given(st.binary(max_size=200), st.integers(0, 199), st.integers(1, 255))
def test_any_changed_byte_of_the_body_is_found(body: bytes, at: int, change: int) -> None:
    headers = sign("m", STAMP, body, [SECRET])
    assert is_genuine(headers, body, SECRET, now=STAMP)
    if body:
        place = at % len(body)
        other = body[:place] + bytes([body[place] ^ change]) + body[place + 1 :]
        assert not is_genuine(headers, other, SECRET, now=STAMP)
    assert not is_genuine(headers, body + b"\0", SECRET, now=STAMP)


@given(
    st.dictionaries(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), st.text()), st.binary()
)
def test_any_headers_are_genuine_or_doubtful(headers: dict[str, str], body: bytes) -> None:
    assert isinstance(verify(headers, body, [SECRET, public_key_of(new_signing_key())], now=SENT), Doubtful)


def test_nothing_is_genuine_without_a_secret() -> None:
    assert not is_genuine(sign("m", STAMP, BODY, [SECRET]), BODY, "", now=STAMP)
    assert verify(sign("m", STAMP, BODY, [SECRET]), BODY, [], now=SENT) == Doubtful(Flaw.NO_MATCH)


BAD_KEYS = [
    "",
    "whsec_",
    "whsec_short",
    "whsec_" + "A" * 24,
    "whsec_!",
    "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "whsk_AAAA",
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_is_none_is_named(key: str) -> None:
    with pytest.raises(InvalidInput):
        sign("m", STAMP, BODY, [key])


@pytest.mark.parametrize("message_id", ["", "a.b", "ä", "a\nb"])
def test_an_id_that_cannot_be_signed_is_named(message_id: str) -> None:
    with pytest.raises(InvalidInput):
        sign(message_id, STAMP, BODY, [SECRET])


def test_a_message_is_never_sent_unsigned() -> None:
    with pytest.raises(InvalidInput):
        sign("m", STAMP, BODY, [])
    with pytest.raises(InvalidInput):
        public_key_of(SECRET)


def test_new_secrets_are_new() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
