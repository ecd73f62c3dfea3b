"""What every source promises: where to look, and what an answer says.

A source is a set of pure functions over :class:`~app.domain.pages.Page`. It never fetches. The pipeline asks it for
a :class:`~app.domain.pages.Request`, fetches that, and hands the answer back to be read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from app.domain.observations import Outcome
from app.domain.pages import Page, Request
from app.domain.statements import Wording
from app.domain.watches import Selectors, SourceKind


@dataclass(frozen=True, slots=True)
class Target:
    """What a source has to know of a watch in order to look and to read.

    ``target`` is the source's own short form of the address (``generalstaff``, ``generalstaff/123``, a URL).
    ``identity`` is the lasting name found at an earlier check, or None.
    """

    kind: SourceKind
    url: str
    target: str
    selectors: Selectors = Selectors()
    language: str | None = None
    identity: str | None = None
    respect_robots: bool = True


@dataclass(frozen=True, slots=True)
class FoundStatement:
    """One statement as it stands in an answer. ``external_id`` is its lasting identity within its watch."""

    external_id: str
    url: str
    wording: Wording


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A statement that an answer points to, to be read at its own address.

    ``fallback`` is what the pointing answer itself says of it (a feed item's own text), used as the statement
    where its page cannot be read at the first look.
    """

    external_id: str
    url: str
    fallback: Wording


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of post numbers that a list page shows completely; ``last`` None means "and everything newer".

    ``unread`` are numbers that stand on the page without a wording that could be read (Telegram shows some posts
    only in its app): they are there, so they are not missing.
    """

    first: int
    last: int | None
    unread: frozenset[int] = frozenset()

    def covers(self, number: int) -> bool:
        """True where a living post of this number would have been on the page, readable."""
        return number >= self.first and (self.last is None or number <= self.last) and number not in self.unread


@dataclass(frozen=True, slots=True)
class Statements:
    """An answer that could be read. ``older`` asks for the page before this one, where the source has one.

    ``mark`` is what to remember of it, so that the next look may be a glance (:meth:`Source.glance`).
    """

    found: tuple[FoundStatement, ...] = ()
    links: tuple[FoundLink, ...] = ()
    window: Window | None = None
    older: Request | None = None
    identity: str | None = None
    name: str | None = None
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """An answer that shows the one statement as it was read before: its text would have this hash.

    ``mark`` is what to remember from now on. Where ``is_proof_due``, the answer is to be read all the same.
    """

    external_id: str
    text_sha256: str
    mark: str
    is_proof_due: bool = False


@dataclass(frozen=True, slots=True)
class Other:
    """An answer that does not show what it did. What a glance made of it is not made again by whoever reads it.

    ``whole``, ``holder`` and ``around`` are hashes, as a mark has them, of the page, of the element at ``place``, which
    held the text, and of all around that; ``inside`` and ``outside`` are the words in it and around it.
    """

    place: tuple[int, ...]
    whole: str
    holder: str
    around: str
    inside: str
    outside: str


@dataclass(frozen=True, slots=True)
class Gone:
    """An answer that says the one statement asked for is not there (404, 410, "Post not found").

    A web page and a single post are their own list: they answer Gone to a list request too, about their one statement.
    """

    detail: str


@dataclass(frozen=True, slots=True)
class Unread:
    """An answer of which nothing can be said: ``outcome`` is one of app.domain.observations.FAILURES."""

    outcome: Outcome
    detail: str


Reading = Statements | Gone | Unread


class Source(Protocol):
    """One kind of source. ``extractor_version`` is stamped on every version and grows when reading changes."""

    @property
    def kind(self) -> SourceKind:
        """The kind of watch that this source reads."""

    @property
    def extractor_version(self) -> str:
        """The name and number of the reading rules: ``telegram-1``."""

    def recognise(self, url: str) -> str | None:
        """The short form of ``url`` if this source reads it, else None. Says nothing of whether it exists.

        Raises:
            app.domain.errors.InvalidAddress: the host is this source's own, and nothing there can be watched.
        """

    def target_of(self, url: str) -> str:
        """The short form of ``url`` for a watch that names this kind whatever its host.

        Raises:
            app.domain.errors.InvalidAddress: the address cannot be of this kind; the message says what would be.
        """

    def list_request(self, target: Target) -> Request:
        """Where to look for the newest statements of a watch."""

    def older_request(self, target: Target, before: str) -> Request | None:
        """Where to look for the statements before ``before`` (an external id), or None where there is no such page."""

    def list_request_around(self, target: Target, external_id: str) -> Request | None:
        """Where a list shows this statement with its neighbours, or None where there is no such page.

        A statement read from lists is read from lists again: another kind of page may render it differently.
        """

    def statement_request(self, target: Target, external_id: str, url: str) -> Request:
        """Where one statement stands by itself."""

    def read(
        self, page: Page, target: Target, *, external_id: str | None, now: datetime, other: Other | None = None
    ) -> Reading:
        """What an answer says. ``external_id`` names the one statement asked for, or is None for a list.

        ``other`` is what a glance at this very answer made of it, where it made something.
        """

    def glance(
        self, page: Page, target: Target, mark: str, *, external_id: str | None, now: datetime
    ) -> Same | Other | None:
        """That an answer shows its one statement as it stood when ``mark`` was left, told without reading it.

        Anything else where that cannot be said at a glance, for whatever reason: then the answer is read.
        """

    def absent(self, window: Window, known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
        """Those of the ``known`` external ids that should have been among the ``found`` ones, and were not."""
