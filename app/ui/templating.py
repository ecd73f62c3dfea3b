"""How a template becomes a page: everything is escaped, and said in the reader's language."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.domain.terms import term_of
from app.domain.words import Words
from app.messages.kept.telling import retold
from app.ui.assets import address_of

FOLDER: Final = Path(__file__).parent / "templates"


def render(template: str, words: Words, shown: Mapping[str, Any]) -> str:
    """A template with what it shows, in a language."""
    return _environment(words).get_template(template).render(shown)


@cache
def _environment(words: Words) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext
    )
    environment.filters["moment"] = lambda at: _moment(words, at)
    environment.filters["exact"] = lambda at: _moment(words, at, exactly=True)
    environment.filters["instant"] = _instant
    environment.filters["day"] = words.date
    environment.filters["term"] = lambda value: term_of(value, words)
    environment.filters["retold"] = lambda text: retold(text, words)
    environment.filters["plain"] = words.number
    environment.globals["asset"] = address_of
    return environment


def _moment(words: Words, at: datetime, *, exactly: bool = False) -> Markup:
    """A time as everybody can read it; a script shows it in the reader's own zone, with UTC on hover.

    ``exactly`` is to the second there too: where the two ends of an interval are the proof.
    """
    told = words.moment(at)
    mark = Markup(" data-exactly") if exactly else ""
    return Markup('<time datetime="{}" title="{}"{}>{}</time>').format(_instant(at), told, mark, told)


def _instant(at: datetime) -> str:
    """A time as machines read it."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
