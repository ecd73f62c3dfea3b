"""Where do these words stand, or stood? Asked of a newsroom whose channel published, edited and deleted."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.errors import InvalidInput
from app.domain.ids import WatchId
from app.domain.searching import SearchOrder, SearchWish, Standing
from app.domain.watches import Visibility, WatchDraft
from app.pipeline import searching as pipeline_searching
from app.pipeline.indexing import make_searchable
from app.pipeline.searching import search
from app.pipeline.watchlist import WatchChange, add_watch, change_watch, remove_watch
from app.storage.identity import new_id
from app.storage.tables import claim_wording, public_term, search_term

pytestmark = pytest.mark.anyio

KURSK = "Сили оборони України розпочали нові наступальні дії в Курській області."
SOFTENED = "Сили оборони України ведуть бойові дії в Курській області."
FIRST = f"Ситуація на північному напрямку складна.\n\n{KURSK} Бої тривають по всій лінії фронту."
ENGLISH = "The ministry confirmed that five of the bridges near Greyhaven were rebuilt with help of the EU."


@pytest.fixture
async def watch(newsroom, telegram, telegram_url, clock, later):
    telegram.publish(FIRST, clock() - timedelta(minutes=1))
    telegram.publish(ENGLISH, clock() - timedelta(minutes=1))
    made = add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff", publisher="General Staff", tags=("army",)))
    await later(1)
    return made


@pytest.fixture
def find(newsroom):
    """Search after everything was put into the index, as the program or as strangers."""

    def ask(text, *, after=None, limit=20, by_stranger=False, **wish):
        make_searchable(newsroom)
        database = newsroom.database.for_strangers() if by_stranger else newsroom.database
        with database.read() as conn:
            return search(conn, SearchWish(text, **wish), after=after, limit=limit)

    return ask


@pytest.fixture
def texts(find):
    return lambda text, **options: [hit.text for hit in find(text, **options).hits]


def count(newsroom, table):
    with newsroom.database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


FOUND = {
    "one word": "наступальні",
    "in another form": "наступальна дія",
    "in capitals": "КУРСЬКА ОБЛАСТЬ",
    "in another order": "області дії",
    "a phrase": '"нові наступальні дії"',
    "a phrase in other marks": "«дії в Курській»",
    "a phrase in another form": '"нова наступальна дія"',
    "a word and a phrase": 'України "наступальні дії"',
    "a mark that was not closed": '"наступальні дії',
    "without another word": "дії -фронт",
    "without a phrase": 'дії -"дії наступальні"',
    "with a short word that is passed over": "дії в області",
}


@pytest.mark.parametrize("words", FOUND.values(), ids=FOUND.keys())
async def test_the_sentence_that_holds_the_words_is_found(watch, texts, words):
    assert texts(words) == [KURSK]


ABSENT = {
    "a word that is nowhere": "перемир'я",
    "words of two sentences": "наступальні тривають",
    "a phrase in another order": '"дії наступальні"',
    "a phrase with a word left out": '"нові дії"',
    "a phrase over another short word": '"дії на Курській"',
    "with a word that is there": "дії -області",
    "with a phrase that is there": 'області -"наступальні дії"',
    "the beginning of a word": "насту",
}


@pytest.mark.parametrize("words", ABSENT.values(), ids=ABSENT.keys())
async def test_nothing_is_found_that_does_not_hold_the_words(watch, texts, words):
    assert texts(words) == []


async def test_a_hit_says_where_it_stands_and_marks_the_words(watch, find):
    (hit,) = find('"наступальні дії" області').hits
    assert [hit.text[mark.start : mark.end] for mark in hit.marks] == ["наступальні", "дії", "області"]
    assert (hit.publisher, hit.versions) == ("General Staff", (1, 1))
    assert (hit.stands, hit.removed_by, hit.present_text, hit.still_holds) == (True, None, KURSK, True)
    (span,) = hit.spans
    assert FIRST[span.start : span.end] == KURSK


async def test_words_of_other_languages_are_read_in_their_own_way(watch, texts):
    assert texts("bridge confirming") == [ENGLISH]
    assert texts("confirms ministry") == [ENGLISH]


async def test_abbreviations_are_words(watch, find, texts):
    assert texts("EU") == [ENGLISH]
    assert texts("eu") == [ENGLISH]
    assert texts("EU bridges") == [ENGLISH]
    assert texts("UN") == []
    assert find("на фронту").ignored == ("на",)


async def test_what_was_taken_back_is_found_with_who_took_it(watch, find, texts, telegram, later):
    telegram.edit(1, FIRST.replace(KURSK, SOFTENED))
    await later(301)
    (hit,) = find("дії області", standing=Standing.GONE).hits
    assert (hit.text, hit.stands, hit.present_text, hit.still_holds) == (KURSK, False, SOFTENED, True)
    assert hit.removed_by is not None
    assert (hit.removed_by.from_version, hit.removed_by.to_version) == (1, 2)
    assert hit.last_seen_at == hit.removed_by.interval.last_seen_unchanged_at
    assert not find("наступальні").hits[0].still_holds
    assert texts("дії області", standing=Standing.NOW) == [SOFTENED]
    assert texts("дії області") == [SOFTENED, KURSK]
    assert texts("наступальні", standing=Standing.NOW) == []


async def test_a_statement_that_was_withdrawn_stands_no_more(watch, find, telegram, later):
    telegram.delete(1)
    await later(301)
    await later(61)
    (hit,) = find("наступальні", standing=Standing.GONE).hits
    assert hit.removed_by is not None
    assert hit.removed_by.kind == "withdrawn"
    assert hit.present_text is None
    assert find("наступальні", standing=Standing.NOW).hits == ()


async def test_what_comes_back_stands_again(newsroom, watch, find, texts, telegram, later):
    find("наступальні")
    before, gone = count(newsroom, search_term), telegram.posts[1]
    telegram.delete(1)
    await later(301)
    await later(61)
    assert texts("наступальні", standing=Standing.GONE) == [KURSK]
    assert count(newsroom, search_term) > before
    telegram.posts[1] = gone
    await later(301)
    assert texts("наступальні", standing=Standing.NOW) == [KURSK]
    assert texts("наступальні", standing=Standing.GONE) == []


async def test_what_has_just_ended_is_found_until_the_index_knows(newsroom, watch, find, telegram, later):
    find("наступальні")
    telegram.edit(1, FIRST.replace(KURSK, SOFTENED))
    await later(301)
    with newsroom.database.read() as conn:
        answer = search(conn, SearchWish("наступальні"))
    assert [hit.stands for hit in answer.hits] == [False]
    assert answer.not_searched.wordings > 0


async def test_filters_narrow_a_search(watch, texts, clock):
    assert texts("дії", watch_id=watch.id) == [KURSK]
    assert texts("дії", watch_id=WatchId(new_id())) == []
    assert texts("дії", publisher="General Staff") == [KURSK]
    assert texts("дії", publisher="Somebody else") == []
    assert texts("дії", tag="army") == [KURSK]
    assert texts("дії", tag="navy") == []
    assert texts("дії", language="uk") == [KURSK]
    assert texts("дії", language="en") == []
    assert texts("дії", since=clock() - timedelta(hours=1)) == [KURSK]
    assert texts("дії", until=clock() - timedelta(hours=1)) == []
    assert texts("дії", since=clock() + timedelta(hours=1)) == []


def pages(find, text, **options):
    """All hits, page by page."""
    found, after = [], None
    while True:
        answer = find(text, after=after, **options)
        found.append([hit.text for hit in answer.hits])
        after = answer.next
        if after is None:
            return found


def joined(found):
    return [text for page in found for text in page]


@pytest.fixture
async def many(watch, telegram, clock, later):
    for number in range(7):
        telegram.publish(f"Втрати дня {number}: ворожі танки, {'дрони, ' * number}і нічого більше.", clock())
        await later(301)


@pytest.mark.parametrize("order", SearchOrder)
async def test_pages_hold_every_hit_once(many, find, order):
    found = pages(find, "втрати танки", limit=3, order=order)
    assert [len(page) for page in found] == [3, 3, 1]
    assert len({text for page in found for text in page}) == 7


async def test_the_newest_are_first_or_those_where_the_words_are_closest(many, find, texts):
    assert "дня 6" in texts("втрати танки")[0]
    assert "дня 0" in texts("втрати танки", order=SearchOrder.BEST)[0]


async def test_a_page_goes_so_far_and_has_a_next_one(many, find, monkeypatch):
    monkeypatch.setattr(pipeline_searching, "STEPS", (2, 1))
    assert pages(find, '"танки втрати"') == [[]] * 3
    assert joined(pages(find, "втрати", standing=Standing.NOW)) == joined(pages(find, "втрати", limit=1))


async def test_a_page_reads_so_many_texts_and_has_a_next_one(many, find, monkeypatch):
    monkeypatch.setattr(pipeline_searching, "MOST_READ", 2)
    found = pages(find, '"нічого на більше"')
    assert len(found) > 2
    assert joined(found) == []
    assert len(joined(pages(find, '"танки і"'))) == 1


async def test_what_is_not_in_the_index_yet_is_said(newsroom, watch, find):
    with newsroom.database.read() as conn:
        waiting = search(conn, SearchWish("наступальні"))
    assert (waiting.hits, waiting.not_searched.wordings) == ((), 4)
    assert find("наступальні").not_searched.wordings == 0


async def test_strangers_find_what_is_public_and_nothing_else(newsroom, watch, find, texts):
    assert texts("наступальні", by_stranger=True) == []
    assert find("наступальні", by_stranger=True).next is None
    change_watch(newsroom, watch.id, WatchChange(visibility=Visibility.PUBLIC), revision=None)
    assert texts("наступальні", by_stranger=True) == texts("наступальні") == [KURSK]
    change_watch(newsroom, watch.id, WatchChange(visibility=Visibility.PRIVATE), revision=None)
    assert texts("наступальні", by_stranger=True) == []
    assert texts("наступальні") == [KURSK]
    assert count(newsroom, public_term) == 0


async def test_forgetting_a_watch_empties_the_index(newsroom, watch, find):
    change_watch(newsroom, watch.id, WatchChange(visibility=Visibility.PUBLIC), revision=None)
    find("наступальні")
    assert count(newsroom, search_term) == count(newsroom, public_term) > 20
    remove_watch(newsroom, watch.id, forget_history=True, revision=None)
    assert [count(newsroom, table) for table in (claim_wording, search_term, public_term)] == [0, 0, 0]


REFUSED = {
    "nothing": "",
    "marks only": "… — !?",
    "too long": "слово " * 60,
    "too many words": " ".join(f"слово{n}" for n in range(17)),
    "control characters": "наступ\x00альні",
    "only what is not wanted": "-наступальні",
    "a phrase of short words": '"на по"',
    "an unpaired surrogate": "насту\ud800пальні",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
async def test_what_is_no_search_is_refused(newsroom, text):
    with newsroom.database.read() as conn, pytest.raises(InvalidInput):
        search(conn, SearchWish(text))
