"""API keys over HTTP: made for somebody and shown once, listed, revoked."""

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from app.api import examples_outgoing as examples
from app.api.access import ADMIN, Program
from app.api.conditional import tagged
from app.api.idempotency import AdminOnce
from app.api.shapes import Id, Instant, Name, Sent, Told, body_problems, one_thing, problems
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, Scope
from app.pipeline import keys as use
from app.pipeline.newsroom import Newsroom
from app.storage import keys

router = APIRouter(prefix="/v1/keys", tags=["keys"])


class KeySent(Sent):
    """A key to make."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "night desk", "scope": "write"}]})

    name: Name
    scope: Scope
    expires_at: Instant | None = Field(None, description="Without it the key is good until it is revoked.")


class KeyTold(Told):
    """A key as it is kept: never the key itself, only its first characters."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.KEY]})

    id: Id
    name: str
    prefix: str
    scope: Scope
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None


class KeyWithSecret(KeyTold):
    """A new key with itself, shown once; null where a request is repeated."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**examples.KEY, "key": examples.KEY_ITSELF}]})

    key: str | None


class Keys(Told):
    """All keys, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [examples.KEY]}]})

    items: list[KeyTold]


@router.post("", status_code=201, response_model=KeyWithSecret, responses=body_problems(409))
def create_key(request: Request, sent: KeySent, once: AdminOnce) -> Response:
    """Make a key for somebody. The answer shows it, this once."""

    def act(newsroom: Newsroom) -> Response:
        made = use.create_key(newsroom, name=sent.name, scope=sent.scope, expires_at=sent.expires_at)
        plain = KeyTold.model_validate(made.key).model_dump()
        answer = tagged(
            request, KeyWithSecret(**plain, key=made.secret), status=201, location=f"/v1/keys/{made.key.id}"
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return once(act, find=keys.get_key, secret="key")  # noqa: S106  # the name of the field


@router.get("", response_model=Keys, dependencies=[ADMIN], responses=problems())
def list_keys(newsroom: Program) -> Any:
    """All keys, newest first, also revoked ones."""
    with newsroom.database.read() as conn:
        return {"items": keys.list_keys(conn)}


@router.get("/{key_id:uuid}", response_model=KeyTold, dependencies=[ADMIN], responses=one_thing())
def get_key(request: Request, newsroom: Program, key_id: Id) -> Response:
    """One key, without itself."""
    with newsroom.database.read() as conn:
        key = keys.get_key(conn, KeyId(key_id))
    return _told(request, key)


@router.post("/{key_id:uuid}/revoke", response_model=KeyTold, dependencies=[ADMIN], responses=problems(404, 409))
def revoke_key(request: Request, newsroom: Program, key_id: Id) -> Response:
    """Let a key open nothing any more, at once; not the last admin key. It stays in the list, with the time."""
    return _told(request, use.revoke_key(newsroom, KeyId(key_id)))


def _told(request: Request, key: ApiKey) -> Response:
    return tagged(request, KeyTold.model_validate(key))
