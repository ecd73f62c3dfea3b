"""Month and weekday names of many languages, from the Unicode CLDR; months.json is made by scripts/month_names.py."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class MonthNames:
    """Lower-case names of one language: months 1 to 12, their short forms, weekdays from Monday as 0."""

    months: Mapping[str, int] = field(default_factory=dict)
    short_months: Mapping[str, int] = field(default_factory=dict)
    weekdays: Mapping[str, int] = field(default_factory=dict)


NO_NAMES = MonthNames()


@cache
def _table() -> dict[str, MonthNames]:
    written = json.loads(files("app.claims.lexicons").joinpath("months.json").read_text(encoding="utf-8"))
    return {language: MonthNames(**names) for language, names in written.items()}


def month_names(language: str) -> MonthNames:
    """The names of one language; empty where the CLDR table has none."""
    return _table().get(language, NO_NAMES)
