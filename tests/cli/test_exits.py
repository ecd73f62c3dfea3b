"""Every error has its exit code, and a command that fails says one line and no traceback."""

from collections.abc import Iterator

import pytest

from app.cli.exits import EXITS, Exit, exit_of
from app.domain import errors
from app.domain.errors import WalkbackError

CODES = {
    errors.InvalidInput: Exit.USAGE,
    errors.InvalidPin: Exit.USAGE,
    errors.NotFound: Exit.NOT_FOUND,
    errors.DuplicateWatch: Exit.REFUSED,
    errors.StaleRevision: Exit.REFUSED,
    errors.NotAuthenticated: Exit.REFUSED,
    errors.AddressRefused: Exit.REFUSED,
    errors.RobotsUnavailable: Exit.REFUSED,
    errors.Unreachable: Exit.FAILED,
    errors.PreviewFailed: Exit.FAILED,
    errors.SecretUnreadable: Exit.FAILED,
    errors.DatabaseBusy: Exit.DATABASE,
    errors.SchemaMismatch: Exit.DATABASE,
}


def every_error(kind: type[WalkbackError] = WalkbackError) -> Iterator[type[WalkbackError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


@pytest.mark.parametrize(("kind", "code"), CODES.items(), ids=lambda value: getattr(value, "__name__", value))
def test_an_error_has_its_code(kind: type[WalkbackError], code: Exit) -> None:
    assert exit_of(kind.__new__(kind)) is code


def test_no_error_is_without_code_and_none_looks_like_success() -> None:
    for kind in every_error():
        assert exit_of(kind.__new__(kind)) is not Exit.DONE
    assert Exit.DONE not in EXITS.values()
