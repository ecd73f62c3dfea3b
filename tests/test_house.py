"""The files around the code agree with it and with each other: image, compose, make, continuous run, licences, pins."""

import ast
import importlib
import importlib.metadata
import importlib.util
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from app import __version__
from app.settings import Settings

ROOT = Path(__file__).parent.parent
SETTINGS = {f"WALKBACK_{name.upper()}" for name in Settings.model_fields}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
RUN = (ROOT / ".ci/run").read_text("utf-8")
OURS = {name: service for name, service in COMPOSE["services"].items() if "build" in service}

COMES_WITH = {
    "anyio": "fastapi",
    "charset-normalizer": "trafilatura",
    "idna": "httpx2",
    "lxml": "trafilatura",
    "markupsafe": "jinja2",
    "pydantic": "fastapi",
    "starlette": "fastapi",
}
"""Packages that the program imports and pyproject.toml does not name, each with a named one that brings it along."""

DISTRIBUTIONS = importlib.metadata.packages_distributions()

has_program = pytest.mark.skipif(
    importlib.util.find_spec("app.__main__") is None, reason="the command line is not there yet"
)


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """Each instruction of a Dockerfile with its argument, continued lines joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", dockerfile, flags=re.MULTILINE))
    return [(word, rest) for line in joined.splitlines() if line for word, _, rest in [line.partition(" ")]]


def last_stage(dockerfile: str) -> dict[str, list[str]]:
    """The instructions of the stage that becomes the image."""
    stage: dict[str, list[str]] = {}
    for word, rest in instructions(dockerfile):
        if word == "FROM":
            stage = {}
        stage.setdefault(word, []).append(rest)
    return stage


def unpinned_installs(text: str) -> list[str]:
    """Calls of pip install that neither demand hashes nor leave dependencies alone."""
    calls = re.findall(r"pip install [^&\n]*", text.replace("\\\n", " "))
    return [
        call for call in calls if "--require-hashes -r " not in call and "--no-deps --no-build-isolation" not in call
    ]


def runs_as_root(dockerfile: str) -> bool:
    users = last_stage(dockerfile).get("USER", ["root"])
    return users[-1].split(":")[0] in {"root", "0"}


def named_settings(text: str) -> set[str]:
    return set(re.findall(r"WALKBACK_[A-Z_]*[A-Z]", text))


def packages_of(lock: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE))


def without_hash(lock: str) -> list[str]:
    """Pins that carry no hash."""
    entries = re.findall(r"^([a-z0-9-]+==[^\n]*\n(?:[ \t]+[^\n]*\n?)*)", lock, re.MULTILINE)
    return [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry]


def is_built(room: str) -> bool:
    """True for a room that has modules; what is not built yet has no tests yet."""
    return not (ROOT / "app" / room).is_dir() or any((ROOT / "app" / room).glob("*.py"))


def is_installed(package: str) -> bool:
    return any(True for _ in importlib.metadata.distributions(name=package))


def imported_packages(source: str) -> set[str]:
    """The packages from outside that a module imports, by the name they are installed under."""
    names = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    outside = names - sys.stdlib_module_names - {"app"}
    return {distribution.lower().replace("_", "-") for name in outside for distribution in DISTRIBUTIONS[name]}


def required(*more: str) -> Iterator[str]:
    """What is in the image, and what the extras ``more`` add to it."""
    project = PROJECT["project"]
    extras = project["optional-dependencies"]
    for line in [*project["dependencies"], *(line for name in ("postgres", *more) for line in extras[name])]:
        yield re.split(r"[\[<>=~ ]", line)[0]


def test_the_image_and_make_install_the_same_pins() -> None:
    assert "--require-hashes -r requirements.lock" in DOCKERFILE
    assert "--require-hashes -r requirements-dev.lock" in MAKEFILE
    assert unpinned_installs(DOCKERFILE) == []
    assert unpinned_installs(MAKEFILE) == []


def test_the_lock_files_agree_and_every_pin_has_a_hash() -> None:
    runtime, dev, build = ((ROOT / f"requirements{kind}.lock").read_text("utf-8") for kind in ("", "-dev", "-build"))
    assert [without_hash(lock) for lock in (runtime, dev, build)] == [[], [], []]
    pins = [set(re.findall(r"^[a-z0-9-]+==\S+", lock, re.MULTILINE)) for lock in (runtime, dev, build)]
    assert pins[0] <= pins[1]
    assert pins[2] <= pins[1]
    assert set(required()) <= packages_of(runtime)


def test_the_image_has_the_python_that_the_checks_are_for() -> None:
    version = re.search(r"^ARG PYTHON=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert version is not None
    assert version[1] == PROJECT["tool"]["mypy"]["python_version"]
    assert {rest for word, rest in instructions(DOCKERFILE) if word == "FROM"} == {
        "python:${PYTHON}-slim AS build",
        "python:${PYTHON}-slim",
    }


def test_the_image_runs_without_rights_and_says_how_it_is() -> None:
    stage = last_stage(DOCKERFILE)
    assert not runs_as_root(DOCKERFILE)
    assert "WALKBACK_PORT=8000" in stage["ENV"][0]
    assert stage["EXPOSE"] == ["8000"]
    assert re.search(r'CMD \["python", "-c", ".*http://127\.0\.0\.1:8000/health', stage["HEALTHCHECK"][0])


def test_the_image_is_made_of_named_files_only() -> None:
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    allowed = {line[1:] for line in lines if line.startswith("!")}
    copied = {
        source.rstrip("/")
        for word, rest in instructions(DOCKERFILE)
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    assert copied == allowed


def test_every_setting_that_a_file_names_exists() -> None:
    for name in ("Dockerfile", "compose.yaml", ".env.example", "Makefile", ".ci/run"):
        assert named_settings((ROOT / name).read_text("utf-8")) <= SETTINGS, name


def test_what_compose_demands_stands_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    demanded = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text("utf-8")))
    assert demanded <= set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE))


def test_no_secret_is_written_down() -> None:
    for line in (ROOT / ".env.example").read_text("utf-8").splitlines():
        assert not re.match(r"[A-Z_]*(PASSWORD|SECRET)[A-Z_]*=.", line)
    assert ".env" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


def test_compose_runs_one_api_three_workers_and_one_migration_before_them() -> None:
    commands = {name: service["command"] for name, service in OURS.items()}
    assert commands == {"migrate": ["migrate"], "api": ["serve", "--api-only"], "worker": ["work"]}
    assert OURS["worker"]["deploy"]["replicas"] == 3
    for name in ("api", "worker"):
        assert OURS[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert COMPOSE["services"]["postgres"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]


@pytest.mark.parametrize("service", OURS.values(), ids=OURS.keys())
def test_a_container_has_no_rights_that_it_does_not_need(service: dict[str, Any]) -> None:
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_this_machine_reaches_the_api_of_compose() -> None:
    ports = [port for service in COMPOSE["services"].values() for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:8000:8000"]


def test_the_continuous_run_does_what_a_developer_types() -> None:
    steps = re.findall(r'^ *step "[a-z]+" make ([a-z]+)', RUN, re.MULTILINE)
    assert steps == [
        *("setup", "lint", "types", "migrations", "openapi", "test", "faults", "fuzz", "evaluate", "demo"),
    ]
    assert set(steps) <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("broken", ["make test", "make types", "make demo ARGS=--once"])
def test_one_failing_step_fails_the_continuous_run(tmp_path: Path, broken: str) -> None:
    script = re.sub(r'^( *step "[a-z]+" )make .*$', r"\1true", RUN.replace(broken, "false"), flags=re.MULTILINE)
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/run").write_text(script, "utf-8")
    done = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "FAILED in: " in done.stderr


def test_what_the_program_imports_is_named_as_a_dependency() -> None:
    used = set[str]().union(*(imported_packages(path.read_text("utf-8")) for path in (ROOT / "app").rglob("*.py")))
    named = {name.lower() for name in required("apprise")}
    assert sorted(used - named - set(COMES_WITH)) == []
    assert set(COMES_WITH.values()) <= named


def test_the_packages_of_a_module_are_found() -> None:
    source = "import os, lxml.html\nfrom uuid_utils import uuid7\nfrom app.domain import ids"
    assert imported_packages(source) == {"lxml", "uuid-utils"}


def test_every_dependency_says_why_it_is_there() -> None:
    record = (ROOT / "docs/decisions/0011-dependencies.md").read_text("utf-8")
    assert [name for name in required() if f"| {name} |" not in record] == []


def test_every_package_that_is_installed_with_us_has_its_licence_in_the_notice() -> None:
    notice = set(re.findall(r"[a-z0-9-]+", (ROOT / "NOTICE").read_text("utf-8")))
    lock = packages_of((ROOT / "requirements.lock").read_text("utf-8"))
    assert sorted(name for name in lock if is_installed(name) and name not in notice) == []


def test_every_defence_in_the_threat_model_names_tests_that_exist() -> None:
    rows = [line for line in (ROOT / "SECURITY.md").read_text("utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 10
    for row in rows:
        named = re.findall(r"`(tests/[a-z_./]+)`", row.rsplit("|", 2)[1])
        assert named, row
        assert [path for path in named if not (ROOT / path).exists() and is_built(Path(path).name)] == []


def test_the_version_is_the_same_everywhere() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert __version__ == PROJECT["project"]["version"]
    assert "## [Unreleased]" in changelog or f"## [{__version__}]" in changelog


def test_the_licence_is_the_one_that_the_project_names() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert PROJECT["project"]["license"] == "Apache-2.0"
    assert "Apache License\n" in text
    assert "END OF TERMS AND CONDITIONS" in text


@has_program
def test_every_command_that_compose_runs_exists() -> None:
    known = get_command(importlib.import_module("app.__main__").app).commands
    for service in OURS.values():
        name, *options = service["command"]
        assert name in known
        assert set(options) <= {option for parameter in known[name].params for option in parameter.opts}


def test_an_unpinned_install_is_found() -> None:
    assert unpinned_installs("RUN pip install fastapi\n") == ["pip install fastapi"]
    assert unpinned_installs("RUN pip install -q --require-hashes -r a.lock && pip install .") == ["pip install ."]


@pytest.mark.parametrize(
    "dockerfile", ["FROM a\nCMD x", "FROM a\nUSER 5\nFROM b\nCMD x", "FROM a\nUSER 5\nUSER root", "FROM a\nUSER 0:0"]
)
def test_an_image_that_runs_as_root_is_found(dockerfile: str) -> None:
    assert runs_as_root(dockerfile)


def test_a_pin_without_hash_is_found() -> None:
    assert without_hash("a==1 \\\n    --hash=sha256:00\nb==2\n    # via a\n") == ["b==2"]
