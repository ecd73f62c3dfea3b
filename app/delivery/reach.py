"""How a destination is reached: what each kind has to be told, and what of it may be shown afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from urllib.parse import urlsplit

from app.domain.destinations import DestinationKind
from app.domain.errors import InvalidInput
from app.fetching.address import parse_address


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody said of how a destination is reached. Each kind needs some of it, and takes nothing else."""

    url: str | None = None
    token: str | None = None
    chat_id: str | None = None
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """Where alerts go, as one address. ``shown`` is what may be shown of it: the rest of a chat's is its password.

    ``is_web`` where the address is dialled by the one guarded client, and so judged beforehand.
    """

    address: str
    shown: str
    is_web: bool = True

    @property
    def is_secret(self) -> bool:
        """True where the address is kept sealed."""
        return self.address != self.shown


def only(kind: DestinationKind, given: Given, *, needs: str, takes: str = "") -> None:
    """Refuse what is missing and what makes no sense; ``needs`` and ``takes`` are names with spaces between.

    Raises:
        InvalidInput: with a pointer to the field.
    """
    for field in fields(given):
        is_there = bool(getattr(given, field.name))
        if field.name in needs.split() and not is_there:
            wanted = " and ".join(needs.split())
            raise InvalidInput(f"A destination of kind “{kind}” needs {wanted}.", pointer=f"/{field.name}")
        if is_there and field.name not in f"{needs} {takes}".split():
            raise InvalidInput(f"A destination of kind “{kind}” takes no {field.name}.", pointer=f"/{field.name}")


def of_secret_address(kind: DestinationKind) -> Callable[[Given, object], Reach]:
    """For a kind that is reached at one web address whose path is its password: of it the host alone is shown."""

    def reach(given: Given, _ways: object) -> Reach:
        only(kind, given, needs="url")
        address = parse_address(given.url or "")
        if urlsplit(address.url).path in ("", "/"):
            raise InvalidInput(f"A whole address of a {kind} webhook has a path.", pointer="/url")
        return Reach(address.url, f"{address.origin}/…")

    return reach
