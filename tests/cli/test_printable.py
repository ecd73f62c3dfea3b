"""What a publisher wrote can neither move the cursor nor turn the reading direction of a newsroom's terminal."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.printable import escaped_json, one_line, printable

ANYTHING = st.text(st.characters(exclude_categories=()))
HARMFUL = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}

CASES = {
    "an escape sequence": ("a\x1b[2Jb", "a⟨U+001B⟩[2Jb"),
    "a carriage return": ("seen\rnot seen", "seen⟨U+000D⟩not seen"),
    "a right-to-left override": ("a\u202eb", "a⟨U+202E⟩b"),
    "an isolate": ("\u2066x\u2069", "⟨U+2066⟩x⟨U+2069⟩"),
    "a C1 control": ("\x9b31m", "⟨U+009B⟩31m"),
    "a soft hyphen": ("a\u00adb", "a⟨U+00AD⟩b"),
    "half a character": ("\ud800", "⟨U+D800⟩"),
    "lines and tabs": ("a\n\tb", "a\n\tb"),
    "an emoji of three": ("👩\u200d💻", "👩\u200d💻"),
    "Ukrainian": ("Щойно: «їх» — 47 %", "Щойно: «їх» — 47 %"),
    "Arabic": ("بيان", "بيان"),
    "a letter with an accent of its own": ("і\u0301", "і\u0301"),
}


@pytest.mark.parametrize(("text", "shown"), CASES.values(), ids=CASES.keys())
def test_a_control_is_shown_and_everything_else_stays(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_one_line_is_one_line_and_may_be_cut() -> None:
    assert one_line("a\n\n  b\tc\x1b") == "a b c⟨U+001B⟩"
    assert one_line("abcdef", 4) == "abc…"


@given(ANYTHING)
def test_nothing_that_is_shown_can_act(text: str) -> None:
    for shown in (printable(text), one_line(text)):
        assert not [c for c in shown if unicodedata.category(c) in HARMFUL and c not in "\n\t\u200c\u200d"]
    assert "\n" not in one_line(text)


@given(ANYTHING)
def test_json_means_the_same_and_can_act_neither(text: str) -> None:
    written = escaped_json(json.dumps({"text": text}, ensure_ascii=False, indent=2))
    assert json.loads(written)["text"] == json.loads(json.dumps(text))
    assert not [c for c in written if unicodedata.category(c) in HARMFUL and c not in "\n\u200c\u200d"]
