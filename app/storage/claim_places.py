"""Where the claims of a statement stand now: one row for all of them, since a new version moves nearly every one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

import sqlalchemy as sa

from app.domain.archives import in_time
from app.domain.claims import Ledger, Span
from app.storage.packed_numbers import numbers_in, pack_numbers
from app.storage.tables import claim, ledger

UNKNOWN: Final = (-1, -1)
"""Of a claim that stands, nobody knows where."""
OF_LEDGER: Final = ledger.c.statement_id == claim.c.statement_id
LAST_VERSION: Final = sa.case(
    (claim.c.standing, sa.func.coalesce(ledger.c.number, claim.c.last_version)), else_=claim.c.last_version
)
"""The latest compared version in which a claim stood, where ``ledger`` is outer-joined by :data:`OF_LEDGER`."""


@dataclass(frozen=True, slots=True)
class Places:
    """The last version whose claims were compared, and where each that stands in it does so.

    ``rows`` are the same places as they are kept: number of the claim, start and end, one of them for each span.
    """

    version: int
    spans: Mapping[int, tuple[Span, ...]]
    rows: bytes

    @classmethod
    def of(cls, whole: Ledger) -> Self:
        """Those of a ledger. Claims that are said to stand in older versions have none: their rows say where."""
        standing = [one for one in whole.claims if one.standing]
        version = max((one.last_version for one in standing or whole.claims), key=in_time, default=0)
        latest = [one for one in standing if one.last_version == version]
        rows = [place for one in latest for span in one.spans or (UNKNOWN,) for place in (one.number, *span)]
        return cls(version, {one.number: one.spans for one in latest}, pack_numbers(rows))

    @classmethod
    def from_row(cls, version: int, rows: bytes) -> Self:
        """Those of a row of ``ledger``.

        Raises:
            StorageError: it is damaged.
        """
        spans: dict[int, tuple[Span, ...]] = {}
        places = iter(numbers_in(rows))
        for number, start, end in zip(places, places, places, strict=False):
            span = () if start < 0 else (Span(start, end),)
            spans[number] = (*spans[number], *span) if number in spans else span
        return cls(version, spans, rows)


NOWHERE: Final = Places(0, {}, b"")
