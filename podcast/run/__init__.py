"""The job that runs at night: sources → new and changed articles → episodes → feed → published.

    gather   what the sources name, against what the library knows
    look     is there anything new at this address?
    work     each article on its own: spoken, left, put off, withdrawn
    make     an article becomes an episode folder of the library
    air      the library's episodes become the feed and what is published

Every step is in the library before the next begins, and what is published
follows from the library alone: a run may be killed at any moment, and the
next one goes on.
"""

from typing import TYPE_CHECKING

from podcast.later import imported_from
from podcast.run.nightly import changing, rebuild, run
from podcast.run.plan import Plan, plan_of
from podcast.run.report import Line, Outcome

if TYPE_CHECKING:
    from podcast.run.checking import breaches_of

__all__ = ["Line", "Outcome", "Plan", "breaches_of", "changing", "plan_of", "rebuild", "run"]

__getattr__ = imported_from({"breaches_of": "podcast.run.checking"}, __name__)  # with numpy, to hear sound
