"""Addresses as people type them, and the one form of each by which duplicates are recognised."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

import idna

from app.domain.errors import InvalidAddress

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HAS_SCHEME = re.compile(r"^([a-zA-Z][a-zA-Z0-9+.-]*):(//)?")
_HOST_AND_PORT = re.compile(r"^[^/?#:@]+:\d{1,5}(?:[/?#]|$)")
_UNUSABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"`{}|^\u2028\u2029\ud800-\udfff]")
_LONGEST = 2_048


class Address(NamedTuple):
    """A canonical address in its parts; ``port`` is None where it is the scheme's own."""

    scheme: str
    host: str
    port: int | None
    path: str
    query: str

    @property
    def origin(self) -> str:
        """Scheme, host and port: ``http://127.0.0.1:4500``."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + (f":{self.port}" if self.port is not None else "")

    def __str__(self) -> str:
        return urlunsplit((*urlsplit(self.origin)[:2], self.path, self.query, ""))


def canonical(url: str) -> Address:
    """The one form of an address: scheme and host in lower case, IDN in its ASCII form, no default port, no fragment.

    An address without a scheme is taken as https. The path and the query stay as they are but for characters that
    have to be escaped: servers may tell them apart.

    Raises:
        InvalidAddress: there is nothing there that could be fetched over http or https.
    """
    typed = url.strip()
    if not typed:
        raise InvalidAddress("The address is empty.")
    if len(typed) > _LONGEST:
        raise InvalidAddress(f"The address is longer than {_LONGEST} characters.")
    with_scheme = _with_scheme(typed)
    parts = _split(with_scheme)
    if _UNUSABLE.search(parts.netloc) or "\\" in typed:
        raise InvalidAddress(f"“{_shown(typed)}” contains characters that no address can have.")
    if "@" in parts.netloc:
        raise InvalidAddress("An address with a user name or a password in it is not fetched; leave that part out.")
    host = _host(parts)
    if with_scheme != typed and "." not in host and ":" not in host and host != "localhost":
        raise InvalidAddress(f"“{_shown(typed)}” is not a whole address: write https://example.org/page.")
    return Address(
        scheme=parts.scheme.lower(),
        host=host,
        port=_port(parts),
        path=_escaped(parts.path) or "/",
        query=_escaped(parts.query),
    )


def _with_scheme(typed: str) -> str:
    match = _HAS_SCHEME.match(typed)
    if match is None or (match[2] is None and _HOST_AND_PORT.match(typed)):
        return "https://" + typed.removeprefix("//")
    scheme = match[1].lower()
    if scheme not in _DEFAULT_PORTS:
        raise InvalidAddress(f"Only http and https addresses can be watched, not “{scheme}:”.")
    if match[2] is None:
        raise InvalidAddress(f"“{_shown(typed)}” has no host: write {scheme}://example.org/page.")
    return typed


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        raise InvalidAddress(f"“{_shown(url)}” is not a well-formed address.") from error


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if not host:
        raise InvalidAddress("The address has no host: write https://example.org/page.")
    if ":" in host:
        return _ipv6(host)
    if host.isascii() and re.fullmatch(r"[a-z0-9_.-]+", host):
        ascii_host = host
    else:
        try:
            ascii_host = idna.encode(host, uts46=True, transitional=False).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise InvalidAddress(f"“{_shown(host)}” is not a host name.") from error
    if len(ascii_host) > 253 or any(not label or len(label) > 63 for label in ascii_host.split(".")):
        raise InvalidAddress(f"“{_shown(host)}” is not a host name.")
    return ascii_host


def _ipv6(host: str) -> str:
    try:
        return ipaddress.IPv6Address(host.partition("%")[0]).compressed
    except ValueError as error:
        raise InvalidAddress(f"“{_shown(host)}” is not an IPv6 address.") from error


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError as error:
        raise InvalidAddress("The port of the address is not a number between 1 and 65535.") from error
    if port == 0:
        raise InvalidAddress("The port of the address is not a number between 1 and 65535.")
    return None if port == _DEFAULT_PORTS[parts.scheme.lower()] else port


def _escaped(text: str) -> str:
    return quote(text, safe="!#$%&'()*+,/:;=?@[]~-._", errors="replace")


def _shown(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
