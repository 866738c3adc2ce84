"""Who reads what, and that a listener hears no jump from one voice to the next."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from podcast import pipeline, speech
from podcast.casting import Cast, voice_key
from podcast.config import read_config
from podcast.episode.codec import decode, sample_rate_of
from podcast.episode.loudness import loudness
from podcast.errors import ConfigError, VoiceError
from podcast.run.air import credit
from podcast.run.plan import Plan
from podcast.settings import DEFAULT_VOICE, Settings, adjusted, settings_of
from podcast.types import Article, Block, Voice
from tests.speech.speech_server import SpeechServer, serving
from tests.speech.tiny_models import tiny_pocket, tiny_vits, tiny_xtts
from tests.speech.voices import random_voice

ARTICLE = Article(
    title="Le marché couvert rouvre samedi",
    section="Vie  locale",
    authors=("Élodie Çelik", "Noël Dœuvre"),
    blocks=(
        Block("paragraph", "Les halles de la place Carnot rouvrent après deux ans de travaux."),
        Block("quote", "« On avait fini par ne plus y croire, et nous voilà de retour chez nous. »"),
        Block("paragraph", "Trente-deux commerçants ont retrouvé leur étal, dont douze nouveaux."),
        Block("heading", "Une facture partagée"),
        Block("paragraph", "La commune a payé la moitié des travaux, la région en a payé le tiers."),
        Block("quote", "« C'est le plus gros chantier de ces dix dernières années dans notre ville. »"),
        Block("paragraph", "La charpente de fonte a été repeinte dans sa couleur d'origine."),
    ),
)

# The cast, the section, the authors, and who reads; "-" is the narrator.
NARRATORS = [
    ({}, {}, "-"),
    ({"Vie locale": "lise"}, {}, "lise"),
    ({"VIE LOCALE": "lise"}, {}, "lise"),
    ({"Sport": "lise"}, {}, "-"),
    ({}, {"noël dœuvre": "marc"}, "marc"),
    ({}, {"Noël Dœuvre": "marc", "Élodie Çelik": "lise"}, "lise"),
    ({"Vie locale": "lise"}, {"Noël Dœuvre": "marc"}, "marc"),
    ({"": "lise"}, {"": "marc"}, "-"),
    ({}, {"E\u0301lodie C\u0327elik": "lise"}, "lise"),
]


@pytest.mark.parametrize(("sections", "authors", "expected"), NARRATORS)
def test_author_before_section_before_the_narrator(
    sections: dict[str, str], authors: dict[str, str], expected: str
) -> None:
    assert Cast(sections=sections, authors=authors).narrator(ARTICLE, "-") == expected


def configured(folder: Path, text: str) -> Settings:
    path = folder / "podcast.toml"
    path.write_text(text, encoding="utf-8")
    return settings_of(read_config(path))


CAST = """
voice = "anne"
[voices]
quotes = "marc"
headings = "lise"
title = "anne"
[voices.sections]
"Sport" = "paul"
[voices.authors]
"Noël Dœuvre" = "marc"
"""


def test_each_kind_of_text_has_its_voice(tmp_path: Path) -> None:
    settings = configured(tmp_path, CAST)
    blocks = pipeline.script(ARTICLE)
    found = {blocks[each.block_index].kind: each.voice for each in pipeline.read(blocks, settings)}
    assert found == {"title": "", "paragraph": "", "quote": "marc", "heading": "lise", "notice": ""}


def test_the_command_line_chooses_the_narrator_of_every_article(tmp_path: Path) -> None:
    settings = adjusted(configured(tmp_path, CAST), voice="paul")
    assert settings.cast.narrator(ARTICLE, settings.voice) == "paul"
    assert settings.cast.kinds["quote"] == "marc"
    assert adjusted(configured(tmp_path, CAST), voice=None).cast.authors


def test_a_narrator_who_is_also_the_voice_of_quotes_reads_them_himself() -> None:
    cast = Cast({"quote": "marc", "heading": "lise"})
    assert cast.beside("marc") == {"heading": "lise"}


MISTAKES = [
    ('voice = "a"\n[voices]\nnarrator = "b"', "give one"),
    ('[voices]\nquote = "b"', "podcast.toml:2: voices.quote is not a known key"),
    ("[voices]\nquotes = 3", "podcast.toml:2: voices.quotes"),
    ("[voices.sections]\nSport = true", "podcast.toml:2: voices.sections.Sport"),
]


@pytest.mark.parametrize(("text", "named"), MISTAKES)
def test_a_mistake_in_the_cast_is_told(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(ConfigError) as caught:
        configured(tmp_path, text)
    assert named in str(caught.value)


def test_the_narrator_may_stand_with_the_others(tmp_path: Path) -> None:
    assert configured(tmp_path, '[voices]\nnarrator = "anne"').voice == "anne"
    assert configured(tmp_path, "").voice == DEFAULT_VOICE


def test_one_name_for_two_voices_is_refused(tmp_path: Path) -> None:
    cast = Cast({"quote": f"{tmp_path}/anne", "heading": "lise"}, {"Sport": "lise"})
    assert cast.everybody("marc") == ["marc", f"{tmp_path}/anne", "lise"]
    assert voice_key(f"{tmp_path}/anne") == "anne"
    with pytest.raises(ConfigError, match="the same key"):
        cast.everybody("anne")


# Heard


@pytest.fixture(autouse=True)
def voices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Voices of the test's own: « random » says noises at 16 kHz."""
    folder = tmp_path / "voices"
    (folder / "random").mkdir(parents=True)
    random_voice(folder / "random")
    describe(folder / "random", 'engine = "piper"', 'model = "random.onnx"', "sample_rate = 16000")
    monkeypatch.setenv("PODCAST_VOICES", str(folder))
    return folder


