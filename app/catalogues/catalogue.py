"""One language other than English: its messages out of its folder, its times and numbers out of the Unicode CLDR."""

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations
from babel.units import format_unit

from app.domain.words import Words, units_of, zone_of


class Catalogue(Words):
    """A language with a folder beside this file (``uk``, ``pt_BR`` for pt-BR)."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._locale = Locale.parse(language, sep="-")
        self._known = read_folder(language.replace("-", "_"))

    def gettext(self, message: str, /) -> str:
        """See `Words`."""
        return str(self._known.gettext(message))

    def ngettext(self, one: str, many: str, count: int, /) -> str:
        """See `Words`."""
        return str(self._known.ngettext(one, many, count))

    def pgettext(self, context: str, message: str, /) -> str:
        """See `Words`."""
        return str(self._known.pgettext(context, message))

    def date(self, at: datetime, /, *, zone: tzinfo = UTC) -> str:
        """See `Words`."""
        return str(format_date(at.astimezone(zone), "long", locale=self._locale))

    def short_date(self, at: datetime, /, *, zone: tzinfo = UTC, names_year: bool = False) -> str:
        """See `Words`."""
        at = at.astimezone(zone)
        return str(format_skeleton("MMMd", at, locale=self._locale)) + (f" {at.year}" if names_year else "")

    def clock(self, at: datetime, /, *, zone: tzinfo = UTC) -> str:
        """See `Words`."""
        return f"{self._time(at, zone)} {zone_of(at.astimezone(zone))}"

    def moment(self, at: datetime, /, *, zone: tzinfo = UTC, names_zone: bool = True) -> str:
        """See `Words`."""
        joined = str(self._locale.datetime_formats["medium"])
        return joined.format(
            self.clock(at, zone=zone) if names_zone else self._time(at, zone), self.date(at, zone=zone)
        )

    def _time(self, at: datetime, zone: tzinfo) -> str:
        at = at.astimezone(zone)
        return str(format_skeleton("Hms" if at.second else "Hm", at, tzinfo=zone, locale=self._locale))

    def number(self, value: float, /) -> str:
        """See `Words`."""
        return str(format_decimal(value, locale=self._locale))

    def duration(self, seconds: float, /) -> str:
        """See `Words`."""
        told = (format_unit(n, f"duration-{unit}", "long", locale=self._locale) for n, unit in units_of(seconds))
        return " ".join(told)

    def listed(self, items: Iterable[str], /) -> str:
        """See `Words`."""
        return str(format_list([*items], locale=self._locale))


def read_folder(name: str) -> Translations:
    """Every finished message of every .po file of a language, as one set; an unsure (fuzzy) one is left out."""
    together = Catalog(locale=name)
    for file in sorted((files("app.catalogues") / name).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".po"):
            for message in read_po(BytesIO(file.read_bytes()), locale=together.locale):
                if message.id and not message.fuzzy:
                    together.add(message.id, message.string, context=message.context)
    compiled = BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return Translations(compiled)
