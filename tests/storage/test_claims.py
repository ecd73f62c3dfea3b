"""The ledger of a statement is kept as it is now: only what changed is written, and never over somebody else's."""

import pytest
import sqlalchemy as sa

from app.domain.claims import EarlierKey, Ledger, Span, StandingClaim
from app.domain.errors import LeaseLost
from app.domain.ids import StatementId
from app.domain.statements import Statement, StatementState
from app.storage import beginnings, claims
from app.storage.identity import new_id
from app.storage.tables import claim

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
    return conn.execute(sa.select(claim.c.number, claim.c.id).where(claim.c.statement_id == statement_id)).all()


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
