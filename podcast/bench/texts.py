"""Made-up articles of any length, in which no sentence occurs twice."""

from __future__ import annotations

from itertools import count, product

SPEECH_RATE = 17.0
"""Characters that the bundled voice reads in a second, about."""

PLACES = (
    "le pont des Arches",
    "la halle aux grains",
    "le lycée Voltaire",
    "la piscine du port",
    "le vieux théâtre",
)
NEWS = (
    "Hier soir, {place} a rouvert après {number} jours de travaux, devant une foule curieuse.",
    "Selon la mairie, {place} coûtera {number} mille euros de plus que prévu, ce que l'opposition conteste.",
    "« Nous attendions cela », assurent les voisins, qui sont {number} à avoir écrit pour {place}.",
    "Pour {place}, il faudra pourtant patienter jusqu'au printemps, et trouver {number} bénévoles.",
    "Qui aurait cru que {place} attirerait {number} visiteurs par semaine ?",
    "Le conseil en parlera jeudi, avec {place} à l'ordre du jour et {number} questions déjà inscrites.",
)


def sentences() -> list[str]:
    """Enough different ones for half a day of speech."""
    return [
        news.format(place=place, number=number)
        for number, (place, news) in product(range(100, 300), product(PLACES, NEWS))
    ]


def article(seconds: float) -> str:
    """A title, paragraphs of six sentences and a heading now and then, to be read in about ``seconds``."""
    lines = ["Une ville en travaux raconte son année"]
    said = iter(sentences())
    length = 0
    for number in count(1):
        if length >= seconds * SPEECH_RATE:
            return "\n\n".join(lines) + "\n"
        if number % 8 == 0:
            lines.append(f"Ce qui change au chapitre {number // 8}")
        lines.append(" ".join(next(said) for _ in range(6)))
        length += len(lines[-1])
    raise AssertionError
