"""There is one way out: only app/fetching may open a connection, and it builds one client, behind the guard.

Each check is a function over source text, and is itself tested on small bad examples.
"""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted((ROOT / "app").rglob("*.py"))}
DOOR = "app/fetching/"


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CAN_DIAL = words("""
    aiohttp aiosmtplib anyio apprise asyncio.streams asyncssh boto3 dns feedparser.http ftplib grpc http.client
    httpcore httpcore2 httplib2 httpx httpx2 imaplib nntplib niquests paramiko poplib pycurl requests smtplib socket
    socks ssl tornado trafilatura.downloads trafilatura.feeds trafilatura.sitemaps trafilatura.spider trio truststore
    urllib.request urllib.robotparser urllib3 webbrowser websocket websockets wsproto xmlrpc.client
""")
"""Modules with which a program can open a connection of its own."""

DIALS = words("""
    bare_fetch connect_ex create_connection create_datagram_endpoint fetch_response fetch_url getaddrinfo
    gethostbyname open_connection open_unix_connection sock_connect urlopen urlretrieve
""")
"""Functions that open a connection or look up a name, whatever they are imported from."""

DEMONSTRATION = {"app/demo/client.py": "httpx2", "app/demo/serving.py": "socket"}
"""The demonstration plays the outside world on loopback: somebody who uses the API, and servers that wait for calls."""


@functools.cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(source)))


def imported(source: str) -> Iterator[tuple[str, str]]:
    """Every name that is imported, wherever the import stands: its module, and the name in it (or nothing)."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def named(source: str) -> Iterator[str]:
    """The last part of every name that is read: ``loop.create_connection`` gives ``create_connection``."""
    yield from (node.attr for node in nodes(source) if isinstance(node, ast.Attribute))
    yield from (node.id for node in nodes(source) if isinstance(node, ast.Name))
    yield from (name for _, name in imported(source))


def dialling(source: str) -> set[str]:
    """What a module could open a connection with."""
    prefixes = {
        ".".join(parts[:length])
        for module, name in imported(source)
        for parts in [f"{module}.{name}".rstrip(".").split(".")]
        for length in range(1, len(parts) + 1)
    }
    return (CAN_DIAL & prefixes) | (DIALS & set(named(source)))


def fetching_parsers(source: str) -> list[int]:
    """Lines that hand feedparser something it might take for an address and fetch."""
    calls = (node for node in nodes(source) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if ast.unparse(call.func) in {"feedparser.parse", "parse"}
        and "feedparser" in source
        and not ast.unparse(call.args[0]).startswith(("io.BytesIO(", "BytesIO("))
    ]


@pytest.mark.parametrize("name", [name for name in MODULES if not name.startswith(DOOR)])
def test_no_module_but_those_of_the_door_can_open_a_connection(name: str) -> None:
    assert dialling(MODULES[name]) <= {DEMONSTRATION.get(name, "")}
    assert fetching_parsers(MODULES[name]) == []


def test_nothing_of_the_service_uses_the_demonstration() -> None:
    users = {
        name
        for name, source in MODULES.items()
        if any(f"{m}.{n}.".startswith("app.demo.") for m, n in imported(source))
    }
    assert {name for name in users if not name.startswith("app/demo/")} <= {"app/__main__.py"}
    assert "connect" not in set(named(MODULES["app/demo/serving.py"]))


def test_inside_the_door_each_thing_is_done_in_one_place() -> None:
    door = {name.removeprefix(DOOR): source for name, source in MODULES.items() if name.startswith(DOOR)}

    def users(package: str) -> set[str]:
        return {name for name, source in door.items() if package in {m for m, _ in imported(source)}}

    assert users("socket") == {"guard.py"}
    assert users("h11") == {"connection.py", "exchange.py"}
    assert users("httpx2") == {"address.py", "exchange.py"}
    assert {name: DIALS & set(named(source)) for name, source in door.items() if DIALS & set(named(source))} == {
        "guard.py": {"getaddrinfo", "create_connection"}
    }


def test_every_connection_comes_from_the_guard() -> None:
    """A number is dialled in one function, which only two call; and HTTP is spoken only on what the guard gives."""

    def callers(name: str) -> set[tuple[str, str]]:
        functions = (
            (path, node)
            for path, source in MODULES.items()
            for node in nodes(source)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )
        return {
            (path, function.name)
            for path, function in functions
            for node in ast.walk(function)
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == name
        }

    assert callers("create_connection") == {("app/fetching/guard.py", "_connect")}
    assert callers("_connect") == {("app/fetching/guard.py", "_dial"), ("app/fetching/guard.py", "_tunnel")}
    assert callers("_dial") == {("app/fetching/guard.py", "open")}
    assert callers("Guard") == {("app/fetching/client.py", "__init__")}
    speakers = {path for path, _ in callers("Connection") if path.startswith(DOOR)}
    assert speakers == {"app/fetching/exchange.py", "app/fetching/connection.py"}  # the latter is h11's
    assert "Connection(await self._guard.open(" in MODULES["app/fetching/exchange.py"]


def test_the_one_connection_beside_the_guard_goes_to_the_mail_server_of_the_settings() -> None:
    """The operator's own mail server is usually an inner one; that nobody else can name it stands in for the guard."""
    speakers = {name for name, source in MODULES.items() if "aiosmtplib" in {m for m, _ in imported(source)}}
    assert speakers == {"app/fetching/mail_server.py"}
    makers = {
        name
        for name, source in MODULES.items()
        for node in nodes(source)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "MailServer"
    }
    assert makers == {"app/wiring/ways_out.py"}
    given = {
        keyword.arg: ast.unparse(keyword.value)
        for node in nodes(MODULES["app/wiring/ways_out.py"])
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "MailServer"
        for keyword in node.keywords
    }
    assert (given["host"], given["port"]) == ("settings.smtp_host", "settings.smtp_port")
    assert "replace" not in set(named(MODULES["app/fetching/mail_server.py"]))


