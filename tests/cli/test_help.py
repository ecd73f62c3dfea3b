"""Every command explains itself, has an example that is one of its own, and stands in docs/cli.md."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from app import __version__
from app.__main__ import app

ROOT = Path(__file__).parent.parent.parent
DOCS = (ROOT / "docs/cli.md").read_text("utf-8")
WITHOUT_JSON = {"work", "demo", "watch export"}
"""What these give is no answer, or has a form of its own."""


def commands(group: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command that does something, by the words that are typed."""
    for word, command in group.commands.items():
        words = f"{name} {word}".strip()
        if hasattr(command, "commands"):
            yield from commands(command, words)
        else:
            yield words, command


COMMANDS = dict(commands(get_command(app)))
each = pytest.mark.parametrize(("words", "command"), COMMANDS.items(), ids=COMMANDS.keys())


@each
def test_a_command_says_what_it_does_and_gives_an_example_of_itself(words: str, command: Any) -> None:
    assert command.help
    assert command.epilog.startswith(f"Example: walkback {words}")


@each
def test_every_option_of_a_command_is_explained(words: str, command: Any) -> None:
    assert [parameter.name for parameter in command.params if not getattr(parameter, "help", None)] == []


@each
def test_a_command_speaks_to_programs_too(words: str, command: Any) -> None:
    options = {option for parameter in command.params for option in parameter.opts}
    assert ("--json" in options) != (words in WITHOUT_JSON)


@each
def test_a_command_stands_in_the_documentation_with_an_example(words: str, command: Any) -> None:
    blocks = re.findall(r"```\n(.*?)```", DOCS, re.DOTALL)
    assert any(re.search(rf"^walkback {words}\b", block, re.MULTILINE) for block in blocks)


@each
def test_every_option_stands_in_the_documentation(words: str, command: Any) -> None:
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    assert [option for option in sorted(options) if not re.search(rf"{option}\b", DOCS)] == []


def test_help_and_version_are_there(run: Any) -> None:
    assert run("--version").out == f"walkback {__version__}\n"
    assert "watch" in run("--help").out
    assert run("watch", "-h").code == 0


def test_a_command_that_there_is_not_is_wrong_usage(run: Any) -> None:
    assert run("wach").code == 2
    assert run("watch", "list", "--colour").code == 2


def test_help_loads_none_of_the_heavy_parts() -> None:
    """Half a second is felt: the database, the interface and the analysis are loaded by the commands that use them."""
    heavy = ["sqlalchemy", "fastapi", "pydantic", "trafilatura", "rapidfuzz", "uvicorn", "structlog"]
    code = f"import sys, app.__main__; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
