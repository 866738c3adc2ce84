"""The Robots Exclusion Protocol, RFC 9309.

The standard library's parser stops at the first rule that matches and knows
no wildcards; the standard, and newsrooms' files, mean the longest match with
``*`` and ``$``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

MAX_ROBOTS = 512_000
"""Bytes: §2.5 asks for at least 500 KiB."""

_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``allow`` or ``disallow`` line."""

    path: str
    allow: bool

    def matches(self, path: str) -> bool:
        """Whether the rule speaks of ``path``; in time linear per literal piece."""
        pattern, anchored = (self.path[:-1], True) if self.path.endswith("$") else (self.path, False)
        first, *rest = pattern.split("*")
        if not path.startswith(first):
            return False
        if not rest:
            return not anchored or path == first
        position, last = len(first), rest.pop()
        for piece in rest:
            found = path.find(piece, position)
            if found < 0:
                return False
            position = found + len(piece)
        if anchored:
            return path.endswith(last) and len(path) - len(last) >= position
        return path.find(last, position) >= 0


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules that hold for one robot on one site."""

    rules: tuple[Rule, ...] = ()

    def allows(self, path: str) -> bool:
        """Whether ``path`` (with its query) may be fetched: the longest rule decides, a tie allows."""
        path = _canonical(path)
        if path == "/robots.txt":
            return True
        matching = [rule for rule in self.rules if rule.matches(path)]
        return not matching or max(matching, key=lambda rule: (len(rule.path), rule.allow)).allow


def parse_robots(text: str, robot: str) -> Robots:
    """The rules for the product token ``robot``: of its own groups, else of those for ``*``."""
    groups: dict[str, list[Rule]] = {}
    ours = {robot.lower(), "*"}
    current: set[str] = set()
    naming = False
    for key, value in _lines(text):
        if key == "user-agent":
            named = {value.partition("/")[0].strip().lower()} & ours
            current = current | named if naming else named
            for agent in named:
                groups.setdefault(agent, [])
            naming = True
        elif key in {"allow", "disallow"}:
            naming = False
            for agent in current if value else ():
                groups[agent].append(Rule(_canonical(value), key == "allow"))
    return Robots(tuple(groups.get(robot.lower(), groups.get("*", ()))))


def _lines(text: str) -> list[tuple[str, str]]:
    pairs = []
    for line in text.removeprefix("\ufeff").splitlines():
        key, colon, value = line.partition("#")[0].partition(":")
        if colon:
            pairs.append((key.strip().lower(), value.strip()))
    return pairs


def _canonical(path: str) -> str:
    """One spelling for percent-encoded paths (§2.2.2): accents encoded, plain letters not."""
    encoded = quote(path, safe="/%:@!$&'()*+,;=~?")
    return _ESCAPE.sub(_unescape, encoded)


def _unescape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()
