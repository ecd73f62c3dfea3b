"""At its start a process reads what it will need: the dictionaries of the languages in its record, and no others."""

import gc

import pytest

from app.domain.watches import WatchDraft
from app.pipeline.analysts import Analysts
from app.pipeline.warming import warm_up
from app.pipeline.watchlist import add_watch

pytestmark = pytest.mark.anyio

UKRAINIAN = "Міністерство виплатить кожній родині 500 євро у березні, повідомив міністр у вівторок у столиці."


@pytest.fixture(autouse=True)
def _collecting_as_before():
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


@pytest.fixture
def compared(monkeypatch):
    languages = []
    monkeypatch.setattr(Analysts, "compare", lambda *_, language, **__: languages.append(language))
    return languages


async def test_the_languages_of_the_record_are_made_ready(newsroom, site, release, later, compared):
    warm_up(newsroom)
    assert compared == []
    site.pages["/release"] = release(UKRAINIAN, UKRAINIAN)
    add_watch(newsroom, WatchDraft(f"{site.url}/release", language="uk"))
    await later(1)
    warm_up(newsroom)
    assert compared == ["uk"]
