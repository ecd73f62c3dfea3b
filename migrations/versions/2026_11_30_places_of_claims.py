"""Where the claims of a statement stand now, in one row for all of them

Revision: 0032
Follows: 0031
Made: 2026-11-30 03:10:00.000000+00:00
"""

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.domain.archives import in_time
from app.storage.dialect import Json
from app.storage.json_values import read_json
from app.storage.step_progress import StepProgress
from app.storage.tables.base import VersionNumber

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

AT_ONCE = 2_000
CLAIMS = sa.text(
    "SELECT statement_id, number, last_version, standing, CAST(spans AS TEXT) AS spans FROM claim "
    "WHERE (statement_id, number) > (:of, :number) ORDER BY statement_id, number LIMIT :most"
)
LEDGERS = sa.text(
    "SELECT statement_id, number, CAST(places AS TEXT) AS places FROM ledger WHERE statement_id > :of ORDER BY statement_id LIMIT :most"
)
BEFORE_ALL = "00000000000000000000000000000000"
ADD = sa.text("INSERT INTO ledger (statement_id, number, places) VALUES (:of, :number, :places)").bindparams(
    sa.bindparam("places", type_=Json)
)
GIVE_BACK = sa.text(
    "UPDATE claim SET last_version = :last, spans = :spans WHERE statement_id = :of AND number = :number"
).bindparams(sa.bindparam("spans", type_=Json))


def upgrade() -> None:
    """A group of claims at a time is in memory; their own rows stay as they are."""
    op.create_table(
        "ledger",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("number", VersionNumber, nullable=False),
        sa.Column("places", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_ledger_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_ledger")),
    )
    conn = op.get_bind()
    rows: list[dict[str, Any]] = []
    everything = StepProgress.of(op.get_context(), revision, ["claim"]).each("claim", _claims(conn))
    for of, claims in groupby(everything, key=attrgetter("statement_id")):
        rows.append({"of": of, **_places(list(claims))})
        if len(rows) == AT_ONCE:
            conn.execute(ADD, rows)
            rows = []
    if rows:
        conn.execute(ADD, rows)


def downgrade() -> None:
    """Each claim says itself again where it stands."""
    conn = op.get_bind()
    progress = StepProgress.of(op.get_context(), revision, ["ledger"])
    progress.start("ledger")
    key: Any = BEFORE_ALL
    while ledgers := conn.execute(LEDGERS, {"of": key, "most": AT_ONCE // 20}).all():
        rows = [row for one in ledgers for row in _claims_of(one)]
        if rows:
            conn.execute(GIVE_BACK, rows)
        key = ledgers[-1].statement_id
        progress.add(len(ledgers))
    progress.finish()
    op.drop_table("ledger")


def _claims(conn: sa.Connection) -> Iterator[Any]:
    """All claims, by their keys."""
    of: Any = BEFORE_ALL
    number = 0
    while some := conn.execute(CLAIMS, {"of": of, "number": number, "most": AT_ONCE}).all():
        yield from some
        of, number = some[-1].statement_id, some[-1].number


def _places(claims: list[Any]) -> dict[str, Any]:
    standing = [one for one in claims if one.standing]
    number = max((one.last_version for one in standing or claims), key=in_time)
    places = [
        (one.number, *span)
        for one in standing
        if one.last_version == number
        for span in read_json(one.spans) or ((-1, -1),)
    ]
    return {"number": number, "places": places}


def _claims_of(one: Any) -> Iterator[dict[str, Any]]:
    for number, places in groupby(read_json(one.places), key=lambda place: place[0]):
        spans = [[start, end] for _, start, end in places if start >= 0]
        yield {"of": one.statement_id, "number": number, "last": one.number, "spans": spans}
