"""Regular expressions that are compiled when they are first used."""

from __future__ import annotations

import re
import sys
from importlib import import_module

import pytest

from podcast import later
from podcast.later import compiled_later

READERS = ("podcast.article.html", "podcast.article.paste", "podcast.french.pieces", "podcast.french.stages")
"""With all that they import they read any page."""


def test_nothing_is_compiled_before_it_is_used() -> None:
    broken = compiled_later("(")
    with pytest.raises(re.error):
        broken.match("")


def test_it_does_all_that_an_expression_does() -> None:
    told, text = "(?P<word>b[a-z]+)", "le Banc bleu"
    asked, known = compiled_later(told, re.IGNORECASE), re.compile(told, re.IGNORECASE)
    for _ in range(2):
        assert asked.findall(text) == known.findall(text)
        assert asked.sub("le", text, count=1) == known.sub("le", text, count=1)
        found = asked.search(text, 6)
        assert found
        assert found["word"] == "bleu"
        assert (asked.pattern, asked.flags, asked.groups) == (known.pattern, known.flags, known.groups)
    assert compiled_later(b"b.").findall(b"abc") == [b"bc"]


def test_all_that_the_program_has_of_them_are_expressions() -> None:
    for name in READERS:
        import_module(name)
    ours = [vars(module) for name, module in sys.modules.items() if name.startswith("podcast.")]
    told = [value for names in ours for value in names.values() if isinstance(value, later._Pattern)]
    assert len(told) > 30
    assert all(each.groups >= 0 for each in told)
