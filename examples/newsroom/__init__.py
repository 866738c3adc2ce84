"""A small newsroom to try the podcast with."""
