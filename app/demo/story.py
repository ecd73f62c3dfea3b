"""The main job from end to end on this machine alone: watch, poll, keep, compare, flag, alert, ask.

    a stand-in of Telegram ─▶ Walkback (API, poller, delivery; SQLite) ─▶ a receiver that verifies signatures

Everything is asked for as a user would: over HTTP, with an API key.
"""

import asyncio
import ipaddress
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.text import Text

from app.demo import posts
from app.demo.client import ApiClient
from app.demo.receiver import ReceivedAlert, Receiver
from app.demo.serving import serving
from app.demo.stage import Stage
from app.demo.telegram import TelegramStandIn
from app.domain.words import ENGLISH
from app.messages.reading import message_of
from app.pipeline.keys import create_first_key
from app.pipeline.loop import Worker
from app.settings import Settings
from app.storage.migrating import migrate
from app.wiring.interface import build_service
from app.wiring.newsroom import open_newsroom, system_clock

PATIENCE_SECONDS = 25.0
DEMO_SETTINGS = {
    "allow_networks": (ipaddress.ip_network("127.0.0.0/8"),),
    "host_gap_seconds": 0.2,
    "host_requests_per_hour": 0,
    "requests_per_hour": 0,
    "confirm_after_seconds": 3.0,
    "second_look_seconds": 1.0,
    "idle_seconds": 0.1,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that the story plays with."""

    stage: Stage
    api: ApiClient
    telegram: TelegramStandIn
    telegram_url: str
    receiver: Receiver
    alerts_url: str


async def run_demo(settings: Settings, console: Console, *, once: bool) -> int:
    """Tell the story; then stay up until Ctrl-C, unless ``once``. 0 where all that was expected happened, else 1."""
    stage = Stage(console)
    stage.say("Walkback: which claims were taken back, when, and with what proof. This demo uses loopback only.")
    telegram = TelegramStandIn(posts.CHANNEL, posts.TITLE)
    receiver = Receiver(system_clock)
    with tempfile.TemporaryDirectory(prefix="walkback-demo-") as folder:
        async with serving(telegram.application()) as telegram_url, serving(receiver.application()) as receiver_url:
            own = _settings(settings, Path(folder), telegram_url)
            async with _service(own) as (api_url, key):
                stage.say(f"stand-in of Telegram's public preview: {telegram_url}/s/{posts.CHANNEL}")
                stage.say(f"receiver of webhooks: {receiver_url}/alerts")
                stage.say(f"Walkback: {api_url}")
                async with ApiClient(api_url, key) as api:
                    await _tell(Scene(stage, api, telegram, telegram_url, receiver, f"{receiver_url}/alerts"))
                _close(stage, api_url, key)
                if not once:
                    stage.say("Everything stays up. Press Ctrl-C to end.")
                    await asyncio.Event().wait()
    return 1 if stage.failures else 0


async def _tell(scene: Scene) -> None:
    """The story in four acts."""
    stage, api, telegram, receiver = scene.stage, scene.api, scene.telegram, scene.receiver
    await _prepare(scene)
    ukrainian = telegram.publish(posts.UKRAINIAN, posts.PUBLISHED_AT)
    english = telegram.publish(posts.ENGLISH, posts.PUBLISHED_AT)
    gone = telegram.publish(posts.WITHDRAWN, posts.PUBLISHED_AT + timedelta(minutes=20))
    stage.act("2  The General Staff publishes")
    with stage.waiting("waiting for the next check of the channel"):
        seen = await api.wait_for_statements(4, seconds=PATIENCE_SECONDS)
    stage.expect(f"{len(seen)} posts are kept as statements, each wording with its capture", len(seen) == 4)
    stage.act("3  The post is edited: the offensive is gone")
    telegram.edit(ukrainian.number, posts.UKRAINIAN_EDITED)
    telegram.edit(english.number, posts.ENGLISH_EDITED)
    for words, language in (("new offensive", "en"), ("наступальні", "uk")):
        await _show_edit(scene, words, language)
    stage.act("4  Another post is deleted")
    telegram.delete(gone.number)
    with stage.waiting("not found once is only “missing”; waiting for the second look"):
        alert = await receiver.wait_for(lambda one: one.body["type"] == "statement.withdrawn", seconds=PATIENCE_SECONDS)
    stage.expect("the deletion was confirmed by a second look and told by a signed webhook", _is_good(alert))
    if alert:
        stage.tell(message_of(alert.body, ENGLISH))


async def _prepare(scene: Scene) -> None:
    """Make the pin, the webhook and the watch, as a user would."""
    stage, api, receiver = scene.stage, scene.api, scene.receiver
    stage.act("1  A watch, a pinned phrase in three languages, and a webhook")
    scene.telegram.publish(posts.MORNING, posts.PUBLISHED_AT - timedelta(hours=2))
    pin = await api.post("/v1/pins", {"name": "new offensive", "variants": list(posts.PINS)})
    stage.expect("pinned “new offensive” in English, Ukrainian and Russian", len(pin["variants"]) == 3)
    destination = await api.post("/v1/destinations", {"kind": "webhook", "name": "news desk", "url": scene.alerts_url})
    receiver.secret = destination["secret"]
    stage.expect("made a webhook; its secret is shown this once", receiver.secret.startswith("whsec_"))
    address = f"{scene.telegram_url}/{posts.CHANNEL}"
    watch = await api.post("/v1/watches", {"url": address, "publisher": posts.TITLE, "interval_seconds": 1})
    is_channel = watch["kind"] == "telegram_channel"
    stage.expect(f"watching {address}, recognised as a Telegram channel", is_channel)


async def _show_edit(scene: Scene, words: str, language: str) -> None:
    """One edited post: the flag, the interval, the pin, and the webhook."""
    stage = scene.stage

    def is_about(one: ReceivedAlert) -> bool:
        told = one.body.get("claims", [])
        return one.body["type"] == "statement.edited" and any(words in claim["before"] for claim in told)

    with stage.waiting("waiting for the edit to be seen, looked at again, and told"):
        alert = await scene.receiver.wait_for(is_about, seconds=PATIENCE_SECONDS)
    stage.expect(f"a webhook told of the edit ({language}), its signature verified", _is_good(alert))
    if alert is None:
        return
    flag = next((one for one in await scene.api.flags() if words in one["before"]), None)
    stage.expect("the claim is on the work list, as substantive or major", _is_serious(flag))
    stage.tell(message_of(alert.body, ENGLISH))
    interval = alert.body["edit"]["interval"]
    ends = [interval[name][11:23] for name in ("last_seen_unchanged_at", "first_seen_changed_at")]
    stage.say(f"the edit happened between {ends[0]} (old words last seen) and {ends[1]} UTC (new words first seen)")
    touched = [f"{pin['event']} ({pin['variant']})" for pin in alert.body["pins"]]
    stage.expect("pin: " + (", ".join(touched) or "none"), any("phrase_removed" in one for one in touched))
    stage.say(f"webhook-id {alert.id}, second look {alert.body['edit']['second_look']}")


def _close(stage: Stage, api_url: str, key: str) -> None:
    stage.act("Ask it yourself")
    stage.say(f"pages        {api_url}/   sign in with the key {key}")
    stage.say(f"API          {api_url}/v1/flags")
    stage.say(f"its docs     {api_url}/docs")
    stage.say(f"OpenAPI      {api_url}/openapi.json")
    stage.say(f"try          curl -H 'Authorization: Bearer {key}' {api_url}/v1/flags")
    if stage.failures:
        stage.console.print(Text(f"{len(stage.failures)} expected thing(s) did not happen.", style="bold red"))
    else:
        stage.console.print(Text("Everything expected happened.", style="bold green"))


def _is_good(alert: ReceivedAlert | None) -> bool:
    return alert is not None and alert.is_genuine and alert.id == alert.body["id"]


def _is_serious(flag: dict[str, str] | None) -> bool:
    return flag is not None and flag["level"] in {"substantive", "major"}


def _settings(given: Settings, folder: Path, telegram_url: str) -> Settings:
    """The user's settings, with a database of the demo's own, loopback only, and no long waits."""
    own = {"database_url": f"sqlite:///{folder / 'walkback.db'}", "telegram_base_url": telegram_url}
    return given.model_copy(update={**DEMO_SETTINGS, **own})


@asynccontextmanager
async def _service(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    """The service as ``walkback serve`` runs it, on a free port; its address and its first key."""
    async with open_newsroom(settings) as newsroom:
        await asyncio.to_thread(migrate, newsroom.database)
        first = create_first_key(newsroom)
        assert first is not None
        worker = Worker(newsroom, concurrency=4, idle_seconds=settings.idle_seconds)
        async with serving(build_service(newsroom, settings)) as url:
            working = asyncio.create_task(worker.run())
            try:
                yield url, first.secret
            finally:
                worker.stop()
                await working
