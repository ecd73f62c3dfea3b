"""Keys: shown once, kept as a digest, told apart from typing mistakes, and good for nothing once revoked."""

import re
import string
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audit import Act
from app.domain.errors import Conflict, InvalidInput, NotAuthenticated, NotFound
from app.domain.ids import KeyId
from app.domain.keys import Scope
from app.pipeline.keys import (
    authenticate,
    create_first_key,
    create_key,
    is_loopback,
    looks_like_a_key,
    may_listen_on,
    new_secret,
    revoke_key,
    rotate_key,
)
from app.storage.audit import list_entries
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio
KEY = new_secret()


def test_a_new_key_looks_like_one_and_is_not_guessed():
    made = {new_secret() for _ in range(200)}
    assert len(made) == 200
    assert all(looks_like_a_key(key) for key in made)


@given(st.text())
def test_no_other_text_looks_like_a_key(text: str):
    assert not looks_like_a_key(text)


@given(st.integers(0, len(KEY) - 1), st.sampled_from(string.ascii_letters + string.digits))
def test_one_mistyped_character_is_noticed(place: int, letter: str):
    typed = KEY[:place] + letter + KEY[place + 1 :]
    assert looks_like_a_key(typed) == (typed == KEY)


async def test_a_key_is_known_by_itself_alone(newsroom: Any):
    made = create_key(newsroom, name="desk", scope=Scope.WRITE)
    assert made.secret.startswith(made.key.prefix)
    assert authenticate(newsroom, made.secret).id == made.key.id
    for wrong in (new_secret(), made.secret[:-1], made.key.prefix, "", "Bearer"):
        with pytest.raises(NotAuthenticated):
            authenticate(newsroom, wrong)


async def test_a_key_ends_with_its_time_or_when_it_is_revoked(newsroom: Any, clock: Any):
    short = create_key(newsroom, name="guest", scope=Scope.READ, expires_at=clock.now + timedelta(hours=1))
    lost = create_key(newsroom, name="lost", scope=Scope.READ)
    revoke_key(newsroom, lost.key.id)
    with pytest.raises(NotAuthenticated, match="revoked"):
        authenticate(newsroom, lost.secret)
    assert authenticate(newsroom, short.secret)
    clock.move(3600)
    with pytest.raises(NotAuthenticated, match="expired"):
        authenticate(newsroom, short.secret)


async def test_a_key_is_changed_without_a_pause(newsroom: Any, clock: Any):
    old = create_key(newsroom, name="desk", scope=Scope.WRITE, expires_at=clock.now + timedelta(days=90))
    clock.move(86_400 * 80)
    new = rotate_key(newsroom, old.key.id, overlap=timedelta(hours=1))
    assert (new.key.name, new.key.scope) == ("desk", Scope.WRITE)
    assert new.key.expires_at == clock.now + timedelta(days=90)
    assert authenticate(newsroom, old.secret).expires_at == clock.now + timedelta(hours=1)
    clock.move(3600)
    with pytest.raises(NotAuthenticated, match="expired"):
        authenticate(newsroom, old.secret)
    assert authenticate(newsroom, new.secret)
    with newsroom.database.read() as conn:
        rotated = list_entries(conn, act=Act.KEY_ROTATED).items[0]
    assert rotated.subject_id == old.key.id
    assert rotated.changes["replaced_by"].after == str(new.key.id)


async def test_an_overlap_never_makes_a_key_live_longer_and_none_ends_it_at_once(newsroom: Any, clock: Any):
    old = create_key(newsroom, name="desk", scope=Scope.READ, expires_at=clock.now + timedelta(hours=1))
    rotate_key(newsroom, old.key.id, overlap=timedelta(days=2))
    assert authenticate(newsroom, old.secret).expires_at == old.key.expires_at
    lasting = create_key(newsroom, name="desk", scope=Scope.READ)
    new = rotate_key(newsroom, lasting.key.id, overlap=timedelta(0))
    assert new.key.expires_at is None
    with pytest.raises(NotAuthenticated):
        authenticate(newsroom, lasting.secret)
    with pytest.raises(Conflict):
        rotate_key(newsroom, lasting.key.id, overlap=timedelta(0))
    with pytest.raises(NotFound):
        rotate_key(newsroom, KeyId(new_id()), overlap=timedelta(0))


async def test_the_last_administrator_can_be_changed_and_stays_one(newsroom: Any):
    first = create_first_key(newsroom)
    assert first is not None
    second = rotate_key(newsroom, first.key.id, overlap=timedelta(0))
    assert authenticate(newsroom, second.secret).scope is Scope.ADMIN
    with pytest.raises(Conflict):
        revoke_key(newsroom, second.key.id)


async def test_what_a_key_is_good_for_is_told_in_time(newsroom: Any, clock: Any):
    key = create_key(newsroom, name="desk", scope=Scope.READ, expires_at=clock.now + timedelta(days=20)).key
    days = (0, 5.9, 6, 19.9, 20, 100)
    told = [key.state_at(clock.now + timedelta(days=one)) for one in days]
    assert told == ["valid", "valid", "ending", "ending", "expired", "expired"]
    assert revoke_key(newsroom, key.id).state_at(clock.now) == "revoked"
    assert create_key(newsroom, name="desk", scope=Scope.READ).key.state_at(clock.now.replace(year=9999)) == "valid"


async def test_scanners_for_leaked_secrets_find_a_key_by_the_form_that_is_documented():
    text = (Path(__file__).parent.parent.parent / "docs" / "operating.md").read_text("utf-8")
    form = re.search(r"`(wbk_\[[^`]+)`", text)
    assert form is not None
    assert all(re.fullmatch(form[1], new_secret()) for _ in range(50))


async def test_what_cannot_be_is_refused(newsroom: Any, clock: Any):
    with pytest.raises(InvalidInput):
        create_key(newsroom, name="late", scope=Scope.READ, expires_at=clock.now)
    with pytest.raises(NotFound):
        revoke_key(newsroom, KeyId(new_id()))


async def test_the_first_start_makes_one_admin_key_and_later_starts_none(newsroom: Any):
    create_key(newsroom, name="reader", scope=Scope.READ)
    first = create_first_key(newsroom)
    assert first is not None
    assert authenticate(newsroom, first.secret).scope is Scope.ADMIN
    assert create_first_key(newsroom) is None


async def test_nobody_locks_everybody_out(newsroom: Any, clock: Any):
    first = create_first_key(newsroom)
    assert first is not None
    with pytest.raises(Conflict):
        revoke_key(newsroom, first.key.id)
    second = create_key(newsroom, name="other", scope=Scope.ADMIN, expires_at=clock.now + timedelta(hours=1))
    revoke_key(newsroom, first.key.id)
    clock.move(3600)
    assert create_first_key(newsroom) is not None  # the second has expired: whoever starts the service gets in again
    assert revoke_key(newsroom, second.key.id).revoked_at


async def test_without_a_key_the_service_listens_on_loopback_only(newsroom: Any):
    assert may_listen_on(newsroom, "127.0.0.1")
    assert not may_listen_on(newsroom, "0.0.0.0")
    create_first_key(newsroom)
    assert may_listen_on(newsroom, "0.0.0.0")


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.2", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_only_loopback_is_loopback(host: str, expected: bool):
    assert is_loopback(host) is expected
