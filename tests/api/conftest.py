"""The interface over a newsroom with a record, and keys of every scope."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.api.access import AccessRules
from app.api.application import create_app
from app.domain.ids import StatementId
from app.domain.keys import Scope
from app.pipeline.keys import create_key
from app.pipeline.newsroom import Newsroom
from tests.newsrooms import Story


@pytest.fixture
def statement_id(story: Story) -> StatementId:
    return StatementId(story.statement_id)  # type: ignore[arg-type]


@pytest.fixture
def rules() -> AccessRules:
    return AccessRules(rate_limit_per_minute=100_000, stream_seconds=0)


@pytest.fixture
def app(newsroom: Newsroom, rules: AccessRules) -> FastAPI:
    return create_app(newsroom, rules)


@pytest.fixture
def keys(newsroom: Newsroom) -> dict[str, str]:
    """One key of each scope."""
    return {scope.value: create_key(newsroom, name=f"{scope} key", scope=scope).secret for scope in Scope}


@pytest.fixture
def as_nobody(app: FastAPI) -> Iterator[TestClient]:
    """A client without a key."""
    with TestClient(app) as client:
        yield client


@pytest.fixture
def client(app: FastAPI, keys: dict[str, str]) -> Iterator[TestClient]:
    """A client with an admin key."""
    with TestClient(app, headers={"Authorization": f"Bearer {keys['admin']}"}) as client:
        yield client


@pytest.fixture
def bearer() -> Any:
    """The header of a key."""
    return lambda key: {"Authorization": f"Bearer {key}"}


@pytest.fixture
def with_rules(newsroom: Newsroom, rules: AccessRules, keys: dict[str, str]) -> Any:
    """A client with an admin key, of an application with other rules."""

    def make(**changes: Any) -> TestClient:
        app = create_app(newsroom, replace(rules, **changes))
        return TestClient(app, headers={"Authorization": f"Bearer {keys['admin']}"})

    return make
