"""What the faults happen to: a site that changes, a receiver, and a newsroom on a database of each kind."""

import ipaddress
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from pydantic import SecretStr

from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.domain.destinations import AlertFilter, Destination, DestinationKind, DestinationState
from app.domain.ids import DestinationId
from app.pipeline.newsroom import Newsroom
from app.settings import Settings
from app.storage import destinations
from app.storage.identity import new_id
from app.wiring import system_clock

SHORT = 12
SECRET = "whsec_" + "QUFB" * 10


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=SHORT, help="how often a worker is killed on each database")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--kills", default=SHORT))


@pytest.fixture
def is_long(kills: int) -> bool:
    """True for ``make faults``, which takes its time."""
    return kills > SHORT


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def make_settings(database_url: str) -> Callable[..., Settings]:
    def make(**changes: Any) -> Settings:
        return Settings(
            _env_file=None,
            database_url=database_url,
            allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
            host_gap_seconds=0,
            secret_key=SecretStr("a key for tests"),
            **changes,
        )

    return make


@pytest.fixture
def add_destination() -> Callable[..., Destination]:
    def add(newsroom: Newsroom, name: str, url: str = "http://127.0.0.1:9/alerts") -> Destination:
        new = Destination(
            id=DestinationId(new_id()),
            kind=DestinationKind.WEBHOOK,
            name=name,
            url=url,
            wish=AlertFilter(),
            state=DestinationState.ACTIVE,
            state_reason=None,
            failing_since=None,
            created_at=newsroom.clock(),
            revision=1,
        )
        with newsroom.database.write() as conn:
            destinations.add_destination(conn, new, secrets=[newsroom.seal.seal(SECRET)])
        return new

    return add


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver(system_clock, secret=SECRET)
    async with serving(made.application()) as url:
        yield made, f"{url}/alerts"
