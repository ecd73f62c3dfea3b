"""Asking the service as any program would: over HTTP, with a key."""

import time
from types import TracebackType
from typing import Any, Self

import httpx2

LONG_POLL_SECONDS = 5


class ApiClient:
    """A few calls of the API. A call that fails raises with what the service said."""

    def __init__(self, url: str, key: str) -> None:
        headers = {"authorization": f"Bearer {key}"}
        self._http = httpx2.AsyncClient(base_url=url, headers=headers, trust_env=False, timeout=30)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Make something."""
        return _answer(await self._http.post(path, json=body))

    async def get(self, path: str, **query: str | int) -> dict[str, Any]:
        """Read something."""
        return _answer(await self._http.get(path, params=query))

    async def flags(self) -> list[dict[str, Any]]:
        """The work list."""
        items: list[dict[str, Any]] = (await self.get("/v1/flags", limit=100))["items"]
        return items

    async def wait_for_statements(self, count: int, *, seconds: float) -> list[dict[str, Any]]:
        """The statements once there are ``count`` of them; what there is where the time is over."""
        end = time.monotonic() + seconds
        after = 0
        while True:
            statements: list[dict[str, Any]] = (await self.get("/v1/statements", limit=100))["items"]
            if len(statements) >= count or time.monotonic() > end:
                return statements
            after = (await self.get("/v1/events", after=after, wait=LONG_POLL_SECONDS))["last"]


def _answer(response: httpx2.Response) -> dict[str, Any]:
    if response.is_error:
        raise RuntimeError(f"{response.request.method} {response.url.path}: {response.status_code} {response.text}")
    answer: dict[str, Any] = response.json()
    return answer
