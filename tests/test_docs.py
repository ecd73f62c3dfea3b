"""The documentation, held to the program: every setting, error and word has its line, and every link an end."""

import ast
import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

import pytest
from pydantic.fields import FieldInfo
from typer.main import get_command

from app import domain
from app.domain import errors, observations, watches
from app.settings import Settings

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def words_of_the_domain() -> list[type[StrEnum]]:
    """Every list of words that app/domain defines."""
    modules = [importlib.import_module(f"app.domain.{found.name}") for found in pkgutil.iter_modules(domain.__path__)]
    return [
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, StrEnum) and value.__module__ == module.__name__
    ]


def text_of(page: str) -> str:
    return (ROOT / page).read_text("utf-8")


def default_of(field: FieldInfo) -> str:
    """A default as an operator would type it, or a dash where there is none."""
    match field.default:
        case None | ():
            return "–"
        case bool(value):
            return f"`{str(value).lower()}`"
        case tuple(values):
            return f"`{','.join(map(str, values))}`"
        case float(value):
            return f"`{value:g}`"
        case value:
            return f"`{value}`"


def setting_rows(fields: dict[str, FieldInfo]) -> Iterator[str]:
    """The lines that docs/operating.md must have."""
    for name, field in fields.items():
        yield f"| `WALKBACK_{name.upper()}` | {default_of(field)} | {field.description} |"


def missing_lines(wanted: Iterator[str], text: str) -> list[str]:
    there = set(text.splitlines())
    return [line for line in wanted if line not in there]


