"""Every kind has its entry: a source for each kind of watch, a sender for each kind of destination, three lexicons."""

import ast
import importlib
from pathlib import Path
from typing import Any

import pytest

from app.domain.destinations import DestinationKind
from app.domain.watches import SourceKind

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"


def assigns(source: str, name: str) -> bool:
    """True where a module gives ``name`` a value at its top."""
    targets = [
        target
        for node in ast.parse(source).body
        for target in (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
    ]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def places_of(room: str, name: str) -> list[str]:
    """The modules of a room that define ``name``."""
    files = [path for path in sorted((APP / room).rglob("*.py")) if assigns(path.read_text("utf-8"), name)]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in files]


def registry(room: str, name: str) -> dict[str, Any]:
    """The one dictionary of that name, wherever in its room it stands."""
    places = places_of(room, name)
    if not places:
        pytest.skip(f"app/{room} has no {name} yet")
    assert len(places) == 1
    found = getattr(importlib.import_module(places[0]), name)
    assert isinstance(found, dict)
    return found


def test_every_kind_of_watch_has_its_source() -> None:
    sources = registry("sources", "SOURCES")
    assert set(sources) == set(SourceKind)
    assert all(source.kind == kind for kind, source in sources.items())


def test_every_kind_of_destination_has_its_sender() -> None:
    assert set(registry("delivery", "SENDERS")) == set(DestinationKind)


def test_the_three_languages_have_their_lexicon() -> None:
    assert set(registry("claims", "LEXICONS")) >= {"en", "uk", "ru"}


@pytest.mark.parametrize("source", ["SOURCES = {}", "SOURCES: dict[str, int] = {}", "A = SOURCES = {}"])
def test_a_registry_is_found_where_it_is_defined(source: str) -> None:
    assert assigns(source, "SOURCES")
    assert not assigns(f"from app.sources.registry import SOURCES\ndef f():\n    {source}", "SOURCES")


def test_every_kind_of_destination_has_its_row_in_the_documentation() -> None:
    page = (ROOT / "docs/destinations.md").read_text("utf-8")
    assert [kind for kind in DestinationKind if f"\n| `{kind}` | " not in page] == []
