"""A reader that fails on a page could not read it, whatever its mistake is; being told to end is no mistake."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from app.domain.checks import Purpose
from app.domain.observations import Outcome
from app.domain.pages import Page
from app.domain.watches import SourceKind
from app.pipeline import looking
from app.pipeline.hands import Hands
from app.sources.contract import Target, Unread

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)
URL = "https://ministry.example/7"
TARGET = Target(SourceKind.WEB_PAGE, URL, URL)

pytestmark = pytest.mark.anyio


@pytest.fixture
def newsroom():
    hands = Hands()
    yield SimpleNamespace(hands=hands)
    hands.close()


def failing(error):
    def fail(*_, **__):
        raise error

    return SimpleNamespace(kind=SourceKind.WEB_PAGE, read=fail, glance=fail)


def page(size):
    return Page(URL, URL, 200, {}, b"x" * size, (), NOW)


async def test_a_reader_that_fails_could_not_read_the_page(newsroom):
    found = await looking.read_answer(newsroom, failing(ValueError("?")), page(9), TARGET, external_id=None)
    assert found == Unread(Outcome.UNREADABLE, "our own reader failed on this page (ValueError)")


@pytest.mark.parametrize("size", [9, looking.AT_ONCE_BYTES + 1], ids=["at once", "in a thread"])
async def test_a_glance_that_fails_says_nothing(newsroom, size):
    check = SimpleNamespace(mark="a mark", purpose=Purpose.LIST)
    seen = await looking._glance(newsroom, failing(KeyError("?")), page(size), check, TARGET, external_id=None)
    assert seen is None


async def test_what_is_told_to_end_ends(newsroom):
    with pytest.raises(asyncio.CancelledError):
        await looking.read_answer(newsroom, failing(asyncio.CancelledError()), page(9), TARGET, external_id=None)
