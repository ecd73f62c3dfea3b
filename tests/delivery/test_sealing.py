"""Sealed secrets: only the right key opens them, and damage is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.sealing import SecretSeal
from app.domain.errors import SecretUnreadable

SEAL = SecretSeal("a key of the settings")


@given(st.text(max_size=100))
def test_a_sealed_secret_opens_again_and_shows_nothing(secret: str) -> None:
    sealed = SEAL.seal(secret)
    assert SEAL.open(sealed) == secret
    assert len(secret) < 4 or secret not in sealed


def test_the_same_secret_is_never_sealed_the_same_way() -> None:
    assert SEAL.seal("whsec_x") != SEAL.seal("whsec_x")


def test_an_older_key_still_opens_and_the_new_one_seals() -> None:
    changed = SecretSeal("new", older_keys=["a key of the settings"])
    assert changed.open(SEAL.seal("whsec_x")) == "whsec_x"
    assert SecretSeal("new").open(changed.seal("whsec_y")) == "whsec_y"
    with pytest.raises(SecretUnreadable):
        SEAL.open(changed.seal("whsec_y"))


@given(st.text(max_size=200))
def test_any_text_that_was_not_sealed_is_unreadable(text: str) -> None:
    with pytest.raises(SecretUnreadable):
        SEAL.open(text)


def test_one_changed_character_is_found() -> None:
    sealed = SEAL.seal("whsec_x")
    for place in range(0, len(sealed) - 2, 7):
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(SecretUnreadable):
            SEAL.open(sealed[:place] + other + sealed[place + 1 :])


def test_new_keys_are_new() -> None:
    assert SecretSeal.new_key() != SecretSeal.new_key()
