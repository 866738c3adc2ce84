"""Things to try the program with (a package: some dependencies install an ``examples`` of their own)."""
