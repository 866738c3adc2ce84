"""What the server offers, as OpenAPI 3.1: one line for each address."""

from __future__ import annotations

from typing import Any

from podcast import __version__

ADDRESSES = (
    ("post", "/articles", "Hand in an article; the same article has the same id.", {
        201: "application/json", 400: "", 401: "", 403: "", 413: "", 415: "", 502: "", 503: "",
    }),
    ("get", "/articles/{id}", "Title, state and addresses.", {200: "application/json", 404: ""}),
    ("get", "/articles/{id}/audio.mp3", "The sound, also while it is being spoken; whole, by ranges.", {
        200: "audio/mpeg", 206: "audio/mpeg", 304: "", 404: "", 416: "", 503: "",
    }),
    ("get", "/articles/{id}/timeline", "Events (script, utterance, chapters, done, failed), then JSON.", {
        200: "text/event-stream", 404: "", 409: "", 503: "",
    }),
    ("get", "/articles/{id}/chapters.json", "Podcasting 2.0 chapters.", {
        200: "application/json+chapters", 404: "", 409: "",
    }),
    ("get", "/articles/{id}/transcript.vtt", "WebVTT.", {200: "text/vtt", 404: "", 409: ""}),
    ("get", "/articles/{id}/cover.jpg", "A picture, 1400 × 1400.", {200: "image/jpeg", 404: ""}),
    ("get", "/articles/{id}/listen", "A page to listen and read along.", {200: "text/html", 404: ""}),
    ("get", "/articles/{id}/player", "The player alone, for frames.", {200: "text/html", 404: ""}),
    ("get", "/oembed", "oEmbed of a player's address.", {
        200: "application/json", 400: "", 404: "", 501: "",
    }),
    ("get", "/episodes/{slug}/{file}", "A file of a finished episode.", {200: "*/*", 206: "*/*", 404: ""}),
    ("get", "/feed.xml", "The show's RSS feed.", {200: "application/rss+xml", 404: ""}),
    ("get", "/healthz", "Whether articles can be heard.", {200: "application/json", 503: ""}),
    ("get", "/metrics", "Prometheus' text format.", {200: "text/plain"}),
)  # fmt: skip

WORDS = {
    200: "what was asked for", 201: "taken in", 206: "a part of it", 304: "unchanged", 400: "not an article",
    401: "the token is missing or wrong", 403: "not from there", 404: "there is none",
    409: "not finished yet",
    413: "too long", 415: "not a known format", 416: "not within it", 501: "only JSON",
    502: "the page was not to be had",
    503: "come back after Retry-After seconds",
}  # fmt: skip
_STRING = {"type": "string"}
_SUBMISSION: dict[str, Any] = {
    "required": True,
    "content": {
        "text/plain": {"schema": _STRING},
        "text/html": {"schema": _STRING},
        "text/markdown": {"schema": _STRING},
        "application/json": {
            "schema": {
                "type": "object",
                "description": "One of text, html, markdown; or url, which is fetched; or an article.json.",
                "properties": dict.fromkeys(("text", "html", "markdown", "url"), _STRING),
            }
        },
    },
}


def _operation(method: str, path: str, summary: str, answers: dict[int, str]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "summary": summary,
        "responses": {str(status): _answer(status, media) for status, media in answers.items()},
    }
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [{"name": name, "in": "path", "required": True, "schema": _STRING} for name in names]
    if path == "/oembed":
        parameters = [{"name": "url", "in": "query", "required": True, "schema": _STRING}]
    if parameters:
        operation["parameters"] = parameters
    if method == "post":
        operation |= {"requestBody": _SUBMISSION, "security": [{"token": []}, {}]}
    return operation


def _answer(status: int, media: str) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": WORDS[status]}
    if media:
        answer["content"] = {media: {}}
    elif status >= 400:
        answer["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return answer


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for method, path, summary, answers in ADDRESSES:
        paths.setdefault(path, {})[method] = _operation(method, path, summary, answers)
    return paths


DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "podcast", "version": __version__, "summary": "Articles, listened to."},
    "paths": _paths(),
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {
            "Problem": {
                "type": "object",
                "properties": {
                    "error": {**_STRING, "description": "A French sentence for the reader."},
                    "detail": {**_STRING, "description": "What exactly, for the log."},
                },
            }
        },
    },
}
