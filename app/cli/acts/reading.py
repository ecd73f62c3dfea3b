"""Files that somebody names on the command line, or ``-`` for standard input and output."""

import sys
from pathlib import Path

from app.cli.exits import Exit, Failure
from app.cli.printable import printable

LARGEST_BYTES = 20 * 1024 * 1024


def read_text(file: str) -> str:
    """The text of a file in UTF-8; ``-`` reads standard input.

    Raises:
        Failure: it is not there, cannot be read, is too large, or is no UTF-8.
    """
    try:
        content = sys.stdin.buffer.read(LARGEST_BYTES + 1) if file == "-" else _bytes_of(Path(file))
    except FileNotFoundError as error:
        raise Failure(f"There is no file {file}.", Exit.NOT_FOUND) from error
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}.") from error
    if len(content) > LARGEST_BYTES:
        raise Failure(f"{file} is larger than {LARGEST_BYTES} bytes.", Exit.USAGE)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(f"{file} is not text in UTF-8 (byte {error.start}).", Exit.USAGE) from error


def write_text(text: str, file: Path | None) -> None:
    """Write a file, or standard output where none is named; on a terminal nothing in it can act.

    Raises:
        Failure: it cannot be written.
    """
    if file is None:
        sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
        return
    try:
        file.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}.") from error


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(LARGEST_BYTES + 1)
