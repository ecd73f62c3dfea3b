"""Was this sentence ever there? Asked of a newsroom whose channel published, edited and deleted."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidInput, NotFound
from app.domain.ids import WatchId
from app.domain.quotes import QuoteMatch
from app.domain.watches import Selectors, WatchDraft
from app.pipeline.quote_answers import common_runs, joined_runs
from app.pipeline.quotes import LONGEST_QUOTE, look_up, read_quote
from app.pipeline.watchlist import add_watch, remove_watch
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio

KURSK = "Сили оборони України розпочали нові наступальні дії в Курській області."
SOFTENED = "Сили оборони України ведуть бойові дії в Курській області."
FIRST = f"Ситуація на північному напрямку складна.\n\n{KURSK} Бої тривають по всій лінії фронту."
ENGLISH = "The ministry confirmed that five of the bridges near Greyhaven were rebuilt before the first snow fell."


@pytest.fixture
async def watch(newsroom, telegram, telegram_url, clock, later):
    telegram.publish(FIRST, clock() - timedelta(minutes=1))
    telegram.publish(ENGLISH, clock() - timedelta(minutes=1))
    made = add_watch(newsroom, WatchDraft(f"{telegram_url}/generalstaff", publisher="General Staff"))
    await later(1)
    return made


@pytest.fixture
def ask(newsroom, clock):
    def look(text, **options):
        with newsroom.database.read() as conn:
            return look_up(conn, text, now=clock(), **options)

    return look


async def test_a_sentence_that_stands_is_found_exactly(watch, ask, clock):
    answer = ask(KURSK)
    (sentence,) = answer.sentences
    (hit,) = sentence.hits
    assert answer.match is sentence.match is hit.match is QuoteMatch.EXACT
    assert hit.publisher == "General Staff"
    assert hit.text == KURSK
    assert hit.versions == ((1, 1),)
    assert hit.stands
    assert hit.removed_by is None
    assert hit.present_text == KURSK
    (span,) = hit.spans
    assert FIRST[span.start : span.end] == KURSK


SAME = {
    "upper case": KURSK.upper(),
    "no full stop": KURSK.rstrip("."),
    "in quotation marks": f"«{KURSK}»",
    "other spaces": KURSK.replace(" ", "  ").replace("в Курській", "в\nкурській"),
    "invisible characters": KURSK.replace("дії", "д\u200bії"),
}


@pytest.mark.parametrize("quote", SAME.values(), ids=SAME.keys())
async def test_writing_does_not_matter(watch, ask, quote):
    assert ask(quote).match is QuoteMatch.EXACT


NEAR = {
    "inflected": (KURSK.replace("розпочали", "розпочинають"), QuoteMatch.NEAR),
    "a word changed": (KURSK.replace("Курській", "Бєлгородській"), QuoteMatch.NEAR),
    "a word left out": (KURSK.replace(" України", ""), QuoteMatch.NEAR),
    "a part word for word": ("розпочали нові наступальні дії", QuoteMatch.CONTAINED),
    "a part with a word changed": ("оборони розпочали великі наступальні дії в Курській області", QuoteMatch.NEAR),
    "another number": (ENGLISH.replace("five", "fifty"), QuoteMatch.NEAR),
}


@pytest.mark.parametrize(("quote", "match"), NEAR.values(), ids=NEAR.keys())
async def test_a_quote_that_is_nearly_so_is_found(watch, ask, quote, match):
    answer = ask(quote)
    assert answer.match is match
    assert answer.sentences[0].hits[0].text in (KURSK, ENGLISH)
    assert 0.6 <= answer.sentences[0].hits[0].similarity <= 1


ABSENT = {
    "something else": "Мер відкрив новий міст через річку біля старого ринку.",
    "the same words in another order": "Області Курській в дії наступальні нові розпочали України оборони сили.",
    "one word of it": "розпочали",
}


@pytest.mark.parametrize("quote", ABSENT.values(), ids=ABSENT.keys())
async def test_no_is_said_with_what_it_rests_on(watch, ask, clock, quote):
    answer = ask(quote)
    assert answer.match is QuoteMatch.NOT_FOUND
    assert answer.sentences[0].hits == ()
    coverage = answer.coverage
    assert coverage.asked_at == clock()
    assert (coverage.searched.watches, coverage.searched.statements, coverage.searched.versions) == (1, 2, 2)
    assert coverage.searched.watched_since == watch.created_at
    assert (coverage.not_compared, coverage.not_indexed, coverage.open_gaps) == (0, 0, 0)


async def test_too_few_words_are_looked_up_exactly_only_and_that_is_said(watch, ask):
    assert not ask("Бої тривають").sentences[0].is_near_searched
    assert ask(KURSK).sentences[0].is_near_searched


async def test_a_removed_sentence_names_the_edit_and_how_it_reads_now(watch, ask, telegram, later, clock):
    before = clock()
    telegram.edit(1, FIRST.replace(KURSK, SOFTENED))
    await later(301)
    (hit,) = (one for one in ask(KURSK).sentences[0].hits if one.match is QuoteMatch.EXACT)
    assert not hit.stands
    assert hit.versions == ((1, 1),)
    assert hit.removed_by is not None
    assert (hit.removed_by.from_version, hit.removed_by.to_version) == (1, 2)
    assert hit.last_seen_at == hit.removed_by.interval.last_seen_unchanged_at <= before
    assert hit.present_text == SOFTENED
    now = ask(SOFTENED).sentences[0].hits[0]
    assert (now.match, now.stands, now.versions, now.claim_id) == (QuoteMatch.EXACT, True, ((2, 2),), hit.claim_id)
    assert ask(KURSK).coverage.searched.versions == 3


async def test_a_sentence_that_was_taken_out_has_no_present_form(watch, ask, telegram, later):
    telegram.edit(1, FIRST.replace(f"{KURSK} ", ""))
    await later(301)
    (hit,) = ask(KURSK).sentences[0].hits
    assert (hit.stands, hit.present_text) == (False, None)


async def test_a_wording_that_came_back_has_two_runs_of_versions(watch, ask, telegram, later):
    telegram.edit(1, FIRST.replace(KURSK, SOFTENED))
    await later(301)
    telegram.edit(1, FIRST)
    await later(301)
    hit = ask(KURSK).sentences[0].hits[0]
    assert hit.versions == ((1, 1), (3, 3))
    assert hit.stands
    assert hit.removed_by is None


async def test_a_wording_that_stays_through_other_edits_is_one_run(watch, ask, telegram, later):
    telegram.edit(1, FIRST + " Далі буде.")
    await later(301)
    telegram.edit(1, FIRST + " Далі буде. Слідкуйте за новинами каналу.")
    await later(301)
    hit = ask(KURSK).sentences[0].hits[0]
    assert hit.versions == ((1, 3),)
    assert hit.stands


async def test_a_deleted_post_names_its_withdrawal(watch, ask, telegram, later):
    telegram.delete(1)
    await later(301)
    await later(61)
    (hit,) = ask(KURSK).sentences[0].hits
    assert not hit.stands
    assert hit.removed_by is not None
    assert hit.removed_by.kind == "withdrawn"
    assert hit.present_text is None


async def test_of_several_sentences_each_is_answered_and_where_they_stood_together(watch, ask, telegram, later):
    quote = f"{KURSK} Бої тривають по всій лінії фронту."
    answer = ask(quote)
    assert [one.match for one in answer.sentences] == [QuoteMatch.EXACT] * 2
    assert [(one.match, one.versions) for one in answer.together] == [(QuoteMatch.EXACT, ((1, 1),))]
    telegram.edit(1, FIRST.replace(KURSK, "Нічого нового."))
    await later(301)
    telegram.edit(1, FIRST)
    await later(301)
    assert ask(quote).together[0].versions == ((1, 1), (3, 3))
    mixed = ask(f"{KURSK} Мер відкрив новий міст через річку біля старого ринку.")
    assert [one.match for one in mixed.sentences] == [QuoteMatch.EXACT, QuoteMatch.NOT_FOUND]
    assert mixed.match is QuoteMatch.NOT_FOUND
    assert mixed.together == ()


async def test_sentences_of_different_statements_never_stood_together(watch, ask):
    answer = ask(f"{KURSK} {ENGLISH}")
    assert [one.match for one in answer.sentences] == [QuoteMatch.EXACT] * 2
    assert answer.together == ()
    assert answer.match is QuoteMatch.NOT_FOUND


async def test_one_watch_may_be_asked_alone(watch, newsroom, ask):
    assert ask(KURSK, watch_id=watch.id).match is QuoteMatch.EXACT
    assert ask(KURSK, watch_id=watch.id).coverage.watches[0].watch_id == watch.id
    with pytest.raises(NotFound):
        ask(KURSK, watch_id=WatchId(new_id()))


async def test_gaps_of_the_watch_are_part_of_the_answer(newsroom, site, ask, later):
    page = "<article><h1>News</h1>" + f"<p>{ENGLISH} It was the third winter in a row.</p>" * 3 + "</article>"
    site.pages["/news/1"] = page
    add_watch(newsroom, WatchDraft(f"{site.url}/news/1", selectors=Selectors(include=("article",))))
    await later(1)
    site.pages["/news/1"] = (503, {}, b"")
    await later(301)
    answer = ask(ENGLISH)
    assert answer.match is QuoteMatch.EXACT
    assert [gap.closed_at for gap in answer.coverage.watches[0].gaps] == [None]
    assert answer.coverage.open_gaps == 1


async def test_a_version_that_could_not_be_compared_is_counted_as_not_searched(
    watch, ask, newsroom, telegram, later, monkeypatch
):
    def broken(*_, **__):
        raise ValueError("a mistake in a lexicon")

    with monkeypatch.context() as patch:
        patch.setattr("app.pipeline.analysts.compare", broken)
        telegram.edit(1, FIRST.replace(KURSK, SOFTENED))
        await later(301)
    answer = ask(SOFTENED)
    assert answer.coverage.not_compared == 1
    assert all(one.match is not QuoteMatch.EXACT for one in answer.sentences[0].hits)
    assert not ask(KURSK).sentences[0].hits[0].stands


async def test_forgetting_a_watch_forgets_its_words(watch, newsroom, ask):
    remove_watch(newsroom, watch.id, forget_history=True)
    answer = ask(KURSK)
    assert answer.match is QuoteMatch.NOT_FOUND
    assert answer.coverage.searched.statements == 0


BAD = {
    "empty": "",
    "white space": " \n\t ",
    "punctuation only": "…!?",
    "too long": "а" * (LONGEST_QUOTE + 1),
    "a NUL": "a\0b",
    "an escape": "a\x1b[2Jb",
    "an unpaired surrogate": "a\ud800b",
}


@pytest.mark.parametrize("quote", BAD.values(), ids=BAD.keys())
async def test_what_is_no_quote_is_refused(ask, quote):
    with pytest.raises(InvalidInput):
        ask(quote)


@given(st.text(max_size=300))
async def test_any_text_is_a_quote_or_refused(text):
    try:
        quote = read_quote(text)
    except InvalidInput:
        quote = text.strip()
    assert quote == text.strip()


RUNS = st.lists(st.tuples(st.integers(1, 30), st.integers(0, 5)).map(lambda run: (run[0], run[0] + run[1])), max_size=6)


def versions_of(runs):
    return {number for first, last in runs for number in range(first, last + 1)}


@given(RUNS, RUNS)
async def test_runs_are_joined_and_overlapped_like_sets_of_versions(one, other):
    assert versions_of(joined_runs(one)) == versions_of(one)
    assert versions_of(common_runs(one, other)) == versions_of(one) & versions_of(other)
    joined = joined_runs(one)
    assert all(a[1] + 1 < b[0] for a, b in pairwise(joined))
