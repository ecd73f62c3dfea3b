"""Two texts in, the analysis out: nothing stored, nothing fetched."""

from pathlib import Path
from typing import Any

import pytest

from app.api.compare import Comparison

BEFORE = "We have launched new offensive operations. 47 attacks were repelled."
AFTER = "We conduct combat operations. 47 attacks were repelled."


@pytest.fixture
def texts(desk: Path) -> Path:
    (desk / "old.txt").write_text(BEFORE, "utf-8")
    (desk / "new.txt").write_text(AFTER, "utf-8")
    return desk


def test_claims_are_shown_with_what_happened_to_them(run: Any, texts: Path) -> None:
    done = run("compare", "old.txt", "new.txt", "--pin", "en: new offensive", "--lang", "en")
    assert done.code == 0
    assert "pin “en: new offensive” is gone" in done.out
    assert "launched new offensive" in done.out
    assert "47 attacks" not in done.out
    assert not (texts / "walkback.db").exists()


def test_json_is_that_of_the_interface(has_shape: Any, run: Any, texts: Path) -> None:
    found = run("compare", "old.txt", "new.txt", "--json").json
    has_shape(Comparison, found)


def test_a_wording_in_between_tells_what_came_back(run: Any, texts: Path) -> None:
    done = run("compare", "old.txt", "-", "old.txt", "--json", stdin="47 attacks were repelled.")
    actions = [claim["action"] for claim in done.json["claims"]]
    assert actions == ["restored", "unchanged"]


def test_the_exit_code_tells_of_a_change_where_that_is_asked(run: Any, texts: Path) -> None:
    assert run("compare", "old.txt", "new.txt", "--exit-code").code == 1
    same = run("compare", "old.txt", "old.txt", "--exit-code")
    assert same.code == 0
    assert "No claim was touched." in same.out


BAD = {
    "one file": (["old.txt"], 2, "Give 2 to 50 texts"),
    "no file": (["old.txt", "none.txt"], 3, "There is no file none.txt"),
    "a folder": (["old.txt", "."], 1, "cannot be read"),
    "no text": (["old.txt", "photo.jpg"], 2, "not text in UTF-8"),
    "standard input twice": (["-", "-"], 2, "only once"),
    "no phrase": (["old.txt", "new.txt", "--pin", "new"], 2, "with its language"),
}


@pytest.mark.parametrize(("words", "code", "message"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_compared_is_said_in_one_line(
    run: Any, texts: Path, words: Any, code: int, message: str
) -> None:
    (texts / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    done = run("compare", *words)
    assert done.code == code
    assert message in done.err


def test_nothing_in_a_text_acts_on_the_terminal(run: Any, texts: Path) -> None:
    (texts / "new.txt").write_text(f"{AFTER} \x1b[2J\u202e Hidden words were added here today.", "utf-8")
    for words in ([], ["--json"]):
        out = run("compare", "old.txt", "new.txt", *words).out
        assert "\x1b" not in out
        assert "\u202e" not in out
