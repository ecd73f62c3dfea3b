"""Asking twice and doing once: the answer to a POST is remembered under its Idempotency-Key, for a day and more."""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from app.api.access import Administrator, Caller, Program, Writer
from app.domain.errors import Conflict, IdempotencyConflict, NotFound
from app.domain.ids import KeyId
from app.pipeline.newsroom import Newsroom
from app.storage import idempotency
from app.storage.database import Connection
from app.storage.idempotency import PastAnswer

KEPT_HEADERS = ("Location", "ETag")

IdempotencyKey = Annotated[
    Annotated[str, Field(pattern=r"^[\x21-\x7e]+$", min_length=1, max_length=128)] | SkipJsonSchema[None],
    Header(
        description="Any text of your own; the same request with the same key is done once.",
        examples=["add-generalstaff-1"],
    ),
]


@dataclass(frozen=True, slots=True)
class Once:
    """Does what a request asks for, unless the same caller asked for it before with the same key."""

    newsroom: Newsroom
    key_id: KeyId | None
    route: str
    value: str | None
    fingerprint: str

    def __call__(
        self,
        act: Callable[[Newsroom], Response],
        *,
        find: Callable[[Connection, Any], object],
        secret: str | None = None,
    ) -> Response:
        """The answer of ``act``, or the one that was given before. Both are one transaction with what is done.

        ``find`` fetches by its id what was made. ``secret`` names the field that is not remembered: a repeated
        request gets null there.

        Raises:
            IdempotencyConflict: the key was used with another body; Conflict: what was made is not there any more.
        """
        if self.value is None or self.key_id is None:
            return act(self.newsroom)
        place = (self.key_id, self.route, self.value)
        with self.newsroom.database.write() as conn:
            now = self.newsroom.clock()
            if not idempotency.reserve_answer(conn, *place, fingerprint=self.fingerprint, now=now):
                return self._again(conn, idempotency.find_answer(conn, *place), find)
            answer = act(replace(self.newsroom, database=self.newsroom.database.within(conn)))
            idempotency.keep_answer(conn, *place, _kept(answer, self.fingerprint, secret))
            return answer

    def _again(self, conn: Connection, past: PastAnswer | None, find: Callable[[Connection, Any], object]) -> Response:
        if past is None or past.fingerprint != self.fingerprint:
            raise IdempotencyConflict("This Idempotency-Key was used before, with another body.")
        try:
            find(conn, uuid.UUID(past.answer["id"]))
        except NotFound as error:
            raise Conflict("What was made with this Idempotency-Key was removed since; use a new key.") from error
        body = json.dumps(past.answer, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {**past.headers, "Idempotency-Replayed": "true"}
        return Response(body, status_code=past.status, headers=headers, media_type="application/json")


async def once(request: Request, caller: Writer, newsroom: Program, idempotency_key: IdempotencyKey = None) -> Once:
    """What an operation that makes something does it with."""
    return _once(request, newsroom, caller, idempotency_key, await request.body())


async def once_by_an_administrator(
    request: Request, caller: Administrator, newsroom: Program, idempotency_key: IdempotencyKey = None
) -> Once:
    """The same for what only administrators may make."""
    return _once(request, newsroom, caller, idempotency_key, await request.body())


OnlyOnce = Annotated[Once, Depends(once)]
AdminOnce = Annotated[Once, Depends(once_by_an_administrator)]


def _once(request: Request, newsroom: Newsroom, caller: Caller, value: str | None, body: bytes) -> Once:
    route = f"{request.method} {request.url.path}"
    return Once(newsroom, caller.key_id, route, value, sha256(body).hexdigest())


def _kept(answer: Response, fingerprint: str, secret: str | None) -> PastAnswer:
    told = json.loads(bytes(answer.body))
    if secret is not None:
        told[secret] = None
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    return PastAnswer(fingerprint, answer.status_code, told, headers)
