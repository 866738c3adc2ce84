"""French as it is said, not as it is written."""
