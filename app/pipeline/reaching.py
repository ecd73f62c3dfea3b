"""How a destination is reached: judged when it is made or changed, and sealed where its address is a password."""

from app.catalogues.choosing import language_of, languages
from app.delivery.reach import Given, Reach
from app.delivery.senders import SENDERS
from app.domain.destinations import DestinationKind
from app.domain.errors import InvalidInput
from app.fetching.address import judge_written, parse_address
from app.pipeline.keys import require_administrator
from app.pipeline.newsroom import Newsroom


def reach_of(newsroom: Newsroom, kind: DestinationKind, given: Given) -> Reach:
    """Where alerts go, from what somebody typed; what is dialled for it is judged here already.

    Raises:
        InvalidInput, AddressRefused: the kind needs other fields, or the guard would not let alerts go there.
        MissingScope: what goes around the guard is for administrators only.
    """
    if kind is DestinationKind.APPRISE:
        require_administrator(newsroom)
    reach = SENDERS[kind].reach(given, newsroom.ways)
    if reach.is_web:
        judge_written(parse_address(reach.address), newsroom.policy)
    return reach


def spoken(tag: str) -> str:
    """The language in which somebody is told.

    Raises:
        InvalidInput: messages are not written in it.
    """
    found = language_of(tag)
    if found is None:
        known = ", ".join(languages())
        raise InvalidInput(f"Messages are written in: {known}. “{tag}” is none of them.", pointer="/language")
    return found


def sealed(newsroom: Newsroom, reach: Reach, secret: str | None) -> list[str]:
    """What is kept encrypted of a destination: the secret that it signs with, or else its address."""
    kept = [secret] if secret is not None else [reach.address] if reach.is_secret else []
    return [newsroom.seal.seal(one) for one in kept]
