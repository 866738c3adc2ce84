"""What went wrong, as a status and a sentence that a reader understands."""

from __future__ import annotations

import logging

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from podcast.errors import ArticleError, FetchError, PodcastError

logger = logging.getLogger(__name__)

RETRY_AFTER = 5
"""Seconds after which whoever was refused may ask again."""

SENTENCES = {
    400: "Cette demande ne contient pas d’article que l’on puisse lire.",
    401: "Il faut un jeton d’accès pour déposer un article.",
    403: "Cette page n’a pas le droit de déposer un article.",
    404: "Cette page n’existe pas, ou n’existe plus.",
    405: "Cette adresse ne répond pas à cette demande.",
    408: "L’article n’est pas arrivé à temps.",
    409: "L’article n’est pas encore lu jusqu’au bout.",
    413: "L’article est trop long.",
    415: "Ce format d’article n’est pas connu.",
    500: "Le serveur a rencontré une erreur.",
    501: "Ce format de réponse n’est pas proposé.",
    502: "La page de l’article n’a pas pu être lue. Réessayez plus tard.",
    503: "La lecture n’est pas disponible pour le moment. Réessayez dans un instant.",
}
"""For people, by status; the error's own line goes beside it as ``detail``."""


class Refused(Exception):  # noqa: N818 an answer, not a fault
    """A request that is answered with a status and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def problem(status: int, detail: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """The answer: ``{"error": a French sentence, "detail": what exactly}``."""
    extra = dict(headers or {})
    if status in (409, 503):
        extra.setdefault("Retry-After", str(RETRY_AFTER))
    if status == 401:
        extra.setdefault("WWW-Authenticate", "Bearer")
    extra.setdefault("Cache-Control", "no-store")
    body = {"error": sentence(status), "detail": detail.encode("utf-8", "replace").decode()}
    return JSONResponse(body, status, extra)


def sentence(status: int) -> str:
    """What a reader is told."""
    return SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])


def status_of(error: PodcastError) -> int:
    """Whose fault an error is: the article's, the site's that it was fetched from, or ours."""
    if isinstance(error, ArticleError):
        return 400
    return 502 if isinstance(error, FetchError) else 503


async def refused(_request: Request, error: Exception) -> Response:
    """The answer to what was refused here."""
    assert isinstance(error, Refused)  # noqa: S101 registered for it
    return problem(error.status, error.detail)


async def failed(request: Request, error: Exception) -> Response:
    """The answer to what the stages could not do."""
    assert isinstance(error, PodcastError)  # noqa: S101 registered for it
    status = status_of(error)
    if status == 503:
        logger.warning("%s: %s", request.url.path, error)
    return problem(status, str(error))


async def not_found(_request: Request, error: Exception) -> Response:
    """The answer to an address or a method that there is not."""
    assert isinstance(error, HTTPException)  # noqa: S101 registered for it
    return problem(error.status_code, error.detail, dict(error.headers or {}))


async def fault(_request: Request, _error: Exception) -> Response:
    """The answer to a fault of the program; the log has the traceback."""
    return problem(500)
