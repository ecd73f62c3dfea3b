"""For every test: what takes long to make and is the same for all is made once, and files are kept in memory.

No test sees a difference. Each has its own database, and so its own engine; only the text of a statement that another
engine of the same kind has compiled is not compiled once more.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.util import LRUCache

IN_MEMORY = Path("/dev/shm")
ROOM_IN_MEMORY = 4 * 1024**3
"""Bytes that must be free there; a container often has less, and its tests use the disk."""


def has_room_in_memory() -> bool:
    """Whether files of tests can be kept in memory: nothing waits for a disk to say that it has written them."""
    return IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ROOM_IN_MEMORY


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if has_room_in_memory():
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))  # noqa: TID251  # pytest's own setting


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Half as many again as processors: a test that waits for another program leaves one idle."""
    return -(-len(os.sched_getaffinity(0)) * 3 // 2) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


class CompiledStatements(LRUCache[Any, Any]):
    """Compiled statements by the kind of their database instead of by engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(self._of_kind(key), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(self._of_kind(key), value)

    @staticmethod
    def _of_kind(key: Any) -> Any:
        dialect, *rest = key
        return (dialect if isinstance(dialect, str) else dialect.name, *rest)


@pytest.fixture(autouse=True, scope="session")
def statements_compiled_once() -> Iterator[None]:
    shared = CompiledStatements(4000)
    create_engine = sa.create_engine

    def create(*args: Any, **kwargs: Any) -> sa.Engine:
        if "json_serializer" in kwargs:  # an engine of app.storage.database: what it writes is part of what is compiled
            kwargs["execution_options"] = {"compiled_cache": shared}
        return create_engine(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sa, "create_engine", create)
        yield
