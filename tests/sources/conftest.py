"""Answers as the network would give them, and markup in the documented shape of Telegram's preview."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from app.domain.pages import Page, Redirect
from app.domain.watches import SourceKind
from app.sources.contract import Target

NOW = datetime(2025, 1, 8, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def answer() -> Callable[..., Page]:
    """One HTTP answer; ``went_to`` is where redirects ended."""

    def build(
        body: bytes | str,
        *,
        url: str = "https://ministry.example/releases/7",
        went_to: str | None = None,
        status: int = 200,
        content_type: str | None = "text/html; charset=utf-8",
        headers: dict[str, str] | None = None,
    ) -> Page:
        sent = body.encode() if isinstance(body, str) else body
        fields = {"content-length": str(len(sent))} | (headers or {})
        if content_type is not None:
            fields["content-type"] = content_type
        hops = (Redirect(302, went_to),) if went_to else ()
        return Page(url, went_to or url, status, fields, sent, hops, NOW)

    return build


@pytest.fixture(scope="session")
def post() -> Callable[..., str]:
    """One block of the preview. ``inside`` goes before the text, ``after`` behind it, ``meta`` before the time."""

    def build(
        number: int,
        text: str | None = "Our forces hold the line.",
        *,
        channel: str = "Staff_UA",
        inside: str = "",
        after: str = "",
        meta: str = "",
        classes: str = "",
        channel_id: int | None = -1001,
        time: str = "2025-01-07T09:30:00+00:00",
    ) -> str:
        view = base64.urlsafe_b64encode(json.dumps({"c": channel_id, "p": number, "t": 1, "h": "a"}).encode())
        data_view = view.decode().rstrip("=") if channel_id is not None else "x"
        words = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text else ""
        return (
            '<div class="tgme_widget_message_wrap js-widget_message_wrap">'
            f'<div class="tgme_widget_message text_not_supported_wrap {classes} js-widget_message" '
            f'data-post="{channel}/{number}" data-view="{data_view}"><div class="tgme_widget_message_bubble">'
            f'<div class="tgme_widget_message_author"><a class="tgme_widget_message_owner_name">'
            f"<span>General Staff</span></a></div>{inside}{words}{after}"
            '<div class="tgme_widget_message_footer"><div class="tgme_widget_message_info">'
            '<span class="tgme_widget_message_views">1.2K</span><span class="copyonly"> views</span>'
            f'<span class="tgme_widget_message_meta">{meta}<a class="tgme_widget_message_date" '
            f'href="https://t.me/{channel}/{number}"><time datetime="{time}" class="time">09:30</time></a></span>'
            "</div></div></div></div></div>"
        )

    return build


@pytest.fixture(scope="session")
def preview() -> Callable[..., str]:
    """A list page around blocks; ``before`` is Telegram's pointer to older posts."""

    def build(*blocks: str, before: int | None = None) -> str:
        more = f'<a href="/s/x?before={before}" class="tme_messages_more" data-before="{before}"></a>' if before else ""
        return (
            "<!DOCTYPE html><html><head><title>General Staff – Telegram</title></head><body>"
            '<div class="tgme_channel_info_header_title"><span dir="auto">General Staff</span></div>'
            f'<main class="tgme_main"><section class="tgme_channel_history">{more}{"".join(blocks)}</section></main>'
            "</body></html><!-- page generated in 12.5ms -->"
        )

    return build


@pytest.fixture(scope="session")
def channel() -> Target:
    return Target(SourceKind.TELEGRAM_CHANNEL, "https://t.me/staff_ua", "staff_ua")


@pytest.fixture(scope="session")
def web_target() -> Target:
    url = "https://ministry.example/releases/7"
    return Target(SourceKind.WEB_PAGE, url, url)


@pytest.fixture(scope="session")
def feed_target() -> Target:
    return Target(SourceKind.FEED, "https://ministry.example/feed", "https://ministry.example/feed")