def describe(folder: Path, *lines: str) -> None:
    folder.mkdir(exist_ok=True)
    more = ('licence = "CC0"', f'attribution = "Essai {folder.name}"')
    (folder / "voice.toml").write_text("\n".join((*more, *lines)), encoding="utf-8")


@pytest.fixture
def served(voices: Path) -> Iterator[SpeechServer]:
    """« served » streams tones at 24 kHz from a server."""
    with serving() as server:
        lines = ('engine = "openai"', 'model = "tones"', 'speaker = "well"', "sample_rate = 24000")
        settings = ("streams = true", "[settings]", f'base_url = "{server.url}"')
        describe(voices / "served", *lines, *settings)
        yield server


@pytest.mark.parametrize("make", [tiny_pocket, tiny_vits, tiny_xtts])
def test_an_article_in_the_voices_of_two_engines(
    tmp_path: Path, voices: Path, make: Callable[[Path], Voice]
) -> None:
    """The tiny voices say noise; who reads is what matters here."""
    folder = voices / "tiny"
    folder.mkdir()
    made = make(folder)
    lines = [f'engine = "{made.engine}"', f'model = "{Path(made.model).relative_to(folder)}"']
    lines += [f"sample_rate = {made.sample_rate}", f'speaker = "{made.speaker}"']
    describe(folder, *lines, f"streams = {str(made.streams).lower()}")
    settings = replace(
        settings_with(tmp_path, quote=DEFAULT_VOICE, heading=DEFAULT_VOICE), voice="tiny", jobs=1
    )
    report = pipeline.make_episode(ARTICLE, settings)
    assert report.progress.utterances == len(list(pipeline.read(pipeline.script(ARTICLE), settings)))
    assert report.episode.loudness == pytest.approx(-16, abs=1)
    assert sample_rate_of(report.episode.audio_path) == max(made.sample_rate, 22050)


def heard(settings: Settings) -> list[tuple[str, float]]:
    """The kind of text and the loudness in LUFS of each utterance of the encoded episode."""
    report = pipeline.make_episode(ARTICLE, settings)
    path = report.episode.audio_path
    timeline = json.loads((path.parent / "timeline.json").read_text(encoding="utf-8"))
    rate = sample_rate_of(path)
    sound = np.concatenate(list(decode(path)))
    told = []
    for each in timeline["utterances"]:
        level = loudness(sound[round(each["start"] * rate) : round(each["end"] * rate)], rate)
        assert level is not None
        told.append((timeline["blocks"][each["block"]]["kind"], level))
    return told


def settings_with(tmp_path: Path, **kinds: str) -> Settings:
    return Settings(output=tmp_path / "out", use_cache=False, cast=Cast(kinds))  # type: ignore[arg-type]


@pytest.mark.parametrize("second", ["random", "served"])
def test_no_jump_of_more_than_two_lu_between_voices(
    tmp_path: Path, served: SpeechServer, second: str
) -> None:
    """From each sentence to the next of the other voice, in the encoded file."""
    told = heard(settings_with(tmp_path, quote=second))
    jumps = [
        abs(after[1] - before[1])
        for before, after in pairwise(told)
        if {before[0], after[0]} == {"paragraph", "quote"}
    ]
    assert len(jumps) == 4
    assert max(jumps) <= 2
    assert bool(served.requests) == (second == "served")


def test_the_episode_has_the_highest_rate_of_its_cast(tmp_path: Path, served: SpeechServer) -> None:
    settings = settings_with(tmp_path, quote="served")
    report = pipeline.make_episode(ARTICLE, settings)
    assert sample_rate_of(report.episode.audio_path) == 24000
    assert served.requests
    assert report.progress.utterances == len(list(pipeline.read(pipeline.script(ARTICLE), settings)))


def test_the_section_chooses_who_reads(tmp_path: Path, served: SpeechServer) -> None:
    cast = Cast(sections={"vie locale": "served"})
    settings = Settings(output=tmp_path / "out", use_cache=False, cast=cast)
    pipeline.make_episode(ARTICLE, settings)
    assert len(served.requests) >= len(ARTICLE.blocks)
    before = len(served.requests)
    pipeline.make_episode(replace(ARTICLE, section="Sport", blocks=ARTICLE.blocks[:1]), settings)
    assert len(served.requests) == before


def test_a_voice_of_the_cast_that_is_not_there_is_told_before_any_work(tmp_path: Path) -> None:
    settings = settings_with(tmp_path, quote="nobody")
    with pytest.raises(VoiceError, match="nobody") as caught:
        pipeline.generate("https://example.invalid/article", settings)
    assert caught.value.exit_code == 69


def test_every_voice_is_credited_once(tmp_path: Path) -> None:
    cast = Cast({"quote": "random"}, {"Sport": "random"})
    plan = Plan(Settings(cast=cast), tmp_path, (), tmp_path, "public", "https://a.example/")
    assert credit(plan).count("Essai random (CC0).") == 1
    assert speech.find_voice(DEFAULT_VOICE).attribution in credit(plan)


def test_say_needs_only_the_narrator(tmp_path: Path) -> None:
    pipeline.say_to_file("Bonjour.", tmp_path / "a.wav", "wav", settings_with(tmp_path, quote="nobody"))
    assert (tmp_path / "a.wav").stat().st_size > 1000
