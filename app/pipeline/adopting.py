"""Seeing for ourselves what only an archive had seen: the history goes on, under the same ids."""

from collections import defaultdict
from dataclasses import replace

from app.domain.claims import Ledger
from app.domain.quotes import WordingStep
from app.domain.statements import Statement
from app.pipeline.findings import Finding
from app.pipeline.renumbering import lasting_numbers, places_of_ledgers, renumbered_ledger
from app.storage import archived, beginnings, claims, coverage, quotes
from app.storage.coverage import Growth
from app.storage.database import Connection


def adopt(conn: Connection, finding: Finding, seen: Statement, *, read_by: str) -> None:
    """Begin our own history of a statement that an archive saw. Claims that read as they last did keep their numbers.

    The step from the archive's last wording to ours is worked out later, like all steps of archives.
    """
    beginnings.adopt_statement(
        conn, seen, read_from=finding.read_from, read_by=read_by, text_sha256=finding.text_sha256
    )
    coverage.extend(conn, [Growth(seen.watch_id, -1, 0)])
    archived.mark_behind(conn, seen.id, seen.watch_id)
    if finding.ledger is None:
        return
    kept = claims.load_ledger(conn, seen.id) or Ledger()
    numbers = _numbers(finding.ledger, kept)
    own = {claim.number: claim for claim in renumbered_ledger(finding.ledger, numbers).claims}
    gone = (one._replace(standing=False, spans=(), removed_in=1) if one.standing else one for one in kept.claims)
    merged = {claim.number: claim for claim in gone} | own
    claims.save_ledger(conn, seen.id, kept, Ledger(tuple(merged[number] for number in sorted(merged))))
    if finding.wordings is not None:
        gained = tuple(replace(one, number=numbers[one.number]) for one in finding.wordings.gained)
        quotes.save_wordings(conn, seen.id, WordingStep(gained))


def _numbers(first: Ledger, kept: Ledger) -> dict[int, int]:
    """For each claim of our first wording the number of the claim that last read so in the archive, or a new one."""
    standing: dict[str, list[int]] = defaultdict(list)
    for claim in kept.claims:
        if claim.standing:
            standing[claim.key].append(claim.number)
    taken = [claim.number for claim in kept.claims]
    return lasting_numbers(places_of_ledgers({1: first}), {1: standing}, taken=taken)
