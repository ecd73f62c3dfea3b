"""The documentation of the interface as one page, written from its OpenAPI document; loads nothing from elsewhere."""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse

router = APIRouter()

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid #8886; border-radius: 4px; }
section { border-top: 1px solid #8886; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
.method { font-weight: 700; }
a:focus-visible, summary:focus-visible { outline: 2px solid; outline-offset: 2px; }
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; base-uri 'none'; frame-ancestors 'none'"


@router.get("/docs", include_in_schema=False)
async def show_docs(request: Request) -> HTMLResponse:
    """Every operation with its parameters, answers and examples."""
    openapi = request.app.openapi()
    return HTMLResponse(page(openapi), headers={"Content-Security-Policy": POLICY})


@router.get("/openapi.json", include_in_schema=False)
async def show_openapi(request: Request) -> JSONResponse:
    """The OpenAPI 3.1 document."""
    return JSONResponse(request.app.openapi())


def page(openapi: Mapping[str, Any]) -> str:
    """The whole page."""
    info = openapi["info"]
    operations = list(_operations(openapi))
    listed = "".join(
        f'<li><a href="#{escape(one["operationId"])}"><code>{method} {escape(path)}</code></a></li>'
        for method, path, one in operations
    )
    told = "".join(_operation(method, path, one) for method, path, one in operations)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(info['title'])}</title><style>{STYLE}</style></head><body>"
        f"<header><h1>{escape(info['title'])} {escape(info['version'])}</h1>{_paragraphs(info['description'])}"
        '<p>For programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p></header>'
        f'<nav aria-label="Operations"><ul>{listed}</ul></nav><main>{told}</main></body></html>'
    )


def _operations(openapi: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def _operation(method: str, path: str, one: Mapping[str, Any]) -> str:
    scopes = [scope for need in one.get("security", ()) for scope in need.get("apiKey", ())]
    access = f"needs a key with the scope <code>{escape(' '.join(scopes))}</code>" if scopes else "open to everybody"
    answers = "".join(
        f"<tr><td><code>{escape(status)}</code></td><td>{escape(answer['description'])}</td></tr>"
        for status, answer in one["responses"].items()
    )
    return (
        f'<section id="{escape(one["operationId"])}"><h2><span class="method">{method}</span> '
        f"<code>{escape(path)}</code></h2>{_paragraphs(one.get('description', ''))}<p>This {access}.</p>"
        f"{_parameters(one)}{_example('Example of a body', one.get('requestBody', {}))}"
        f"<h3>Answers</h3><table><tbody>{answers}</tbody></table>"
        f"{_example('Example of an answer', _success(one))}</section>"
    )


def _parameters(one: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(parameter['name'])}</code></td><td>{escape(parameter['in'])}"
        f"{', required' if parameter['required'] else ''}</td><td>{escape(parameter.get('description', ''))}</td></tr>"
        for parameter in one.get("parameters", ())
    )
    return f"<h3>Parameters</h3><table><tbody>{rows}</tbody></table>" if rows else ""


def _success(one: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((answer for status, answer in one["responses"].items() if status.startswith("2")), {})


def _example(title: str, holder: Mapping[str, Any]) -> str:
    for content in holder.get("content", {}).values():
        if "example" in content:
            value = content["example"]
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
            return f"<details><summary>{title}</summary><pre>{escape(text)}</pre></details>"
    return ""


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.replace("``", "").split("\n\n") if part.strip())
