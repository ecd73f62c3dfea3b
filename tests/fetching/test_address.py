"""Which addresses may be visited: every way to write "this machine" otherwise, every network that is not public."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import AddressRefused
from app.fetching.address import EgressPolicy, follow, is_public, judge_resolved, judge_written, parse_address

PUBLIC = EgressPolicy()
LOOPBACK_ALLOWED = EgressPolicy(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),))


def judged(url: str, policy: EgressPolicy = PUBLIC) -> None:
    judge_written(parse_address(url), policy)


REFUSED_AS_WRITTEN = {
    "loopback": "http://127.0.0.1/",
    "loopback, another number": "http://127.8.9.10/",
    "this host": "http://0.0.0.0/",
    "this machine by name": "http://localhost/",
    "this machine by name, with a dot": "http://LOCALHOST./",
    "below this machine": "http://api.localhost/",
    "decimal": "http://2130706433/",
    "decimal of a public number": "http://134744072/",
    "octal": "http://0177.0.0.1/",
    "octal as one number": "http://017700000001/",
    "hexadecimal": "http://0x7f000001/",
    "hexadecimal parts": "http://0x7f.0.0.1/",
    "short": "http://127.1/",
    "short, two parts of three": "http://127.0.1/",
    "number with a dot at the end": "http://127.0.0.1./",
    "leading zeros": "http://127.000.000.001/",
    "full-width digits": "http://１２７.０.０.１/",
    "ideographic full stops": "http://127。0。0。1/",
    "percent-encoded digit": "http://127.0.0.%31/",
    "IPv6 loopback": "http://[::1]/",
    "IPv6 unspecified": "http://[::]/",
    "IPv4-mapped": "http://[::ffff:127.0.0.1]/",
    "IPv4-mapped in hexadecimal": "http://[::ffff:7f00:1]/",
    "IPv4-compatible": "http://[::127.0.0.1]/",
    "IPv4-translated": "http://[::ffff:0:127.0.0.1]/",
    "IPv6 that nobody was given": "http://[4000::1]/",
    "NAT64 loopback": "http://[64:ff9b::7f00:1]/",
    "NAT64 metadata": "http://[64:ff9b::a9fe:a9fe]/",
    "local NAT64": "http://[64:ff9b:1::808:808]/",
    "6to4 loopback": "http://[2002:7f00:1::]/",
    "6to4 of a public number": "http://[2002:808:808::1]/",
    "Teredo": "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
    "IPv6 link-local": "http://[fe80::1]/",
    "IPv6 zone": "http://[fe80::1%25eth0]/",
    "IPv6 unique local": "http://[fd00:ec2::254]/",
    "IPv6 site-local": "http://[fec0::1]/",
    "IPv6 multicast": "http://[ff02::1]/",
    "IPv6 documentation": "http://[2001:db8::1]/",
    "private 10": "http://10.0.0.1/",
    "private 172": "http://172.16.0.1/",
    "private 192": "http://192.168.1.1/",
    "carrier-grade NAT and a cloud's metadata": "http://100.100.100.200/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata of another cloud": "http://168.63.129.16/",
    "multicast": "http://224.0.0.1/",
    "broadcast": "http://255.255.255.255/",
    "benchmark network": "http://198.18.0.1/",
    "user name": "http://example.com@127.0.0.1/",
    "user name on a public host": "http://user@example.com/",
    "password": "https://user:secret@example.com/",
    "backslash before the host": "http://example.com\\@127.0.0.1/",
    "backslash in the path": "http://example.com/\\127.0.0.1",
    "file": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:70/",
    "javascript": "javascript:alert(1)",
    "data": "data:text/html,hello",
    "ftp": "ftp://example.com/",
    "no scheme": "//example.com/",
    "no host": "http:///path",
    "only a path": "/etc/passwd",
    "nothing": "",
    "another port": "http://example.com:22/",
    "port zero": "http://example.com:0/",
    "port out of range": "http://example.com:99999/",
    "no number as port": "http://example.com:http/",
    "line feed": "http://example.com/\r\nX-Injected: 1",
    "tab in the scheme": "ht\ttp://example.com/",
    "NUL": "http://example.com\x00.internal/",
    "space in the host": "http://example .com/",
    "empty label": "http://example..com/",
    "label too long": f"http://{'a' * 64}.example/",
    "name too long": f"http://{'a.' * 130}example/",
    "lone surrogate": "http://example.com/\ud800",
    "unclosed bracket": "http://[::1/",
}


@pytest.mark.parametrize("url", REFUSED_AS_WRITTEN.values(), ids=REFUSED_AS_WRITTEN.keys())
def test_an_address_is_refused_as_it_is_written(url: str) -> None:
    with pytest.raises(AddressRefused):
        judged(url)


PASSES = {
    "plain": ("https://t.me/s/generalstaff", "t.me", 443, b"/s/generalstaff"),
    "no path": ("http://example.com", "example.com", 80, b"/"),
    "capitals": ("HTTPS://EXAMPLE.COM/A", "example.com", 443, b"/A"),
    "dot at the end": ("http://example.com./", "example.com.", 80, b"/"),
    "usual port named": ("https://example.com:443/", "example.com", 443, b"/"),
    "Cyrillic name": ("https://президент.укр/", "xn--d1abbgf6aiiy.xn--j1amh", 443, b"/"),
    "Cyrillic path": ("https://example.com/є", "example.com", 443, b"/%D1%94"),
    "query": ("https://example.com/a?b=c", "example.com", 443, b"/a?b=c"),
    "fragment": ("https://example.com/a#b", "example.com", 443, b"/a"),
    "public number": ("http://8.8.8.8/", "8.8.8.8", 80, b"/"),
    "public IPv6 number": ("https://[2606:4700::1111]/", "2606:4700::1111", 443, b"/"),
    "NAT64 of a public number": ("http://[64:ff9b::808:808]/", "64:ff9b::808:808", 80, b"/"),
    "underscore": ("http://my_site.example/", "my_site.example", 80, b"/"),
}


@pytest.mark.parametrize(("url", "host", "port", "target"), PASSES.values(), ids=PASSES.keys())
def test_a_public_address_passes(url: str, host: str, port: int, target: bytes) -> None:
    address = parse_address(url)
    judge_written(address, PUBLIC)
    assert (address.host, address.port, address.target) == (host, port, target)


def test_a_server_is_called_by_its_name_and_unusual_port() -> None:
    assert parse_address("https://example.com:443/a").authority == "example.com"
    assert parse_address("http://example.com:8080/a").origin == "http://example.com:8080"
    assert parse_address("http://[::1]:8080/a").authority == "[::1]:8080"


MIXED = {
    "public and private": ["93.184.215.14", "10.0.0.1"],
    "private and public": ["192.168.0.1", "93.184.215.14"],
    "public IPv4 and local IPv6": ["93.184.215.14", "::1"],
    "public and mapped loopback": ["93.184.215.14", "::ffff:127.0.0.1"],
    "link-local with its zone": ["fe80::1%eth0"],
}


@pytest.mark.parametrize("numbers", MIXED.values(), ids=MIXED.keys())
def test_one_number_that_is_not_public_refuses_the_name(numbers: list[str]) -> None:
    with pytest.raises(AddressRefused):
        judge_resolved(443, numbers, PUBLIC)


def test_an_allowed_network_opens_all_its_ports_and_nothing_else() -> None:
    judged("http://127.0.0.1:8443/", LOOPBACK_ALLOWED)
    judged("http://localhost:8443/", LOOPBACK_ALLOWED)
    judge_resolved(8443, ["127.0.0.1", "::ffff:127.0.0.1"], LOOPBACK_ALLOWED)
    for numbers in (["93.184.215.14"], ["127.0.0.1", "93.184.215.14"]):
        with pytest.raises(AddressRefused):
            judge_resolved(8443, numbers, LOOPBACK_ALLOWED)
    with pytest.raises(AddressRefused):
        judge_resolved(80, ["10.0.0.1"], LOOPBACK_ALLOWED)


def test_another_port_can_be_allowed_everywhere() -> None:
    policy = EgressPolicy(allow_ports=frozenset({80, 443, 8443}))
    judged("https://example.com:8443/", policy)
    judge_resolved(8443, ["93.184.215.14"], policy)


FOLLOWED = {
    "relative": ("https://t.me/s/x", "/x", "https://t.me/x"),
    "beside": ("https://example.com/a/b", "c", "https://example.com/a/c"),
    "other host": ("https://example.com/", "https://other.example/z", "https://other.example/z"),
    "without scheme": ("https://example.com/", "//other.example/", "https://other.example/"),
    "space and Cyrillic": (
        "https://example.com/",
        "/пошук тут",
        "https://example.com/%D0%BF%D0%BE%D1%88%D1%83%D0%BA%20",
    ),
}


@pytest.mark.parametrize(("url", "location", "leads_to"), FOLLOWED.values(), ids=FOLLOWED.keys())
def test_a_redirect_leads_where_it_says(url: str, location: str, leads_to: str) -> None:
    assert follow(parse_address(url), location).url.startswith(leads_to)


@pytest.mark.parametrize(
    "location", ["file:///etc/passwd", "http://a@127.0.0.1/", "\\\\127.0.0.1\\x", "http://0x7f.1/"]
)
def test_a_redirect_to_a_bad_form_is_refused(location: str) -> None:
    with pytest.raises(AddressRefused):
        follow(parse_address("https://example.com/"), location)


@given(st.ip_addresses(v=4))
def test_a_number_is_as_public_mapped_as_it_is_plain(ip: ipaddress.IPv4Address) -> None:
    mapped = ipaddress.ip_address(f"::ffff:{ip}")
    nat64 = ipaddress.ip_address(int(ipaddress.ip_address("64:ff9b::")) + int(ip))
    assert is_public(ip) == is_public(mapped) == is_public(nat64)
    assert not is_public(ipaddress.ip_address(int(ip)) if int(ip) < 256 else ipaddress.IPv6Address(int(ip)))


@given(st.ip_addresses())
def test_what_is_public_is_global(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(ip):
        assert ip.is_global or ip in ipaddress.ip_network("64:ff9b::/96") or ip in ipaddress.ip_network("::ffff:0:0/96")
        assert not ip.is_multicast


@given(
    st.text(max_size=60)
    | st.text(max_size=60).map("http://{}".format)
    | st.from_regex(r"https?://[\[\]0-9a-fx.:%@\\/]{1,24}")
)
def test_any_text_is_taken_apart_or_refused(url: str) -> None:
    try:
        address = parse_address(url)
    except AddressRefused:
        return
    assert address.scheme in {"http", "https"}
    assert address.host
    assert address.host.isascii()
    assert parse_address(address.url).host == address.host
