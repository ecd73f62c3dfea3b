"""Who may ask for what: every operation names the scope that it needs, and without a key nobody gets in."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from app.api.contract import keep_contract
from app.api.describing import OPEN_ADDRESSES
from app.domain.audit import Actor, ActorKind
from app.domain.errors import MissingScope, NotAuthenticated
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, Scope
from app.pipeline import keys
from app.pipeline.newsroom import Newsroom

BEARER = HTTPBearer(
    auto_error=False, scheme_name="apiKey", description="An API key: `Authorization: Bearer wbk_…`. See /v1/keys."
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)]


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What an operator may set about access; app.settings says what each means."""

    public_read: bool = False
    max_body_bytes: int = 1024 * 1024
    rate_limit_per_minute: int = 600
    stream_seconds: float = 900
    streams_per_key: int = 10


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the owner of a key, or (``key`` None) anybody, where reading is public."""

    key: ApiKey | None

    @property
    def name(self) -> str:
        """As a review names them."""
        return self.key.name if self.key else "public"

    @property
    def actor(self) -> Actor:
        """As what they do is written down."""
        return Actor(ActorKind.KEY, self.name, self.key_id)

    @property
    def key_id(self) -> KeyId | None:
        """The key, for what is remembered of it."""
        return self.key.id if self.key else None


def with_key(request: Request, scopes: SecurityScopes, credentials: Credentials) -> Caller:
    """The caller, whose key has all the scopes that the operation names.

    Raises:
        NotAuthenticated: there is no valid key.
        MissingScope: the key may not do this.
        InvalidRequest, UnsupportedMediaType: the request is none of those that the operation describes.
    """
    if credentials is None:
        raise NotAuthenticated("Send an API key: “Authorization: Bearer wbk_…”.")
    newsroom: Newsroom = request.app.state.newsroom
    key = keys.authenticate(newsroom, credentials.credentials)
    for scope in map(Scope, scopes.scopes):
        if not key.scope.allows(scope):
            raise MissingScope(scope)
    keep_contract(request)
    request.state.caller = Caller(key)
    return Caller(key)


def with_key_unless_public(request: Request, scopes: SecurityScopes, credentials: Credentials) -> Caller:
    """The same for reading the record, of which an operator may open what is public to everybody."""
    rules: AccessRules = request.app.state.access
    if credentials is None and rules.public_read:
        keep_contract(request)
        request.state.caller = Caller(None)
        return Caller(None)
    return with_key(request, scopes, credentials)


READ_RECORD = Security(with_key_unless_public, scopes=[Scope.READ])
"""For what publishers said: without a key what is public of it can be read, where the operator lets people read so."""
READ = Security(with_key, scopes=[Scope.READ])
WRITE = Security(with_key, scopes=[Scope.WRITE])
ADMIN = Security(with_key, scopes=[Scope.ADMIN])

Reader = Annotated[Caller, READ]
Writer = Annotated[Caller, WRITE]
Administrator = Annotated[Caller, ADMIN]


async def newsroom_of(request: Request) -> Newsroom:
    """The running program, acting for whoever has shown a key: stands behind the caller among the parameters.

    For whoever has shown none, where reading is public, its database holds what is public and nothing else.

    Raises:
        RuntimeError: nobody has asked who the caller is, and the address is not open to all.
    """
    newsroom: Newsroom = request.app.state.newsroom
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        if request.scope["route"].path_format not in OPEN_ADDRESSES:
            raise RuntimeError("Nobody has asked who the caller is.")
        return newsroom
    if caller.key is None:
        return replace(newsroom, actor=caller.actor, database=newsroom.database.for_strangers())
    return replace(newsroom, actor=caller.actor)


Program = Annotated[Newsroom, Depends(newsroom_of)]
