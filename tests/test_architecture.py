"""The plan of the house, kept by a machine: which room may look into which, and what a pure room may never touch.

Each check is a function over source text, and is itself tested on a small bad example.
"""

import ast
import graphlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.cli.postponing import SHELVED

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"


@dataclass(frozen=True)
class Room:
    """What one room may import. The standard library is free, but for a pure room, and for the network."""

    rooms: str = ""
    packages: str = ""
    pure: bool = False
    network: bool = False
    package_data: bool = False

    def knows(self, room: str) -> bool:
        return room in self.rooms.split()

    def may_use(self, package: str) -> bool:
        return package in self.packages.split()


ROOMS = {
    "__init__": Room(),
    "domain": Room(pure=True),
    "catalogues": Room(rooms="domain", packages="babel", pure=True, package_data=True),
    "claims": Room(
        rooms="domain", packages="diff_match_patch rapidfuzz simplemma snowballstemmer", pure=True, package_data=True
    ),
    "sources": Room(
        rooms="claims domain",
        packages="charset_normalizer feedparser idna lxml selectolax trafilatura warcio",
        pure=True,
    ),
    "messages": Room(rooms="claims catalogues domain", pure=True),
    "storage": Room(rooms="domain", packages="alembic cryptography psycopg sqlalchemy structlog uuid_utils zstandard"),
    "fetching": Room(
        rooms="domain", packages="anyio aiosmtplib apprise h11 httpx2 idna protego structlog", network=True
    ),
    "delivery": Room(rooms="fetching messages catalogues domain", packages="cryptography structlog"),
    "evidence": Room(rooms="domain", packages="cryptography structlog"),
    "pipeline": Room(
        rooms="storage fetching delivery evidence sources messages claims catalogues domain",
        packages="prometheus_client structlog uuid_utils",
    ),
    "door": Room(rooms="pipeline catalogues domain", packages="prometheus_client starlette structlog"),
    "api": Room(
        rooms="door pipeline storage evidence sources messages claims catalogues domain",
        packages="fastapi prometheus_client pydantic starlette structlog uuid_utils",
    ),
    "ui": Room(
        rooms="door pipeline storage evidence messages claims catalogues domain",
        packages="fontpkg_noto_sans_arabic fontpkg_open_sans jinja2 markupsafe pydantic resvg_py starlette structlog",
    ),
    "settings": Room(packages="pydantic pydantic_settings"),
    "wiring": Room(
        rooms="settings api ui door pipeline storage fetching delivery evidence sources claims catalogues domain",
        packages="fastapi prometheus_client starlette structlog uvicorn",
    ),
    "cli": Room(
        rooms="wiring settings pipeline storage delivery evidence sources messages claims catalogues domain",
        packages="pydantic rich starlette structlog typer uvicorn",
    ),
    "demo": Room(
        rooms="wiring settings pipeline storage delivery messages claims catalogues domain",
        packages="fastapi httpx2 rich starlette structlog typer uvicorn",
        network=True,
    ),
    "__main__": Room(rooms="cli demo wiring settings domain", packages="rich structlog typer"),
}


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PURE_STDLIB = words("""
    abc base64 binascii bisect calendar codecs collections contextlib copy dataclasses datetime decimal difflib
    email.utils enum fractions functools hashlib heapq hmac html io.BytesIO io.StringIO ipaddress itertools json math
    operator re statistics string struct textwrap time.struct_time types typing unicodedata urllib.parse uuid warnings
    zlib
""")

NETWORK_STDLIB = words("""
    asyncio.streams ftplib http.client http.server imaplib poplib smtplib socket socketserver ssl urllib.request xmlrpc
""")

IMPURE_CALLS = words("""
    open print input eval exec __import__ breakpoint now utcnow today uuid1 uuid4 uuid6 uuid7 getLogger
    read_text read_bytes
""")
PACKAGE_DATA_CALLS = words(".open .read_text .read_bytes")


