"""A look at an address as people see it: what would be read there, or what a check brought."""

from rich.text import Text

from app.cli.acts.watch_views import next_of
from app.cli.printable import one_line
from app.cli.screen import Cell, moment, remark, short, show, show_facts, show_table
from app.cli.speech import words_here
from app.domain.headlines import headline_of_flag
from app.domain.observations import FAILURES
from app.messages.reading import headline_in
from app.pipeline.check_here import Checked
from app.pipeline.preview import Preview, PreviewedStatement

FAILED_OUTCOMES = frozenset(str(outcome) for outcome in FAILURES)
LONGEST_EXCERPT = 100


def show_preview(found: Preview) -> None:
    """What would be read at an address."""
    show_facts(
        [
            ("address", one_line(found.url)),
            ("kind", found.kind),
            ("name", one_line(found.name) if found.name else None),
            ("redirects", one_line(" → ".join(hop.location for hop in found.redirects))),
        ]
    )
    rows = [_previewed(one) for one in found.statements]
    show_table(("statement", "published (UTC)", "reads"), rows, empty="It has no statements yet.")
    for feed in found.feeds:
        remark(f"The page names a feed, which may be better to watch: {feed}")


def show_check(checked: Checked) -> None:
    """What one check brought."""
    visit = checked.visit
    failed = visit.outcome in FAILED_OUTCOMES
    show_facts(
        [
            ("watch", one_line(f"{short(checked.watch.id)}  {checked.watch.name}")),
            ("outcome", Text(visit.outcome, style="red" if failed else "green")),
            ("detail", one_line(visit.detail) if visit.detail else None),
            ("answer", str(visit.http_status) if visit.http_status else None),
            ("took", None if visit.elapsed_seconds is None else f"{visit.elapsed_seconds:.2f} s"),
            ("statements", str(visit.found)),
            ("next check", next_of(checked.watch)),
        ]
    )
    words = words_here()
    told = [headline_in(event.body, words) for event in checked.events]
    for headline in told:
        show(Text(one_line(f"• {headline}")))
    for flag in checked.flags:
        headline = headline_of_flag(flag, words)
        if headline not in told:
            show(Text(one_line(f"• {headline} (flag {short(flag.id)}; told when a second look confirms it)")))


def _previewed(one: PreviewedStatement) -> tuple[Cell, ...]:
    words = one.text if one.text is not None else one.title
    mark = Text("edited ", style="yellow") if one.marked_edited else Text()
    text = one_line(words or "", LONGEST_EXCERPT) or "(is read at its own page)"
    return one_line(one.external_id, 40), moment(one.published_at), mark + Text(text)
