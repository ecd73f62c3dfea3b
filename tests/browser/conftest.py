"""A real browser at a real service: Chromium, ``walkback serve`` on loopback, and a channel that a test writes to."""

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.demo.serving import serving
from app.demo.telegram import TelegramStandIn
from tests.browsing import chromium

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 90.0
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SETTINGS = {
    "ALLOW_NETWORKS": "127.0.0.0/8",
    "HOST_GAP_SECONDS": "0",
    "SECOND_LOOK_SECONDS": "0",
    "IDLE_SECONDS": "0.05",
    "DEFAULT_INTERVAL_SECONDS": "2",
    "LEAST_INTERVAL_SECONDS": "1",
    "SECRET_KEY": "a key for tests",
    "RATE_LIMIT_PER_MINUTE": "100000",
}


@dataclass
class Service:
    """One running service with its own empty database, and its first key."""

    url: str
    key: str
    telegram: TelegramStandIn

    def publish(self, text: str) -> int:
        """A new post of the channel; its number."""
        return self.telegram.publish(text, datetime.now(UTC)).number  # noqa: TID251  # a post of this moment

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """Ask the interface with the first key."""
        headers = {"authorization": f"Bearer {self.key}"}
        answer = httpx2.request(method, self.url + path, headers=headers, json=body or None, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def waits_for(self, path: str, count: int = 1) -> list[Any]:
        """Ask for a list until it has so many things."""
        for _ in range(int(PATIENCE_SECONDS * 10)):
            items: list[Any] = self.ask("GET", path)["items"]
            if len(items) >= count:
                return items
            threading.Event().wait(0.1)
        raise AssertionError(path)


class Beside:
    """Serve the channel in a thread of its own, with an event loop of its own."""

    def __init__(self, channel: TelegramStandIn) -> None:
        self._channel = channel
        self._ready, self._stop = threading.Event(), threading.Event()
        self._url = ""
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    async def _serve(self) -> None:
        async with serving(self._channel.application()) as self._url:
            self._ready.set()
            await asyncio.to_thread(self._stop.wait)

    def __enter__(self) -> str:
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS)
        return self._url

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture(scope="module")
def open_service(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], AbstractContextManager[Service]]:
    """Runs a service with an empty record while a block lasts, and a channel that it looks at."""
    return lambda: _running(tmp_path_factory.mktemp("service"))


@contextmanager
def _running(folder: Path) -> Iterator[Service]:
    """``walkback serve`` on an empty SQLite file, asking a stand-in on loopback instead of Telegram."""
    channel = TelegramStandIn("generalstaff", "General Staff of Ukraine")
    with Beside(channel) as telegram_url:
        yield from _serving(folder, channel, telegram_url)


def _serving(folder: Path, channel: TelegramStandIn, telegram_url: str) -> Iterator[Service]:
    ours = SETTINGS | {"DATABASE_URL": f"sqlite:///{folder}/walkback.db", "TELEGRAM_BASE_URL": telegram_url}
    others = {name: value for name, value in os.environ.items() if not name.startswith("WALKBACK_")}  # noqa: TID251
    environment = others | {f"WALKBACK_{name}": value for name, value in ours.items()} | {"PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "app", "serve", "--port", "0", "--json"]
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            words, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        try:
            assert process.stdout is not None
            told = "".join(iter_json(process.stdout))
            assert told, (folder / "log").read_text()
            running = json.loads(told)
            yield Service(running["pages"].rstrip("/"), running["admin_key"], channel)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)
    said = (folder / "log").read_text()
    assert "Traceback" not in said, said


def iter_json(lines: Iterable[str]) -> Iterator[str]:
    """The lines of the first JSON object; the service says it as soon as it listens, and then no more."""
    for line in lines:
        yield line
        if line.rstrip() == "}" or (line.startswith("{") and line.rstrip().endswith("}")):
            return


@pytest.fixture(scope="module")
def playwright() -> Iterator[Any]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def chrome(request: pytest.FixtureRequest, playwright: Any) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    program = chromium(request.config)
    assert program
    browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
    yield browser
    browser.close()


