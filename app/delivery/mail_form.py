"""The mail that tells an alert: the same one on every try, in plain text and in HTML, with the changed words marked.

Its Message-ID is made of the id of the event, so that a mail that arrives twice is seen to be one. All mails about one
statement name the same (never sent) mail as the one that they answer, so that mail programs show them together.
"""

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from app.delivery.message import Quote, Shown
from app.messages.message import Mark, Piece
from app.messages.message import plain as words_as_text

LONGEST_SUBJECT = 200
JOINER = "\u2060"
"""Stands in what would be read as an encoded word: who decodes it might find a line of the head in it."""
POLICY = SMTP.clone(cte_type="7bit", max_line_length=78)
GONE = "color:#8a1c1c;background:#fbe3e3;text-decoration:line-through"
COME = "color:#14532d;background:#dcf3e3;text-decoration:none;font-weight:600"
PAGE = (
    "margin:0;padding:24px 16px;background:#ffffff;color:#1b1f24;"
    "font:16px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
)
QUOTE = "margin:2px 0 14px;padding:8px 12px;border-left:3px solid #c4ccd4;background:#f6f8fa;overflow-wrap:anywhere"
TITLE = "margin:0 0 10px;font-size:20px;line-height:1.35;overflow-wrap:anywhere"
LIST = "margin:4px 0 10px;padding-left:20px;font-size:14px;color:#3d444d"
SMALL = "margin:14px 0 0;color:#57606a;font-size:14px"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail needs besides its message: who writes to whom, of which event, when it happened."""

    sender_name: str
    sender: str
    recipients: Sequence[str]
    event_id: str
    destination_id: str
    at: datetime

    @property
    def domain(self) -> str:
        """The domain in whose name ids are made."""
        return self.sender.rpartition("@")[2]


def mail_of(shown: Shown, envelope: Envelope) -> bytes:
    """The whole mail, to the same byte on every try."""
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address(envelope.sender_name, addr_spec=envelope.sender)
    mail["To"] = tuple(Address(addr_spec=one) for one in envelope.recipients)
    mail["Subject"] = cut(shown.headline, LONGEST_SUBJECT).replace("=?", f"={JOINER}?")
    mail["Date"] = format_datetime(envelope.at)
    mail["Message-ID"] = f"<{envelope.event_id}@{envelope.domain}>"
    if shown.thread is not None:
        root = f"<statement-{shown.thread}@{envelope.domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    mail["List-Id"] = f"<{envelope.destination_id}.walkback.{envelope.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(plain(shown))
    mail.add_alternative(page(shown), subtype="html")
    mail["Content-Language"] = shown.language
    mail.set_boundary(f"=_{envelope.event_id}")
    return mail.as_bytes()


def plain(shown: Shown) -> str:
    """For those who read text: words that are gone stand in [-…-], new ones in {+…+}."""
    lines = [shown.headline, ""]
    for quote in shown.quotes:
        lines += [
            f"{quote.label}:",
            f"  {words_as_text(quote.pieces)}",
            *(f"  - {point}" for point in quote.points),
            "",
        ]
    for section in (shown.items, shown.facts):
        lines += [*(f"- {line}" for line in section), ""] if section else []
    lines += [f"{link.label}: {link.address}" for link in shown.links]
    return "\n".join(lines).rstrip() + "\n"


def page(shown: Shown) -> str:
    """For those who see pages: nothing in it is fetched, run or clicked but the links of the alert itself."""
    parts = [
        f'<!doctype html><html lang="{html.escape(shown.language)}"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">',
        f"<title>{html.escape(cut(shown.headline, LONGEST_SUBJECT))}</title></head>",
        f'<body style="{PAGE}"><div style="max-width:640px;margin:0 auto">',
        f'<h1 dir="auto" style="{TITLE}">{html.escape(shown.headline)}</h1>',
        *_quotes(shown.quotes),
        *_list(shown.items),
        *_list(shown.facts),
    ]
    if shown.links:
        links = (
            f'<a href="{html.escape(one.address)}" style="color:#0b57b0">{html.escape(one.label)}</a>'
            for one in shown.links
        )
        parts.append(f'<p style="{SMALL}">{" &nbsp;·&nbsp; ".join(links)}</p>')
    return "\n".join([*parts, "</div></body></html>"]) + "\n"


def cut(text: str, longest: int) -> str:
    """The beginning of a text, with an ellipsis where it goes on."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def _quotes(quotes: Iterable[Quote]) -> Iterable[str]:
    for quote in quotes:
        words = "".join(map(_page_piece, quote.pieces))
        yield f'<p style="{SMALL}">{html.escape(quote.label)}</p>'
        yield f'<blockquote dir="auto" style="{QUOTE}">{words}</blockquote>'
        yield from _list(quote.points)


def _list(lines: Sequence[str]) -> Iterable[str]:
    if lines:
        shown = "".join(f'<li dir="auto" style="overflow-wrap:anywhere">{html.escape(line)}</li>' for line in lines)
        yield f'<ul style="{LIST}">{shown}</ul>'


def _page_piece(piece: Piece) -> str:
    words = html.escape(piece.text)
    match piece.mark:
        case Mark.GONE:
            return f'<del style="{GONE}">{words}</del>'
        case Mark.COME:
            return f'<ins style="{COME}">{words}</ins>'
        case Mark.KEPT:
            return words
