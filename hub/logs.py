"""Structured logs as JSON lines on standard error. No record's content, name or identifier is ever logged."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Send our events, and libraries' warnings by name only, to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_NamesOnly()]
    root.setLevel(logging.WARNING)


class _NamesOnly(logging.Handler):
    """A library's warning, without its text or traceback: those may hold a value."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[0] if record.exc_info else None
        structlog.get_logger("library").warning(
            "library_event",
            logger=record.name,
            level_name=record.levelname,
            place=f"{record.module}:{record.lineno}",
            fault=fault.__name__ if fault else None,
        )
