"""A difference made visible: as a unified text, as HTML with <del> and <ins>, and as Markdown."""

import html
import re
from collections.abc import Iterator, Sequence

from app.claims.diff import Operation, OperationKind, TextDiff

CONTEXT_LINES = 3
MARKDOWN_SIGNS = re.compile(r"([\\`*_{}\[\]()#+!|~<>-])")
EDGES = re.compile(r"\A(\s*)(.*?)(\s*)\Z", re.DOTALL)


def as_html(diff: TextDiff) -> str:
    """The new text with what was deleted in ``<del>`` and what was inserted in ``<ins>``; everything is escaped."""
    tags = {OperationKind.DELETE: "del", OperationKind.INSERT: "ins"}
    pieces = []
    for operation in diff.operations:
        text = html.escape(operation.text)
        tag = tags.get(operation.kind)
        pieces.append(f"<{tag}>{text}</{tag}>" if tag else text)
    return "".join(pieces)


def as_markdown(diff: TextDiff) -> str:
    """The new text with deletions struck through and insertions in bold; signs of Markdown are escaped."""
    marks = {OperationKind.DELETE: "~~", OperationKind.INSERT: "**"}
    return "".join(_marked(operation.text, marks.get(operation.kind, "")) for operation in diff.operations)


def as_unified(diff: TextDiff, *, before_name: str = "before", after_name: str = "after") -> str:
    """A unified difference by lines, as of ``diff -u`` with three lines of context; empty where nothing changed."""
    lines = list(_lines(diff.operations))
    changed = [place for place, (sign, _) in enumerate(lines) if sign != " "]
    if not changed:
        return ""
    pieces = [f"--- {before_name}", f"+++ {after_name}"]
    for first, end in _hunks(changed, len(lines)):
        pieces.append(_heading(lines, first, end))
        pieces += [sign + text for sign, text in lines[first:end]]
    return "\n".join(pieces) + "\n"


def _marked(text: str, mark: str) -> str:
    if not mark:
        return _escaped(text)
    return "".join(_marked_line(line, mark) for line in text.splitlines(keepends=True))


def _marked_line(line: str, mark: str) -> str:
    edges = EDGES.match(line)
    assert edges is not None
    before, words, behind = edges.groups()
    return f"{before}{mark}{_escaped(words)}{mark}{behind}" if words else line


def _escaped(text: str) -> str:
    return MARKDOWN_SIGNS.sub(r"\\\1", text)


def _lines(operations: Sequence[Operation]) -> Iterator[tuple[str, str]]:
    """Every line of both texts once, with its sign: kept, of the old text only, of the new text only."""
    old: list[str] = [""]
    new: list[str] = [""]
    kept = True
    for operation in operations:
        for order, piece in enumerate(operation.text.split("\n")):
            if order:
                if operation.kind is OperationKind.EQUAL:
                    yield from _told(old, new, kept=kept)
                    old, new, kept = [""], [""], True
                else:
                    (old if operation.kind is OperationKind.DELETE else new).append("")
            if operation.kind is not OperationKind.EQUAL:
                kept = False
            if operation.kind is not OperationKind.INSERT:
                old[-1] += piece
            if operation.kind is not OperationKind.DELETE:
                new[-1] += piece
    yield from _told(old, new, kept=kept)


def _told(old: list[str], new: list[str], *, kept: bool) -> Iterator[tuple[str, str]]:
    if kept:
        yield " ", old[0]
        return
    yield from (("-", line) for line in old)
    yield from (("+", line) for line in new)


def _hunks(changed: Sequence[int], length: int) -> Iterator[tuple[int, int]]:
    first = max(0, changed[0] - CONTEXT_LINES)
    end = min(length, changed[0] + 1 + CONTEXT_LINES)
    for place in changed[1:]:
        if place - CONTEXT_LINES > end:
            yield first, end
            first = place - CONTEXT_LINES
        end = min(length, place + 1 + CONTEXT_LINES)
    yield first, end


def _heading(lines: Sequence[tuple[str, str]], first: int, end: int) -> str:
    ranges = []
    for sign, other in (("-", "+"), ("+", "-")):
        start = 1 + sum(mark != other for mark, _ in lines[:first])
        count = sum(mark != other for mark, _ in lines[first:end])
        ranges.append(f"{sign}{start},{count}" if count != 1 else f"{sign}{start}")
    return f"@@ {ranges[0]} {ranges[1]} @@"
