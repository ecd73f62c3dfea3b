"""The log goes to standard error, in the form that was asked for, and opens no door to whoever reads it."""

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.cli.logs import configure_logs
from app.cli.redaction import without_secrets
from app.domain.errors import InvalidInput
from app.settings import Settings


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_a_control_in_the_log_is_shown_as_its_number() -> None:
    assert without_secrets(None, "info", {"event": "a\x1b[2J"}) == {"event": "a⟨U+001B⟩[2J"}


def test_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(_env_file=None, log_json=True))
    structlog.get_logger().info("check", watch_id="1")
    logging.getLogger("library").warning("slow: %s", "https://me:word@example.org")
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.err.splitlines()]
    assert [line["event"] for line in lines] == ["check", "slow: https://example.org/…5bc5cc36"]
    assert said.out == ""


def test_text_for_people_with_a_traceback_where_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(_env_file=None, log_level="warning"))
    structlog.get_logger().info("unheard")
    try:
        int("wbk_0123456789abcdef")
    except ValueError:
        structlog.get_logger().exception("worker.mistake")
    said = capsys.readouterr().err
    assert "worker.mistake" in said
    assert "ValueError" in said
    assert "0123456789" not in said
    assert "unheard" not in said


def test_a_command_with_an_answer_logs_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(_env_file=None, log_level="DEBUG"), quiet=True)
    structlog.get_logger().info("unheard")
    structlog.get_logger().warning("heard")
    said = capsys.readouterr().err
    assert "unheard" not in said
    assert "heard" in said


def test_a_level_that_there_is_not_is_refused() -> None:
    with pytest.raises(InvalidInput, match="WALKBACK_LOG_LEVEL"):
        configure_logs(Settings(_env_file=None, log_level="LOUD"))
