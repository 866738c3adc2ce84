"""How fast the French normaliser is: characters per second of CPU, on news and on hostile text.

    python -m benchmarks.normalizer [FILE…]

Ordinary text should pass 100,000 characters per second; each hostile text of
100,000 characters should take less than a second.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

from podcast.french.normalize import normalize

SIZE = 100_000
PARAGRAPH = """\
Le maire a annoncé mardi 12 mars, à 18h30, la fermeture de 21 classes sur 340. « Nous n'avons plus le choix »,
a-t-il expliqué devant 150 parents, rappelant que la ville a perdu 3,2 % de ses habitants depuis 2015. Selon
Mme Durand, présidente de l'association, la mesure coûterait 1,5 M€ par an. Les familles, elles, promettent de
se battre jusqu'au bout : une marche est prévue samedi, de la place de la République à la préfecture.
"""
PARTS = """\
1 + A I # [ * _ & ’ « … é x % ° ² ½ ( \u00a0 \u200b 😀 e\u0301 1, 1. 1- 1/ 1: 1h -1 a1 A1- @a a.fr http://a
[a]( <b aB 1x $1 1' m²/ 2024-2025 1°5 1€ [1] 1er 6-4, 08/07/2025 12:34 Ie M. n° p.1 a@a.fr J.-C.
1½ a¼ >½ ½①2 2½² 10½Md ³10³ £<¼s %=½ +¼M.C% ~VV 1/2 +1"""
HOSTILE = [part + end for part in re.split("[ \\n]", PARTS) for end in ("", " ")]


def seconds(text: str) -> float:
    start = time.process_time()
    normalize(text)
    return time.process_time() - start


def main(paths: list[str]) -> None:
    news = "\n".join(Path(path).read_text(encoding="utf-8") for path in paths) if paths else PARAGRAPH * 300
    seconds(PARAGRAPH)
    lines = news.splitlines()
    start = time.process_time()
    for line in lines:
        normalize(line)
    elapsed = time.process_time() - start
    print(
        f"ordinary text, line by line   {len(news) / elapsed:12,.0f} characters/s ({len(news):,} characters)"
    )
    slowest = sorted(((seconds((part * SIZE)[:SIZE]), part) for part in HOSTILE), reverse=True)
    print(f"hostile text, slowest of {len(slowest)}   {slowest[0][0]:12.2f} s for {SIZE:,} characters")
    for elapsed, part in slowest[:8]:
        print(f"    {elapsed:6.2f} s  {part!r}")


if __name__ == "__main__":
    main(sys.argv[1:])
