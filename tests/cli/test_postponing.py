"""Libraries that are loaded with their first use: nothing of them before, and the same answers as ever after."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.claims.stemming import stem
from app.cli.postponing import Shelf, leave_on_the_shelf
from app.sources.charset import decode_bytes
from app.sources.extraction import extracted
from app.sources.feed_xml import read_xml_feed

ROOT = Path(__file__).parent.parent.parent
LIBRARY = {
    "__init__.py": '__version__ = "7"\nSIZE = 3\nfrom heavy.part import Thing, weigh\n',
    "part.py": "class Thing:\n    kind = 'stone'\n\ndef weigh(count, each=2):\n    return count * each\n",
}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A library "heavy" that is installed, and left on the shelf."""
    (tmp_path / "heavy").mkdir()
    for name, source in LIBRARY.items():
        (tmp_path / "heavy" / name).write_text(source)
    monkeypatch.syspath_prepend(tmp_path)
    shelf = leave_on_the_shelf([r"heavy", r"not_installed"])
    yield shelf
    sys.meta_path.remove(shelf)
    for name in [name for name in sys.modules if name.partition(".")[0] == "heavy"]:
        del sys.modules[name]


def imported(statement: str) -> dict[str, Any]:
    """What an import gives to the module in which it stands."""
    names: dict[str, Any] = {}
    exec(statement, names)
    return names


def test_a_function_is_loaded_when_it_is_called(shelf: Shelf) -> None:
    weigh = imported("from heavy import weigh")["weigh"]
    assert shelf.is_on_it("heavy")
    assert [weigh(4), weigh(count=1, each=5)] == [8, 5]
    assert not shelf.is_on_it("heavy")


def test_a_module_is_loaded_when_something_of_it_is_used(shelf: Shelf) -> None:
    heavy = imported("import heavy")["heavy"]
    assert shelf.is_on_it("heavy")
    assert heavy.weigh(4) == 8
    assert heavy.SIZE == 3
    assert heavy.weigh is sys.modules["heavy"].weigh


def test_what_stands_below_a_library_is_left_with_it(shelf: Shelf) -> None:
    weigh = imported("from heavy.part import weigh")["weigh"]
    assert shelf.is_on_it("heavy.part")
    assert weigh(4) == 8
    assert type(sys.modules["heavy"]) is type(sys.modules["heavy.part"]) is ModuleType
    assert sys.modules["heavy"].weigh is sys.modules["heavy.part"].weigh


def test_nothing_is_of_a_class_that_was_never_loaded(shelf: Shelf) -> None:
    thing = imported("from heavy import Thing")["Thing"]
    assert not isinstance("a text", thing)
    assert shelf.is_on_it("heavy")
    assert isinstance(thing(), thing)
    assert not isinstance("a text", thing)


def test_a_class_is_looked_into_made_more_special_and_named_in_a_note_of_types(shelf: Shelf) -> None:
    assert imported("from heavy import Thing\ndef f(one: Thing | None, two: None | Thing): ...")["f"]
    assert shelf.is_on_it("heavy")
    assert imported("from heavy import Thing")["Thing"].kind == "stone"
    assert imported("from heavy import Thing\nclass Pebble(Thing): ...")["Pebble"].kind == "stone"


def test_a_library_is_asked_for_its_version(shelf: Shelf) -> None:
    assert imported("from heavy import __version__")["__version__"] == "7"
    assert not hasattr(sys.modules["heavy"], "__nothing__")


def test_the_import_of_what_is_not_installed_fails_at_once(shelf: Shelf) -> None:
    with pytest.raises(ImportError):
        imported("import not_installed")
    with pytest.raises(ImportError):
        imported("import heavy.missing")
    with pytest.raises(AttributeError):
        imported("from heavy import nothing")["nothing"]()


def test_what_was_imported_before_stays_as_it_is(shelf: Shelf) -> None:
    sys.meta_path.remove(shelf)
    before = imported("import heavy")["heavy"]
    sys.meta_path.insert(0, shelf)
    assert imported("import heavy")["heavy"] is before
    assert imported("from heavy import SIZE")["SIZE"] == 3


PAGE = "<html><body><article>" + "".join(f"<p>The ministry has begun exercise {i}.</p>" for i in range(40))
PAGE += "</article></body></html>"
FEED = '<rss version="2.0"><channel><title>News</title><item><title>One</title><guid>1</guid></item></channel></rss>'
SHORT = "Міністерство оборони повідомило, що навчання розпочалися вчора вранці на полігоні.".encode("cp1251")


def read_all() -> list[str]:
    """What is done of everything that some library of the shelf serves."""
    feed = read_xml_feed(FEED, "https://example.org/", now=datetime(2026, 1, 1, tzinfo=UTC))
    stems = stem("ministries", "en") + stem("министерства", "ru")
    return [extracted(PAGE, cuts_menus_off=False), decode_bytes(SHORT), str(feed), stems]


ALONE = """
import json, re, sys
from app.cli.postponing import SHELVED, leave_on_the_shelf
shelf = leave_on_the_shelf()
from app.__main__ import app
from app.cli.acts import working
from app.fetching.exchange import trusting_public_authorities
from tests.cli.test_postponing import PAGE, extracted, read_all, stem
trusting_public_authorities()
extracted(PAGE, cuts_menus_off=True), stem("ministries", "en")
left = [name for name in sys.modules if shelf.is_on_it(name)]
useless = [one for one in SHELVED if not any(re.match(one, name) for name in left)]
held = [name for name in sys.modules if re.match("|".join(SHELVED), name) and name not in left]
print(json.dumps([useless, held, read_all()]))
"""


def test_a_process_that_reads_pages_loads_one_stemmer_and_gives_the_same_answers() -> None:
    done = subprocess.run([sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, check=True)
    useless, held, answers = json.loads(done.stdout)
    assert useless == [], "nothing brings it along any more: its line can go"
    assert held == ["snowballstemmer.english_stemmer"]
    assert answers == read_all()
    assert "навчання" in answers[1]
