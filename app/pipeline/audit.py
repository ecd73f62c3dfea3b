"""Writing down who did what, in the transaction in which it is done."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.audit import Act, AuditEntry, Changed
from app.pipeline.newsroom import Newsroom
from app.storage.audit import add_entry
from app.storage.database import Connection
from app.storage.identity import new_id


class Named(Protocol):
    """What something is done to: a watch, a pin, a destination, a key."""

    @property
    def id(self) -> uuid.UUID:
        """Its id."""

    @property
    def name(self) -> str:
        """What people call it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that has no name of its own."""

    id: uuid.UUID
    name: str


def note(
    conn: Connection, newsroom: Newsroom, act: Act, subject: Named, changes: Mapping[str, Changed] | None = None
) -> None:
    """Write down that whoever this newsroom acts for did this."""
    entry = AuditEntry(
        id=new_id(),
        at=newsroom.clock(),
        actor=newsroom.actor,
        act=act,
        subject_id=subject.id,
        subject_name=subject.name,
        changes=changes or {},
    )
    add_entry(conn, entry)
