"""What is said of the packages that an index of advisories was asked about."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

SPEC = importlib.util.spec_from_file_location("advisories", Path(__file__).parents[2] / "scripts" / "advisories.py")
assert SPEC is not None
assert SPEC.loader is not None
advisories = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(advisories)

SAFE = {"name": "a", "version": "1", "vulns": []}
WEAK = {"name": "b", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "c", "version": "3", "skip_reason": "not found"}

CASES: dict[str, tuple[list[dict[str, Any]], int, str]] = {
    "nobody to ask": ([UNKNOWN, UNKNOWN], 0, "SKIPPED"),
    "all well": ([SAFE], 0, "1 packages asked about, 0 with a known weakness"),
    "some unknown": ([SAFE, UNKNOWN], 0, "1 could not be asked about"),
    "a weakness": ([SAFE, WEAK], 1, "b 2: PYSEC-1, mended in 2.1"),
    "a weakness beside an unknown": ([UNKNOWN, WEAK], 1, "1 with a known weakness"),
}


@pytest.mark.parametrize(("packages", "code", "told"), CASES.values(), ids=CASES.keys())
def test_the_verdict_on(packages: list[dict[str, Any]], code: int, told: str) -> None:
    found = advisories.verdict({"dependencies": packages})
    assert found[0] == code
    assert told in found[1]


def test_without_arguments_it_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert advisories.main([]) == 2
    assert "LOCK_FILE" in capsys.readouterr().err


def test_a_tool_that_fails_is_no_clean_bill(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for script, code in (("echo broken >&2; exit 1", 2), ("echo ConnectionError >&2; exit 1", 0)):
        tool = tmp_path / "tool"
        tool.write_text(f"#!/bin/sh\n{script}\n")
        tool.chmod(0o755)
        assert advisories.main([str(tool), "some.lock"]) == code
