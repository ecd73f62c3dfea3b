"""The words of the product as they are said to people: each state, action, facet and level in the reader's language."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from app.domain.claims import Action, FacetKind, Level, PinEventKind, StatementAction
from app.domain.destinations import AlertState, DestinationKind, DestinationState
from app.domain.edits import Confirmation
from app.domain.events import EventType
from app.domain.flags import ReviewState
from app.domain.observations import Outcome, VisitOutcome
from app.domain.searching import SearchOrder, Standing
from app.domain.statements import StatementState
from app.domain.watches import SourceKind, Visibility, WatchHealth, WatchState
from app.domain.words import Words, msgid

TERMS: Final[Mapping[type[StrEnum], Mapping[Any, str]]] = {
    Level: {
        Level.COSMETIC: msgid("cosmetic"),
        Level.MINOR: msgid("minor"),
        Level.SUBSTANTIVE: msgid("substantive"),
        Level.MAJOR: msgid("major"),
    },
    Action: {
        Action.UNCHANGED: msgid("unchanged"),
        Action.ADDED: msgid("added"),
        Action.REMOVED: msgid("removed"),
        Action.EDITED: msgid("edited"),
        Action.MOVED: msgid("moved"),
        Action.SPLIT: msgid("split"),
        Action.MERGED: msgid("merged"),
        Action.RESTORED: msgid("restored"),
    },
    StatementAction: {
        StatementAction.WITHDRAWN: msgid("withdrawn"),
        StatementAction.REPUBLISHED: msgid("republished"),
        StatementAction.REPLACED: msgid("replaced"),
    },
    FacetKind: {
        FacetKind.FORMAT: msgid("format"),
        FacetKind.SPELLING: msgid("spelling"),
        FacetKind.INFLECTION: msgid("form of a word"),
        FacetKind.NOTATION: msgid("notation"),
        FacetKind.QUANTITY: msgid("number"),
        FacetKind.TIME: msgid("date or time"),
        FacetKind.ENTITY: msgid("name"),
        FacetKind.POLARITY: msgid("negation"),
        FacetKind.CERTAINTY: msgid("certainty"),
        FacetKind.ATTRIBUTION: msgid("attribution"),
        FacetKind.SCOPE: msgid("scope"),
        FacetKind.DETAIL_REMOVED: msgid("detail removed"),
        FacetKind.DETAIL_ADDED: msgid("detail added"),
        FacetKind.LINK: msgid("link"),
        FacetKind.QUOTATION: msgid("quotation"),
        FacetKind.WORDING: msgid("wording"),
    },
    PinEventKind: {
        PinEventKind.REMOVED: msgid("phrase removed"),
        PinEventKind.ADDED: msgid("phrase added"),
        PinEventKind.RESTORED: msgid("phrase restored"),
        PinEventKind.COUNT_CHANGED: msgid("phrase more or less often"),
        PinEventKind.CONTEXT_CHANGED: msgid("text around the phrase changed"),
    },
    Confirmation: {
        Confirmation.NOT_NEEDED: msgid("not needed"),
        Confirmation.AWAITED: msgid("awaited"),
        Confirmation.CONFIRMED: msgid("confirmed by a second look"),
        Confirmation.OVERTAKEN: msgid("overtaken"),
    },
    ReviewState: {
        ReviewState.OPEN: msgid("open"),
        ReviewState.CONFIRMED: msgid("confirmed"),
        ReviewState.DISMISSED: msgid("dismissed"),
    },
    StatementState: {
        StatementState.PRESENT: msgid("present"),
        StatementState.MISSING: msgid("missing"),
        StatementState.WITHDRAWN: msgid("withdrawn"),
        StatementState.ARCHIVED: msgid("known from an archive"),
    },
    Standing: {
        Standing.NOW: msgid("stands"),
        Standing.GONE: msgid("gone"),
        Standing.ANY: msgid("all wordings"),
    },
    SearchOrder: {
        SearchOrder.NEWEST: msgid("newest first"),
        SearchOrder.BEST: msgid("closest together first"),
    },
    SourceKind: {
        SourceKind.TELEGRAM_CHANNEL: msgid("Telegram channel"),
        SourceKind.TELEGRAM_POST: msgid("Telegram post"),
        SourceKind.WEB_PAGE: msgid("web page"),
        SourceKind.FEED: msgid("feed"),
    },
    WatchState: {
        WatchState.ACTIVE: msgid("active"),
        WatchState.PAUSED: msgid("paused"),
        WatchState.REMOVED: msgid("removed"),
    },
    WatchHealth: {
        WatchHealth.UNKNOWN: msgid("not checked yet"),
        WatchHealth.HEALTHY: msgid("healthy"),
        WatchHealth.FAILING: msgid("failing"),
    },
    Visibility: {
        Visibility.PRIVATE: msgid("private"),
        Visibility.PUBLIC: msgid("public"),
    },
    VisitOutcome: {
        VisitOutcome.READ: msgid("read"),
        VisitOutcome.NOT_MODIFIED: msgid("not modified"),
        VisitOutcome.GONE: msgid("gone"),
        VisitOutcome.BLOCKED: msgid("blocked"),
        VisitOutcome.UNREADABLE: msgid("unreadable"),
        VisitOutcome.TRUNCATED: msgid("broken off"),
        VisitOutcome.TOO_LARGE: msgid("too large"),
        VisitOutcome.UNREACHABLE: msgid("unreachable"),
        VisitOutcome.SERVER_ERROR: msgid("error of the server"),
        VisitOutcome.REFUSED: msgid("not allowed to be read"),
    },
    DestinationKind: {
        DestinationKind.WEBHOOK: msgid("webhook"),
        DestinationKind.SLACK: "Slack",
        DestinationKind.DISCORD: "Discord",
        DestinationKind.MATTERMOST: "Mattermost",
        DestinationKind.TEAMS: "Teams",
        DestinationKind.TELEGRAM: "Telegram",
        DestinationKind.EMAIL: msgid("mail"),
        DestinationKind.APPRISE: "Apprise",
    },
    DestinationState: {
        DestinationState.ACTIVE: msgid("active"),
        DestinationState.PAUSED: msgid("paused"),
        DestinationState.DISABLED: msgid("disabled"),
    },
    AlertState: {
        AlertState.PENDING: msgid("on its way"),
        AlertState.GATHERED: msgid("waits in a digest"),
        AlertState.DELIVERED: msgid("delivered"),
        AlertState.FAILED: msgid("not delivered"),
    },
    Outcome: {
        Outcome.FIRST_SEEN: msgid("first seen"),
        Outcome.UNCHANGED: msgid("unchanged"),
        Outcome.EDITED: msgid("edited"),
        Outcome.RESTORED: msgid("restored"),
        Outcome.MISSING: msgid("missing"),
        Outcome.RETURNED: msgid("there again"),
        Outcome.NOT_MODIFIED: msgid("not modified"),
        Outcome.MOVED: msgid("moved to another address"),
        Outcome.BLOCKED: msgid("blocked"),
        Outcome.UNREADABLE: msgid("unreadable"),
        Outcome.TRUNCATED: msgid("broken off"),
        Outcome.TOO_LARGE: msgid("too large"),
        Outcome.UNREACHABLE: msgid("unreachable"),
        Outcome.SERVER_ERROR: msgid("error of the server"),
        Outcome.REFUSED: msgid("not allowed to be read"),
    },
    EventType: {
        EventType.STATEMENT_FIRST_SEEN: msgid("statement first seen"),
        EventType.STATEMENT_EDITED: msgid("statement edited"),
        EventType.STATEMENT_RESTORED: msgid("earlier wording restored"),
        EventType.STATEMENT_WITHDRAWN: msgid("statement withdrawn"),
        EventType.STATEMENT_REPUBLISHED: msgid("statement republished"),
        EventType.STATEMENT_FLAPPING: msgid("statement goes back and forth"),
        EventType.STATEMENT_SETTLED: msgid("statement settled"),
        EventType.WATCH_FAILING: msgid("watch cannot be read"),
        EventType.WATCH_RECOVERED: msgid("watch can be read again"),
        EventType.SERVICE_STALLED: msgid("checks have stopped"),
        EventType.SERVICE_RESUMED: msgid("checks are made again"),
        EventType.FLAG_REVIEWED: msgid("flag reviewed"),
        EventType.DESTINATION_PAUSED: msgid("destination paused"),
        EventType.DIGEST: msgid("digest"),
        EventType.TEST: msgid("test"),
    },
}
"""For every list of words that people are shown: what each is called. A test holds each table to its list."""


def term_of(value: StrEnum, words: Words) -> str:
    """What a word of the product is called in a language; the word itself where it is not one that people are shown."""
    known = TERMS.get(type(value), {}).get(value)
    return str(value) if known is None else words.text(known)
