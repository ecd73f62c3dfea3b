"""Who may see which page: sessions are looked up, everything is closed unless the table of pages says otherwise."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.domain.audit import Actor, ActorKind
from app.domain.errors import MissingScope, NotAuthenticated
from app.domain.keys import Session
from app.door.pace import Pace, address_of
from app.door.refusals import TooManyRequests
from app.pipeline.newsroom import Newsroom
from app.pipeline.sessions import acting_for, find_valid_session
from app.ui.preferences import keep_preferences, read_theme, read_words
from app.ui.visit import Page, PageRules, Visit

SESSION_COOKIE: Final = "walkback_session"
STRANGER: Final = Actor(ActorKind.KEY, "public", None)
SIGN_IN: Final = "/sign-in"
TRIES_PER_MINUTE: Final = 10
"""How often one address may try a key."""


class Door:
    """Lets visitors in, each at their pace."""

    def __init__(self, newsroom: Newsroom, rules: PageRules) -> None:
        self._newsroom = newsroom
        self._rules = rules
        self._pace = Pace(rules.rate_limit_per_minute, newsroom.clock)
        self._tries = Pace(TRIES_PER_MINUTE, newsroom.clock)

    def answer(self, page: Page, request: Request, form: Mapping[str, str]) -> Response:
        """What a page answers to whoever asks; to those who have to sign in first, the way there.

        Raises:
            TooManyRequests, NotAuthenticated, MissingScope, and what the page raises.
        """
        session = find_valid_session(self._newsroom, request.cookies.get(SESSION_COOKIE, ""))
        address = f"address {address_of(request.scope)}"
        _take(self._pace, f"session {session.id}" if session else address)
        if page.is_guess:
            _take(self._tries, address)
        if page.needs is not None and session is None and not (self._rules.public_read and page.is_public):
            return _to_sign_in(page, request)
        if page.needs is not None and session is not None and not session.key.scope.allows(page.needs):
            raise MissingScope(page.needs)
        answer = page.answer(self._visit(request, session, form))
        keep_preferences(request, answer)
        return answer

    def _visit(self, request: Request, session: Session | None, form: Mapping[str, str]) -> Visit:
        return Visit(
            request=request,
            newsroom=self._seen_by(session),
            house=self._newsroom,
            rules=self._rules,
            session=session,
            words=read_words(request),
            theme=read_theme(request),
            form=form,
        )

    def _seen_by(self, session: Session | None) -> Newsroom:
        """The running program for whoever looks; for strangers its database holds what is public and nothing else."""
        if session is None:
            return replace(self._newsroom, actor=STRANGER, database=self._newsroom.database.for_strangers())
        return acting_for(self._newsroom, session.key)


def _take(pace: Pace, visitor: str) -> None:
    left = pace.take(visitor)
    if left < 0:
        raise TooManyRequests(pace.seconds_until(-left))


def _to_sign_in(page: Page, request: Request) -> Response:
    """To the page where one signs in, and back; what is no page by itself is only refused.

    Raises:
        NotAuthenticated: it is a form, or a part of a page.
    """
    if page.method != "GET" or page.is_part:
        raise NotAuthenticated("You are not signed in.")
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(SIGN_IN if asked == "/" else f"{SIGN_IN}?next={quote(asked, safe='')}", status_code=303)
