"""Sessions of browsers on both databases: kept as hashes, over in time, gone with their key."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.domain.errors import NotAuthenticated, NotFound
from app.domain.keys import Scope, Session
from app.pipeline.keys import create_key, revoke_key
from app.pipeline.newsroom import Newsroom
from app.pipeline.sessions import KEPT_AFTER_ITS_END, find_valid_session, sign_in, sign_out

DAY = timedelta(days=1)
pytestmark = pytest.mark.anyio


def is_that_of(found: Session | None, begun: Session) -> bool:
    """The same but for when its key was last used."""
    return found is not None and found.key.id == begun.key.id and replace(found, key=begun.key) == begun


async def test_a_session_lasts_until_it_is_ended_or_over(newsroom: Newsroom, clock: Any):
    key = create_key(newsroom, name="desk", scope=Scope.READ)
    first, second = (sign_in(newsroom, key.secret, lasts=DAY) for _ in range(2))
    assert first.token != second.token
    assert is_that_of(find_valid_session(newsroom, first.token), first.session)
    sign_out(newsroom, first.session)
    assert find_valid_session(newsroom, first.token) is None
    with pytest.raises(NotFound):
        sign_out(newsroom, first.session)
    clock.move(DAY.total_seconds() - 1)
    assert is_that_of(find_valid_session(newsroom, second.token), second.session)
    clock.move(1)
    assert find_valid_session(newsroom, second.token) is None


async def test_a_session_ends_with_its_key(newsroom: Newsroom, clock: Any):
    create_key(newsroom, name="other", scope=Scope.ADMIN)
    ending = create_key(newsroom, name="desk", scope=Scope.READ, expires_at=clock.now + timedelta(hours=1))
    made = sign_in(newsroom, ending.secret, lasts=DAY)
    assert made.session.ends_at == ending.key.expires_at
    revoke_key(newsroom, ending.key.id)
    assert find_valid_session(newsroom, made.token) is None
    with pytest.raises(NotAuthenticated):
        sign_in(newsroom, ending.secret, lasts=DAY)


async def test_sessions_that_were_over_long_ago_are_forgotten(newsroom: Newsroom, clock: Any):
    key = create_key(newsroom, name="desk", scope=Scope.READ)
    sign_in(newsroom, key.secret, lasts=DAY)
    clock.move((DAY + KEPT_AFTER_ITS_END).total_seconds() + 1)
    sign_in(newsroom, key.secret, lasts=DAY)
    with newsroom.database.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM page_session").scalar_one() == 1
