"""What an edit did to the claims of a statement: the one entry to this room.

    two wordings ─▶ clean ─▶ cut into claims ─▶ align ─▶ restored? ─▶ classify ─▶ rank ─▶ ledger
                                                                └────────── pins ──────────┘
Pure and deterministic. Every claim of both wordings is in exactly one change; every span is into the raw texts.
"""

import hashlib

from app.claims.changes import ClaimChanges
from app.claims.deadline import OutOfTime, never
from app.claims.disclosure import discloses
from app.claims.document import Cutter, Document, document_of
from app.claims.ledger import Book, ledger_of
from app.claims.lexicons import facets_supported
from app.claims.matching import Vocabulary, aligned
from app.claims.pins import PinSet
from app.claims.touches import pin_touches, raised
from app.domain.claims import Action, Analysis, ClaimChange, Ledger, Level, Span, StatementAction

ANALYZER_VERSION = "2"
"""Stamped on every result; grows whenever the same two texts may be judged otherwise than before."""

REPLACED_BELOW = 0.2
"""With a smaller share of its claims kept, a statement was replaced rather than edited."""
WITHDRAWN_SCORE = 0.95


def compare(
    before: str,
    after: str,
    *,
    language: str,
    ledger: Ledger | None = None,
    version: int = 2,
    pins: PinSet | None = None,
    out_of_time: OutOfTime = never,
) -> Analysis:
    """Everything that the step from ``before`` to ``after`` did.

    ``language`` is ISO 639-1 or "und". ``ledger`` is that of the statement up to and including ``before``; without one
    it is built from ``before`` alone. ``version`` is the number of ``after``. Past ``out_of_time`` the rest is
    compared coarsely and the result marked ``truncated``.

    Raises:
        app.domain.errors.InvalidInput: a text holds an unpaired surrogate.
    """
    cutter = Cutter(language)
    old, new = cutter.document(before), cutter.document(after)
    known = ledger if ledger is not None else ledger_of(old, version - 1)
    book = Book.of(known, version)
    had_gone = bool(book.gone())
    vocabulary = Vocabulary()
    alignment = aligned(old, new, vocabulary, out_of_time)
    made = ClaimChanges(old, new, book, vocabulary, out_of_time)
    changes = made.of(alignment)
    touches = pin_touches(pins, old, new, changes, known) if pins is not None else ()
    changes = raised(changes, touches)
    statement_action = _statement_action(changes, had_gone=had_gone)
    score = max((change.score for change in changes), default=0.0)
    if statement_action is StatementAction.WITHDRAWN:
        score = max(score, WITHDRAWN_SCORE)
    return Analysis(
        changes=changes,
        pins=touches,
        ledger=book.closed(),
        statement_action=statement_action,
        score=score,
        level=Level.of(score),
        disclosed=discloses(old.clean.text, new.clean.text),
        language=language,
        facets_supported=facets_supported(language),
        truncated=alignment.truncated or made.truncated,
        change_hash=_change_hash(old, new, changes),
        analyzer_version=ANALYZER_VERSION,
    )


def first_ledger(text: str, *, language: str, version: int = 1) -> Ledger:
    """The ledger of a statement when its first wording is known.

    Raises:
        app.domain.errors.InvalidInput: the text holds an unpaired surrogate.
    """
    return ledger_of(document_of(text, language), version)


def _statement_action(changes: tuple[ClaimChange, ...], *, had_gone: bool) -> StatementAction | None:
    old = [change for change in changes if change.before_spans]
    new = [change for change in changes if change.after_spans]
    if old and not new:
        return StatementAction.WITHDRAWN
    if new and not old:
        return StatementAction.REPUBLISHED if had_gone else None
    claims = sum(len(change.before_spans) for change in old)
    kept = sum(len(change.before_spans) for change in old if change.after_spans)
    return StatementAction.REPLACED if claims and kept < REPLACED_BELOW * claims else None


def _change_hash(old: Document, new: Document, changes: tuple[ClaimChange, ...]) -> str:
    """A digest of what changed, by match keys: the same edit of another statement has the same one."""
    changed = [change for change in changes if change.action is not Action.UNCHANGED]
    keys_before = _keys_at(old, {span for change in changed for span in change.before_spans})
    keys_after = _keys_at(new, {span for change in changed for span in change.after_spans})
    told = sorted(
        (
            tuple(keys_before[span] for span in change.before_spans),
            tuple(keys_after[span] for span in change.after_spans),
        )
        for change in changed
    )
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _keys_at(document: Document, spans: set[Span]) -> dict[Span, str]:
    return {span: document.sentences[place].key for place, span in enumerate(document.spans) if span in spans}
