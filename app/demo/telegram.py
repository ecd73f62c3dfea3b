"""A stand-in of Telegram's public web preview: the same markup, for posts that the demo (or a test) writes itself.

It serves lists (``/s/<channel>``, ``?before=``), single posts (``/<channel>/<number>?embed=1``), the edited marker,
counters and tokens that differ at every answer, and "Post not found" with status 200, as the real one does.
"""

import base64
import html
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

PAGE_SIZE = 20

LIST_PAGE = """<!DOCTYPE html>
<html>
  <head>
    <meta charset="utf-8">
    <title>{title} – Telegram</title>
    <meta property="og:title" content="{title}">
  </head>
  <body class="widget_frame_base tgme_webpreview emoji_image thin_box_shadow tme_mode no_transitions">
    <header class="tgme_header search_collapsed"><div class="tgme_container"><div class="tgme_channel_info">
      <div class="tgme_channel_info_header_title"><span dir="auto">{title}</span></div>
      <div class="tgme_channel_info_header_username"><a href="/{channel}">@{channel}</a></div>
      <div class="tgme_channel_info_counter"><span class="counter_value">{views}</span></div>
    </div></div></header>
    <main class="tgme_main" data-url="/{channel}"><div class="tgme_container">
      <section class="tgme_channel_history js-message_history">{more}{posts}</section>
    </div></main>
  </body>
</html>
"""
MORE = (
    '<div class="tgme_widget_message_centered js-messages_more_wrap">'
    '<a href="/s/{channel}?before={before}" class="tme_messages_more js-messages_more" data-before="{before}"></a>'
    "</div>"
)
POST = """
<div class="tgme_widget_message_wrap js-widget_message_wrap">
 <div class="tgme_widget_message text_not_supported_wrap js-widget_message" data-post="{channel}/{number}"
      data-view="{view}">
  <div class="tgme_widget_message_bubble">
   <div class="tgme_widget_message_author accent_color">
    <a class="tgme_widget_message_owner_name" href="/{channel}"><span dir="auto">{title}</span></a></div>
   <div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>
   <div class="tgme_widget_message_footer compact js-message_footer">
    <div class="tgme_widget_message_info short js-message_info">
     <span class="tgme_widget_message_views">{views}</span><span class="copyonly"> views</span>
     <span class="tgme_widget_message_meta">{edited}<a class="tgme_widget_message_date" href="/{channel}/{number}">
     <time datetime="{at}" class="time">{clock}</time></a></span>
    </div>
   </div>
  </div>
 </div>
</div>
"""
EMBED_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Telegram Widget</title></head>
<body class="widget_frame_base tgme_widget body_widget_post">{body}</body></html>
"""
NOT_FOUND = '<div class="tgme_widget_message_error">Post not found</div>'
NO_POSTS = '<div class="tme_no_messages_found">No posts found</div>'


@dataclass(frozen=True, slots=True)
class StandInPost:
    """One post: its text as people wrote it, and when it was published."""

    number: int
    text: str
    published_at: datetime
    is_edited: bool = False


@dataclass(slots=True)
class TelegramStandIn:
    """One channel that can be written to."""

    channel: str
    title: str
    channel_id: int = -1_000_000_001
    posts: dict[int, StandInPost] = field(default_factory=dict)
    next_number: int = 1
    asked: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def publish(self, text: str, at: datetime) -> StandInPost:
        """Write a new post."""
        post = StandInPost(self.next_number, text, at)
        self.posts[post.number] = post
        self.next_number += 1
        return post

    def edit(self, number: int, text: str) -> None:
        """Change the words of a post; the old ones are gone, only "edited" says so."""
        self.posts[number] = replace(self.posts[number], text=text, is_edited=True)

    def delete(self, number: int) -> None:
        """Take a post away."""
        del self.posts[number]

    def application(self) -> Starlette:
        """The server."""
        return Starlette(
            routes=[
                Route("/robots.txt", _robots),
                Route("/s/{channel}", self._list),
                Route("/{channel}/{number:int}", self._single),
            ]
        )

    async def _list(self, request: Request) -> Response:
        if request.path_params["channel"] != self.channel:
            return RedirectResponse(f"/{request.path_params['channel']}", 302)
        asked = request.query_params.get("before", "")
        before = int(asked) if asked.isdigit() else self.next_number
        older = sorted(number for number in self.posts if number < before)
        shown = older[-PAGE_SIZE:]
        more = MORE.format(channel=self.channel, before=shown[0]) if len(older) > len(shown) else ""
        seen = next(self.asked)
        body = "".join(self._post(self.posts[number], seen) for number in shown) or NO_POSTS
        page = LIST_PAGE.format(
            title=html.escape(self.title), channel=self.channel, views=f"{906 + seen}K", more=more, posts=body
        )
        return HTMLResponse(page)

    async def _single(self, request: Request) -> Response:
        post = self.posts.get(request.path_params["number"])
        if post is None or request.path_params["channel"] != self.channel:
            return HTMLResponse(EMBED_PAGE.format(body=NOT_FOUND))
        return HTMLResponse(EMBED_PAGE.format(body=self._post(post, next(self.asked))))

    def _post(self, post: StandInPost, seen: int) -> str:
        view = {"c": self.channel_id, "p": post.number, "t": 1_736_240_000 + seen, "h": f"{seen:018x}"}
        return POST.format(
            channel=self.channel,
            title=html.escape(self.title),
            number=post.number,
            view=base64.b64encode(json.dumps(view).encode()).decode().rstrip("="),
            text=html.escape(post.text, quote=False).replace("\n", "<br/>"),
            views=f"{seen}K",
            edited="edited &nbsp;" if post.is_edited else "",
            at=post.published_at.isoformat(),
            clock=f"{post.published_at:%H:%M}",
        )


async def _robots(_request: Request) -> Response:
    return PlainTextResponse("User-agent: *\nDisallow:\n")
