"""The corpus of forbidden addresses: every way to write an inner number, and names that lead to one, by class. Pure."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence

INNER = (
    *("127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
    *("100.100.100.200", "168.63.129.16", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.192"),
)
"""Loopback, this host, private networks, metadata of several clouds, multicast, broadcast, benchmarks."""
INNER_V6 = (
    *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "5f00::1"),
    *("3fff::1", "2001:10::1", "2001:20::1"),
)
PUBLIC = "93.184.215.14"
"""A number that is public; where a test dials it, the guard has let it out."""

Named = tuple[str, str]
"""What a case is, and the host as it is written."""


def _octal(number: int) -> str:
    return f"0{number:o}"


def _parts(inner: str) -> list[int]:
    return [int(part) for part in inner.split(".")]


def _in_one(inner: str) -> Iterator[Named]:
    value = int(ipaddress.IPv4Address(inner))
    yield "decimal", str(value)
    yield "decimal with zeros", f"0000{value}"
    yield "octal", _octal(value)
    yield "hexadecimal", f"0x{value:x}"
    yield "hexadecimal, capitals", f"0X{value:08X}"
    yield "beyond 32 bits", str(value + 2**32)
    yield "negative", str(value - 2**32)


def _in_parts(inner: str) -> Iterator[Named]:
    a, b, c, d = _parts(inner)
    yield "octal parts", ".".join(map(_octal, (a, b, c, d)))
    yield "hexadecimal parts", ".".join(f"0x{part:x}" for part in (a, b, c, d))
    yield "mixed bases", f"0x{a:x}.{_octal(b)}.{c}.{d}"
    yield "leading zeros", f"{a:03}.{b:03}.{c:03}.{d:04}"
    yield "two parts", f"{a}.{(b << 16) + (c << 8) + d}"
    yield "three parts", f"{a}.{b}.{(c << 8) + d}"
    yield "parts beyond 255", f"{a + 256}.{b}.{c}.{d}"
    yield "dot at the end", f"{inner}."
    yield "two dots", inner.replace(".", "..", 1)


def _in_letters(inner: str) -> Iterator[Named]:
    yield "full-width digits", "".join(chr(ord(one) + 0xFEE0) if one.isdigit() else one for one in inner)
    yield "circled digits", inner.replace("1", "①").replace("2", "②").replace("0", "⓪")
    yield "ideographic dots", inner.replace(".", "。")
    yield "half-width dots", inner.replace(".", "｡")
    yield "percent-encoded digit", inner[:-1] + f"%{ord(inner[-1]):02x}"
    yield "percent-encoded dots", inner.replace(".", "%2e")
    yield "soft hyphen", inner[0] + "\u00ad" + inner[1:]
    yield "zero-width joiner", inner[0] + "\u200d" + inner[1:]


def _in_v6(inner: str) -> Iterator[Named]:
    value = int(ipaddress.IPv4Address(inner))
    high, low = f"{value >> 16:x}", f"{value & 0xFFFF:x}"
    yield "IPv4-mapped", f"[::ffff:{inner}]"
    yield "IPv4-mapped in hexadecimal", f"[::ffff:{high}:{low}]"
    yield "IPv4-mapped, written out", f"[0:0:0:0:0:ffff:{high}:{low}]"
    yield "IPv4-translated", f"[::ffff:0:{inner}]"
    yield "IPv4-compatible", f"[::{inner}]"
    yield "NAT64", f"[64:ff9b::{high}:{low}]"
    yield "NAT64 with dots", f"[64:ff9b::{inner}]"
    yield "NAT64 of one's own", f"[64:ff9b:1::{high}:{low}]"
    yield "6to4", f"[2002:{high}:{low}::]"
    yield "6to4 with a host", f"[2002:{high}:{low}::1]"
    yield "Teredo", f"[2001:0:{high}:{low}:8000:63bf:3fff:fdd2]"
    yield "ISATAP", f"[fe80::5efe:{high}:{low}]"


def _v6() -> Iterator[Named]:
    for inner in INNER_V6:
        yield inner, f"[{inner}]"
        yield f"{inner}, capitals", f"[{inner.upper()}]"
        yield f"{inner}, written out", f"[{ipaddress.IPv6Address(inner).exploded}]"
    for zone in ("%25eth0", "%25lo", "%eth0", "%251", "%25"):
        yield f"zone {zone}", f"[fe80::1{zone}]"
        yield f"loopback with the zone {zone}", f"[::1{zone}]"


def _names() -> Iterator[Named]:
    for name in (
        "localhost",
        "LOCALHOST",
        "localhost.",
        "api.localhost",
        "a.b.LocalHost.",
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "ｌｏｃａｌｈｏｓｔ",
    ):
        yield name, name
    yield "localhost, percent-encoded", "%6cocalhost"
    yield "localhost with a soft hyphen", "local\u00adhost"


def _userinfo(inner: str) -> Iterator[Named]:
    yield "a public name as user", f"example.com@{inner}"
    yield "user and password", f"example.com:80@{inner}"
    yield "encoded separators", f"example.com%2f@{inner}"
    yield "backslash", f"example.com\\@{inner}"
    yield "two signs", f"a@example.com@{inner}"


def written(port: int) -> dict[str, tuple[Named, ...]]:
    """Class → cases ``(what it is, the address)``: what can be refused as it is written, for a server at ``port``."""
    hosts: dict[str, list[Named]] = {"numbers": [(inner, inner) for inner in INNER], "IPv6": list(_v6())}
    for inner in INNER:
        for name, forms in FORMS.items():
            hosts.setdefault(name, []).extend((f"{inner}, {what}", host) for what, host in forms(inner))
    hosts["names of this machine"] = list(_names())
    return {
        name: tuple((what, f"{scheme}://{host}:{port}/inner") for scheme in ("http", "https") for what, host in found)
        for name, found in hosts.items()
    } | {"schemes": _schemes(port)}


FORMS = {
    "one number": _in_one,
    "parts": _in_parts,
    "letters": _in_letters,
    "IPv4 in IPv6": _in_v6,
    "userinfo": _userinfo,
}


def _schemes(port: int) -> tuple[Named, ...]:
    there = f"127.0.0.1:{port}/inner"
    schemes = ("file", "ftp", "gopher", "dict", "ldap", "ws", "jar:http", "netdoc", "unix", "HTTP+UNIX")
    return tuple((scheme, f"{scheme}://{there}") for scheme in schemes)


Numbers = Sequence[Sequence[str]]
"""What a name is resolved to: the first time, the second time …; the last for ever."""

RESOLVED: Mapping[str, tuple[tuple[str, Numbers], ...]] = {
    "names that lead inside": tuple((inner, [[inner]]) for inner in (*INNER, *INNER_V6)),
    "wrapped answers": tuple(
        (f"{inner}, {what}", [[host.strip("[]")]]) for inner in INNER for what, host in _in_v6(inner)
    ),
    "mixed answers": tuple(
        (f"{inner}, {place}", [numbers])
        for inner in ("127.0.0.1", "10.0.0.1", "::1", "::ffff:127.0.0.1", "fe80::1%lo", "64:ff9b::7f00:1")
        for place, numbers in {
            "last": [PUBLIC, inner],
            "first": [inner, PUBLIC],
            "in the middle": [PUBLIC, inner, "2606:4700::1111"],
        }.items()
    ),
}
"""Class → cases ``(what it is, what a name resolves to)``."""
