"""The pages over a newsroom with a record, and browsers that are signed in with a key of each scope."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from app.domain.keys import Scope
from app.pipeline.keys import create_key
from app.pipeline.newsroom import Newsroom
from app.ui.application import create_pages
from app.ui.visit import PageRules

SITE = "http://testserver"


class Browser(TestClient):
    """A browser as the pages see one: it says where a form was sent from, keeps cookies, and follows no redirect."""

    def sends(self, path: str, **form: str) -> Any:
        """Fill in a form of this site and send it."""
        return self.post(path, data=form, headers={"Sec-Fetch-Site": "same-origin", "Origin": SITE})

    def signs_in(self, key: str) -> "Browser":
        answer = self.sends("/sign-in", key=key)
        assert answer.status_code == 303, answer.text
        return self


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """SQLite alone: what the pages ask is tried on both databases where it is kept (tests/storage, tests/pipeline)."""
    path = tmp_path / "walkback.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def rules() -> PageRules:
    return PageRules(rate_limit_per_minute=100_000)


@pytest.fixture
def keys(newsroom: Newsroom) -> dict[str, str]:
    """One key of each scope."""
    return {scope.value: create_key(newsroom, name=f"{scope} key", scope=scope).secret for scope in Scope}


@pytest.fixture
def browser(newsroom: Newsroom, rules: PageRules) -> Callable[..., Browser]:
    """Opens another browser at the same pages; with other rules where some are named."""
    shared = create_pages(newsroom, rules)

    def open_one(**changes: Any) -> Browser:
        app = create_pages(newsroom, replace(rules, **changes)) if changes else shared
        return Browser(app, base_url=SITE, follow_redirects=False)

    return open_one


@pytest.fixture
def stranger(browser: Callable[..., Browser]) -> Browser:
    return browser()


@pytest.fixture
def reader(browser: Callable[..., Browser], keys: dict[str, str]) -> Browser:
    return browser().signs_in(keys["read"])


@pytest.fixture
def editor(browser: Callable[..., Browser], keys: dict[str, str]) -> Browser:
    return browser().signs_in(keys["write"])


@pytest.fixture
def administrator(browser: Callable[..., Browser], keys: dict[str, str]) -> Browser:
    return browser().signs_in(keys["admin"])


@pytest.fixture
def count_statements(newsroom: Newsroom) -> Callable[..., int]:
    """How many statements of SQL something takes."""

    def count(act: Callable[[], Any]) -> int:
        seen: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_: Any) -> None:
            seen.append(statement)

        sa.event.listen(newsroom.database.engine, "before_cursor_execute", note)
        act()
        sa.event.remove(newsroom.database.engine, "before_cursor_execute", note)
        return len(seen)

    return count
