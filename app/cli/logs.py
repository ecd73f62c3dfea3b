"""What the program says of its own work: one line an event on standard error, and never a secret in it."""

import logging
import sys

import structlog

from app.cli.redaction import without_secrets
from app.domain.errors import InvalidInput
from app.settings import Settings


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


def _redirect_others(level: int, before: list[structlog.typing.Processor], written: structlog.typing.Processor) -> None:
    """Let the log lines of libraries take the same way; of them only warnings and worse, but at DEBUG everything."""
    lines = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *before],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, written],
    )
    to_stderr = logging.StreamHandler(sys.stderr)
    to_stderr.setFormatter(lines)
    least = level if level <= logging.DEBUG else max(level, logging.WARNING)
    logging.basicConfig(handlers=[to_stderr], level=least, force=True)
