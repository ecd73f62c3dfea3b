"""The guard: the number that was judged is the number that is dialled, whatever the name says later."""

import ipaddress
import socket
import ssl

import pytest

from app.domain.errors import AddressRefused, Unreachable
from app.domain.pages import Request
from app.fetching.address import EgressPolicy
from app.fetching.exchange import FetchLimits
from app.fetching.guard import SystemResolver

pytestmark = pytest.mark.anyio

PUBLIC = EgressPolicy()
IPV4_LOOPBACK = EgressPolicy(allow_networks=(ipaddress.ip_network("127.0.0.0/8"),))

REFUSED_NAMES = {
    "loopback": ["127.0.0.1"],
    "private": ["10.1.2.3"],
    "metadata": ["169.254.169.254"],
    "mapped": ["::ffff:127.0.0.1"],
    "NAT64": ["64:ff9b::7f00:1"],
    "6to4": ["2002:7f00:1::1"],
    "zone": ["fe80::1%lo"],
    "public, then private": ["93.184.215.14", "127.0.0.1"],
    "private, then public": ["127.0.0.1", "93.184.215.14"],
    "public IPv4, local IPv6": ["93.184.215.14", "::1"],
}


@pytest.mark.parametrize("numbers", REFUSED_NAMES.values(), ids=REFUSED_NAMES.keys())
async def test_a_name_that_leads_inside_is_refused(client_of, now, lookups, numbers: list[str]) -> None:
    client = client_of(policy=PUBLIC, resolver=lookups([numbers]))
    with pytest.raises(AddressRefused) as raised:
        await client.fetch(Request("http://harmless.example/"), now=now)
    assert not raised.value.retryable
    assert "127." not in raised.value.message
    with pytest.raises(AddressRefused):
        await client.post("http://harmless.example/", headers={}, body=b"{}", timeout_seconds=1.0)


async def test_mixed_numbers_are_refused_although_one_of_them_is_allowed(
    serve, client_of, now, answer_of, lookups
) -> None:
    site = await serve(answer_of("200 OK"))
    client = client_of(policy=IPV4_LOOPBACK, resolver=lookups([["127.0.0.1", "10.0.0.1"]]))
    with pytest.raises(AddressRefused):
        await client.fetch(Request(f"http://mixed.example:{site.port}/"), now=now)
    assert site.requests == []


async def test_a_name_is_resolved_once_for_one_connection(serve, client_of, now, answer_of, lookups) -> None:
    site = await serve(answer_of("200 OK", b"1"))
    resolver = lookups([["127.0.0.1"], ["10.0.0.1"]])
    client = client_of(policy=IPV4_LOOPBACK, resolver=resolver)
    page = await client.fetch(Request(f"http://rebinding.example:{site.port}/"), now=now)
    assert (page.body, page.peer, resolver.asked) == (b"1", "127.0.0.1", ["rebinding.example"])
    assert f"Host: rebinding.example:{site.port}".encode() in site.requests[0]


async def test_a_name_that_changes_its_mind_is_judged_again_on_the_next_connection(
    serve, client_of, now, answer_of, lookups
) -> None:
    site = await serve(answer_of("200 OK", b"1", "Connection: close"))
    client = client_of(policy=IPV4_LOOPBACK, resolver=lookups([["127.0.0.1"], ["169.254.169.254"]]))
    request = Request(f"http://rebinding.example:{site.port}/")
    assert (await client.fetch(request, now=now)).body == b"1"
    with pytest.raises(AddressRefused):
        await client.fetch(request, now=now)
    assert len(site.requests) == 1


async def test_the_next_number_is_dialled_where_the_first_does_not_answer(
    serve, client_of, now, answer_of, lookups
) -> None:
    site = await serve(answer_of("200 OK", b"1"), host="127.0.0.2")
    client = client_of(resolver=lookups([["127.0.0.1", "127.0.0.2"]]))
    page = await client.fetch(Request(f"http://twice.example:{site.port}/"), now=now)
    assert page.peer == "127.0.0.2"


async def test_a_name_without_numbers_is_unreachable(client_of, now, lookups) -> None:
    async def no_such_name(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for resolver in (lookups([[]]), no_such_name):
        with pytest.raises(Unreachable):
            await client_of(resolver=resolver).fetch(Request("http://nowhere.example/"), now=now)


async def test_the_environment_names_no_proxy(serve, client_of, now, answer_of, monkeypatch) -> None:
    site = await serve(answer_of("200 OK", b"direct"))
    proxy = await serve(answer_of("200 OK", b"proxied"))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    assert (await client_of().fetch(Request(site.url), now=now)).body == b"direct"
    assert proxy.requests == []


async def test_the_system_resolver_knows_this_machine() -> None:
    resolver = SystemResolver()
    assert set(await resolver("localhost", 80)) <= {"127.0.0.1", "::1"}
    assert await resolver("127.0.0.1", 80) == ["127.0.0.1"]
    resolver.close()


async def test_tls_is_verified_against_the_name_not_the_number(
    serve, client_of, now, answer_of, lookups, certificates, server_context
) -> None:
    site = await serve(answer_of("200 OK", b"secret"), ssl=server_context)
    trusting = ssl.create_default_context(cafile=certificates / "cert.pem")
    client = client_of(resolver=lookups([["127.0.0.1"]]), ssl_context=trusting)
    assert (await client.fetch(Request(f"https://site.example:{site.port}/"), now=now)).body == b"secret"
    with pytest.raises(Unreachable):
        await client.fetch(Request(f"https://other.example:{site.port}/"), now=now)


async def test_a_certificate_of_nobody_is_unreachable(
    serve, client_of, now, answer_of, lookups, server_context
) -> None:
    site = await serve(answer_of("200 OK", b"secret"), ssl=server_context)
    client = client_of(resolver=lookups([["127.0.0.1"]]))
    with pytest.raises(Unreachable) as raised:
        await client.fetch(Request(f"https://site.example:{site.port}/"), now=now)
    assert "certificate" in raised.value.message
    assert site.requests == []


async def test_tls_to_a_server_without_it_is_unreachable(serve, client_of, now, answer_of) -> None:
    site = await serve(answer_of("200 OK"))
    with pytest.raises(Unreachable):
        await client_of(FetchLimits(timeout_seconds=0.5)).fetch(Request(site.url.replace("http:", "https:")), now=now)
