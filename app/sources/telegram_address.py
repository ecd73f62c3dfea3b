"""Which Telegram channel or post an address means, in all the ways people write it down.

``t.me/x``, ``t.me/s/x``, ``t.me/x/123``, ``t.me/x/123?single``, ``telegram.me/x``, ``x.t.me``, ``@x``, and the same
at a mirror of the preview. Private things have no public page, so their addresses are refused with the reason.
"""

import re
from typing import NamedTuple

from app.domain.errors import InvalidAddress
from app.sources.addresses import Address, canonical

_HOSTS = frozenset({"t.me", "telegram.me", "telegram.dog"})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,31}")
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_RESERVED = re.compile(
    "a|addemoji|addlist|addstickers|addtheme|bg|boost|c|call|confirmphone|contact|giftcode|invoice|iv|joinchat|k|login"
    "|m|nft|proxy|s|setlanguage|share|socks"
)


class Place(NamedTuple):
    """A channel's name in lower case, and the number of a post in it or None."""

    channel: str
    post: int | None

    @property
    def target(self) -> str:
        """The short form: ``generalstaff`` or ``generalstaff/123``."""
        return self.channel if self.post is None else f"{self.channel}/{self.post}"


def find_place(url: str, base: Address) -> Place | None:
    """What ``url`` means on Telegram, or at the mirror ``base``; None where it is of neither.

    Raises:
        InvalidAddress: it is an address of Telegram, and not one of a public channel or post.
    """
    if _NAME.fullmatch(url.strip().removeprefix("@")) and url.strip().startswith("@"):
        return Place(url.strip()[1:].lower(), None)
    address = canonical(url)
    segments = _segments(address, base)
    return None if segments is None else _place(segments, address.query)


def place_anywhere(url: str, base: Address) -> Place:
    """What ``url`` means when somebody says that it is Telegram's preview, whatever its host.

    Raises:
        InvalidAddress: its path is not one of a public channel or post.
    """
    place = find_place(url, base)
    if place is not None:
        return place
    address = canonical(url)
    return _place([part for part in address.path.split("/") if part], address.query)


def origin_of(url: str, base: Address) -> str:
    """Where to ask for what ``url`` means: the configured preview, or the address's own host if it is another."""
    if url.strip().startswith("@"):
        return _with_path(base)
    address = canonical(url)
    return address.origin if _segments(address, base) is None else _with_path(base)


def _with_path(base: Address) -> str:
    return base.origin + base.path.rstrip("/")


def _segments(address: Address, base: Address) -> list[str] | None:
    prefix = base.path.rstrip("/")
    host = address.host.removeprefix("www.")
    if address.origin == base.origin and (address.path + "/").startswith(prefix + "/"):
        return [part for part in address.path[len(prefix) :].split("/") if part]
    if host in _HOSTS:
        return [part for part in address.path.split("/") if part]
    if host.endswith(".t.me"):
        return [host.removesuffix(".t.me"), *(part for part in address.path.split("/") if part)]
    if host == "web.telegram.org":
        raise InvalidAddress("Addresses of Telegram's web app cannot be watched: write https://t.me/<channel>.")
    return None


def _place(segments: list[str], query: str) -> Place:
    _refuse_private(segments)
    if "comment=" in query:
        raise InvalidAddress("This address means a comment under a post; comments have no public page.")
    if segments and segments[0] == "s":
        segments = segments[1:]
    if not segments or not _NAME.fullmatch(segments[0]) or _RESERVED.fullmatch(segments[0].lower()):
        raise InvalidAddress(
            "The address names no channel: write https://t.me/<channel> or https://t.me/<channel>/123."
        )
    name, *numbers = segments
    if len(numbers) > 2 or not all(_NUMBER.fullmatch(number) for number in numbers):
        raise InvalidAddress(f"“{'/'.join(numbers)[:60]}” is not the number of a post: write https://t.me/{name}/123.")
    return Place(name.lower(), int(numbers[-1]) if numbers else None)


def _refuse_private(segments: list[str]) -> None:
    first = segments[0] if segments else ""
    if first.startswith(("+", "%2B")) or first == "joinchat":
        raise InvalidAddress(
            "Invitation links (t.me/+…, t.me/joinchat/…) are private: there is no public page to watch."
        )
    if first == "c":
        raise InvalidAddress(
            "Addresses of the form t.me/c/… are of private channels: there is no public page to watch."
        )
