"""Ordered, streaming, parallel rendering of utterances."""