def within(module: str, allowed: frozenset[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in allowed)


def imported(tree: ast.AST) -> Iterator[str]:
    """Every absolute import of a module, wherever it stands, as the longest dotted name it can mean."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def called(tree: ast.AST) -> Iterator[str]:
    """Every function called, by its last name; a method has a dot before it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield f".{node.func.attr}"


def wrong_imports(name: str, source: str) -> list[str]:
    """What a module of the room ``name`` imports and may not."""
    room = ROOMS[name]
    wrong = []
    for module in imported(ast.parse(source)):
        top, _, rest = module.partition(".")
        if top == "app":
            neighbour = rest.partition(".")[0]
            if neighbour not in {name, "__version__"} and not room.knows(neighbour):
                wrong.append(f"{name} may not import from {neighbour}: {module}")
        elif top in sys.stdlib_module_names:
            if within(module, NETWORK_STDLIB) and not room.network:
                wrong.append(f"{name} may not open the network: {module}")
        elif not room.may_use(top):
            wrong.append(f"{name} may not use the package {top}")
    return wrong


def impurities(source: str, *, package_data: bool = False) -> list[str]:
    """What a pure module touches beyond its arguments: clock, chance, files, environment, network, output."""
    tree = ast.parse(source)
    allowed = PURE_STDLIB | {"importlib.resources"} if package_data else PURE_STDLIB
    unremarkable = PACKAGE_DATA_CALLS if package_data else frozenset()
    wrong = [
        f"imports {module}"
        for module in imported(tree)
        if module.partition(".")[0] in sys.stdlib_module_names and not within(module, allowed)
    ]
    calls = (name for name in called(tree) if name not in unremarkable)
    wrong += [f"calls {name}" for name in calls if name.removeprefix(".") in IMPURE_CALLS]
    wrong += [f"changes the global {node.names}" for node in ast.walk(tree) if isinstance(node, ast.Global)]
    return wrong


def late_imports(source: str) -> list[str]:
    """Imports that the plan could not see: by name at run time."""
    tree = ast.parse(source)
    return [m for m in imported(tree) if m in {"importlib", "importlib.import_module"}] + [
        name for name in called(tree) if name in {"__import__", ".import_module"}
    ]


def commits(source: str) -> list[str]:
    """Places that end a transaction, as a call, as SQL, or as a block that does it at its end."""
    tree = ast.parse(source)
    constants = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    spoken = [value for value in constants if isinstance(value, str) and value.strip("; ").upper() == "COMMIT"]
    return [name for name in called(tree) if name in {"commit", ".commit", ".begin"}] + spoken


def room_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def import_graph(modules: dict[str, str]) -> dict[str, set[str]]:
    """Which of the named modules imports which of the others."""
    graph: dict[str, set[str]] = {}
    for name, source in modules.items():
        found = {
            next((m for m in (i, i.rpartition(".")[0]) if m in modules), name) for i in imported(ast.parse(source))
        }
        graph[name] = found - {name}
    return graph


def cycle(graph: dict[str, set[str]]) -> list[str]:
    """One circle of imports, or nothing."""
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


MODULES = sorted(APP.rglob("*.py"))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


each_module = pytest.mark.parametrize("path", [pytest.param(p, id=dotted(p)) for p in MODULES])


@each_module
def test_a_module_imports_only_what_its_room_may(path: Path) -> None:
    assert room_of(path) in ROOMS, f"{path.relative_to(ROOT)} stands in no room of the plan"
    assert wrong_imports(room_of(path), path.read_text("utf-8")) == []


@each_module
def test_imports_are_written_down(path: Path) -> None:
    is_shelf = dotted(path) == "app.cli.postponing"
    assert late_imports(path.read_text("utf-8")) == (["importlib", ".import_module"] if is_shelf else [])


def test_only_libraries_are_left_on_the_shelf() -> None:
    """What stands there is loaded by name: a room of ours would be out of the plan's sight."""
    ours = [*ROOMS, *(dotted(path) for path in MODULES)]
    assert not [name for name in ours if any(re.match(pattern, name) for pattern in SHELVED)]


@pytest.mark.parametrize("path", [pytest.param(p, id=dotted(p)) for p in MODULES if ROOMS[room_of(p)].pure])
def test_a_pure_room_knows_only_its_arguments(path: Path) -> None:
    package_data = ROOMS[room_of(path)].package_data
    assert impurities(path.read_text("utf-8"), package_data=package_data) == []


def test_only_the_database_module_commits() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in MODULES if commits(path.read_text("utf-8"))}
    assert found <= {"app/storage/database.py"}


