"""Which addresses Walkback may go to: public web sites, and what the operator allows besides. Pure rules.

An address is judged twice: as it is written (:func:`parse_address`, :func:`judge_written`), and again when its name
has been resolved, by the numeric addresses that will be dialled (:func:`judge_resolved`).
"""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import httpx2

from app.domain.errors import AddressRefused

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_DEFAULT_PORTS = {"http": 80, "https": 443}

# ``is_global`` alone is not a filter: it passes multicast, NAT64 and IPv4-compatible forms of loopback and of cloud
# metadata, and it differs between patch releases of Python. These come on top of it (IANA special-purpose registries).
_DENIED: tuple[IpNetwork, ...] = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # a public number that Azure answers inside every virtual machine
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that IANA has given out of IPv6 for hosts of the internet; behind the rest wait old ways into IPv4 (RFC 2765)."""
_LOOPBACK = ipaddress.IPv4Address("127.0.0.1")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
ADDRESSES_REMEMBERED = 1_024
"""Whoever watches more asks for each so seldom that remembering them only takes memory."""


@dataclass(frozen=True, slots=True)
class EgressPolicy:
    """What may be dialled: ports, and networks (with any port inside them) although they are not public."""

    allow_networks: tuple[IpNetwork, ...] = ()
    allow_ports: frozenset[int] = frozenset({80, 443})

    def opens(self, ip: IpAddress) -> bool:
        """True where the operator allowed the network that ``ip`` is part of."""
        return any(ip.version == network.version and ip in network for network in self.allow_networks)


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address taken apart. ``host`` is ASCII, lower case, without brackets; ``url`` has no fragment."""

    url: str
    scheme: str
    host: str
    port: int
    target: bytes

    @property
    def authority(self) -> str:
        """The host as a server knows itself: with brackets around IPv6, and with the port where it is not the usual."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme and authority, such as ``https://t.me``."""
        return f"{self.scheme}://{self.authority}"


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def parse_address(url: str) -> Address:
    """Take an address apart.

    Raises:
        AddressRefused: it is malformed, not http or https, or written so that two programs could read it differently.
    """
    if "\\" in url or any(character < " " or character == "\x7f" for character in url):
        raise AddressRefused("An address may not hold a backslash or a control character.")
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise AddressRefused("That is not a well-formed address.") from None
    return _taken_apart(parsed)


def follow(address: Address, location: str) -> Address:
    """Where a redirect leads to.

    Raises:
        AddressRefused: as :func:`parse_address`.
    """
    if "\\" in location or any(character < " " or character == "\x7f" for character in location):
        raise AddressRefused("The site redirects to an address with a backslash or a control character.")
    try:
        parsed = httpx2.URL(address.url).join(location)
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise AddressRefused("The site redirects to something that is not a well-formed address.") from None
    return _taken_apart(parsed)


@lru_cache(maxsize=ADDRESSES_REMEMBERED)
def judge_written(address: Address, policy: EgressPolicy) -> None:
    """Refuse what can be refused without resolving the name: numbers that are not public, localhost, and ports.

    Only an address that passed is remembered. What its name leads to is judged whenever a connection is opened.

    Raises:
        AddressRefused: the policy does not allow it.
    """
    ip = _literal(address.host)
    if ip is not None:
        judge_resolved(address.port, [str(ip)], policy)
    elif f".{address.host.removesuffix('.')}".endswith(".localhost") and not policy.opens(_LOOPBACK):
        raise AddressRefused("The address leads to this machine itself.")
    elif address.port not in policy.allow_ports and not policy.allow_networks:
        raise AddressRefused(f"Port {address.port} is not allowed.")


def judge_resolved(port: int, numbers: Sequence[str], policy: EgressPolicy) -> None:
    """Judge all the numeric addresses of a name; **any** that is not allowed refuses the name as a whole.

    Raises:
        AddressRefused: one is not public and not in the operator's networks, or the port is not allowed there.
    """
    ips = [_unwrapped(ipaddress.ip_address(number.partition("%")[0])) for number in numbers]
    if not all(policy.opens(ip) or is_public(ip) for ip in ips):
        raise AddressRefused("The address leads to a network that is not public.")
    if port not in policy.allow_ports and not all(policy.opens(ip) for ip in ips):
        raise AddressRefused(f"Port {port} is not allowed.")


def is_public(ip: IpAddress) -> bool:
    """True for a number that belongs to the public internet and to nothing special."""
    ip = _unwrapped(ip)
    if ip.version == 6 and ip not in _UNICAST:
        return False
    return ip.is_global and not any(ip.version == network.version and ip in network for network in _DENIED)


def _unwrapped(ip: IpAddress) -> IpAddress:
    """The IPv4 address inside an IPv4-mapped or NAT64 one: that is what would be reached. 6to4 is denied as it is."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return ipaddress.IPv4Address(ip.packed[-4:])
    return ip


def _taken_apart(parsed: httpx2.URL) -> Address:
    if parsed.scheme not in _DEFAULT_PORTS:
        raise AddressRefused("Only http and https addresses can be fetched.")
    if parsed.userinfo:
        raise AddressRefused("An address may not hold a user name or a password.")
    host = parsed.raw_host.decode("ascii").lower()
    _judge_host(host)
    port = _DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    if not 0 < port <= 65535:
        raise AddressRefused(f"There is no port {port}.")
    parsed = parsed.copy_with(fragment=None)
    return Address(url=str(parsed), scheme=parsed.scheme, host=host, port=port, target=parsed.raw_path or b"/")


def _judge_host(host: str) -> None:
    """Refuse names that no DNS knows and numbers in odd forms: 2130706433, 0x7f.1, 017700000001, 127.1."""
    if _literal(host) is not None:
        return
    labels = host.removesuffix(".").split(".")
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise AddressRefused("The address has no valid host name.")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):
        raise AddressRefused("A numeric address must be written as four decimal numbers with dots.")


def _literal(host: str) -> IpAddress | None:
    """The number that a host is written as, or None for a name. Zone ids (``fe80::1%eth0``) are neither."""
    try:
        return None if "%" in host else ipaddress.ip_address(host)
    except ValueError:
        return None
