"""What the program says of its own work: one line an event on standard error, and never a secret in it."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from app.cli.printable import printable
from app.domain.errors import InvalidInput
from app.settings import Settings

HIDDEN = "…"
SECRETS = re.compile(r"\b(?:whsec_[A-Za-z0-9+/=]+|wbk_[A-Za-z0-9]{8,}|Bearer\s+\S+)")
USER_OF_URL = re.compile(r"(?<=://)[^/\s@]*@")
QUERY_OF_URL = re.compile(r"(https?://[^\s?#]*)\?[^\s#]*")
SECRET_NAMES = re.compile(r"secret|password|token|authorization|cookie|signature", re.IGNORECASE)
Event = MutableMapping[str, Any]


def configure_logs(settings: Settings, *, quiet: bool = False) -> None:
    """Send every log line of this process to standard error, in the form and from the level that the settings name.

    ``quiet`` is for commands that show an answer: only warnings and worse.

    Raises:
        InvalidInput: there is no such level.
    """
    level = logging.getLevelNamesMapping().get(settings.log_level.upper())
    if level is None:
        raise InvalidInput("The setting WALKBACK_LOG_LEVEL: must be DEBUG, INFO, WARNING or ERROR.")
    least = max(level, logging.WARNING) if quiet else level
    before: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    written: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), pad_event_to=24, exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[*before, written],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    _redirect_others(least, before, written)


def without_secrets(_logger: object, _method: str, event: Event) -> Event:
    """Hide what opens a door: keys, signing secrets, user names and queries of addresses; show controls as numbers."""
    return {
        name: HIDDEN if isinstance(value, str) and SECRET_NAMES.search(name) else _hidden(value)
        for name, value in event.items()
    }


def _hidden(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    bare = QUERY_OF_URL.sub(rf"\1?{HIDDEN}", USER_OF_URL.sub(f"{HIDDEN}@", value))
    return printable(SECRETS.sub(HIDDEN, bare))


def _redirect_others(level: int, before: list[structlog.typing.Processor], written: structlog.typing.Processor) -> None:
    """Let the log lines of libraries take the same way; of them only warnings and worse."""
    lines = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=before,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, written],
    )
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setFormatter(lines)
    logging.basicConfig(handlers=[to_stderr], level=max(level, logging.WARNING), force=True)