@dataclass
class Reader:
    """Somebody at a browser: a page, and what went wrong in it."""

    page: Page
    service: Service
    pictures: Path
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(PATIENCE_SECONDS * 500)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        self.page.on("console", lambda one: self.wrong.append(f"console: {one.text}") if one.type == "error" else None)
        self.page.on("request", self._leaves)

    def _leaves(self, request: Any) -> None:
        if not request.url.startswith((self.service.url, "data:", "blob:", "about:")):
            self.wrong.append(f"asks another host: {request.url}")

    def forgives(self, *words: str) -> None:
        """What a test provoked is not wrong."""
        self.wrong = [one for one in self.wrong if not any(word in one for word in words)]

    def goes(self, path: str) -> Page:
        """Open a page of the service."""
        answer = self.page.goto(path if path.startswith("http") else self.service.url + path)
        assert answer is not None
        assert answer.ok, (path, answer.status)
        return self.page

    def signs_in(self) -> "Reader":
        self.goes("/sign-in")
        self.page.locator("input[name=key]").fill(self.service.key)
        self.follows("form[action^='/sign-in'] button, main form button")
        assert "sign-in" not in self.page.url
        return self

    def follows(self, selector: str) -> Page:
        """Press the first such link or button, and wait for the page that comes of it.

        A click alone returns before the browser has gone anywhere: what is opened next would call the form back.
        """
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        return self.page

    def keeps_picture(self, name: str) -> None:
        """The whole page as a file of this run."""
        self.page.screenshot(path=self.pictures / f"{name}.png", full_page=True)


@pytest.fixture
def open_browser(chrome: Browser, pictures: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Reader]]:
    """Opens a browser of its own: another person, another machine, another phone; at the service of the story."""
    opened: list[tuple[BrowserContext, Reader]] = []

    def begin(at: Service | None = None, **wishes: Any) -> Reader:
        context = chrome.new_context(**{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **wishes})
        reader = Reader(context.new_page(), at or request.getfixturevalue("service"), pictures)
        opened.append((context, reader))
        return reader

    yield begin
    for context, reader in opened:
        context.close()
        assert not reader.wrong


@pytest.fixture
def reader(open_browser: Callable[..., Reader]) -> Reader:
    """Somebody with a key, at the service of the story."""
    return open_browser().signs_in()


BEFORE = "The Defence Forces have launched new offensive operations in the Kursk region. 47 attacks were repelled."
AFTER = "The Defence Forces are conducting combat operations in the Kursk region. 47 attacks were repelled."


@pytest.fixture(scope="module")
def service(open_service: Callable[[], AbstractContextManager[Service]]) -> Iterator[Service]:
    """A service with a record: a post of which a pinned phrase was taken out, a pin, a destination."""
    with open_service() as running:
        number = running.publish(BEFORE)
        running.ask("POST", "/v1/pins", variants=["en: new offensive"])
        running.ask("POST", "/v1/destinations", url="http://127.0.0.1:9/alerts", name="desk")
        running.ask("POST", "/v1/watches", url="https://t.me/generalstaff")
        running.waits_for("/v1/statements")
        running.telegram.edit(number, AFTER)
        running.waits_for("/v1/flags")
        yield running


@pytest.fixture(scope="module")
def told(service: Service) -> dict[str, str]:
    """The ids of the things in the record, by their names in addresses."""
    flag = service.ask("GET", "/v1/flags")["items"][0]
    shared = service.ask("POST", "/v1/shares", statement_id=flag["statement_id"], days=7)
    return {
        "token": shared["url"].rpartition("/")[2],
        "flag_id": flag["id"],
        "claim_id": flag["claim_id"],
        "edit_id": flag["edit_id"],
        "statement_id": flag["statement_id"],
        "watch_id": service.ask("GET", "/v1/watches")["items"][0]["id"],
        "pin_id": service.ask("GET", "/v1/pins")["items"][0]["id"],
        "destination_id": service.ask("GET", "/v1/destinations")["items"][0]["id"],
        "alert_id": service.waits_for("/v1/alerts")[0]["id"],
        "number": "1",
    }


def violations(page: Page) -> list[str]:
    """What the page does that keeps people out, by the rules of axe: the rule, and the places."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
    return [
        f"{one['id']} ({one['impact']}): {'; '.join(node['html'][:160] for node in one['nodes'][:4])}"
        for one in found.response["violations"]
    ]


@pytest.fixture
def is_open_to_all() -> Callable[[Page], list[str]]:
    return violations
