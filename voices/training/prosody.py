"""The tune of a French sentence, drawn from rules in place of the teacher's.

After Jun and Fougeron's model of French intonation: words gather in accentual
phrases of three syllables or more; each ends in a rise on its last full
syllable, the steeper the deeper the break that follows; a statement ends in a
fall, a question in a high rise (or in a fall when a question word has told it
already). Over that lie declination, which starts anew a little after each
comma, and the pulls of the consonants and vowels themselves (microprosody,
after Di Cristo). All is a function of the phonemes and their durations, so the
student can learn it exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from voices.training.align import PUNCTUATION, STRESS
from voices.training.features import smoothed
from voices.training.recipe import SAMPLE_RATE, SUBFRAME

Array = npt.NDArray[np.float64]
Mode = Literal["statement", "question", "asked", "exclamation"]

REFERENCE = 107.0
"""Hz: the middle of the voice; heights below are semitones from it."""

LOWEST, HIGHEST = -7.0, 9.0
RATE = SAMPLE_RATE / SUBFRAME
"""Sub-frames a second."""

VOWELS = frozenset("aeiouyøœɐɑɒɔəɛɜɪʊʌæ")
VOICELESS = frozenset("ptkfsʃθhx")
VOICED_OBSTRUENTS = frozenset("bdɡvzʒð")
OPENNESS = {**dict.fromkeys("iyuɪʊ", 0.35), **dict.fromkeys("aɑæ", -0.25)}
"""Semitones that the height of the tongue adds to a vowel's pitch."""

AFTER_VOICELESS, IN_VOICED = 0.6, -0.5

GROUP = 3
"""Syllables that an accentual phrase has at least, where a word ends in time."""

RISES = {"": 2.6, ",": 4.2, ";": -1.5, ":": 2.0}
"""Height of an accent before what follows: nothing, or a mark inside the sentence."""

DOWNSTEP = 0.82
"""Each accent of a clause against the one before."""

LOW = -1.2
"""Where an accentual phrase starts."""

BROAD = 9
"""Syllables of a clause that ends in the whole rise; a shorter one, or a later one, rises less."""

CLIMB = 0.4
"""How much of the way to its accent a phrase has climbed just before it."""

FALL = -4.6
LIFT = 6.5
"""The ends of a statement and of a question."""

DECLINATION, RESET = -1.8, 0.9
"""Semitones that a long sentence sinks, and that it regains after a mark inside."""

QUESTION_WORDS = ("ki", "u", "kɑ̃", "kɔmɑ̃", "puʁkwa", "kɛl", "kɔ̃bjɛ̃", "kə", "ləkɛl", "lakɛl")
"""Sounds of the first word that tell a question (« est-ce que » does not, nor does « à quoi »)."""


@dataclass(slots=True)
class Syllable:
    """A vowel, in sub-frames, and what its place asks of it."""

    start: float
    end: float
    vowel: str
    word_final: bool = False
    stressed: bool = False
    mark: str = ""
    """The punctuation that follows its word, on the word's last syllable."""
    heights: tuple[float, float] = (0.0, 0.0)
    """Semitones at a quarter and at nine tenths of the vowel."""


@dataclass(slots=True)
class Clause:
    """What lies between two marks: accentual phrases, each a list of syllables."""

    phrases: list[list[Syllable]] = field(default_factory=list)
    mark: str = ""


def contour(tokens: Sequence[str], frames: Sequence[int]) -> Array:
    """Natural log of the pitch in hertz, two values a frame, over the whole utterance.

    ``tokens`` are code points from ``^`` to ``$``, ``frames`` how long each lasts.
    """
    ends = 2.0 * np.cumsum(frames)
    starts = ends - 2.0 * np.asarray(frames)
    count = int(ends[-1])
    syllables = _syllables(tokens, starts, ends)
    clauses = _clauses(syllables)
    for number, clause in enumerate(clauses):
        _intone(clause, _mode(tokens, clauses[-1].mark), number, last=number == len(clauses) - 1)
    tune = _drawn(syllables, count) + _declination(clauses, count)
    tune = smoothed(tune, 15) + smoothed(_microprosody(tokens, starts, ends, count), 5)
    return np.asarray(np.log(REFERENCE) + np.clip(tune, LOWEST, HIGHEST) * np.log(2) / 12)


def _syllables(tokens: Sequence[str], starts: Array, ends: Array) -> list[Syllable]:
    found: list[Syllable] = []
    stressed = False
    for i, symbol in enumerate(tokens):
        if symbol in STRESS:
            stressed = symbol == "ˈ"
        elif symbol in VOWELS:
            found.append(Syllable(starts[i], ends[i], symbol, stressed=stressed))
            stressed = False
        elif found and symbol == " ":
            found[-1].word_final = True
        elif found and symbol in PUNCTUATION:
            found[-1].word_final = True
            found[-1].mark = symbol
    if found:
        found[-1].word_final = True
    return found


