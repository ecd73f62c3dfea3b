"""Forms of claims and their pairs of words: kept once, found again, and forgotten to the last pair."""

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.claims.compare import first_ledger
from app.claims.quoting import key_hash, telling_stems, text_key, wording_step
from app.domain.ids import StatementId
from app.domain.quotes import KeptWording, WordingStep
from app.domain.statements import Statement, StatementState
from app.domain.word_pairs import asked_terms, kept_terms
from app.storage import beginnings, coverage, quotes, rules
from app.storage.coverage import Growth
from app.storage.forgetting import forget
from app.storage.identity import new_id
from app.storage.migrating import _config, migrate
from app.storage.partitions import count_parts, is_ours
from app.storage.tables import claim_wording, metadata, quote_term, statement, statement_rules, watch_extent
from tests.storage.test_copying import fill, target

__all__ = ["target"]

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


def start_of(text):
    return quotes.key_start(key_hash(text_key(text)))


def rows_of(database, table):
    with database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_wording_is_found_by_any_three_words_in_a_row(database, add_watch, add_statement):
    add_statement(add_watch(), KURSK)
    wanted = start_of(KURSK)
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
        assert keys_like(conn, SHARED) == {start_of(SHARED)}
        assert start_of(KURSK) not in keys_like(conn, KURSK)
        assert coverage.load_reach(conn, one.id).searched.statements == 0
    with database.write() as conn:
        forget(conn, other.id)
    assert [rows_of(database, table) for table in (claim_wording, quote_term, statement_rules, watch_extent)] == [0] * 4


def test_more_pairs_than_one_statement_takes_are_asked_in_parts(database, add_watch, add_statement):
    add_statement(add_watch(), KURSK)
    known = asked_terms(telling_stems(KURSK, "uk"))
    with database.read() as conn:
        found = quotes.find_keys(conn, [*range(3 * quotes.TERMS_AT_ONCE), *known], most=200)
        examples = quotes.find_examples(conn, [*range(3 * quotes.TERMS_AT_ONCE), start_of(KURSK)])
    assert {start for _, start in found} == {start_of(KURSK)}
    assert examples == (quotes.Example(key_hash(text_key(KURSK)), KURSK, "uk", telling_stems(KURSK, "uk")),)


@pytest.mark.parametrize("start", [-(2**31), -7, 0, 2**31 - 1])
def test_two_sentences_whose_keys_begin_alike_are_both_found_and_forgotten_one_by_one(
    database, add_watch, add_statement, start
):
    one, other = add_watch("https://example.org/a"), add_watch("https://example.org/b")
    low, high = start << 32, start << 32 | (2**32 - 1)
    alike = {low: (1, 2, 3), high: (2, 3, 4)}
    for (key, words), watch in zip(alike.items(), (one, other), strict=True):
        form = KeptWording(9, f"key {key}", "uk", (), 1, None, key, words)
        of = add_statement(watch, SHARED)
        with database.write() as conn:
            quotes.save_wordings(conn, of.id, WordingStep((form,)))
            quotes.add_terms(conn, (form,))
    with database.read() as conn:
        assert {one.key_hash for one in quotes.find_examples(conn, [start])} == {low, high}
        assert {tuple(pair) for pair in quotes.find_keys(conn, terms_of(*alike.values()), most=9)} == {
            (term, start) for term in terms_of(*alike.values())
        }
    for watch, left in ((one, terms_of(alike[high])), (other, [])):
        with database.write() as conn:
            forget(conn, watch.id)
            assert [term for term, _ in quotes.find_keys(conn, terms_of(*alike.values()), most=9)] == left


def terms_of(*words):
    return sorted({term for one in words for term in kept_terms(one)})


def test_the_step_to_halves_of_keys_and_back_keeps_every_pair(target):
    """Every pair is in the words of the wordings too, from which the way back has it."""
    fill(target)
    key = target_wordings(target, {"words": b"", "key_hash": 1})
    forms = [KeptWording(90 + n, "a form", "uk", (), 1, None, n << 32 | n % 2, (n, 5, n + 9, 8)) for n in range(-3, 3)]
    with target.write() as conn:
        quotes.save_wordings(conn, key, WordingStep(tuple(forms)))
        quotes.add_terms(conn, forms)
        parts = count_parts(conn)
    before = pairs_in(target, "key_start")
    config = _config()
    with target.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, "0036")
    assert pairs_in(target, "key_hash") == {(term, one.key_hash) for one in forms for term in one.terms}
    migrate(target)
    assert pairs_in(target, "key_start") == before
    with target.read() as conn:
        assert count_parts(conn) == parts
        options = {"compare_type": True, "include_object": is_ours}
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []


def target_wordings(database, values):
    """Give the wordings that are there these values, take the pairs out; a statement."""
    with database.write() as conn:
        conn.execute(sa.update(claim_wording).values(values))
        conn.execute(sa.delete(quote_term))
        return conn.execute(sa.select(statement.c.id).limit(1)).scalar_one()


def pairs_in(database, second):
    with database.read() as conn:
        return set(map(tuple, conn.exec_driver_sql(f"SELECT term, {second} FROM quote_term")))
