"""Every message of the program is said in every language, whole, and no language says what the program does not."""

import importlib.util
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

SPEC = importlib.util.spec_from_file_location("catalogues", Path(__file__).parents[1] / "scripts" / "catalogues.py")
assert SPEC is not None
assert SPEC.loader is not None
catalogues = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(catalogues)

LANGUAGES = sorted({path.parent for path in catalogues.CATALOGUES.glob("*/*.po")})


def places(text: str) -> set[str]:
    """What a message has room for, in either notation: ``{name}`` of sentences, ``%(name)s`` of templates."""
    percent = set[str]()

    class Noted(dict[str, str]):
        def __missing__(self, key: str) -> str:
            percent.add(key)
            return ""

    if "%(" in text:
        text % Noted()
        return percent
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} if "{" in text else set()


def faults(message: Message) -> Iterator[str]:
    """What is wrong with one entry."""
    forms = message.string if message.pluralizable else (message.string,)
    sources = message.id if message.pluralizable else (message.id,)
    wanted = set().union(*map(places, sources))
    if message.fuzzy:
        yield f"unsure: {message.id}"
    for form in forms:
        if not form:
            yield f"not translated: {message.id}"
        elif not set().union(places(sources[0])) <= places(form) <= wanted:
            yield f"other places in {form!r} than in {message.id}"
        elif form.strip() != form and sources[0].strip() == sources[0]:
            yield f"a space too many around {form!r}"


def entries(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.name, abort_invalid=True)


def test_ukrainian_is_among_the_languages() -> None:
    assert "uk" in [folder.name for folder in LANGUAGES]


@pytest.mark.parametrize("folder", LANGUAGES, ids=lambda folder: folder.name)
def test_what_is_said_is_what_the_catalogues_hold(folder: Path) -> None:
    """If this fails: make catalogues, translate what it names, and commit the files."""
    held = {path.name: path.read_bytes() for path in folder.glob("*.po")}
    wanted = catalogues.renewed(folder)
    assert {name: held.get(name, b"").decode() for name in wanted} == {name: wanted[name].decode() for name in wanted}
    assert set(held) == set(wanted)


@pytest.mark.parametrize(
    "path", [path for folder in LANGUAGES for path in sorted(folder.glob("*.po"))], ids=lambda path: path.stem
)
def test_every_entry_is_translated_whole(path: Path) -> None:
    found = entries(path)
    assert [fault for message in found if message.id for fault in faults(message)] == []
    assert [message.id for message in found if message.pluralizable and len(message.string) != found.num_plurals] == []


WRONG = {
    "not translated": Message("removed", ""),
    "a form of a plural is missing": Message(("{count} day", "{count} days"), ("{count} день", "", "{count} днів")),
    "a place is lost": Message("of {publisher}", "видавця"),
    "a place is misspelt": Message("of {publisher}", "видавця {publiser}"),
    "a place of a template is lost": Message("of %(publisher)s", "видавця"),
    "one thing too many": Message("of {publisher}", "{publisher}, {time}"),
    "unsure": Message("removed", "прибрано", flags={"fuzzy"}),
    "a space too many": Message("removed", "прибрано "),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_faulty_entry_is_found(name: str) -> None:
    assert len(list(faults(WRONG[name]))) == 1


def test_a_sound_entry_is_let_pass() -> None:
    assert list(faults(Message(("{count} day", "{count} days"), ("{count} день", "{count} дні", "{count} днів")))) == []
    assert list(faults(Message("of %(publisher)s", "від %(publisher)s"))) == []


def written(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")


def test_messages_are_found_in_code_and_templates(tmp_path: Path) -> None:
    written(
        tmp_path, "app/domain/a.py", 'words.text("one {x}", x=1)\nmsgid("two")\nwords.plural("a", "b", 3)\nother("no")'
    )
    written(tmp_path, "app/cli/b.py", 'words.text("two")\nwords.term("an act", "three")')
    written(tmp_path, "app/ui/templates/c.html", '{{ _("four") }}{% trans x=1 %}\n  five {{ x }}\n{% endtrans %}')
    found = {
        name: [(m.context, m.id) for m in catalogue if m.id] for name, catalogue in catalogues.said(tmp_path).items()
    }
    assert found == {
        "terms": [],
        "kept": [],
        "alerts": [(None, "one {x}"), (None, "two"), (None, ("a", "b"))],
        "deliveries": [],
        "drawings": [],
        "desk": [],
        "pages": [(None, "four"), (None, "five %(x)s")],
        "interface": [],
        "terminal": [("an act", "three")],
    }


def test_a_translation_is_kept_when_its_message_moves_and_dropped_when_it_is_said_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "app" / "catalogues" / "uk"
    written(tmp_path, "app/ui/a.py", 'words.text("here")\nwords.text("new")')
    written(folder, "alerts.po", 'msgid "here"\nmsgstr "тут"\n\nmsgid "gone"\nmsgstr "нема"\n')
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    monkeypatch.setattr(catalogues.said, "__defaults__", (tmp_path,))
    [(name, content)] = catalogues.renewed(folder).items()
    written(folder, name, content.decode())
    assert name == "pages.po"
    assert {m.id: m.string for m in entries(folder / name) if m.id} == {"here": "тут", "new": ""}
