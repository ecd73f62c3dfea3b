"""Putting the newsroom together from the settings: what checks, compares, keeps and delivers.

Nothing of the interface is known here, so that a process which only works does not carry it in memory.
"""

import random
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from app import __version__
from app.delivery.sealing import SecretSeal
from app.domain.errors import StorageError
from app.fetching.address import EgressPolicy
from app.fetching.client import WebClient, user_agent
from app.fetching.exchange import FetchLimits
from app.fetching.pace import PaceRules
from app.fetching.polite import PoliteClient
from app.fetching.politeness import HostKeeper
from app.fetching.robots import RobotsKeeper
from app.pipeline.analysts import Analysts
from app.pipeline.hands import BESIDE_A_SERVER, Hands
from app.pipeline.meter import Meter
from app.pipeline.newsroom import Clock, Newsroom, Rules
from app.settings import Settings
from app.sources.registry import sources
from app.storage.database import Database
from app.wiring.ways_out import apprise_way, egress_proxy, mail_server

KEY_FILE_SUFFIX = ".key"
PATIENCE_SECONDS = 60.0
"""The longest pause of a site that is waited for with a lease in hand; half the lease at most, or it would be lost."""
CONNECTIONS = 8
CONNECTIONS_OF_A_WORKER = 3
"""That are kept open. On SQLite each holds a megabyte, and a further one, while it is needed, is opened in 1.2 ms."""


def system_clock() -> datetime:
    """The one place where the time is read."""
    return datetime.now(UTC)  # noqa: TID251  # everybody else is handed the time


@asynccontextmanager
async def open_newsroom(
    settings: Settings, *, clock: Clock | None = None, is_worker_alone: bool = False
) -> AsyncIterator[Newsroom]:
    """The running program with its database and its way out, closed at the end.

    Without a ``clock`` it goes by the database's own (PostgreSQL), or by this machine's. ``is_worker_alone`` is true
    where nobody asks for pages: then few connections to a SQLite file are kept.

    Raises:
        StorageError: the database address cannot be used, or PostgreSQL is used without a key for secrets.
        InvalidInput: the setting of the proxy or of the mail server is none.
    """
    policy = EgressPolicy(settings.allow_networks, frozenset(settings.allow_ports))
    limits = FetchLimits(
        timeout_seconds=settings.fetch_timeout_seconds,
        max_wire_bytes=settings.fetch_max_wire_bytes,
        max_body_bytes=settings.fetch_max_body_bytes,
        max_redirects=settings.fetch_max_redirects,
    )
    agent = user_agent(__version__, settings.user_agent_contact)
    analysts = Analysts(deadline_seconds=settings.analysis_deadline_seconds)
    hands = Hands(1 if settings.sqlite_path else BESIDE_A_SERVER)
    meter = Meter()
    try:
        kept = CONNECTIONS_OF_A_WORKER if is_worker_alone and settings.sqlite_path else CONNECTIONS
        with Database(settings.database_url, pool_size=kept) as database, apprise_way(settings) as apprise:
            database.listeners.append(meter.count_written)
            async with WebClient(limits, policy, user_agent=agent, proxy=egress_proxy(settings)) as web:
                yield Newsroom(
                    database=database,
                    web=web,
                    policy=policy,
                    polite=PoliteClient(web, _host_keeper(settings), RobotsKeeper(), meter.note_answer),
                    sources=sources(settings.telegram_base_url),
                    analysts=analysts,
                    seal=SecretSeal(
                        secret_key(settings), [old.get_secret_value() for old in settings.older_secret_keys]
                    ),
                    rules=rules_of(settings),
                    clock=clock or database.server_clock() or system_clock,
                    random=random.random,
                    mail=mail_server(settings),
                    apprise=apprise,
                    meter=meter,
                    hands=hands,
                )
    finally:
        hands.close()
        analysts.close()


def rules_of(settings: Settings) -> Rules:
    """The numbers that the steps of the pipeline go by."""
    return Rules(
        default_interval_seconds=settings.default_interval_seconds,
        least_interval_seconds=settings.least_interval_seconds,
        greatest_interval_seconds=settings.greatest_interval_seconds,
        host_requests_per_hour=_budget(settings, settings.host_requests_per_hour),
        requests_per_hour=_budget(settings, settings.requests_per_hour),
        confirm_after_seconds=settings.confirm_after_seconds,
        second_look_seconds=settings.second_look_seconds,
        flapping_window_seconds=settings.flapping_window_seconds,
        stalled_after_seconds=settings.stalled_after_seconds,
        pace=PaceRules(gap_seconds=settings.host_gap_seconds),
        lease_seconds=settings.lease_seconds,
        respect_robots=settings.respect_robots,
        webhook_timeout_seconds=settings.webhook_timeout_seconds,
        public_url=settings.public_url,
        language=settings.language,
        overdue_seconds=settings.overdue_seconds,
        archive_index_url=settings.archive_index_url,
        archive_capture_url=settings.archive_capture_url,
    )


def seal_of(settings: Settings) -> SecretSeal:
    """What seals secrets with the key of today, and opens them with an older one too.

    Raises:
        StorageError: as :func:`secret_key`.
    """
    return SecretSeal(secret_key(settings), [old.get_secret_value() for old in settings.older_secret_keys])


def _host_keeper(settings: Settings) -> HostKeeper:
    patience_seconds = min(PATIENCE_SECONDS, settings.lease_seconds / 2)
    return HostKeeper(PaceRules(gap_seconds=settings.host_gap_seconds), patience_seconds=patience_seconds)


def _budget(settings: Settings, per_hour: int) -> float | None:
    """None for no limit; without a pause between requests there is none either: such sites are one's own."""
    return float(per_hour) if per_hour and settings.host_gap_seconds else None


def secret_key(settings: Settings, *, new_key: Callable[[], str] = SecretSeal.new_key) -> str:
    """The key that seals stored secrets: from the settings, or a file beside the SQLite database, made once.

    Raises:
        StorageError: PostgreSQL is used without WALKBACK_SECRET_KEY, or the file cannot be read or made.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    if settings.sqlite_path is None:
        raise StorageError(
            "With PostgreSQL, WALKBACK_SECRET_KEY has to be set: every worker needs the same key. "
            'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    path = settings.sqlite_path.with_name(settings.sqlite_path.name + KEY_FILE_SUFFIX)
    try:
        return path.read_text().strip() if path.exists() else _new_key_file(path, new_key())
    except OSError as error:
        raise StorageError(f"The key file {path} cannot be used: {error.strerror}.") from error


def _new_key_file(path: Path, key: str) -> str:
    """Make the file readable by its owner only; where another process was faster, its key counts."""
    try:
        with path.open("x") as file:
            path.chmod(stat.S_IRUSR | stat.S_IWUSR)
            file.write(key)
    except FileExistsError:
        return path.read_text().strip()
    return key
