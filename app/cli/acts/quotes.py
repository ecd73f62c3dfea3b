"""Was this sentence ever there? The answer as people read it, with what it rests on."""

from collections.abc import Iterable

from rich.text import Text

from app.cli.acts.reading import read_text
from app.cli.printable import one_line
from app.cli.record import open_record
from app.cli.screen import moment, remark, short, show, show_facts, show_json
from app.domain.archives import Provenance
from app.domain.edits import EditKind
from app.domain.ids import WatchId
from app.domain.quotes import Coverage, QuoteAnswer, QuoteHit, QuoteMatch, Removal, SentenceAnswer, Together
from app.pipeline.quotes import look_up
from app.storage.short_ids import find_id
from app.wiring.newsroom import system_clock

WORDS = {
    QuoteMatch.EXACT: ("Yes, it reads so", "green"),
    QuoteMatch.CONTAINED: ("Yes, within a longer sentence", "green"),
    QuoteMatch.NEAR: ("Something like it", "yellow"),
    QuoteMatch.NOT_FOUND: ("No", "red"),
}
LONGEST_EXCERPT = 300


def look_up_quote(text: str, *, language: str | None, watch: str | None, limit: int, as_json: bool) -> None:
    """Look a quote up among all wordings, present and past.

    Raises:
        InvalidInput: it is no quote; NotFound: there is no such watch.
        Failure: standard input cannot be read.
    """
    quote = read_text("-") if text == "-" else text
    with open_record() as database, database.read() as conn:
        watch_id = None if watch is None else WatchId(find_id(conn, "watch", watch))
        answer = look_up(conn, quote, now=system_clock(), language=language, watch_id=watch_id, limit=limit)
    if as_json:
        show_json(answer)
    else:
        _show(answer)


def _show(answer: QuoteAnswer) -> None:
    several = len(answer.sentences) > 1
    for place, sentence in enumerate(answer.sentences, start=1):
        if several:
            show(Text.assemble((f"{place}. ", "bold"), (one_line(sentence.text, LONGEST_EXCERPT), "bold")))
        _show_sentence(sentence)
    if several:
        _show_together(answer.together)
    _show_coverage(answer.coverage)


def _show_sentence(sentence: SentenceAnswer) -> None:
    words, style = WORDS[sentence.match]
    show(Text(f"{words}." if sentence.match is QuoteMatch.NOT_FOUND else f"{words}:", style=style))
    for hit in sentence.hits:
        _show_hit(hit)
    if sentence.more:
        remark("There are more places.")
    if not sentence.is_near_searched:
        remark("Only exact matches were looked for: these are too few words for near ones, or too many sentences.")


def _show_hit(hit: QuoteHit) -> None:
    how = str(hit.match) if hit.match is not QuoteMatch.NEAR else f"near, {hit.similarity:.0%} alike"
    show("")
    show_facts(
        [
            ("reads", Text(one_line(hit.text, LONGEST_EXCERPT), style="bold")),
            ("match", how),
            ("publisher", one_line(hit.publisher)),
            ("statement", f"{short(hit.statement.id)}  {one_line(hit.statement.url)}"),
            ("versions", f"{_runs(hit.versions)} of {hit.statement.version_count}"),
            ("seen", f"{moment(hit.first_seen_at)} to {moment(hit.last_seen_at)} UTC"),
            ("first seen", _in_archive(hit)),
            ("now", _now(hit)),
            ("edit", _removal(hit.removed_by) if hit.removed_by else None),
        ]
    )


def _in_archive(hit: QuoteHit) -> str | None:
    """Who saw it first, where that was not we ourselves."""
    if hit.first_seen_by is Provenance.OWN:
        return None
    return f"in an archive capture of {moment(hit.first_seen_at)} UTC; what stood between captures is not known"


def _now(hit: QuoteHit) -> Text:
    if hit.stands:
        return Text("it stands there still", style="green")
    if hit.present_text is None:
        return Text("the claim is gone", style="red")
    return Text(f"reads: {one_line(hit.present_text, LONGEST_EXCERPT)}", style="yellow")


def _removal(removal: Removal) -> str:
    what = "the statement was withdrawn" if removal.kind is EditKind.WITHDRAWN else "the wording went"
    times = removal.interval
    between = f"between {moment(times.last_seen_unchanged_at)} and {moment(times.first_seen_changed_at)} UTC"
    technical = "; technical: our own rules changed" if removal.is_technical else ""
    return f"{short(removal.edit_id)}: {what} {between} (second look: {removal.second_look}{technical})"


def _show_together(together: tuple[Together, ...]) -> None:
    if not together:
        show("", Text("These sentences were never seen together in one statement.", style="red"))
        return
    show("", Text("Together in one statement:", style="green"))
    for one in together:
        where = f"{one_line(one.publisher)}  {one_line(one.statement.url)}"
        show(Text(f"{where}  versions {_runs(one.versions)} of {one.statement.version_count}  ({one.match})"))


def _runs(versions: Iterable[tuple[int, int]]) -> str:
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in versions)


def _show_coverage(coverage: Coverage) -> None:
    searched = coverage.searched
    since = f", watched since {moment(searched.watched_since)} UTC" if searched.watched_since else ""
    show(
        "",
        f"Searched at {moment(coverage.asked_at)} UTC: {searched.versions:,} versions of {searched.statements:,} "
        f"statements of {searched.watches:,} watches{since}.",
    )
    for watch in coverage.watches:
        gaps = "; ".join(f"{moment(gap.opened_at)} to {moment(gap.closed_at) or 'now'}" for gap in watch.gaps[:5])
        told = f"not readable {gaps}" if gaps else "without a gap"
        show(Text(f"{one_line(watch.name)}: watched since {moment(watch.watched_since)} UTC, {told}."))
    if coverage.not_compared:
        show(f"Not searched: {coverage.not_compared:,} versions whose claims could not be compared yet.")
    if coverage.not_indexed:
        show(f"Not searched: {coverage.not_indexed:,} statements still to be taken in with “walkback reanalyse”.")
    if coverage.open_gaps:
        show(f"{coverage.open_gaps:,} watches could not be read at their last check.")