def every_error(kind: type[errors.WalkbackError] = errors.WalkbackError) -> Iterator[type[errors.WalkbackError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from every_error(child)


def unlisted_errors(kinds: Iterator[type[errors.WalkbackError]], text: str) -> list[str]:
    rows = (f"| `{kind.slug}` | {kind.title} | {'yes' if kind.retryable else 'no'} | " for kind in kinds)
    return [row for row in rows if not any(line.startswith(row) for line in text.splitlines())]


def unexplained(words: type[StrEnum], text: str) -> list[str]:
    """Values that no row of a table names; a value in the middle of a sentence explains nothing."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [word.value for word in words if not any(f"`{word.value}`" in row for row in rows)]


def anchors(text: str) -> set[str]:
    """The places in a page that a link can name, as GitHub makes them from headings."""
    headings = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def dead_links(page: Path) -> list[str]:
    """Links of a page to files or headings that are not there. Addresses on the network are not looked at."""
    dead = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = unquote(link).partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            dead.append(link)
    return dead


def commands(text: str) -> list[str]:
    """Lines of code blocks that start one of our own programs, with the program and its first word only."""
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    lines = [line.strip().removeprefix("$ ") for block in blocks for line in block.splitlines()]
    found = [re.match(r"(?:\.venv/bin/)?(make|walkback) +([a-z-]+)", line) for line in lines]
    return [f"{match[1]} {match[2]}" for match in found if match]


def undocumented_routes(openapi: dict[str, dict[str, dict[str, object]]], text: str) -> list[str]:
    """Operations of an OpenAPI document that no code span of a page names as ``GET /path``."""
    methods = {"get", "put", "post", "patch", "delete", "head", "options"}
    operations = [f"{m.upper()} {path}" for path, item in openapi["paths"].items() for m in item if m in methods]
    return [operation for operation in operations if f"`{operation}`" not in text]


def logged(source: str) -> Iterator[str]:
    """The rows that the table of the log must have: event, level and fields of every line that a module writes.

    A field may come by name, or out of a function of the module that returns them (``**names_of(duty)``).
    """
    tree = ast.parse(source)
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name("log"), attr=level), args=[ast.Constant(value=name), *_]):
                yield row_of(name, "error" if level == "exception" else level, call, functions)
            case ast.Call(
                func=ast.IfExp(body=ast.Attribute(value=ast.Name("log"), attr=level), orelse=ast.Attribute(attr=other)),
                args=[ast.Constant(value=name), *_],
            ):
                yield row_of(name, f"{level} or {other}", call, functions)


def row_of(name: object, level: str, call: ast.Call, functions: dict[str, ast.FunctionDef]) -> str:
    fields = [field for one in call.keywords for field in fields_of(one, functions)]
    told = ", ".join(f"`{field}`" for field in fields) or "–"
    return f"| `{name}` | {level} | {told} | "


def fields_of(given: ast.keyword, functions: dict[str, ast.FunctionDef]) -> list[str]:
    if given.arg is not None:
        return [given.arg]
    assert isinstance(given.value, ast.Call)
    assert isinstance(given.value.func, ast.Name)
    made = [node.value for node in ast.walk(functions[given.value.func.id]) if isinstance(node, ast.Return)]
    return [ast.literal_eval(key) for one in made if isinstance(one, ast.Dict) for key in one.keys if key is not None]


def make_targets(makefile: str) -> set[str]:
    return {f"make {target}" for target in re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)}


def test_every_setting_has_its_line() -> None:
    assert missing_lines(setting_rows(Settings.model_fields), text_of("docs/operating.md")) == []


def test_no_setting_is_promised_that_is_not_there() -> None:
    named = {name for page in PAGES for name in re.findall(r"WALKBACK_([A-Z_]+[A-Z])", page.read_text("utf-8"))}
    assert named <= {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("path", sorted((ROOT / "app").rglob("*.py")), ids=lambda path: path.stem)
def test_every_line_of_the_log_is_explained(path: Path) -> None:
    rows = [line for line in text_of("docs/operating.md").splitlines() if line.startswith("| `")]
    assert [row for row in logged(path.read_text("utf-8")) if not any(line.startswith(row) for line in rows)] == []


def test_every_error_has_its_line() -> None:
    assert unlisted_errors(every_error(), text_of("docs/errors.md")) == []


@pytest.mark.parametrize("words", words_of_the_domain(), ids=lambda words: words.__name__)
def test_every_value_is_in_the_glossary(words: type[StrEnum]) -> None:
    assert unexplained(words, text_of("docs/glossary.md")) == []


@pytest.mark.skipif(not (DOCS / "sources.md").exists(), reason="the outcomes stand in docs/glossary.md alone")
def test_every_outcome_is_explained_where_the_sources_are() -> None:
    text = text_of("docs/sources.md")
    assert [outcome for outcome in observations.Outcome if f"`{outcome.value}`" not in text] == []


def test_every_decision_has_a_number_of_its_own() -> None:
    files = sorted(path for path in (DOCS / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in files]
    assert numbers == list(range(1, len(files) + 1))
    assert [int(path.read_text("utf-8").split(".")[0].lstrip("# ")) for path in files] == numbers


def test_every_decision_is_in_the_list() -> None:
    listed = set(re.findall(r"\]\((\d{4}-[a-z0-9-]+\.md)\)", text_of("docs/decisions/README.md")))
    assert listed == {page.name for page in (DOCS / "decisions").glob("[0-9]*.md")}


@pytest.mark.parametrize("page", sorted((DOCS / "decisions").glob("[0-9]*.md")), ids=lambda page: page.stem)
def test_a_decision_says_why_and_what_follows(page: Path) -> None:
    headings = re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)
    assert headings == ["Context", "Decision", "Consequences"]


def test_every_page_can_be_reached_from_the_list_of_pages() -> None:
    listed = set(re.findall(r"\]\(([a-z-]+\.md)\)", text_of("docs/README.md")))
    assert listed == {page.name for page in DOCS.glob("*.md")} - {"README.md"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_has_an_end(page: Path) -> None:
    assert dead_links(page) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_that_is_shown_exists(page: Path) -> None:
    shown = {command for command in commands(page.read_text("utf-8")) if command.startswith("make ")}
    assert shown <= make_targets(text_of("Makefile"))


@pytest.mark.skipif(importlib.util.find_spec("app.__main__") is None, reason="the command line is not there yet")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_is_shown_exists(page: Path) -> None:
    known = get_command(importlib.import_module("app.__main__").app).commands
    shown = {command for command in commands(page.read_text("utf-8")) if command.startswith("walkback ")}
    assert shown <= {f"walkback {name}" for name in known}


def test_a_missing_line_of_a_setting_is_found() -> None:
    fields = {"port": FieldInfo(default=8000, description="Port."), "key": FieldInfo(default=None, description="Key.")}
    text = "| name |\n| `WALKBACK_PORT` | `8000` | Port. |\n| `WALKBACK_KEY` | `none` | Key. |"
    assert missing_lines(setting_rows(fields), text) == ["| `WALKBACK_KEY` | – | Key. |"]


def test_a_missing_error_is_found() -> None:
    text = "| `not-found` | Not found | no | Look elsewhere. |\n| `conflict` | Another title | no | x |"
    found = unlisted_errors(iter([errors.NotFound, errors.Conflict]), text)
    assert found == ["| `conflict` | It clashes with what is there | no | "]


def test_an_unexplained_line_of_the_log_is_found() -> None:
    source = (
        'log.exception("a.b")\nlog.info("c", one=1, **names_of(x))\nmath.log(2)\n'
        'def names_of(x):\n    return {"two": 2, "three": 3}\n'
    )
    assert list(logged(source)) == ["| `a.b` | error | – | ", "| `c` | info | `one`, `two`, `three` | "]


def test_an_undocumented_route_is_found() -> None:
    openapi = {"paths": {"/v1/watches": {"get": {}, "post": {}}, "/v1/watches/{id}": {"parameters": {}, "get": {}}}}
    text = "`GET /v1/watches` and `POST /v1/watches?dry=true`, `GET /v1/watches/{id}`"
    assert undocumented_routes(openapi, text) == ["POST /v1/watches"]


def test_an_unexplained_value_is_found() -> None:
    text = "In a sentence, `failing`.\n| `unknown` | yes |\n| `healthy` | yes |"
    assert unexplained(watches.WatchHealth, text) == ["failing"]


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# One thing\n", "utf-8")
    page = tmp_path / "b.md"
    page.write_text("[1](a.md) [2](c.md) [3](a.md#one-thing) [4](a.md#two) [5](https://x.org) `[6](d.md)`", "utf-8")
    assert dead_links(page) == ["c.md", "a.md#two"]


def test_commands_are_read_from_code_blocks_only() -> None:
    text = "make nothing\n```\n$ make demo ARGS=--once\n.venv/bin/walkback serve --api-only\ncurl x\n```\n"
    assert commands(text) == ["make demo", "walkback serve"]
    assert make_targets("demo: setup ## it\n\t@run:\n") == {"make demo"}
