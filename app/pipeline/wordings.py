"""Keeping every form of every claim beside the version in which it stood, so that quotes can be looked up."""

from app.claims.compare import ANALYZER_VERSION
from app.claims.quoting import INDEX_VERSION, wording_step
from app.domain.claims import Ledger
from app.domain.ids import StatementId
from app.domain.quotes import WordingStep
from app.pipeline.analysts import Analysts, Owed
from app.storage import quotes, rules
from app.storage.database import Connection

RULES = f"{ANALYZER_VERSION}+{INDEX_VERSION}"
"""By which rules claims are found and kept; older ones are run again by “walkback reanalyse”."""


def step_of(analysts: Analysts, old: Ledger | None, new: Ledger | None, *, language: str) -> WordingStep | None:
    """What the step from one ledger to the next did to the forms of claims; None where that cannot be said now."""
    if new is None:
        return None
    after = new
    found = analysts.attempt(
        lambda: wording_step(old, after, language), characters=sum(len(c.text) for c in new.claims)
    )
    return None if isinstance(found, Owed) else found


def keep_wordings(
    conn: Connection, statement_id: StatementId, step: WordingStep | None, *, is_first: bool = False
) -> None:
    """Write down what a version did to the forms of claims. None: it is found out later, by “walkback reanalyse”."""
    if step is not None:
        quotes.save_wordings(conn, statement_id, step)
    if is_first:
        rules.add_rules(conn, statement_id, rules.NEVER if step is None else RULES)
    elif step is None:
        rules.mark_rules(conn, statement_id, rules.NEVER)
