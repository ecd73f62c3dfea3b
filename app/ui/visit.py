"""One visit to one page: who looks, in which language, what they may, and how they are answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.domain.errors import MissingScope
from app.domain.keys import Scope, Session
from app.domain.words import Words
from app.pipeline.newsroom import Newsroom
from app.ui.navigation import entries_for, scope_name
from app.ui.preferences import Theme, links_of
from app.ui.said import said_of
from app.ui.templating import render


@dataclass(frozen=True, slots=True)
class PageRules:
    """What an operator may set about the pages; app.settings says what each means."""

    public_read: bool = False
    max_body_bytes: int = 1024 * 1024
    rate_limit_per_minute: int = 600
    session_hours: int = 168


@dataclass(frozen=True, slots=True)
class Visit:
    """One request for one page.

    ``newsroom`` acts for whoever looks, and its database holds what they may read. ``session`` is None for strangers.
    ``house`` is the running program itself, which nobody but the sign-in may need.
    """

    request: Request
    newsroom: Newsroom
    house: Newsroom
    rules: PageRules
    session: Session | None
    words: Words
    theme: Theme
    form: Mapping[str, str]

    @property
    def query(self) -> Mapping[str, str]:
        """What stands behind the question mark; of several of one name the last."""
        return self.request.query_params

    @property
    def name(self) -> str:
        """As a review names whoever looks."""
        return self.session.key.name if self.session else "public"

    def id_of(self, name: str) -> UUID:
        """An id out of the address."""
        found = self.request.path_params[name]
        assert isinstance(found, UUID)
        return found

    def number_of(self, name: str) -> int:
        """A number out of the address."""
        return int(self.request.path_params[name])

    def may(self, scope: Scope) -> bool:
        """True where whoever looks may do what needs this scope."""
        return self.session is not None and self.session.key.scope.allows(scope)

    @property
    def may_write(self) -> bool:
        """True for editors."""
        return self.may(Scope.WRITE)

    @property
    def may_administer(self) -> bool:
        """True for administrators."""
        return self.may(Scope.ADMIN)

    def require(self, scope: Scope) -> None:
        """Pass where whoever looks may do this.

        Raises:
            MissingScope: they may not.
        """
        if not self.may(scope):
            raise MissingScope(scope)

    def here(self, **changes: str | None) -> str:
        """The address of this page with other words behind the question mark; None takes one away."""
        return self.address(self.request.url.path if self.request.method == "GET" else "/", **changes)

    def address(self, path: str, **changes: str | None) -> str:
        """The address of another page with the same words behind the question mark, but for these."""
        kept = {name: value for name, value in self.query.items() if name not in {*changes, "said", "lang", "theme"}}
        asked = urlencode(kept | {name: value for name, value in changes.items() if value is not None})
        return f"{path}?{asked}" if asked else path

    @property
    def whole_address(self) -> str:
        """The address of this page as a colleague elsewhere can open it."""
        return self.whole(self.here())

    def whole(self, address: str) -> str:
        """An address of this service with the name under which it is known outside."""
        base = self.newsroom.rules.public_url or str(self.request.base_url)
        return base.rstrip("/") + address

    def page(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """A page made of a template."""
        text = render(template, self.words, {**shown, **self._around()})
        return HTMLResponse(text, status_code=status)

    def redirect(self, path: str, *, said: str | None = None) -> Response:
        """On to another page after a form was sent; ``said`` names a message of app.ui.said that it begins with."""
        joined = path + ("&" if "?" in path else "?") + urlencode({"said": said}) if said else path
        return RedirectResponse(joined, status_code=303)

    def _around(self) -> dict[str, Any]:
        """What the frame of every page shows."""
        return {
            "visit": self,
            "session": self.session,
            "scope_name": scope_name(self.words, self.session),
            "tongue": self.words.language,
            "look": self.theme,
            "entries": entries_for(self.request.url.path, self.session, is_public=self.rules.public_read),
            "preferences": links_of(self.here, self.words, self.theme),
            "said": said_of(self.query.get("said"), self.words),
        }


Answer = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """One entry of the table of pages.

    ``needs`` is what a key has to allow; None is open to everybody. ``is_public`` pages show strangers what is public,
    where the operator allows that. ``is_part`` is a piece of a page for its script, never a page by itself.
    ``is_guess`` pages try a key, and few tries a minute are allowed.
    """

    method: str
    path: str
    answer: Answer
    needs: Scope | None
    is_public: bool = False
    is_part: bool = False
    is_guess: bool = False
