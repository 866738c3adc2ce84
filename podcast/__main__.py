"""``python -m podcast`` is the same as ``podcast``."""

from podcast.cli import main

main()
