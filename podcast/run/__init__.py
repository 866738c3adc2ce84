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

from podcast.run.checking import breaches_of
from podcast.run.nightly import changing, rebuild, run
from podcast.run.plan import Plan, plan_of
from podcast.run.report import Line, Outcome

__all__ = ["Line", "Outcome", "Plan", "breaches_of", "changing", "plan_of", "rebuild", "run"]
