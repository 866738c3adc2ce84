"""Rules, and the one loop that applies them.

A ``Stage`` is an ordered list of rules, in tables. Its scan looks for the next place
where any of them begins; there they are tried in order, and the first that
has something to say replaces what it matched. Everything is anchored and
bounded, so a stage is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from podcast.french.spoken import Spoken

Say = Callable[[re.Match[str]], str | None]
_CLAUSE_ENDS = re.compile(r"[.!?…;:\n]")
_CONTEXT = 48
_WORD = 24


class Rule:
    """Where ``pattern`` matches, ``say`` is or gives the words; ``None`` leaves it to later rules.

    Groups in the pattern are named or non-capturing, and there are no
    back-references, so that the rules of a stage fit into one scan.
    """

    def __init__(self, name: str, pattern: str, say: Say | str) -> None:
        self.name = name
        self.pattern = pattern
        self.say = say

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern, checked and compiled."""
        regex = re.compile(self.pattern)
        if regex.groups != len(regex.groupindex) or "(?P=" in self.pattern:
            raise ValueError(f"rule {self.name}: unnamed group or back-reference")
        return regex


class Table:
    """Rules in order, and what the text must look like where any of them begins.

    The opening spares the trial of every rule at every character; it decides
    nothing.
    """

    def __init__(self, opening: str, *rules: Rule) -> None:
        self.rules = rules
        self._opening = opening

    @cached_property
    def opening(self) -> re.Pattern[str]:
        """Matches where a rule may begin."""
        return re.compile(self._opening)

    @property
    def pattern(self) -> str:
        """Matches where a rule does; an empty group after each tells which."""
        either = "|".join(f"(?:{_without_groups(rule.pattern)})()" for rule in self.rules)
        return f"(?={self._opening})(?:{either})"


class Stage:
    """Tables tried in order at every place that ``opening`` allows.

    ``first`` is the class of the characters that any of the rules begins with;
    the scan leaps from one to the next. ``opening`` is what all of them begin
    with: where it is rare, the rules are tried there one by one, for all of them
    in one scan would take longer to compile than an article to be read. A text
    in which ``needs``, a pattern or a function, finds nothing is left at once. With ``words`` the
    replacements are words, which never stick to the letters beside them.

    Patterns are compiled when a text asks for them: to compile all of them
    takes as long as to read three pages.
    """

    def __init__(
        self,
        *tables: Table,
        first: str = "",
        needs: str | Callable[[str], object] = "",
        opening: str = "",
        words: bool = True,
    ) -> None:
        self.tables = tables
        self._first = first
        self._opening = opening
        self.words = words
        self._needed = needs or first
        trials = [(table, table.rules) for table in tables]
        self._from = [
            [(table, rules[first_rule:]), *trials[number + 1 :]]
            for number, (table, rules) in enumerate(trials)
            for first_rule in range(len(rules))
        ]

    @cached_property
    def _needs(self) -> Callable[[str], object]:
        return re.compile(self._needed).search if isinstance(self._needed, str) else self._needed

    @cached_property
    def _scan(self) -> re.Pattern[str]:
        scan = self._opening or "|".join(table.pattern for table in self.tables)
        regex = re.compile(f"{self._first}(?<=(?={scan})[\\s\\S])" if self._first else scan)
        if not self._opening and regex.groups != len(self._from):
            raise ValueError("a rule of this stage has an unnamed group")
        return regex

    def __call__(self, spoken: Spoken) -> Spoken:
        """Every rule applied once, from the left."""
        if not self._needs(spoken.text):
            return spoken
        return spoken.rewrite(self._replacements(spoken.text))

    def _replacements(self, text: str) -> Iterator[tuple[int, int, str, str]]:
        at = 0
        while found := self._scan.search(text, at):
            start = found.start()
            at = start + 1
            answer = self._answer(text, start, (found.lastindex or 1) - 1)
            if answer:
                end, said, name = answer
                at = max(end, at)
                yield start, end, self._apart(text, start, end, said), name

    def _answer(self, text: str, start: int, rule: int) -> tuple[int, str, str] | None:
        """The first from that ``rule`` on with something to say at ``start``, of tables that open there."""
        for table, rules in self._from[rule]:
            if not table.opening.match(text, start):
                continue
            for one in rules:
                match = one.regex.match(text, start)
                if not match:
                    continue
                said = one.say if isinstance(one.say, str) else one.say(match)
                if said is not None:
                    return match.end(), said, one.name
        return None

    def _apart(self, text: str, start: int, end: int, said: str) -> str:
        if not self.words or not said:
            return said
        left = " " if said[0].isalnum() and text[start - 1 : start].isalnum() else ""
        right = " " if said[-1].isalnum() and text[end : end + 1].isalnum() else ""
        return f"{left}{said}{right}"


def _without_groups(pattern: str) -> str:
    return re.sub(r"\(\?P<\w+>", "(?:", pattern)


def before(match: re.Match[str], group: str | int = 0) -> str:
    """What precedes (a group of) the match in the same clause, in lower case, at most 48 characters."""
    start = match.start(group)
    return _CLAUSE_ENDS.split(match.string[max(start - _CONTEXT, 0) : start])[-1].lower()


def last_word(match: re.Match[str], group: str | int = 0) -> str:
    """The word before (a group of) the match, in lower case; empty if punctuation stands between."""
    start = match.start(group)
    context = match.string[max(start - _WORD, 0) : start].rstrip(" -")
    at = len(context)
    if not at or not context[-1].isalpha():
        return ""
    while at and context[at - 1].isalpha():
        at -= 1
    return context[at:].lower()


def after(match: re.Match[str], length: int = _CONTEXT) -> str:
    """The characters that follow, as printed."""
    end = match.end()
    return match.string[end : end + length]


def ends_sentence(match: re.Match[str]) -> bool:
    """True where an abbreviation's full stop is also that of the sentence."""
    return bool(_SENTENCE_END.match(match.string, match.end()))


_SENTENCE_END = re.compile(r"[»\")\]]?(?:\s*$|\s{0,9}\n|\s{1,9}[«\"(]?\s?[A-ZÀ-ÖØ-Þ])")


def alternation(words: Iterable[str]) -> str:
    """A pattern for any of these strings, the longest first, as a tree so that it stays quick."""
    tree: dict[str, _Node] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, _Node())
        node[""] = _Node()
    return _branch(tree)


class _Node(dict[str, "_Node"]):
    """Letters, each with what may follow; the empty string marks the end of a word."""


def _branch(node: dict[str, _Node]) -> str:
    branches = [
        (letter if letter.isalnum() else re.escape(letter)) + _branch(below)
        for letter, below in sorted(node.items())
        if letter
    ]
    if not branches:
        return ""
    pattern = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{pattern}?" if "" in node else pattern