def _clauses(syllables: Sequence[Syllable]) -> list[Clause]:
    """Cut at marks; within, a phrase closes with the stressed word that gives it ``GROUP`` syllables."""
    clauses = [Clause()]
    phrase: list[Syllable] = []
    accented = False
    for place, syllable in enumerate(syllables):
        phrase.append(syllable)
        accented |= syllable.stressed
        final = place == len(syllables) - 1
        if syllable.mark or final:
            clauses[-1].mark = syllable.mark
            phrases = clauses[-1].phrases
            if phrases and len(phrase) < 2:
                phrases[-1].extend(phrase)  # a lone syllable leans on what went before
            else:
                phrases.append(phrase)
            if not final:
                clauses.append(Clause())
        elif not (syllable.word_final and accented and len(phrase) >= GROUP):
            continue
        else:
            clauses[-1].phrases.append(phrase)
        phrase, accented = [], False
    return clauses


def _mode(tokens: Sequence[str], mark: str) -> Mode:
    if mark == "!":
        return "exclamation"
    if mark != "?":
        return "statement"
    plain = [symbol for symbol in tokens if symbol not in STRESS | {"-"}]
    first = "".join(plain[1:]).split(" ")[0].rstrip("?")
    return "asked" if first in QUESTION_WORDS else "question"


def _intone(clause: Clause, mode: Mode, place: int, *, last: bool) -> None:
    """Heights for every syllable of the clause at ``place`` in its sentence."""
    accents = clause.phrases
    for number, phrase in enumerate(accents):
        height = RISES[""] * max(0.45, DOWNSTEP**number) * (0.7 if mode == "question" else 1.0)
        if mode in ("exclamation", "asked") and number == 0 == place:
            height += 1.8
        rise = _accented(phrase)
        for i, syllable in enumerate(phrase):
            climb = LOW + CLIMB * (height - LOW) * i / max(1, rise)
            syllable.heights = (climb, climb) if i < rise else (height - 1.2, height)
    if not accents:
        return
    closing = accents[-1]
    heights = _closing(clause.mark, mode, last)
    if not last:
        size = sum(map(len, accents))
        weight = (0.55 + 0.45 * min(1.0, size / BROAD)) * max(0.75, 0.93**place)
        heights = (heights[0], weight * heights[1], weight * heights[2])
    rise = _accented(closing)
    for syllable in closing[rise:]:
        syllable.heights = (heights[1], heights[2])
    for syllable in closing[max(0, rise - 1) : rise]:
        syllable.heights = (heights[0], heights[0])


def _closing(mark: str, mode: Mode, last: bool) -> tuple[float, float, float]:
    """Heights before the last accent of a clause, at its start and at its end."""
    if not last:
        rise = RISES.get(mark, RISES[","])
        return (LOW, 0.3 * rise, rise) if rise > 0 else (0.0, -0.4, rise)
    return {
        "statement": (0.2, -1.2, FALL),
        "exclamation": (2.6, 1.6, FALL),
        "question": (LOW, 1.5, LIFT),
        "asked": (-0.6, -1.8, -2.6),
    }[mode]


def _accented(phrase: Sequence[Syllable]) -> int:
    """Place of the phrase's accent: its last full syllable (a final schwa leans on it)."""
    place = len(phrase) - 1
    while place > 0 and phrase[place].vowel == "ə" and not phrase[place].stressed:
        place -= 1
    return place


def _drawn(syllables: Sequence[Syllable], count: int) -> Array:
    """The heights, joined by straight lines."""
    times: list[float] = []
    heights: list[float] = []
    for syllable in syllables:
        length = syllable.end - syllable.start
        times += [syllable.start + 0.25 * length, syllable.start + 0.9 * length]
        heights += syllable.heights
    if not times:
        return np.zeros(count)
    return np.interp(np.arange(count), times, heights)


def _declination(clauses: Sequence[Clause], count: int) -> Array:
    seconds = np.arange(count) / RATE
    line = DECLINATION * (1.0 - np.exp(-seconds / 2.5))
    for clause in clauses[1:]:
        begun = seconds - next((phrase[0].start for phrase in clause.phrases), 0.0) / RATE
        line += np.where(begun >= 0, RESET * np.exp(-np.maximum(begun, 0.0) / 0.8), 0.0)
    return line


def _microprosody(tokens: Sequence[str], starts: Array, ends: Array, count: int) -> Array:
    pull = np.zeros(count)
    burst = 0.045 * RATE
    for token, start, end in zip(tokens, starts.astype(int), ends.astype(int), strict=True):
        if token in VOICELESS:
            after = np.arange(min(count - end, int(4 * burst)))
            pull[end : end + len(after)] += AFTER_VOICELESS * np.exp(-after / burst)
        elif token in VOICED_OBSTRUENTS:
            pull[start:end] += IN_VOICED
        else:
            pull[start:end] += OPENNESS.get(token, 0.0)
    return pull
