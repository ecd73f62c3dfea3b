"""The whole story at DEBUG, with all that the libraries say: none of the secrets that were planted is in the log."""

import asyncio
import json
import logging
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx2
import pytest
import uvicorn

from app.api.access import AccessRules
from app.api.application import create_app
from app.cli.acts.listening import ApiServer
from app.cli.logs import configure_logs
from app.domain.keys import Scope
from app.pipeline import loop
from app.pipeline.deliver import deliver_once
from app.pipeline.keys import create_key
from app.settings import Settings

pytestmark = pytest.mark.anyio

WORDS = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."
BOT = "8123456789:AAHplantedbottoken-abcdefghijklmnopqrstuvw"
PLANTED = {
    "query of a watch": "planted-query-of-a-watch",
    "long query of a watch": "planted" + "q" * 400 + "end-of-the-long-query",
    "redirect": "planted-session-in-a-redirect",
    "cookie of a site": "planted-cookie-of-a-site",
    "path of a destination": "planted-path-of-a-destination",
    "query of a destination": "planted-query-of-a-destination",
    "bot of a destination": BOT,
    "destination that is not there": "planted-path-of-nobody",
    "a bearer that is no key": "planted-bearer",
    "a basic authorization": "cGxhbnRlZDpiYXNpYw==",
    "a query to the interface": "planted-question",
    "a mistake of ours": "planted-in-a-traceback",
}


@pytest.fixture
def spoken(capsys):
    """Let everything be logged, in one form or the other; gives what was said so far."""

    def begin(as_json):
        configure_logs(Settings(_env_file=None, log_level="DEBUG", log_json=as_json))
        for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "httpcore2", "httpx2", "sqlalchemy"):
            logger = logging.getLogger(name)
            logger.handlers.clear()
            logger.setLevel(logging.NOTSET)
            logger.propagate = True
        return lambda: "".join(capsys.readouterr())

    yield begin
    logging.getLogger().handlers.clear()  # what is said while the servers close has no place to go


@asynccontextmanager
async def interface(newsroom):
    """The API as it is served, and chattier: with a line for each request."""
    config = uvicorn.Config(
        create_app(newsroom, AccessRules()), port=0, log_config=None, log_level="debug", access_log=True, lifespan="off"
    )
    listening = asyncio.Event()
    server = ApiServer(config, when_listening=listening.set)
    task = asyncio.create_task(server.serve())
    await listening.wait()
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def silent_receiver():
    """Takes every alert. It logs nothing: what a receiver writes down is its own affair."""

    async def take(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def make_mistake(url):
    raise ZeroDivisionError(f"at {url}")


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
async def test_no_planted_secret_is_in_the_log(newsroom, site, release, later, spoken, as_json):
    key = create_key(newsroom, name="desk", scope=Scope.ADMIN).secret
    secrets = [key]
    async with silent_receiver() as hook:
        log = spoken(as_json)
        async with interface(newsroom) as url, httpx2.AsyncClient(base_url=url) as client:
            signed = await tell_it(client, key, site, hook)
            secrets += signed
            await live_it(newsroom, site, release, later)
            await ask_wrongly(client)
        await loop._guarded(make_mistake(f"{hook}/x/{PLANTED['a mistake of ours']}"))
    said = log()
    for logger in ("httpcore2", "httpx2", "sqlalchemy.engine", "uvicorn.access"):
        assert f'"logger": "{logger}' in said or f"logger={logger}" in said or f"[{logger}" in said, logger
    for event in ("check", "alert", "worker.mistake"):
        assert event in said
    for name, planted in PLANTED.items():
        assert planted not in said, name
        assert quote(planted, safe="") not in said, name
    assert "end-of-the-long-query" not in said
    for secret in secrets:
        assert len(secret) > 20
        assert secret not in said
        assert secret[8:] not in said
    if as_json:
        assert all(json.loads(line)["event"] is not None for line in said.splitlines())


async def tell_it(client, key, site, hook):
    """Watches and destinations by the interface; gives the signing secrets."""
    client.headers["authorization"] = f"Bearer {key}"
    plain, long = PLANTED["query of a watch"], PLANTED["long query of a watch"]
    for path in (f"/release?token={plain}", f"/long?token={long}", f"/moved?token={plain}"):
        made = await client.post("/v1/watches", json={"url": f"{site.url}{path}"})
        assert made.status_code == 201, made.text
    path, query = PLANTED["path of a destination"], PLANTED["query of a destination"]
    urls = [f"{hook}/{path}?key={query}", f"{hook}/bot{BOT}/sendMessage"]
    urls.append(f"http://127.0.0.1:9/{PLANTED['destination that is not there']}")
    signed = []
    for number, url in enumerate(urls):
        made = await client.post("/v1/destinations", json={"kind": "webhook", "name": f"desk {number}", "url": url})
        assert made.status_code == 201, made.text
        signed += [text for text in str(made.json()).split("'") if text.startswith("whsec_")]
    assert len(signed) == len(urls)
    assert (await client.get("/v1/quotes", params={"text": PLANTED["a query to the interface"]})).status_code == 200
    return signed


async def live_it(newsroom, site, release, later):
    """A page changes, another moves, and everybody is told."""
    cookie = {"content-type": "text/html", "set-cookie": f"session={PLANTED['cookie of a site']}; Path=/"}
    moved = {"location": f"{site.url}/elsewhere?session={PLANTED['redirect']}"}
    site.pages["/moved"] = (302, moved, b"")
    for euros in (500, 50):
        site.pages["/release"] = (200, cookie, release(WORDS.format(euros)).encode())
        site.pages["/long"] = release(WORDS.format(euros + 1))
        await later(400)
    assert await deliver_once(newsroom) >= 3


async def ask_wrongly(client):
    for wrong in (f"Bearer {PLANTED['a bearer that is no key']}", f"Basic {PLANTED['a basic authorization']}"):
        answer = await client.get("/v1/watches", headers={"authorization": wrong})
        assert answer.status_code == 401
