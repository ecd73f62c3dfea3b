"""What a command leaves behind for scripts: one number for how it went, the same for every command."""

from collections.abc import Mapping
from enum import IntEnum

from app.domain.errors import (
    AccessDenied,
    AddressRefused,
    Conflict,
    InvalidInput,
    NotFound,
    RobotsRefused,
    StorageError,
    WalkbackError,
)


class Exit(IntEnum):
    """The exit codes; docs/cli.md explains each."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    NOT_FOUND = 3
    REFUSED = 4
    DATABASE = 5
    INTERRUPTED = 130


EXITS: Mapping[type[WalkbackError], Exit] = {
    WalkbackError: Exit.FAILED,
    InvalidInput: Exit.USAGE,
    NotFound: Exit.NOT_FOUND,
    Conflict: Exit.REFUSED,
    AccessDenied: Exit.REFUSED,
    AddressRefused: Exit.REFUSED,
    RobotsRefused: Exit.REFUSED,
    StorageError: Exit.DATABASE,
}
"""An error has the exit code of its nearest ancestor in this table."""


class Failure(Exception):
    """A command cannot do its work, for a reason that only the command line knows."""

    def __init__(self, message: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.code = code


def exit_of(error: WalkbackError) -> Exit:
    """The exit code of an error."""
    return next(EXITS[kind] for kind in type(error).__mro__ if kind in EXITS)
