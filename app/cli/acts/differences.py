"""A difference as people read it: what was taken out in red, what was put in in green, or between marks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.text import Text

from app.claims.diff import Operation, OperationKind, TextDiff, diff_words
from app.cli.acts.flags import level_of
from app.cli.printable import one_line, printable
from app.cli.screen import out, show
from app.domain.claims import Action, ClaimChange, Level, PinEventKind

MARKS = {OperationKind.EQUAL: ("", ""), OperationKind.DELETE: ("[-", "-]"), OperationKind.INSERT: ("{+", "+}")}
STYLES = {OperationKind.EQUAL: "", OperationKind.DELETE: "red strike", OperationKind.INSERT: "green underline"}
DID = {
    PinEventKind.REMOVED: "is gone",
    PinEventKind.ADDED: "was added",
    PinEventKind.RESTORED: "is back",
    PinEventKind.COUNT_CHANGED: "stands there another number of times",
    PinEventKind.CONTEXT_CHANGED: "stands in other words",
}


def words_of(diff: TextDiff) -> Text:
    """The whole of both texts; in colours, or with ``[-…-]`` and ``{+…+}`` where there are none."""
    screen = out()
    coloured = screen.color_system is not None and not screen.no_color
    return Text().join(_stretch(operation, coloured=coloured) for operation in diff.operations)


def show_changes(changes: Iterable[ClaimChange]) -> int:
    """Each claim that an edit touched, with its words before and after; how many there were."""
    touched = [one for one in changes if one.action is not Action.UNCHANGED or one.facets]
    for one in touched:
        show(_heading(one.action, one.level, [str(facet.kind) for facet in one.facets], moved=one.moved))
        show(Text("  ") + words_of(diff_words(one_line(one.before), one_line(one.after))))
    return len(touched)


def show_told_changes(claims: Sequence[Mapping[str, Any]]) -> int:
    """The same for an analysis as JSON values."""
    touched = [one for one in claims if one["action"] != Action.UNCHANGED or one["facets"]]
    for one in touched:
        show(_heading(one["action"], Level(one["level"]), list(one["facets"]), moved=one["moved"]))
        show(Text("  ") + words_of(diff_words(one_line(one["before"]), one_line(one["after"]))))
    return len(touched)


def pin_line(variant: str, event: PinEventKind) -> Text:
    """What became of a pinned phrase."""
    return Text.assemble(("pin ", "bold"), one_line(f"“{variant}” {DID[event]}"))


def _heading(action: str, level: Level, facets: list[str], *, moved: bool) -> Text:
    text = Text.assemble("• ", (action, "bold"), ", ", level_of(level))
    if moved and action != Action.MOVED:
        text.append(", moved")
    if facets:
        text.append(f" ({', '.join(facets)})")
    return text


def _stretch(operation: Operation, *, coloured: bool) -> Text:
    opening, closing = ("", "") if coloured else MARKS[operation.kind]
    return Text(f"{opening}{printable(operation.text)}{closing}", style=STYLES[operation.kind])
