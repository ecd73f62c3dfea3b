"""What keeps the code readable, kept by a machine: short files and functions, telling names, errors caught by name."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILE_LINES = 300
FUNCTION_LINES = 50
EMPTY_NAMES = frozenset({"utils", "helpers", "common", "manager", "handler", "data", "process"})
BLIND_EXCEPTS = {"app/pipeline/loop.py": 1, "app/door/layers.py": 1}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def long_functions(source: str) -> list[str]:
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [
        f"{function.name}: {length} lines"
        for function in functions
        if (length := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    ]


def empty_names(path: str) -> list[str]:
    """Words in the names of a module and its folders that say nothing of the thing."""
    words = [word for part in Path(path).with_suffix("").parts for word in part.lower().split("_")]
    return [word for word in words if word in EMPTY_NAMES or word.removesuffix("s") in EMPTY_NAMES]


def blind_excepts(source: str) -> list[int]:
    """Lines that catch what they cannot name, and do not raise it again."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            raised_again = any(isinstance(n, ast.Raise) and n.exc is None for n in ast.walk(node))
            if not raised_again and (node.type is None or is_blind(node.type)):
                lines.append(node.lineno)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            lines += [node.lineno for argument in node.args if is_blind(argument)]
    return lines


def is_blind(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(ast.unparse(name) in {"Exception", "BaseException"} for name in names)


def without_docstring(source: str) -> bool:
    return not (ast.get_docstring(ast.parse(source)) or "").strip()


def relative_imports(source: str) -> list[int]:
    return [node.lineno for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom) and node.level]


APP = [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in python_files("app")]
OURS = [
    pytest.param(path, id=path.relative_to(ROOT).as_posix())
    for path in python_files("app", "benchmarks", "evaluation", "migrations")
]


@pytest.mark.parametrize("path", APP)
def test_a_file_is_short_and_so_are_its_functions(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= FILE_LINES
    assert long_functions(source) == []


@pytest.mark.parametrize("path", APP)
def test_a_module_says_its_place_in_the_product(path: Path) -> None:
    assert not without_docstring(path.read_text("utf-8"))


@pytest.mark.parametrize("path", OURS)
def test_an_import_says_where_from(path: Path) -> None:
    assert relative_imports(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", OURS)
def test_a_name_says_the_thing(path: Path) -> None:
    assert empty_names(path.relative_to(ROOT).as_posix()) == []


def test_what_cannot_be_named_is_caught_in_two_places_at_most() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): len(lines)
        for path in python_files("app")
        if (lines := blind_excepts(path.read_text("utf-8")))
    }
    assert set(found) <= set(BLIND_EXCEPTS)
    assert all(count <= BLIND_EXCEPTS[path] for path, count in found.items())


def test_a_long_function_is_found() -> None:
    body = "    x = 1\n"
    assert long_functions("def f():\n" + body * 49) == []
    assert long_functions("async def f():\n" + body * 50) == ["f: 51 lines"]


@pytest.mark.parametrize("path", ["app/utils.py", "app/helpers/x.py", "app/fetch_handlers.py", "app/api/common.py"])
def test_an_empty_name_is_found(path: str) -> None:
    assert len(empty_names(path)) == 1


@pytest.mark.parametrize(
    "caught", ["except:", "except Exception:", "except BaseException as e:", "except (ValueError, Exception):"]
)
def test_a_blind_except_is_found(caught: str) -> None:
    assert blind_excepts(f"try:\n    f()\n{caught}\n    g()") == [3]
    assert blind_excepts(f"try:\n    f()\n{caught}\n    g()\n    raise") == []


def test_a_blind_suppress_is_found_and_a_named_error_is_not() -> None:
    assert blind_excepts("with contextlib.suppress(Exception):\n    f()") == [1]
    assert blind_excepts("try:\n    f()\nexcept (ValueError, OSError):\n    g()") == []


def test_a_module_without_docstring_is_found() -> None:
    assert without_docstring("x = 1")
    assert not without_docstring('"""Says it."""')


def test_a_relative_import_is_found() -> None:
    assert relative_imports("x = 1\nfrom . import a") == [2]
    assert relative_imports("from app.domain import ids") == []
