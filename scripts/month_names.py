"""Makes app/claims/lexicons/months.json from the Unicode CLDR (through babel, needed at build time only).

Run `python scripts/month_names.py` after an upgrade of babel; with a path, it writes there. A test says when the file
is out of date.
"""

import json
import sys
from pathlib import Path
from typing import Any

from babel import Locale

TARGET = Path(__file__).parent.parent / "app" / "claims" / "lexicons" / "months.json"
LANGUAGES = (
    "ar be bg cs da de el en es et fa fi fr he hr hu hy id it ka kk lt lv mk nl no pl pt ro ru sk sl sq sr sv tr uk"
)
FOLDED = str.maketrans({"’": "'", "ʼ": "'", "ё": "е", "\u0301": None})


def names_of(language: str) -> dict[str, dict[str, int]]:
    """Wide and short month names (1 to 12) and wide weekday names (0 is Monday), lower case, without full stops."""
    locale = Locale.parse(language)
    months: dict[str, int] = {}
    short: dict[str, int] = {}
    weekdays: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        months |= _folded(locale.months[context].get("wide", {}))
        short |= _folded(locale.months[context].get("abbreviated", {}))
        weekdays |= _folded(locale.days[context].get("wide", {}))
    short = {name: number for name, number in short.items() if name not in months}
    return {"months": months, "short_months": short, "weekdays": weekdays}


def _folded(names: Any) -> dict[str, int]:
    folded = {name.lower().strip(".").translate(FOLDED): number for number, name in names.items()}
    return {name: number for name, number in folded.items() if any(letter.isalpha() for letter in name)}


def document() -> str:
    """The whole file, the same on every run."""
    table = {language: names_of(language) for language in LANGUAGES.split()}
    return json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) if sys.argv[1:] else TARGET).write_text(document(), encoding="utf-8")
