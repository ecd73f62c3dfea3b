"""How something is said to people: sentences, plurals, times and numbers; English by itself, more in app/catalogues."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Final

DURATIONS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


class Words(ABC):
    """One language. A message is looked up by its English text, in which ``{name}`` stands for what is put in.

    ``language`` is a tag as browsers send it ("en", "uk"). Times are told to the second where there is one, in UTC
    unless another zone is named. What is put in is text, put in as it is: who shows it as markup escapes it.
    ``gettext``, ``ngettext`` and ``pgettext`` find a message and put nothing in: they are what templates are given.
    """

    language: str

    @abstractmethod
    def gettext(self, message: str, /) -> str:
        """The message in this language; the message itself where the catalogue lacks it."""

    @abstractmethod
    def ngettext(self, one: str, many: str, count: int, /) -> str:
        """The form of the message that goes with the number."""

    @abstractmethod
    def pgettext(self, context: str, message: str, /) -> str:
        """The message in this language, where one English word means several things."""

    @abstractmethod
    def date(self, at: datetime, /, *, zone: tzinfo = UTC) -> str:
        """``7 January 2025``."""

    @abstractmethod
    def short_date(self, at: datetime, /, *, zone: tzinfo = UTC, names_year: bool = False) -> str:
        """``7 Jan``, ``7 Jan 2025``: where there is little room."""

    @abstractmethod
    def clock(self, at: datetime, /, *, zone: tzinfo = UTC) -> str:
        """``09:12 UTC``, ``11:12:05 UTC+2``."""

    @abstractmethod
    def moment(self, at: datetime, /, *, zone: tzinfo = UTC, names_zone: bool = True) -> str:
        """``7 January 2025, 09:12 UTC``; the zone is left out where the end of a stretch names it."""

    @abstractmethod
    def number(self, value: float, /) -> str:
        """``1,234.5``; three decimals at most."""

    @abstractmethod
    def duration(self, seconds: float, /) -> str:
        """``31 minutes``, ``2 days 3 hours``: two neighbouring units at most, the rest dropped; in the nominative."""

    @abstractmethod
    def listed(self, items: Iterable[str], /) -> str:
        """``numbers, dates and names``."""

    def text(self, message: str, /, **values: object) -> str:
        """A sentence: ``words.text("removed “{quote}” from", quote=quote)``."""
        return _filled(self.gettext(message), values)

    def term(self, context: str, message: str, /, **values: object) -> str:
        """A word that means several things: ``words.term("a claim", "moved")``."""
        return _filled(self.pgettext(context, message), values)

    def plural(self, one: str, many: str, count: int, /, **values: object) -> str:
        """A sentence about a number, which it has as ``{count}``: ``plural("{count} flag", "{count} flags", 3)``."""
        return _filled(self.ngettext(one, many, count), {"count": self.number(count), **values})


class English(Words):
    """The language in which the messages are written: it needs no catalogue, and no package to read one."""

    language = "en"

    def gettext(self, message: str, /) -> str:
        """See `Words`."""
        return message

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        """See `Words`."""
        return one if count == 1 else many

    def pgettext(self, context: str, message: str, /) -> str:  # noqa: ARG002  (English is its own key)
        """See `Words`."""
        return message

    def date(self, at: datetime, /, *, zone: tzinfo = UTC) -> str:
        """See `Words`."""
        at = at.astimezone(zone)
        return f"{at.day} {at:%B} {at.year}"

    def short_date(self, at: datetime, /, *, zone: tzinfo = UTC, names_year: bool = False) -> str:
        """See `Words`."""
        at = at.astimezone(zone)
        return f"{at.day} {at:%b}" + (f" {at.year}" if names_year else "")

    def clock(self, at: datetime, /, *, zone: tzinfo = UTC) -> str:
        """See `Words`."""
        at = at.astimezone(zone)
        return f"{at:%H:%M:%S} {zone_of(at)}" if at.second else f"{at:%H:%M} {zone_of(at)}"

    def moment(self, at: datetime, /, *, zone: tzinfo = UTC, names_zone: bool = True) -> str:
        """See `Words`."""
        told = f"{self.date(at, zone=zone)}, {self.clock(at, zone=zone)}"
        return told if names_zone else told.rpartition(" ")[0]

    def number(self, value: float, /) -> str:
        """See `Words`."""
        return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")

    def duration(self, seconds: float, /) -> str:
        """See `Words`."""
        return " ".join(f"{n:,} {unit}{'' if n == 1 else 's'}" for n, unit in units_of(seconds))

    def listed(self, items: Iterable[str], /) -> str:
        """See `Words`."""
        *most, last = [*items] or [""]
        return f"{', '.join(most)} and {last}" if most else last


ENGLISH: Final = English()


def msgid(message: str) -> str:
    """Marks a message that stands in a table and is said later, so that the catalogues have it; itself unchanged."""
    return message


def zone_of(at: datetime) -> str:
    """``UTC``, ``UTC+2``, ``UTC-3:30``: the same in every language."""
    offset = at.utcoffset()
    minutes = 0 if offset is None else round(offset.total_seconds() / 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours}" + (f":{rest:02}" if rest else "")


def units_of(seconds: float) -> list[tuple[int, str]]:
    """A duration as at most two neighbouring units with their numbers, greatest first; 0 seconds if it is none."""
    rest, parts = max(0, int(seconds)), list[tuple[int, str]]()
    for unit, length in DURATIONS:
        number, rest = divmod(rest, length)
        if number or parts:
            parts.append((number, unit))
    return [part for part in parts[:2] if part[0]] or [(0, "second")]


def _filled(message: str, values: dict[str, object]) -> str:
    return message.format_map(values) if values else message
