"""What a log line may show: never what opens a door. Of an address its host alone, and a mark to know it again by.

Addresses hold secrets in many places: the path of a webhook, the token of a bot in a path, a query, a user name. So no
address is shown beyond its host: ``https://hooks.example.org/…5f1c9a3e``, where the mark is the beginning of the
SHA-256 of the whole. That holds for what libraries say too, also where they cut a long address in the middle.
"""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from app.cli.printable import printable

HIDDEN = "…"
HARMLESS = re.compile(
    r"[a-z0-9.]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{4}(?:-[0-9]{2}){2}T[0-9]{2}(?::[0-9]{2}){2}(?:\.[0-9]{1,6})?Z"
)
"""Words, hosts, ids and times, as most fields are: nothing of what is looked for below can stand in them."""
CUT = r"\.\.\. \(\d+ characters truncated\) \.\.\."
ADDRESS = re.compile(rf"(https?|wss?)://((?:\S|\s{CUT}\s)+)", re.IGNORECASE)
OTHER_ADDRESS = re.compile(
    r"(?<![a-z0-9+.-])(?!(?:https?|wss?|sqlite|postgres(?:ql)?(?:\+[a-z0-9]+)?|urn|file)://)([a-z][a-z0-9+.-]{0,31})://[^\s\"'<>]+",
    re.IGNORECASE,
)
"""Of an address of another kind, such as Apprise has, even the host may be a token."""
CUT_END = re.compile(rf"({CUT}\s)\S+")
CLOSING = re.compile(r"""[\])}>'"”’»,.;:!]*$""")
HOST_END = re.compile(r"""[/?#\\'"<>,;)\]}]|$""")
USER = re.compile(r"(?<=://)[^\s@/]*@")
QUERY = re.compile(r"((?:^|[\s'\"=(])/[^\s?]*)\?\S+")
PAIR = re.compile(r"(?<=[?&])([\w.\-%\[\]]+)=[^&\s]+")
TOKENS = re.compile(
    r"\b(?:whs[ek]c?_[A-Za-z0-9+/=_-]+|wbk_[A-Za-z0-9]{8,}|gAAAA[A-Za-z0-9_=-]{20,}|xox[a-z]-[A-Za-z0-9-]+)"
    r"|(?<!\d)\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}|(?i:\bbearer\s+[^\s'\",;)]+|\bbasic\s+[A-Za-z0-9+/=]{8,})"
)
HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|(?:set-)?cookie|x-api-key|webhook-signature)"
    r"(['\"]?\s*[:=,]\s*(?:b?['\"])?)([^'\"\r\n]+)"
)
NAMED = re.compile(r"(?i)\b(api[_-]?key|secret|password|passwd|token)(['\"]?\s*[:=]\s*(?:b?['\"])?)([^\s'\",;)]+)")
SECRET_NAMES = re.compile(r"secret|password|token|authorization|cookie|signature", re.IGNORECASE)


def without_secrets(_logger: object, _method: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with all that opens a door hidden, and controls shown as numbers. A processor of structlog."""
    return {name: value if name.startswith("_") else _of_field(name, value) for name, value in event.items()}


def hide(text: str) -> str:
    """A text as it may stand in a log."""
    return text if HARMLESS.fullmatch(text) else _hidden(text)


def _hidden(text: str) -> str:
    text = ADDRESS.sub(_host_only, text)
    text = OTHER_ADDRESS.sub(rf"\1://{HIDDEN}", text)
    text = CUT_END.sub(rf"\1{HIDDEN}", text)
    text = USER.sub(f"{HIDDEN}@", text)
    text = HEADER.sub(rf"\1\2{HIDDEN}", text)
    text = TOKENS.sub(HIDDEN, text)
    text = QUERY.sub(rf"\1?{HIDDEN}", text)
    text = PAIR.sub(rf"\1={HIDDEN}", text)
    return printable(NAMED.sub(rf"\1\2{HIDDEN}", text))


def _of_field(name: str, value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case _ if SECRET_NAMES.search(name):
            return HIDDEN
        case str():
            return hide(str(value))
        case Mapping():
            return {str(key): _of_field(str(key), one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_of_field("", one) for one in value]
        case _:
            return hide(repr(value))


def _host_only(found: re.Match[str]) -> str:
    scheme, rest = found[1].lower(), found[2]
    closing = CLOSING.search(rest)
    end = rest[closing.start() :] if closing else ""
    address = rest[: len(rest) - len(end)]
    split = HOST_END.search(address)
    authority, path = (address[: split.start()], address[split.start() :]) if split else (address, "")
    host = authority.rpartition("@")[2]
    if path in ("", "/") and host == authority:
        return f"{scheme}://{address}{end}"
    mark = sha256(f"{scheme}://{address}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{scheme}://{host}/{HIDDEN}{mark}{end}"
