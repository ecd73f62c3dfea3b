"""What a reader likes: the language, and light or dark. A link sets it, a cookie keeps it, no script is needed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from app.domain.words import Words, msgid
from app.ui.language import NAMES, words_for

YEAR_SECONDS = 365 * 24 * 3600
LANGUAGE_COOKIE = "walkback_language"
THEME_COOKIE = "walkback_theme"


class Theme(StrEnum):
    """Light or dark, or as the reader's machine has it."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


THEME_NAMES = {Theme.AUTO: msgid("As my device"), Theme.LIGHT: msgid("Light"), Theme.DARK: msgid("Dark")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One link that sets a preference. ``code`` is the language that its label is written in, where it is another."""

    label: str
    address: str
    is_chosen: bool
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """The links at the foot of each page."""

    languages: tuple[Choice, ...]
    themes: tuple[Choice, ...]


def read_words(request: Request) -> Words:
    """The words of the language that somebody asked for, now or before, or that their browser prefers."""
    wishes = (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE))
    return words_for(wishes, request.headers.get("accept-language", ""))


def read_theme(request: Request) -> Theme:
    """Light or dark, as somebody asked for it, now or before."""
    wishes = (request.query_params.get("theme"), request.cookies.get(THEME_COOKIE))
    return next((Theme(wish) for wish in wishes if wish in set(Theme)), Theme.AUTO)


def keep_preferences(request: Request, response: Response) -> None:
    """Remember what the address asks for."""
    asked = ((LANGUAGE_COOKIE, "lang", set(NAMES)), (THEME_COOKIE, "theme", {theme.value for theme in Theme}))
    for cookie, name, known in asked:
        wish = request.query_params.get(name)
        if wish in known:
            response.set_cookie(cookie, wish, max_age=YEAR_SECONDS, httponly=True, samesite="lax")


def links_of(here: Callable[..., str], words: Words, theme: Theme) -> Choices:
    """The links that set each preference; ``here`` gives the address of the page with other words in it."""
    return Choices(tuple(_languages(here, words)), tuple(_themes(here, words, theme)))


def _languages(here: Callable[..., str], chosen: Words) -> Iterator[Choice]:
    for code, name in NAMES.items():
        yield Choice(name, here(lang=code), code == chosen.language, code)


def _themes(here: Callable[..., str], words: Words, chosen: Theme) -> Iterator[Choice]:
    for theme, name in THEME_NAMES.items():
        yield Choice(words.text(name), here(theme=theme), theme is chosen)
