"""Forms of claims and their pairs of words: kept once, found again, and forgotten to the last pair."""

import pytest
import sqlalchemy as sa

from app.claims.compare import first_ledger
from app.claims.quoting import key_hash, telling_stems, text_key, wording_step
from app.domain.ids import StatementId
from app.domain.statements import Statement, StatementState
from app.domain.word_pairs import asked_terms
from app.storage import beginnings, coverage, quotes, rules
from app.storage.coverage import Growth
from app.storage.forgetting import forget
from app.storage.identity import new_id
from app.storage.tables import claim_wording, quote_term, statement_rules, watch_extent

KURSK = "Сили оборони України розпочали нові наступальні дії в Курській області."
SHARED = "Слава захисникам і захисницям нашої рідної України."


@pytest.fixture
def add_statement(database, clock):
    """A statement whose first wording is kept with its claims' forms."""

    def add(watch, text):
        new = Statement(
            id=StatementId(new_id()),
            watch_id=watch.id,
            external_id=str(new_id()),
            url="https://example.org/release",
            state=StatementState.PRESENT,
            published_at=None,
            first_seen_at=clock(),
            last_seen_at=clock(),
            last_checked_at=clock(),
            missing_since=None,
            withdrawn_at=None,
            version_count=1,
            edit_count=0,
            title=None,
            language="uk",
        )
        step = wording_step(None, first_ledger(text, language="uk"), "uk")
        with database.write() as conn:
            beginnings.add_statement(conn, new, read_from="own", read_by="telegram-1 text-1", text_sha256="0" * 64)
            quotes.save_wordings(conn, new.id, step)
            quotes.add_terms(conn, step.gained)
            rules.add_rules(conn, new.id, "1+1")
            coverage.extend(conn, [Growth(watch.id, 1, 1)])
        return new

    return add


def keys_like(conn, text):
    terms = asked_terms(telling_stems(text, "uk"))
    return {key for _, key in quotes.find_keys(conn, terms, most=200)}


def rows_of(database, table):
    with database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_wording_is_found_by_any_three_words_in_a_row(database, add_watch, add_statement):
    add_statement(add_watch(), KURSK)
    wanted = key_hash(text_key(KURSK))
    words = KURSK.rstrip(".").split()
    telling = [word for word in words if len(word) > 2]
    with database.read() as conn:
        for place in range(len(telling) - 2):
            assert wanted in keys_like(conn, " ".join(telling[place : place + 3]))
        assert keys_like(conn, "Мер відкрив новий міст через річку.") == set()


def test_what_stands_in_many_statements_is_indexed_once(database, add_watch, add_statement):
    watch = add_watch()
    add_statement(watch, SHARED)
    once = rows_of(database, quote_term)
    for _ in range(5):
        add_statement(watch, SHARED)
    assert rows_of(database, quote_term) == once
    assert rows_of(database, claim_wording) == 6
    with database.read() as conn:
        assert coverage.load_reach(conn, watch.id).searched.statements == 6
        assert coverage.load_reach(conn, None).searched.versions == 6


def test_so_many_wordings_of_a_pair_are_given_and_no_more(database, add_watch, add_statement):
    watch = add_watch()
    for number in range(10):
        add_statement(watch, f"Противник обстріляв прикордонні громади області номер {number} сьогодні вранці.")
    terms = asked_terms(telling_stems("обстріляв прикордонні громади", "uk"))
    with database.read() as conn:
        assert max(len(quotes.find_keys(conn, [term], most=4)) for term in terms) == 4
        assert max(len(quotes.find_keys(conn, [term], most=200)) for term in terms) == 10


def test_forgetting_one_of_two_watches_keeps_what_both_said(database, add_watch, add_statement):
    one, other = add_watch("https://example.org/a"), add_watch("https://example.org/b")
    add_statement(one, f"{KURSK} {SHARED}")
    add_statement(other, SHARED)
    with database.write() as conn:
        forget(conn, one.id)
    with database.read() as conn:
        assert keys_like(conn, SHARED) == {key_hash(text_key(SHARED))}
        assert key_hash(text_key(KURSK)) not in keys_like(conn, KURSK)
        assert coverage.load_reach(conn, one.id).searched.statements == 0
    with database.write() as conn:
        forget(conn, other.id)
    assert [rows_of(database, table) for table in (claim_wording, quote_term, statement_rules, watch_extent)] == [0] * 4


def test_more_pairs_than_one_statement_takes_are_asked_in_parts(database, add_watch, add_statement):
    add_statement(add_watch(), KURSK)
    known = asked_terms(telling_stems(KURSK, "uk"))
    with database.read() as conn:
        found = quotes.find_keys(conn, [*range(3 * quotes.TERMS_AT_ONCE), *known], most=200)
        examples = quotes.find_examples(conn, [*range(3 * quotes.TERMS_AT_ONCE), key_hash(text_key(KURSK))])
    assert {key for _, key in found} == {key_hash(text_key(KURSK))}
    assert examples == (quotes.Example(key_hash(text_key(KURSK)), KURSK, "uk", telling_stems(KURSK, "uk")),)
