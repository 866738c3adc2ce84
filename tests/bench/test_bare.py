"""The bare sessions speak every sentence once, on every core."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podcast.bench import bare
from podcast.bench.process import CommandFailed
from podcast.types import Voice
from tests.speech.voices import HOP, RATE, random_voice

SENTENCES = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=30), max_size=20)


@given(SENTENCES, st.integers(1, 5))
def test_sentences_are_dealt_out_evenly(sentences: list[list[int]], count: int) -> None:
    dealt = bare.shares(sentences, count)
    assert len(dealt) == count
    assert sorted(sentence for share in dealt for sentence in share) == sorted(sentences)
    work = [sum(map(len, share)) for share in dealt]
    assert max(work) - min(work) <= max(map(len, sentences), default=0)


@pytest.mark.parametrize("processes", [1, 2])
def test_all_is_spoken(tmp_path: Path, processes: int) -> None:
    voice = random_voice(tmp_path)
    sentences = bare.phoneme_ids(["Trois ponts seront élargis.", "Pourquoi attendre ?", "Non."], voice)
    figures = bare.speak(sentences, voice, processes)
    assert figures["audio"] * RATE == pytest.approx(HOP * sum(map(len, sentences)))
    assert figures["wall"] > 0
    assert figures["cpu"] > 0


def test_a_model_that_cannot_be_loaded_is_a_failure(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "none.onnx").write_bytes(b"")
    with pytest.raises(CommandFailed):
        bare.speak([[1, 2]], Voice("none", "piper", str(tmp_path / "none.onnx"), "", RATE), 1)
    assert capfd.readouterr().err
