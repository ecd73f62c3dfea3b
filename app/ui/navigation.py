"""The way from page to page: what stands at the top of each, and who sees it."""

from dataclasses import dataclass
from typing import Final

from app.domain.keys import Scope, Session
from app.domain.words import Words, msgid


@dataclass(frozen=True, slots=True)
class Entry:
    """One link at the top. ``needs`` is what a key has to allow for it; None is for everybody."""

    path: str
    label: str
    needs: Scope | None = Scope.READ
    is_public: bool = False
    is_here: bool = False


ENTRIES: Final = (
    Entry("/", msgid("Flags"), is_public=True),
    Entry("/watches", msgid("Watchlist"), is_public=True),
    Entry("/ask", msgid("Ask"), is_public=True),
    Entry("/pins", msgid("Pins"), is_public=True),
    Entry("/destinations", msgid("Destinations")),
    Entry("/shares", msgid("Share links"), needs=Scope.WRITE),
    Entry("/keys", msgid("Access keys"), needs=Scope.ADMIN),
    Entry("/status", msgid("Status")),
    Entry("/about", msgid("About"), is_public=True),
)
"""In this order; each is shown to those who may open it."""


SCOPES: Final = {Scope.READ: msgid("reader"), Scope.WRITE: msgid("editor"), Scope.ADMIN: msgid("administrator")}


def scope_name(words: Words, session: Session | None) -> str:
    """What somebody may do here, in one word; nothing for strangers."""
    return words.text(SCOPES[session.key.scope]) if session else ""


def entries_for(path: str, session: Session | None, *, is_public: bool) -> tuple[Entry, ...]:
    """The links that somebody at ``path`` sees."""
    return tuple(
        Entry(one.path, one.label, one.needs, one.is_public, is_here=_leads_to(one.path, path))
        for one in ENTRIES
        if _may_open(one, session, is_public=is_public)
    )


def _may_open(entry: Entry, session: Session | None, *, is_public: bool) -> bool:
    if entry.needs is None:
        return True
    if session is None:
        return is_public and entry.is_public
    return session.key.scope.allows(entry.needs)


def _leads_to(entry: str, path: str) -> bool:
    return path == entry if entry == "/" else path == entry or path.startswith(f"{entry}/")
