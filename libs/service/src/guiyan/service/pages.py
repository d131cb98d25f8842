"""Plain pages of the OpenAPI and AsyncAPI documents: no script, no asset from elsewhere, readable offline."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid #ccc}h3{margin-bottom:.2rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9em}pre{background:#f5f5f5;padding:.7rem;overflow:auto}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.2rem .6rem;border-top:1px solid #ddd;
vertical-align:top}.verb{display:inline-block;min-width:3.6rem;font-weight:700}details{margin:.3rem 0}
"""
_VERBS = ("get", "post", "put", "patch", "delete")


def openapi_page(document: Mapping[str, Any]) -> str:
    """An OpenAPI document as one HTML page."""
    info = document["info"]
    body = [f"<h1>{_e(info['title'])} <small>{_e(info['version'])}</small></h1>", f"<p>{_e(info.get('description'))}"]
    body.append('<p><a href="/openapi.json">openapi.json</a> · <a href="/asyncapi">asyncapi</a>')
    body.extend(_operations(document))
    body.append("<h2>Schemas</h2>")
    for name, schema in sorted(document.get("components", {}).get("schemas", {}).items()):
        body.append(f'<details id="{_e(name)}"><summary><code>{_e(name)}</code></summary>{_json(schema)}</details>')
    return _page(str(info["title"]), "".join(body))


def asyncapi_page(document: Mapping[str, Any]) -> str:
    """An AsyncAPI document as one HTML page."""
    info = document.get("info", {})
    body = [f"<h1>{_e(info.get('title'))} <small>{_e(info.get('version'))}</small></h1>"]
    for part in ("channels", "operations"):
        body.append(f"<h2>{part.title()}</h2>")
        for name, item in sorted(document.get(part, {}).items()):
            address = item.get("address") or item.get("action") or ""
            body.append(f"<h3><code>{_e(name)}</code> {_e(address)}</h3><p>{_e(item.get('description'))}{_json(item)}")
    return _page(str(info.get("title", "AsyncAPI")), "".join(body))


def _operations(document: Mapping[str, Any]) -> Iterator[str]:
    for path, item in sorted(document.get("paths", {}).items()):
        for verb in _VERBS:
            if verb in item:
                yield _operation(path, verb, item[verb])


def _operation(path: str, verb: str, operation: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{_e(one['name'])}</code><td>{_e(one['in'])}<td>{_e(one.get('description'))}"
        for one in operation.get("parameters", [])
    )
    parts = [
        f'<h3><span class="verb">{verb.upper()}</span><code>{_e(path)}</code></h3>',
        f"<p>{_e(operation.get('summary'))}. {_e(operation.get('description'))}",
        f"<table>{rows}</table>" if rows else "",
    ]
    for title, part in (("Body", operation.get("requestBody")), ("Answers", operation.get("responses"))):
        if part:
            parts.append(f"<details><summary>{title}</summary>{_json(part)}</details>")
    return "".join(parts)


def _json(value: Any) -> str:
    return f"<pre>{_e(json.dumps(value, ensure_ascii=False, indent=1))}</pre>"


def _e(text: object) -> str:
    return escape(str(text)) if text is not None else ""


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{_e(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style><body>{body}</body></html>'
    )
