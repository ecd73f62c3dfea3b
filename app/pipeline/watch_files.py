"""Lists of addresses as files: a watchlist brought along from elsewhere, and the one here to take away.

json   a list of watches as the interface takes them, or of bare addresses
csv    one line a watch, under the names of the fields; for spreadsheets
opml   the outlines of a feed reader; keeps address, name, language and tags
text   one address a line; ``#`` begins a remark
"""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Final, Literal
from xml.parsers import expat

from app.domain.errors import InvalidInput
from app.domain.watches import SourceKind, Watch, WatchDraft
from app.pipeline.watch_fields import FIELDS, draft_of

Media = Literal["json", "csv", "opml", "text"]
Row = WatchDraft | InvalidInput

MOST_ROWS: Final = 10_000
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REMARK = re.compile(r"(?:^|\s)#.*")
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""How a cell begins that a spreadsheet would take for a formula; quotes before it are ours or look so."""


def parse_watch_file(text: str, media: Media) -> tuple[Row, ...]:
    """Every row of a file in its order: a watch to add, or what is wrong with the row.

    Raises:
        InvalidInput: the file as a whole cannot be read.
    """
    rows = READERS[media](text.removeprefix("\ufeff"))
    if len(rows) > MOST_ROWS:
        raise InvalidInput(f"The file has {len(rows)} rows; {MOST_ROWS} are the most at once.")
    return rows


def write_watch_file(watches: Iterable[Watch], media: Media) -> str:
    """The watchlist as a file that :func:`parse_watch_file` reads again."""
    return WRITERS[media](tuple(watches))


def _read_json(text: str) -> tuple[Row, ...]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The file is not JSON.") from error
    if isinstance(found, dict):
        found = found.get("watches", found.get("items"))
    if not isinstance(found, list):
        raise InvalidInput("The file must hold a list of watches.")
    return tuple(_row(f"Entry {place}", partial(_of_json, one)) for place, one in enumerate(found, start=1))


def _of_json(one: object) -> WatchDraft:
    if isinstance(one, str):
        return draft_of({"url": one})
    if not isinstance(one, dict):
        raise InvalidInput("A watch is an object with its url, or the url alone.")
    fields = dict(one)
    selectors = fields.pop("selectors", None) or {}
    if not isinstance(selectors, dict) or not set(selectors) <= {"include", "exclude"}:
        raise InvalidInput("selectors: must be an object with include and exclude.", pointer="/selectors")
    return draft_of({**selectors, **fields}, split=_alone)


def _read_csv(text: str) -> tuple[Row, ...]:
    heading = text.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        lines = [
            (number, cells) for number, cells in _csv_lines(text, delimiter) if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise InvalidInput(f"The file is not CSV: {error}.") from error
    if not lines:
        raise InvalidInput("The file is empty; its first line names the columns.")
    names = [cell.strip().lower() for cell in lines[0][1]]
    unknown = [name for name in names if name not in FIELDS]
    if unknown or "url" not in names or len(set(names)) < len(names):
        wrong = f"“{unknown[0][:60]}” is no column" if unknown else "the columns need a url, and each only once"
        raise InvalidInput(f"In the first line {wrong}; there are {', '.join(FIELDS)}.")
    return tuple(_row(f"Line {number}", partial(_of_cells, names, cells)) for number, cells in lines[1:])


def _csv_lines(text: str, delimiter: str) -> Iterable[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for cells in reader:
        yield reader.line_num, cells


def _of_cells(names: list[str], cells: list[str]) -> WatchDraft:
    if len(cells) > len(names):
        raise InvalidInput(f"The line has {len(cells)} cells, and there are {len(names)} columns.")
    return draft_of({name: _bare(cell) for name, cell in zip(names, cells, strict=False)}, split=_lines)


def _read_opml(text: str) -> tuple[Row, ...]:
    found: list[Mapping[str, str]] = []
    places: list[int] = []
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise InvalidInput("The file declares a document type, which is not read.")

    def take(name: str, attributes: dict[str, str]) -> None:
        if name.lower() == "outline" and (attributes.get("xmlUrl") or attributes.get("htmlUrl")):
            found.append(attributes)
            places.append(parser.CurrentLineNumber)

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = take
    try:
        parser.Parse(text.encode("utf-8", "replace").decode(), True)
    except expat.ExpatError as error:
        raise InvalidInput(f"The file is not OPML: {error}.") from error
    return tuple(_row(f"Line {place}", partial(_of_outline, one)) for place, one in zip(places, found, strict=True))


def _of_outline(attributes: Mapping[str, str]) -> WatchDraft:
    feed = attributes.get("xmlUrl")
    fields = {
        "url": feed or attributes["htmlUrl"],
        "kind": SourceKind.FEED if feed else None,
        "name": attributes.get("title") or attributes.get("text"),
        "language": attributes.get("language", "").partition("-")[0],
        "tags": attributes.get("category"),
    }
    return draft_of(fields)


def _read_text(text: str) -> tuple[Row, ...]:
    lines = ((number, REMARK.sub("", line).strip()) for number, line in enumerate(text.splitlines(), start=1))
    return tuple(_row(f"Line {number}", partial(draft_of, {"url": line})) for number, line in lines if line)


def _row(place: str, read: Callable[[], WatchDraft]) -> Row:
    try:
        return read()
    except InvalidInput as problem:
        return InvalidInput(f"{place}: {problem.message}", pointer=problem.pointer)


def _write_json(watches: tuple[Watch, ...]) -> str:
    return json.dumps([_told(watch) for watch in watches], ensure_ascii=False, indent=2) + "\n"


def _told(watch: Watch) -> dict[str, Any]:
    return {
        "url": watch.url,
        "kind": watch.kind,
        "name": watch.name,
        "publisher": watch.publisher,
        "language": watch.language,
        "tags": list(watch.tags),
        "interval_seconds": watch.interval_seconds,
        "selectors": {"include": list(watch.selectors.include), "exclude": list(watch.selectors.exclude)},
        "respect_robots": watch.respect_robots,
        "visibility": watch.visibility,
    }


def _write_csv(watches: tuple[Watch, ...]) -> str:
    written = io.StringIO(newline="")
    lines = csv.writer(written)
    lines.writerow(FIELDS)
    for watch in watches:
        told = _told(watch)
        cells = {
            **told,
            "tags": ";".join(watch.tags),
            "include": "\n".join(watch.selectors.include),
            "exclude": "\n".join(watch.selectors.exclude),
            "respect_robots": str(watch.respect_robots).lower(),
        }
        lines.writerow([_harmless("" if cells[name] is None else str(cells[name])) for name in FIELDS])
    return written.getvalue()


def _write_opml(watches: tuple[Watch, ...]) -> str:
    outlines = "".join(f"    {_outline(watch)}\n" for watch in watches)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Walkback</title></head>\n'
        f"  <body>\n{outlines}  </body>\n</opml>\n"
    )


def _outline(watch: Watch) -> str:
    is_feed = watch.kind is SourceKind.FEED
    attributes = {
        "type": "rss" if is_feed else "link",
        "text": watch.name,
        "title": watch.name,
        "xmlUrl" if is_feed else "htmlUrl": watch.url,
        "language": watch.language or "",
        "category": ",".join(watch.tags),
    }
    written = (f'{key}="{html.escape(NOT_XML.sub("", value))}"' for key, value in attributes.items() if value)
    return f"<outline {' '.join(written)}/>"


def _write_text(watches: tuple[Watch, ...]) -> str:
    return "".join(f"{watch.url}\n" for watch in watches)


def _harmless(cell: str) -> str:
    """The cell as a spreadsheet takes it for text (OWASP, CSV injection)."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def _lines(text: str) -> list[str]:
    return text.split("\n")


def _alone(text: str) -> tuple[str, ...]:
    return (text,)


READERS: Mapping[Media, Callable[[str], tuple[Row, ...]]] = {
    "json": _read_json,
    "csv": _read_csv,
    "opml": _read_opml,
    "text": _read_text,
}
WRITERS: Mapping[Media, Callable[[tuple[Watch, ...]], str]] = {
    "json": _write_json,
    "csv": _write_csv,
    "opml": _write_opml,
    "text": _write_text,
}
