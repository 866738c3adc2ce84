"""How much of French news espeak-ng says right, alone and after our lexicon and mends.

    python -m benchmarks.pronunciation [--wrong] [FILE.tsv…]

A file has a sentence and the sounds that must be heard in it, a tab between
(the default: ``tests/data/french/phonemes.tsv`` and ``names.tsv``). *Alone* is
the normalised text given to espeak-ng as it stands. ``--wrong`` lists what is
still said wrong.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from podcast.french import normalize, utterances
from podcast.speech import installed_voices, phonemes
from podcast.types import Block

DATA = Path(__file__).resolve().parent.parent / "tests" / "data" / "french"
VOICE = next(voice for voice in installed_voices() if voice.engine == "piper")

_SAME = str.maketrans({"ɥ": "y", "ɛ": "e", "g": "ɡ", "r": "ʁ", **dict.fromkeys("ˈˌːʲ-.,;:!? ")})


def folded(ipa: str) -> str:
    """Sounds only, with the vowels that French speakers and espeak-ng do not keep apart made one."""
    sounds = unicodedata.normalize("NFD", ipa).translate(_SAME)
    sounds = sounds.replace("ɔ\u0303", "õ").replace("ɔ", "o").replace("nj", "ɲ")
    return unicodedata.normalize("NFC", sounds)


def alone(sentence: str) -> str:
    """What espeak-ng makes of the normalised sentence."""
    return folded(phonemes(normalize(sentence).text, VOICE))


def ours(sentence: str) -> str:
    """What Piper speaks."""
    said = utterances([Block("paragraph", sentence)])
    return folded("".join(phonemes(u.phonemic or u.text, VOICE) for u in said))


def cases(path: Path) -> Iterator[tuple[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            sentence, sounds = line.split("\t")
            yield sentence, folded(sounds)


def main(arguments: list[str]) -> None:
    paths = [Path(a) for a in arguments if a != "--wrong"] or [DATA / "phonemes.tsv", DATA / "names.tsv"]
    for path in paths:
        lines = list(cases(path))
        start = time.perf_counter()
        wrong = [(sentence, sounds) for sentence, sounds in lines if sounds not in ours(sentence)]
        elapsed = time.perf_counter() - start
        right_alone = sum(sounds in alone(sentence) for sentence, sounds in lines)
        print(
            f"{path.name}: {len(lines)} lines, espeak-ng alone {right_alone} right, "
            f"ours {len(lines) - len(wrong)} right ({elapsed:.1f} s)"
        )
        for sentence, sounds in wrong if "--wrong" in arguments else ():
            print(f"    {sentence}   {sounds} is not in {ours(sentence)}")


if __name__ == "__main__":
    main(sys.argv[1:])
