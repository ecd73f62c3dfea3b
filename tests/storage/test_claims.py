"""The ledger of a statement is kept as it is now: only what changed is written, and never over somebody else's."""

import json

import pytest
import sqlalchemy as sa
from alembic import command

from app.domain.claims import EarlierKey, Ledger, Span, StandingClaim
from app.domain.errors import LeaseLost
from app.domain.ids import StatementId
from app.domain.statements import Statement, StatementState
from app.storage import beginnings, claims
from app.storage.identity import new_id
from app.storage.migrating import _config, migrate
from app.storage.tables import claim
from tests.storage.test_differences import add_version

STAYS, MOVES, REWORDED, REMOVED = (
    StandingClaim(number, f"key {number}", f"Text {number}.", 1, 1, standing=True, spans=(Span(number, number + 9),))
    for number in range(1, 5)
)
OLD = Ledger((STAYS, MOVES, REWORDED, REMOVED))
NEW = Ledger(
    (
        STAYS._replace(last_version=2),
        MOVES._replace(last_version=2, spans=(Span(70, 79),)),
        REWORDED._replace(
            key="key", text="Text.", last_version=2, spans=(), earlier_keys=(EarlierKey(REWORDED.key, 2),)
        ),
        REMOVED._replace(standing=False, spans=(), removed_in=2),
        StandingClaim(5, "key 5", "Text 5.", 2, 2, standing=True, spans=(Span(5, 14),)),
    )
)


@pytest.fixture
def statement_id(database, add_watch, clock):
    made = Statement(
        id=StatementId(new_id()),
        watch_id=add_watch().id,
        external_id="page",
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
        language="en",
    )
    with database.write() as conn:
        beginnings.add_statement(conn, made, read_from="own", read_by="rules", text_sha256="0" * 64)
        claims.save_ledger(conn, made.id, None, OLD)
    return made.id


def ids_of(conn, statement_id):
    return conn.execute(sa.select(claim.c.number, claim.c.id_start).where(claim.c.statement_id == statement_id)).all()


def test_a_ledger_is_kept_as_it_is_now_and_claims_keep_their_ids(database, statement_id):
    with database.write() as conn:
        before = set(ids_of(conn, statement_id))
        claims.save_ledger(conn, statement_id, OLD, NEW)
    with database.read() as conn:
        assert claims.load_ledger(conn, statement_id) == NEW
        assert before < set(ids_of(conn, statement_id))


@pytest.mark.parametrize("lost", [STAYS, MOVES, REWORDED, REMOVED], ids=["stays", "moves", "reworded", "removed"])
def test_a_ledger_that_somebody_else_replaced_is_not_written_over(database, statement_id, lost):
    found_anew = Ledger(tuple(one for one in OLD.claims if one != lost))
    with database.write() as conn:
        claims.replace_ledger(conn, statement_id, found_anew)
    with pytest.raises(LeaseLost), database.write() as conn:
        claims.save_ledger(conn, statement_id, OLD, NEW)
    with database.read() as conn:
        assert claims.load_ledger(conn, statement_id) == found_anew


def test_a_version_that_only_moves_claims_writes_one_row_for_all_of_them(database, statement_id):
    later = Ledger(tuple(one._replace(last_version=2, spans=(Span(50 + one.number, 90),)) for one in OLD.claims))
    with database.write() as conn:
        before = conn.execute(sa.select(claim).order_by(claim.c.number)).all()
        claims.save_ledger(conn, statement_id, OLD, later)
        assert conn.execute(sa.select(claim).order_by(claim.c.number)).all() == before
        assert claims.load_ledger(conn, statement_id) == later


def test_a_claim_is_told_with_the_last_version_in_which_it_stood(database, statement_id, clock):
    with database.write() as conn:
        claims.save_ledger(conn, statement_id, OLD, NEW)
        for number in (1, 2):
            add_version(conn, statement_id, number, f"Text {number}.", clock())
    with database.read() as conn:
        listed = claims.list_claims(conn, statement_id=statement_id).items
    assert [(one.number, one.first_version, one.last_version) for one in listed] == [
        (1, 1, 2), (2, 1, 2), (3, 1, 2), (4, 1, 1), (5, 2, 2)
    ]  # fmt: skip


def test_the_step_to_one_row_of_places_and_back_keeps_every_ledger(database, statement_id):
    """The claims of an older program say where they stand themselves."""
    unplaced = StandingClaim(6, "key 6", "Text 6.", 2, 2, standing=True)
    whole = Ledger((*NEW.claims, unplaced))
    with database.write() as conn:
        claims.save_ledger(conn, statement_id, OLD, whole)
    downgrade(database, "0031")
    with database.read() as conn:
        rows = conn.exec_driver_sql("SELECT number, last_version, CAST(spans AS TEXT) FROM claim ORDER BY number").all()
    kept = [(number, last, json.loads(spans)) for number, last, spans in rows]
    assert kept == [(one.number, one.last_version, [list(span) for span in one.spans]) for one in whole.claims]
    migrate(database)
    with database.write() as conn:
        assert claims.load_ledger(conn, statement_id) == whole
        claims.save_ledger(conn, statement_id, whole, later := Ledger(tuple(map(moved_on, whole.claims))))
        assert claims.load_ledger(conn, statement_id) == later


def moved_on(one):
    """The claim in the third version, where it stands."""
    return one._replace(last_version=3, spans=(Span(0, 1), Span(3, 4))) if one.standing else one


def downgrade(database, revision):
    config = _config()
    with database.engine.connect() as conn:
        config.attributes["connection"] = conn
        command.downgrade(config, revision)
