"""Engines and voices behind one door."""