def test_apprise_stands_in_one_module_and_is_made_only_where_the_settings_allow_it() -> None:
    """It dials by itself and sees no guard: what stands in is an allow list that only an operator can write."""
    users = {name for name, source in MODULES.items() if "apprise" in {m for m, _ in imported(source)}}
    assert users == {"app/fetching/apprise_way.py"}
    makers = {
        (name, ast.unparse(node.args[0]))
        for name, source in MODULES.items()
        for node in nodes(source)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "AppriseWay"
    }
    assert makers == {("app/wiring/ways_out.py", "settings.apprise_schemes")}


def test_nothing_above_the_engine_of_the_http_library_is_used() -> None:
    used = {
        node.attr
        for name, source in MODULES.items()
        if name not in DEMONSTRATION
        for node in nodes(source)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "httpx2"
    }
    assert used == {"URL", "InvalidURL", "create_ssl_context"}


BAD = {
    "a client": "import httpx2",
    "a part of a client": "from httpx2 import AsyncClient",
    "the engine": "import httpcore2 as core",
    "another client": "import requests.sessions",
    "the standard client": "from urllib import request",
    "the standard client, whole": "import urllib.request",
    "HTTP by hand": "from http import client",
    "a socket": "import socket",
    "mail": "import smtplib",
    "late": "def f():\n    import socket",
    "hidden by a condition": "if TYPE_CHECKING:\n    import ssl",
    "a stream": "import asyncio\nasync def f():\n    await asyncio.open_connection('h', 1)",
    "a connection of the loop": "async def f(loop):\n    await loop.create_connection(P, 'h', 1)",
    "a function passed on": "import asyncio\nx = asyncio.open_connection",
    "a download of the extractor": "from trafilatura import fetch_url",
    "a download of the extractor, whole": "import trafilatura\nx = trafilatura.fetch_url('u')",
}


@pytest.mark.parametrize("source", BAD.values(), ids=BAD.keys())
def test_a_second_way_out_is_found(source: str) -> None:
    assert dialling(source)


def test_a_feed_reader_that_could_fetch_is_found() -> None:
    assert fetching_parsers("import feedparser\nfeedparser.parse(url)") == [2]
    assert fetching_parsers("import feedparser, io\nfeedparser.parse(io.BytesIO(body))") == []


@pytest.mark.parametrize(
    "source", ["import http", "from urllib.parse import urlsplit", "import asyncio\nasyncio.run(f())"]
)
def test_what_opens_no_connection_passes(source: str) -> None:
    assert dialling(source) == set()
