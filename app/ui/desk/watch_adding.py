"""Adding a watch: an address is pasted, what would be read there is shown, and only then it is put on the list."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from app.domain.errors import DuplicateWatch, WalkbackError
from app.domain.keys import Scope
from app.domain.terms import term_of
from app.domain.watches import SourceKind, Visibility, WatchDraft
from app.messages.kept.telling import retold
from app.pipeline.preview import Preview, preview_waited_for
from app.pipeline.watch_fields import draft_of
from app.pipeline.watchlist import add_watch
from app.ui.desk.choices import options_of
from app.ui.visit import Page, Visit

FIELDS: Final = ("url", "kind", "name", "publisher", "language", "tags", "interval_seconds", "visibility")
SELECTORS: Final = ("include", "exclude")
MOST_SHOWN: Final = 5
LONGEST_TEXT: Final = 600


def show_adding(visit: Visit) -> Response:
    """The empty form, or one with an address from elsewhere in it; nothing is fetched yet."""
    return _page(visit, {"url": visit.query.get("url", "")[:2000]})


def preview_or_add(visit: Visit) -> Response:
    """The step that was asked for: look first, or put it on the list."""
    try:
        draft = draft_of_form(visit.form)
        if visit.form.get("step") == "add":
            return visit.redirect(f"/watches/{add_watch(visit.newsroom, draft).id}", said="watch-added")
        found = preview_waited_for(visit.newsroom, draft)
    except DuplicateWatch as error:
        return _page(visit, visit.form, problem=error, existing=error.existing_id, status=409)
    except WalkbackError as error:
        return _page(visit, visit.form, problem=error, status=422)
    return _page(visit, _completed(visit.form, found), found=found)


def draft_of_form(form: Mapping[str, str]) -> WatchDraft:
    """The watch that a form asks for.

    Raises:
        InvalidInput: a field cannot be used; the message names it.
    """
    fields: dict[str, object] = {name: form.get(name, "").strip() for name in (*FIELDS, *SELECTORS)}
    fields["respect_robots"] = "respect_robots" in form or "step" not in form
    return draft_of(fields, split=str.splitlines)


def _completed(form: Mapping[str, str], found: Preview) -> dict[str, str]:
    """What the source says of itself stands where nobody wrote anything."""
    name = form.get("name", "").strip() or found.name or ""
    return {**form, "url": found.url, "kind": found.kind, "name": name[:200]}


def _page(
    visit: Visit,
    form: Mapping[str, str],
    *,
    found: Preview | None = None,
    problem: WalkbackError | None = None,
    existing: object = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "desk/watch_adding.html",
        status=status,
        form={name: form.get(name, "") for name in (*FIELDS, *SELECTORS)},
        respects="respect_robots" in form or "step" not in form,
        found=found,
        found_kind=term_of(found.kind, visit.words) if found else None,
        newest=tuple(reversed(found.statements))[:MOST_SHOWN] if found else (),
        longest_text=LONGEST_TEXT,
        problem=retold(problem.message, visit.words) if problem else None,
        existing=existing,
        kinds=options_of(visit, SourceKind),
        visibilities=options_of(visit, Visibility),
    )


PAGES: Final = (
    Page("GET", "/watches/add", show_adding, needs=Scope.WRITE),
    Page("POST", "/watches/add", preview_or_add, needs=Scope.WRITE),
)
