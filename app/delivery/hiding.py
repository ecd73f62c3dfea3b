"""What a receiver answered, without what opens it: many servers repeat the address that they were asked for."""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlsplit

HIDDEN = "…"
LEAST, LEAST_OF_LETTERS = 6, 16
"""A part of an address that is shorter is a word and no password: “hooks”, “walkback”."""


def without_address(text: str, address: str) -> str:
    """The text with every part of the address hidden that could be a password; of a mailbox, its letters but one."""
    if address.startswith("mailto:"):
        for one in map(unquote, address.removeprefix("mailto:").split(",")):
            local, _, domain = one.rpartition("@")
            text = re.sub(re.escape(one), f"{local[:1]}{HIDDEN}@{domain}", text, flags=re.IGNORECASE)
        return text
    for part in _passwords_in(address) if text else ():
        text = text.replace(part, HIDDEN)
    return text


@lru_cache(maxsize=1_024)
def _passwords_in(address: str) -> tuple[str, ...]:
    """What of an address could be a password, the longest first."""
    return tuple(sorted(set(_parts(address)), key=len, reverse=True))


def _parts(address: str) -> Iterator[str]:
    """The address, its path, and each longer piece of path, query and user; as written and as read."""
    split = urlsplit(address)
    pieces = [address, *split.path.split("/"), *(value for _, value in parse_qsl(split.query))]
    pieces += [name for name, _ in parse_qsl(split.query, keep_blank_values=True)]
    pieces += [split.username or "", split.password or "", split.query]
    pieces += [piece.removeprefix("bot") for piece in pieces]
    if split.scheme not in {"http", "https"}:  # of other addresses the host may be a token
        pieces.append(split.netloc)
    for piece in pieces:
        for form in {piece, unquote(piece), quote(piece, safe="")}:
            if len(form) >= (LEAST_OF_LETTERS if form.isalpha() and form.islower() else LEAST):
                yield form
