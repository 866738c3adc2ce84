"""The show on the air: library, feed, checks, storage."""
