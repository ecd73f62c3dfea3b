"""Sentences, plurals, times, numbers and durations, as English and Ukrainian say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import jinja2
import pytest
from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app.catalogues.choosing import catalogue_of
from app.domain.words import ENGLISH, Words

UKRAINIAN = catalogue_of("uk")
BRITISH = Locale("en", "GB")
POSTED = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)
SEEN = POSTED.replace(second=5)
KYIV, ST_JOHNS = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/St_Johns")


def test_a_moment() -> None:
    assert ENGLISH.moment(POSTED) == "7 January 2025, 09:12 UTC"
    assert UKRAINIAN.moment(POSTED) == "7 січня 2025\u202fр., 09:12 UTC"
    assert ENGLISH.moment(SEEN, zone=KYIV) == "7 January 2025, 11:12:05 UTC+2"
    assert UKRAINIAN.moment(SEEN, zone=KYIV) == "7 січня 2025\u202fр., 11:12:05 UTC+2"
    assert UKRAINIAN.clock(SEEN, zone=ST_JOHNS) == "05:42:05 UTC-3:30"
    assert UKRAINIAN.date(POSTED.replace(hour=23), zone=KYIV) == "8 січня 2025\u202fр."


DURATIONS = {
    0: ("0 seconds", "0 секунд"),
    1.9: ("1 second", "1 секунда"),
    62: ("1 minute 2 seconds", "1 хвилина 2 секунди"),
    31 * 60: ("31 minutes", "31 хвилина"),
    3 * 3600: ("3 hours", "3 години"),
    3 * 3600 + 5: ("3 hours", "3 години"),
    5 * 3600 + 60: ("5 hours 1 minute", "5 годин 1 хвилина"),
    1500 * 86_400: ("1,500 days", "1\xa0500 днів"),
    -5: ("0 seconds", "0 секунд"),
}


@pytest.mark.parametrize("seconds", DURATIONS)
def test_a_duration(seconds: float) -> None:
    assert (ENGLISH.duration(seconds), UKRAINIAN.duration(seconds)) == DURATIONS[seconds]


def test_a_number_and_a_list() -> None:
    assert (ENGLISH.number(12345), UKRAINIAN.number(12345)) == ("12,345", "12\xa0345")
    assert (ENGLISH.number(0.5), UKRAINIAN.number(0.5)) == ("0.5", "0,5")
    assert UKRAINIAN.listed(["числа", "дати", "імена"]) == "числа, дати і імена"
    assert [ENGLISH.listed(items) for items in ([], ["a"], ["a", "b"])] == ["", "a", "a and b"]


@given(at=st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_our_own_english_of_times_is_that_of_the_unicode_cldr(at: datetime) -> None:
    assert ENGLISH.date(at) == format_date(at, "long", locale=BRITISH)
    assert ENGLISH.clock(at.replace(second=0)) == format_skeleton("Hm", at, locale=BRITISH) + " UTC"


@given(value=st.integers(-(10**12), 10**12) | st.decimals(-(10**6), 10**6, places=2).map(float))
def test_our_own_english_of_numbers_is_that_of_the_unicode_cldr(value: float) -> None:
    assert ENGLISH.number(value) == format_decimal(value, locale=BRITISH)


@given(items=st.lists(st.text("abc ", min_size=1), min_size=1, max_size=5))
def test_our_own_english_of_lists_is_that_of_the_unicode_cldr(items: list[str]) -> None:
    assert ENGLISH.listed(items) == format_list(items, locale=BRITISH)


@pytest.mark.parametrize("words", [ENGLISH, UKRAINIAN], ids=["en", "uk"])
@given(value=st.text())
def test_what_is_put_into_a_sentence_is_put_in_as_it_is(words: Words, value: str) -> None:
    assert words.text("[{value}]", value=value) == f"[{value}]"
    assert words.term("nowhere", "[{value}]", value=value) == f"[{value}]"
    assert words.plural("[{value}]", "[{value}]", 2, value=value) == f"[{value}]"


def test_what_a_catalogue_lacks_is_said_in_english() -> None:
    assert UKRAINIAN.text("In no catalogue, {name}", name="x") == "In no catalogue, x"
    assert UKRAINIAN.plural("{count} nothing", "{count} nothings", 5) == "5 nothings"


def page(words: Words, source: str, **values: object) -> str:
    """A template as the pages have them: the language is that of the reader, not of the environment."""
    environment = jinja2.Environment(autoescape=True, extensions=["jinja2.ext.i18n"])
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        jinja2.pass_context(lambda context, message: context["words"].gettext(message)),
        jinja2.pass_context(lambda context, one, many, count: context["words"].ngettext(one, many, count)),
        newstyle=True,
    )
    return environment.from_string(source).render(words=words, **values)


def test_a_template_speaks_the_language_of_its_reader_and_escapes_what_is_put_in() -> None:
    source = (
        '{{ _("%(name)s here", name=name) }}, '
        "{% trans count=n %}{{ count }} flag{% pluralize %}{{ count }} flags{% endtrans %}, {{ _('removed') }}"
    )
    assert page(ENGLISH, source, name="<b>", n=2) == "&lt;b&gt; here, 2 flags, removed"
    assert page(UKRAINIAN, source, name="<b>", n=2) == "&lt;b&gt; here, 2 flags, прибрано"
