"""Brings the message catalogues up to date with the program: `make catalogues`, after a message was written or changed.

Every message that the program or a template says is looked for, and written into the .po files of every language under
app/catalogues, with the translation that it had; a new one waits there with an empty translation, which a person fills.
What is said no more is dropped. `--language de` begins a language. The continuous run fails on what is not up to date.
"""

import argparse
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).parent.parent
CATALOGUES = ROOT / "app" / "catalogues"

FILES = {
    "terms": ("app/domain/terms.py",),
    "kept": ("app/messages/kept",),
    "alerts": ("app/domain", "app/messages"),
    "deliveries": ("app/delivery", "app/pipeline"),
    "drawings": ("app/ui/drawings",),
    "desk": ("app/ui/desk", "app/ui/templates/desk"),
    "pages": ("app/ui",),
    "interface": ("app/api",),
    "terminal": ("app/cli", "app/demo"),
}
"""Which file holds the messages of which modules: the first one that a message is said in. One for each piece of work,
so that people who work side by side do not meet."""

KEYWORDS = {
    "text": None,
    "term": ((1, "c"), 2),
    "plural": (1, 2),
    "msgid": None,
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
}
TEMPLATES = (".html", ".txt", ".xml")
TEMPLATE_OPTIONS = {"trimmed": "true", "silent": "false"}


def said(root: Path = ROOT) -> dict[str, Catalog]:
    """Every message of the program, by the file that it belongs in."""
    found = {name: Catalog() for name in FILES}
    seen: dict[object, str] = {}
    for name, folders in FILES.items():
        for path in (path for folder in folders for path in [root / folder, *sorted((root / folder).rglob("*"))]):
            for message, comments, context in messages_of(path):
                key = (context, message[0] if isinstance(message, tuple) else message)
                home = seen.setdefault(key, name)
                place = (path.relative_to(root).as_posix(), None)
                found[home].add(message, locations=[place], auto_comments=comments, context=context)
    return found


def messages_of(path: Path) -> Iterator[tuple[str | tuple[str, ...], list[str], str | None]]:
    """The messages of one module or template, in their order."""
    method = "python" if path.suffix == ".py" else babel_extract if path.suffix in TEMPLATES else None
    if method is not None and path.is_file():
        options = TEMPLATE_OPTIONS if path.suffix in TEMPLATES else {}
        for _, message, comments, context in extract_from_file(
            method, path, keywords=KEYWORDS, comment_tags=["Translators:"], options=options, strip_comment_tags=True
        ):
            yield message, comments, context


def translated(folder: Path) -> dict[object, Message]:
    """The messages that a language has, by context and text; one in several files counts where it is translated."""
    known: dict[object, Message] = {}
    for path in sorted(folder.glob("*.po")):
        for message in read_po(BytesIO(path.read_bytes()), locale=folder.name):
            if message.id and (any(_forms(message)) or _key(message) not in known):
                known[_key(message)] = message
    return known


def renewed(folder: Path) -> dict[str, bytes]:
    """What the files of a language must hold, by name; a file without messages is not there."""
    known = translated(folder)
    return {
        f"{name}.po": _written(template, known, folder.name)
        for name, template in said().items()
        if any(message.id for message in template)
    }


def _written(template: Catalog, known: dict[object, Message], language: str) -> bytes:
    catalogue = Catalog(locale=language)
    for message in template:
        if not message.id:
            continue
        before = known.get(_key(message))
        string = before.string if before is not None and before.pluralizable == message.pluralizable else None
        catalogue.add(
            message.id,
            string,
            locations=message.locations,
            flags=(before.flags & {"fuzzy"}) if before is not None else (),
            auto_comments=message.auto_comments,
            user_comments=before.user_comments if before is not None else (),
            context=message.context,
        )
    body = BytesIO()
    write_po(body, catalogue, width=110, omit_header=True, include_lineno=False)
    return _header(catalogue) + body.getvalue()


def _header(catalogue: Catalog) -> bytes:
    """As much of a header as translators' programs need: without dates and names, over which two people would meet."""
    lines = (
        f"Language: {catalogue.locale_identifier}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {catalogue.plural_forms}",
    )
    return ('msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines) + "\n").encode()


def _key(message: Message) -> object:
    return (message.context, message.id[0] if message.pluralizable else message.id)


def _forms(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def main() -> None:
    """Write every file of every language, and say what still waits for a translation."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--language", help="begin a language: its tag, as de or pt-BR")
    begun = parser.parse_args().language
    if begun:
        (CATALOGUES / str(Locale.parse(begun, sep="-"))).mkdir(exist_ok=True)
    for folder in sorted(path for path in CATALOGUES.iterdir() if path.is_dir() and path.name != "__pycache__"):
        wanted = renewed(folder)
        for path in folder.glob("*.po"):
            if path.name not in wanted:
                path.unlink()
        for name, content in wanted.items():
            (folder / name).write_bytes(content)
        waiting = [message.id for message in translated(folder).values() if not all(_forms(message))]
        print(f"catalogues: {folder.name}: {len(translated(folder))} messages, {len(waiting)} without translation")
        for message in waiting:
            print(f"  {message}")


if __name__ == "__main__":
    main()
