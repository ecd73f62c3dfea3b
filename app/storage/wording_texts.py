"""The text of a form of a claim, which is that of the claim itself until the claim reads otherwise.

claim_wording.text is null   ──▶  it is claim.text
the claim reads otherwise    ──▶  what it read until now is put into its forms first, in the same transaction
"""

from collections.abc import Iterable
from typing import Any, Final

import sqlalchemy as sa

from app.domain.ids import StatementId
from app.storage.sending import send
from app.storage.tables import claim, claim_wording

OF_CLAIM: Final = sa.and_(
    claim.c.statement_id == claim_wording.c.statement_id, claim.c.number == claim_wording.c.number
)
TEXT: Final = sa.func.coalesce(claim_wording.c.text, claim.c.text).label("text")
"""What a form read, where its claim is outer-joined by :data:`OF_CLAIM`."""
_CLAIMS_TEXT: Final = sa.select(claim.c.text).where(OF_CLAIM).scalar_subquery()
_MINE: Final = claim_wording.c.statement_id == sa.bindparam("of_statement")
_GIVE_ALL: Final = sa.update(claim_wording).where(_MINE, claim_wording.c.text.is_(None)).values(text=_CLAIMS_TEXT)
_GIVE: Final = _GIVE_ALL.where(claim_wording.c.number == sa.bindparam("of_number"))
_LET_GO: Final = sa.update(claim_wording).where(_MINE, claim_wording.c.text == _CLAIMS_TEXT).values(text=sa.null())


def own_text() -> sa.ColumnElement[Any]:
    """What a new form keeps as its text: nothing where its claim reads so."""
    of_claim = sa.and_(
        claim.c.statement_id == sa.bindparam("of_statement", type_=claim.c.statement_id.type),
        claim.c.number == sa.bindparam("of_number", type_=sa.Integer()),
    )
    its_text = sa.select(claim.c.text).where(of_claim).scalar_subquery()
    return sa.func.nullif(sa.bindparam("reads", type_=sa.Text()), its_text)


def give_texts(conn: sa.Connection, claims: Iterable[tuple[StatementId, int]]) -> None:
    """Let the forms of these claims have their own texts: the claims will read otherwise."""
    send(conn, _GIVE, [{"of_statement": statement_id, "of_number": number} for statement_id, number in claims])


def give_all_texts(conn: sa.Connection, statement_id: StatementId) -> None:
    """The same for all claims of a statement, which are about to be replaced."""
    send(conn, _GIVE_ALL, [{"of_statement": statement_id}])


def let_texts_go(conn: sa.Connection, statement_id: StatementId) -> None:
    """Keep of the forms of a statement no text that is that of its claim."""
    send(conn, _LET_GO, [{"of_statement": statement_id}])
