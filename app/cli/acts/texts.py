"""Comparing texts that somebody brings along: files in, the analysis out, nothing stored."""

import typer
from rich.text import Text

from app.cli.acts.differences import pin_line, show_told_changes
from app.cli.acts.flags import level_of
from app.cli.acts.pins import variants_of
from app.cli.acts.reading import read_text
from app.cli.exits import Exit
from app.cli.record import load_settings
from app.cli.screen import remark, show, show_json
from app.domain.claims import Action, Level, PinEventKind
from app.domain.errors import InvalidInput
from app.pipeline.compare import compare_texts, within_seconds


def compare_files(
    files: list[str], *, language: str | None, pins: list[str], signal_changes: bool, as_json: bool
) -> None:
    """What the last step between texts, oldest first, did to each claim.

    Raises:
        InvalidInput: standard input is named twice, or a phrase cannot be read.
        Failure: a file cannot be read.
        typer.Exit: claims were changed, and that was asked for as an exit code.
    """
    if files.count("-") > 1:
        raise InvalidInput("Standard input (-) can be read only once.")
    seconds = load_settings().analysis_deadline_seconds
    found = compare_texts(
        [read_text(file) for file in files],
        language=language,
        pins=variants_of(pins),
        out_of_time=within_seconds(seconds),
    )
    touched = sum(one["action"] != Action.UNCHANGED for one in found["claims"])
    if as_json:
        show_json(found)
    else:
        for pin in found["pins"]:
            show(pin_line(pin["variant"], PinEventKind(pin["event"])))
        if not show_told_changes(found["claims"]):
            show("No claim was touched.")
        _show_whole(found)
    if touched and signal_changes:
        raise typer.Exit(Exit.FAILED)


def _show_whole(found: dict[str, object]) -> None:
    level = Level(str(found["level"]))
    text = Text.assemble("level ", level_of(level), f" ({found['score']:.2f}), language {found['language']}")
    if found["statement_action"]:
        text.append(f", statement {found['statement_action']}")
    if found["disclosed"]:
        text.append(", the new text says that it was corrected")
    show(text)
    if found["truncated"]:
        remark("The texts were too long, or the time too short, for the fine comparison.")
