"""API keys over HTTP: made for somebody and shown once, listed, revoked."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import ConfigDict, Field

from app.api import examples_outgoing as examples
from app.api.access import ADMIN, Program
from app.api.conditional import tagged
from app.api.idempotency import AdminOnce
from app.api.shapes import WHOLE, Id, Instant, Name, Sent, Told, body_problems, one_thing, problems
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, KeyState, Scope
from app.pipeline import keys as use
from app.pipeline.newsroom import Newsroom
from app.storage import keys

router = APIRouter(prefix="/v1/keys", tags=["keys"])
LONGEST_OVERLAP_SECONDS = 30 * 86_400


class KeySent(Sent):
    """A key to make."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "night desk", "scope": "write"}]})

    name: Name
    scope: Scope
    expires_at: Instant | None = Field(None, description="Without it the key is good until it is revoked.")


class RotateSent(Sent):
    """How a key is put in the place of another."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"overlap_seconds": 86_400}]})

    overlap_seconds: Annotated[int, Field(ge=0, le=LONGEST_OVERLAP_SECONDS), WHOLE] = Field(
        default=86_400, description="How long the old key still opens what it did; 0 ends it at once."
    )


class KeyTold(Told):
    """A key as it is kept: never itself, only its first characters. ``ending`` is its state in the last 14 days."""

    model_config = ConfigDict(json_schema_extra={"examples": [examples.KEY]})

    id: Id
    name: str
    prefix: str
    scope: Scope
    state: KeyState
    created_at: Instant
    expires_at: Instant | None
    last_used_at: Instant | None
    revoked_at: Instant | None

    @classmethod
    def of(cls, key: ApiKey, now: datetime) -> "KeyTold":
        """From the value, and what it is good for at ``now``."""
        return cls(**asdict(key), state=key.state_at(now))


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
        return _told_once(request, newsroom, made)

    return once(act, find=keys.get_key, secret="key")  # noqa: S106  # the name of the field


@router.get("", response_model=Keys, dependencies=[ADMIN], responses=problems())
def list_keys(newsroom: Program) -> Any:
    """All keys, newest first, also revoked ones."""
    with newsroom.database.read() as conn:
        return {"items": [KeyTold.of(key, newsroom.clock()) for key in keys.list_keys(conn)]}


@router.get("/{key_id:uuid}", response_model=KeyTold, dependencies=[ADMIN], responses=one_thing())
def get_key(request: Request, newsroom: Program, key_id: Id) -> Response:
    """One key, without itself."""
    with newsroom.database.read() as conn:
        key = keys.get_key(conn, KeyId(key_id))
    return _told(request, newsroom, key)


@router.post("/{key_id:uuid}/rotate", status_code=201, response_model=KeyWithSecret, responses=body_problems(404, 409))
def rotate_key(request: Request, key_id: Id, sent: RotateSent, once: AdminOnce) -> Response:
    """A new key of the same name and scope in the place of this one, shown once; the old one ends a little later."""

    def act(newsroom: Newsroom) -> Response:
        overlap = timedelta(seconds=sent.overlap_seconds)
        return _told_once(request, newsroom, use.rotate_key(newsroom, KeyId(key_id), overlap=overlap))

    return once(act, find=keys.get_key, secret="key")  # noqa: S106  # the name of the field


@router.post("/{key_id:uuid}/revoke", response_model=KeyTold, dependencies=[ADMIN], responses=problems(404, 409))
def revoke_key(request: Request, newsroom: Program, key_id: Id) -> Response:
    """Let a key open nothing any more, at once; not the last admin key. It stays in the list, with the time."""
    return _told(request, newsroom, use.revoke_key(newsroom, KeyId(key_id)))


def _told(request: Request, newsroom: Newsroom, key: ApiKey) -> Response:
    return tagged(request, KeyTold.of(key, newsroom.clock()))


def _told_once(request: Request, newsroom: Newsroom, made: use.NewKey) -> Response:
    told = KeyWithSecret(**KeyTold.of(made.key, newsroom.clock()).model_dump(), key=made.secret)
    answer = tagged(request, told, status=201, location=f"/v1/keys/{made.key.id}")
    answer.headers["Cache-Control"] = "no-store"
    return answer