def test_no_module_imports_itself_by_a_detour() -> None:
    assert cycle(import_graph({dotted(path): path.read_text("utf-8") for path in MODULES})) == []


def test_the_plan_itself_points_down_only() -> None:
    assert cycle({name: set(room.rooms.split()) for name, room in ROOMS.items()}) == []
    assert {neighbour for room in ROOMS.values() for neighbour in room.rooms.split()} <= set(ROOMS)


def test_only_storage_speaks_sql_and_only_fetching_dials() -> None:
    assert {name for name, room in ROOMS.items() if room.may_use("sqlalchemy")} == {"storage"}
    assert {name for name, room in ROOMS.items() if room.may_use("httpx2")} <= {"fetching", "demo"}
    assert {name for name, room in ROOMS.items() if room.knows("settings")} == {"wiring", "cli", "demo", "__main__"}


WRONG_IMPORTS = {
    "the domain knows a neighbour": ("domain", "from app.claims.diff import compare"),
    "the interface fetches": ("api", "from app.fetching.client import Client"),
    "the interface speaks SQL": ("api", "import sqlalchemy as sa"),
    "the pipeline speaks SQL, late": ("pipeline", "def f():\n    from sqlalchemy import select"),
    "storage reads the settings": ("storage", "from app import settings"),
    "delivery dials by itself": ("delivery", "import httpx2"),
    "evidence uses the standard client": ("evidence", "from urllib import request"),
    "claims use a model": ("claims", "import torch"),
    "fetching knows storage, for types only": ("fetching", "if TYPE_CHECKING:\n    from app.storage import tables"),
}


@pytest.mark.parametrize(("room", "source"), WRONG_IMPORTS.values(), ids=WRONG_IMPORTS.keys())
def test_a_wrong_import_is_found(room: str, source: str) -> None:
    assert len(wrong_imports(room, source)) == 1


IMPURE = {
    "clock module": "import time",
    "clock": "from datetime import datetime\nx = datetime.now(UTC)",
    "today": "x = date.today()",
    "chance": "import random",
    "chance in an id": "import uuid\nx = uuid.uuid4()",
    "chance by its bare name": "from uuid import uuid4\nx = uuid4()",
    "a file": "x = open('a')",
    "the environment": "import os",
    "a log line": "import logging",
    "output": "print(1)",
    "the network": "import urllib.request",
    "package data where none may be": "from importlib.resources import files",
    "a global": "def f():\n    global x\n    x = 1",
}


@pytest.mark.parametrize("source", IMPURE.values(), ids=IMPURE.keys())
def test_an_impurity_is_found(source: str) -> None:
    assert impurities(source)


def test_claims_may_read_their_package_data_and_nothing_else() -> None:
    source = "from importlib.resources import files\nx = files('app').joinpath('a.json').read_text()"
    assert impurities(source, package_data=True) == []
    assert impurities("from pathlib import Path\nx = Path('a').read_text()", package_data=True)


def test_what_is_pure_and_downward_passes() -> None:
    source = (
        "from datetime import datetime, time\nfrom app.domain.ids import claim_id\nimport uuid\nx = uuid.uuid5(a, b)"
    )
    assert impurities(source) == []
    assert wrong_imports("sources", source) == []


def test_late_and_circular_imports_are_found() -> None:
    assert late_imports("import importlib\nx = importlib.import_module('app.api')")
    assert late_imports("x = __import__('app')")
    assert cycle(import_graph({"app.a": "from app.b import x", "app.b": "import app.c", "app.c": "from app import a"}))


@pytest.mark.parametrize(
    "source", ["session.commit()", "commit()", "run('COMMIT')", "x = 'commit;'", "with engine.begin(): f()"]
)
def test_a_commit_is_found(source: str) -> None:
    assert commits(source)
