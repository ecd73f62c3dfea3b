"""A form of a claim has the text of its claim, until the claim reads otherwise; then it has its own."""

from contextlib import nullcontext

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.domain.claims import Ledger, Span, StandingClaim
from app.domain.ids import claim_id
from app.domain.quotes import KeptWording, WordingStep
from app.storage import claims, quotes
from app.storage.migrating import _config, migrate
from app.storage.partitions import count_parts, is_ours
from app.storage.tables import claim, claim_wording, metadata, quote_term
from app.storage.together import gathered
from tests.storage.test_claims import statement_id
from tests.storage.test_copying import fill, target

__all__ = ["statement_id", "target"]

OPEN, CLOSED, ROAD = "The bridge is open.", "The bridge is closed.", "A road is open."


def form(number, text, first=1, last=None):
    return KeptWording(number, text, "en", (Span(0, len(text)),), first, last, len(text), (1, 2, 3))


def said(number, text, first=1, last=1):
    key = text.lower().rstrip(".")
    return StandingClaim(number, key, text, first, last, standing=True, spans=(Span(0, len(text)),))


BEGUN = Ledger((said(1, OPEN), said(2, ROAD)))
LATER = Ledger((said(1, CLOSED, last=2), said(2, ROAD, last=2)))


@pytest.fixture
def begun(database, statement_id):
    with database.write() as conn:
        claims.replace_ledger(conn, statement_id, BEGUN)
        quotes.save_wordings(conn, statement_id, WordingStep((form(1, OPEN), form(2, ROAD))))
    return statement_id


def own_texts(conn):
    columns = (claim_wording.c.number, claim_wording.c.first_version, claim_wording.c.text)
    return {tuple(row[:2]): row.text for row in conn.execute(sa.select(*columns))}


def read_texts(conn, statement_id):
    return {(one.number, one.first_version): one.text for one in quotes.list_wordings(conn, statement_id)}


def test_a_text_is_kept_once_while_the_claim_reads_so(database, begun):
    with database.read() as conn:
        assert own_texts(conn) == {(1, 1): None, (2, 1): None}
        assert read_texts(conn, begun) == {(1, 1): OPEN, (2, 1): ROAD}
        assert {one.text for one in quotes.find_examples(conn, [0])} == {OPEN, ROAD}


@pytest.mark.parametrize("together", [False, True])
def test_the_form_before_keeps_what_it_read(database, begun, together):
    step = WordingStep((form(1, CLOSED, first=2),), ended=((1, 1),))
    with database.write() as conn, gathered(conn) if together else nullcontext():
        claims.save_ledger(conn, begun, BEGUN, LATER)
        quotes.save_wordings(conn, begun, step)
    with database.read() as conn:
        assert own_texts(conn) == {(1, 1): OPEN, (1, 2): None, (2, 1): None}
        assert read_texts(conn, begun) == {(1, 1): OPEN, (1, 2): CLOSED, (2, 1): ROAD}


def test_claims_that_are_found_anew_change_no_form(database, begun):
    with database.write() as conn:
        claims.replace_ledger(conn, begun, Ledger((said(1, CLOSED), said(3, ROAD))))
        assert read_texts(conn, begun) == {(1, 1): OPEN, (2, 1): ROAD}
        claims.replace_ledger(conn, begun, BEGUN)
        assert own_texts(conn) == {(1, 1): None, (2, 1): None}


def test_a_form_without_a_claim_has_its_own_text(database, statement_id):
    with database.write() as conn:
        quotes.save_wordings(conn, statement_id, WordingStep((form(9, OPEN),)))
        assert own_texts(conn) == {(9, 1): OPEN}
        assert read_texts(conn, statement_id) == {(9, 1): OPEN}


def test_a_claim_is_found_by_its_id_and_by_no_other_of_the_same_beginning(database, begun):
    key = claim_id(begun, 2)
    alike = type(key)(bytes=key.bytes[:8] + bytes(8))
    with database.read() as conn:
        assert conn.execute(sa.select(claim.c.number).where(claim.c.id_start == claims.id_start(key))).scalar_one() == 2
        assert conn.execute(sa.select(claim.c.number).where(claim.c.id_start == claims.id_start(alike))).all() != []
        with pytest.raises(claims.NotFound):
            claims.get_claim(conn, alike)


def test_the_step_to_this_and_back_keeps_every_row(target):
    """On each database, also where its tables are cut into parts; a record with a form that reads as its claim."""
    fill(target)
    with target.write() as conn:
        parts = count_parts(conn)
        conn.execute(sa.delete(quote_term))
        conn.execute(sa.update(claim_wording).values(words=b""))  # another step makes the pairs of words of it
        first = conn.execute(sa.select(claim.c.statement_id, claim.c.number, claim.c.text).limit(1)).one()
        mine = {"statement_id": first.statement_id, "number": first.number, "text": None}
        conn.execute(sa.update(claim_wording).where(claim_wording.c.text.is_(None)).values(text="its own"))
        row = conn.execute(sa.select(claim_wording).limit(1)).one()._asdict()
        conn.execute(sa.insert(claim_wording).values(row | mine))
    before = everything(target)
    go_down(target, "0034")
    with target.read() as conn:
        texts = conn.exec_driver_sql("SELECT text FROM claim_wording").scalars().all()
        assert texts.count(first.text) == 1
        ids = {(row.statement_id, row.number): row.id for row in conn.execute(OLD_CLAIMS)}
        assert all(key == claim_id(*of) for of, key in ids.items())
        assert len(ids) == len(before["claim"])
    migrate(target)
    assert everything(target) == before
    with target.read() as conn:
        assert count_parts(conn) == parts
        options = {"compare_type": True, "include_object": is_ours}
        assert compare_metadata(MigrationContext.configure(conn, opts=options), metadata) == []


OLD_CLAIMS = sa.select(sa.column("statement_id", sa.Uuid), sa.column("number"), sa.column("id", sa.Uuid)).select_from(
    sa.table("claim")
)


def everything(database):
    with database.read() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(sa.select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
        }


def go_down(database, revision):
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, revision)
