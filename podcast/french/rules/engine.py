"""Rules, and the one loop that applies them.

A ``Stage`` is an ordered table of rules. Its scan looks for the next place
where any of them begins; there they are tried in order, and the first that
has something to say replaces what it matched. Everything is anchored and
bounded, so a stage is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from podcast.french.spoken import Replacement, Spoken

Say = Callable[[re.Match[str]], str | None]
_CLAUSE_ENDS = ".!?…;:\n"
_CONTEXT = 48


@dataclass(frozen=True)
class Rule:
    """Where ``pattern`` matches, ``say`` gives the words, or ``None`` to leave it to later rules.

    Groups in the pattern are named or non-capturing, and there are no
    back-references, so that the rules of a stage fit into one scan.
    """

    name: str
    pattern: str
    say: Say

    @cached_property
    def regex(self) -> re.Pattern[str]:
        regex = re.compile(self.pattern)
        if regex.groups != len(regex.groupindex) or "(?P=" in self.pattern:
            raise ValueError(f"rule {self.name}: unnamed group or back-reference")
        return regex


class Stage:
    """An ordered table of rules that all begin with a ``trigger`` (a pattern of one character)."""

    def __init__(self, trigger: str, *rules: Rule, words: bool = True) -> None:
        self.rules = rules
        self._words = words
        merged = "|".join(f"({_without_groups(rule.regex.pattern)})" for rule in rules)
        self._scan = re.compile(f"(?={trigger})(?:{merged})")

    def __call__(self, spoken: Spoken) -> Spoken:
        return spoken.rewrite(self._replacements(spoken.text))

    def _replacements(self, text: str) -> Iterator[Replacement]:
        at = 0
        while found := self._scan.search(text, at):
            start = found.start()
            at = start + 1
            for rule in self.rules[(found.lastindex or 1) - 1 :]:
                match = rule.regex.match(text, start)
                said = rule.say(match) if match else None
                if match is None or said is None:
                    continue
                at = match.end()
                yield Replacement(start, at, self._apart(text, start, at, said), rule.name)
                break

    def _apart(self, text: str, start: int, end: int, said: str) -> str:
        """Words that replace figures never stick to the letters beside them."""
        if not self._words or not said:
            return said
        left = " " if said[0].isalnum() and text[start - 1 : start].isalnum() else ""
        right = " " if said[-1].isalnum() and text[end : end + 1].isalnum() else ""
        return f"{left}{said}{right}"


def _without_groups(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def before(match: re.Match[str]) -> str:
    """What precedes in the same clause, in lower case, at most 48 characters."""
    start = match.start()
    context = match.string[max(start - _CONTEXT, 0) : start]
    cut = max(context.rfind(end) for end in _CLAUSE_ENDS)
    return context[cut + 1 :].lower()


def after(match: re.Match[str]) -> str:
    """The next 48 characters, as printed."""
    return match.string[match.end() : match.end() + _CONTEXT]


def ends_sentence(match: re.Match[str]) -> bool:
    """True where an abbreviation's full stop is also that of the sentence."""
    return bool(_SENTENCE_END.match(match.string, match.end()))


_SENTENCE_END = re.compile(r"[»\")\]]?(?:\s*$|\s*\n|\s+[«\"(]?\s?[A-ZÀ-ÖØ-Þ])")


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of these strings, the longest first, as a tree so that it stays quick."""
    tree: dict[str, dict[str, dict]] = {}  # type: ignore[type-arg]
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return _branch(tree)


def _branch(node: dict[str, dict]) -> str:  # type: ignore[type-arg]
    branches = [re.escape(letter) + _branch(below) for letter, below in sorted(node.items()) if letter]
    if not branches:
        return ""
    pattern = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{pattern}?" if "" in node else pattern
