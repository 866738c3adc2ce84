"""Pages from templates, with jinja2: those that are made once for a show or a server.

The listening page, which each episode has, does without it (``episode.page``):
jinja2 takes as long to be imported as an article to be cleaned.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from jinja2 import Environment


class Render(Protocol):
    """Fills a template."""

    def __call__(self, template: str, /, **values: object) -> str:
        """The page; what the template does not say to be markup is escaped."""
        ...


def renderer(templates: Path) -> Render:
    """Fills the templates of a folder, each read once: a value that is missing is an error."""

    def render(template: str, /, **values: object) -> str:
        return _environment(templates).get_template(template).render(values)

    return render


@cache
def _environment(templates: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
