"""A whole episode: every file of the folder, checked by independent readers."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
from PIL import Image

from podcast.episode import Format, build_episode, cover
from podcast.errors import AudioError, PublishError, SynthesisError
from podcast.speech import installed_voices, open_engine
from podcast.types import Article, Block, Clip, Episode, Samples, Show
from tests.episode.conftest import Remembered

FORMATS: tuple[Format, ...] = ("mp3", "m4a", "opus")
NAME = "coeur-de-ville-l-ecole-la-mairie-enfin-d-accord"
SHOW = Show(title="Articles à écouter", author="La Gazette")


def entries(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def decoded(ffmpeg: str, path: Path, rate: int = 22050) -> Samples:
    command = [ffmpeg, "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "1", "-ar", str(rate), "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, dtype="<f4")


def metered(ffmpeg: str, path: Path) -> tuple[float, float]:
    """Integrated loudness and true peak by ffmpeg's own meter."""
    command = [ffmpeg, "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    summary = subprocess.run(command, capture_output=True, text=True, check=True).stderr.rpartition(
        "Summary"
    )[2]
    found = re.findall(r"(?:I|Peak):\s+(-?[\d.]+|-inf) ", summary)
    return float(found[0]), float(found[1])


@pytest.fixture(scope="module", params=FORMATS)
def episode(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    article: Article,
    script: Sequence[Block],
    clips: Sequence[Clip],
) -> Episode:
    output = tmp_path_factory.mktemp("output")
    return build_episode(
        article=article, script=script, clips=clips, show=SHOW, output=output, fmt=request.param
    )


def test_the_folder_has_all_its_files(episode: Episode) -> None:
    folder = episode.audio_path.parent
    assert folder.name == NAME
    expected = {"article.json", "chapters.json", "cover.jpg", "index.html", "timeline.json", "transcript.vtt"}
    assert {path.name for path in folder.iterdir()} == expected | {episode.audio_path.name}
    assert entries(folder.parent) == [NAME]


def test_the_loudness_is_right_by_independent_meters(episode: Episode, ffmpeg: str) -> None:
    loudness, peak = metered(ffmpeg, episode.audio_path)
    assert loudness == pytest.approx(-16, abs=0.7)
    assert peak <= -1.0
    assert episode.loudness == pytest.approx(loudness, abs=0.15)
    sound = decoded(ffmpeg, episode.audio_path).astype(float)
    assert pyloudnorm.Meter(22050).integrated_loudness(sound) == pytest.approx(-16, abs=0.7)


def test_readers_agree_on_duration_chapters_and_tags(episode: Episode, ffprobe: str) -> None:
    command = [ffprobe, "-v", "error", "-show_format", "-show_chapters", "-show_streams", "-of", "json"]
    result = subprocess.run([*command, str(episode.audio_path)], capture_output=True, check=True)
    shown = json.loads(result.stdout)
    assert float(shown["format"]["duration"]) == pytest.approx(episode.duration, abs=0.1)
    assert shown["streams"][0]["channels"] == 1
    assert episode.size == int(shown["format"]["size"])
    told = [(chapter["tags"]["title"], float(chapter["start_time"])) for chapter in shown["chapters"]]
    assert [title for title, _ in told] == [chapter.title for chapter in episode.chapters]
    starts = [chapter.start for chapter in episode.chapters]
    assert [start for _, start in told] == pytest.approx(starts, abs=0.001)
    content = json.loads((episode.audio_path.parent / "chapters.json").read_text())
    assert [(entry["title"], entry["startTime"]) for entry in content["chapters"]] == told
    tags = {**shown["format"].get("tags", {}), **shown["streams"][0].get("tags", {})}
    tags = {name.lower(): value for name, value in tags.items()}
    assert tags["title"] == episode.title
    assert tags["artist"] == "Élodie Çelik, Noël Dœuvre"
    assert tags["album"] == SHOW.title
    assert tags["date"] == "2025-07-08"
    assert "voix de synthèse" in tags.get("comment", tags.get("description", ""))


def test_a_chapter_starts_where_its_heading_is_heard(
    episode: Episode, script: Sequence[Block], clips: Sequence[Clip], ffmpeg: str
) -> None:
    """To within 50 ms: the decoded sound there is the heading's own, by correlation."""
    sound = decoded(ffmpeg, episode.audio_path)
    headings = [clip for clip in clips if script[clip.utterance.block_index].kind == "heading"]
    assert len(episode.chapters) == 3
    for chapter, clip in zip(episode.chapters[1:], headings, strict=True):
        first = max(0, round((chapter.start - 0.3) * 22050))
        window = sound[first : first + clip.samples.size + 13230]
        size = 1 << (window.size + clip.samples.size).bit_length()
        crest = np.fft.irfft(np.fft.rfft(window, size) * np.fft.rfft(clip.samples, size).conj()).argmax()
        assert (first + crest) / 22050 == pytest.approx(chapter.start, abs=0.02)


def test_the_bundled_voice_is_levelled(build: Builder, make_clip: Callable[..., Clip], ffmpeg: str) -> None:
    """A real synthetic voice, whose peaks stand 21 dB above its loudness."""
    engine = open_engine(installed_voices()[0])
    texts = [
        "Le conseil a voté mardi soir.",
        "Personne, dans la salle, ne s'attendait à une telle unanimité.",
        "Et maintenant ?",
        "Le chantier commencera en janvier, si le temps le permet, par les fondations de la cantine.",
    ]
    sounds = [np.concatenate([chunk.samples for chunk in engine.stream(text)]) for text in texts]
    clips = [
        make_clip(sound, rate=engine.sample_rate, index=index, block=index, text=text)
        for index, (sound, text) in enumerate(zip(sounds, texts, strict=True))
    ]
    episode = build(clips=clips, script=[Block("paragraph", text) for text in texts])
    loudness, peak = metered(ffmpeg, episode.audio_path)
    assert loudness == pytest.approx(-16, abs=0.6)
    assert peak <= -1.0


def test_the_duration_is_that_of_the_decoded_sound(episode: Episode, ffmpeg: str) -> None:
    assert decoded(ffmpeg, episode.audio_path).size / 22050 == pytest.approx(episode.duration, abs=0.1)


def test_the_episode_says_that_the_voice_is_synthetic(episode: Episode) -> None:
    assert "voix de synthèse" in episode.description
    assert episode.description.startswith("Dix ans après")


def test_the_article_is_kept_as_it_was_read(episode: Episode, article: Article) -> None:
    content = json.loads((episode.audio_path.parent / "article.json").read_text())
    assert (content["title"], content["published"]) == (article.title, "2025-07-08T07:56:00+02:00")
    assert [block["text"] for block in content["blocks"]] == [block.text for block in article.blocks]


class Builder:
    """``build_episode`` with all but what a test is about."""

    def __init__(
        self, article: Article, script: Sequence[Block], clips: Sequence[Clip], output: Path
    ) -> None:
        self.usual = {"article": article, "script": script, "clips": clips, "show": SHOW, "output": output}

    def __call__(self, **changes: object) -> Episode:
        return build_episode(**{**self.usual, **changes})  # type: ignore[arg-type]


@pytest.fixture
def build(article: Article, script: Sequence[Block], clips: Sequence[Clip], tmp_path: Path) -> Builder:
    return Builder(article, script, clips, tmp_path / "output")


@pytest.mark.parametrize("fmt", FORMATS)
def test_the_same_clips_give_the_same_bytes(build: Builder, tmp_path: Path, fmt: Format) -> None:
    first = build(fmt=fmt).audio_path.parent
    second = build(fmt=fmt, output=tmp_path / "again").audio_path.parent
    assert {path.name: path.read_bytes() for path in first.iterdir()} == {
        path.name: path.read_bytes() for path in second.iterdir()
    }


@pytest.mark.parametrize("seconds", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("level", [0.01, 0.9])
def test_a_very_short_episode_is_as_loud(
    build: Builder, make_clip: Callable[..., Clip], make_sound: Callable[..., Samples], ffmpeg: str,
    seconds: float, level: float,
) -> None:  # fmt: skip
    """Whatever was believed of the voice."""
    clip = make_clip(make_sound(seconds, level=level))
    episode = build(clips=[clip], script=[Block("paragraph", "Oui.")], priors={"": -23.0})
    loudness, peak = metered(ffmpeg, episode.audio_path)
    assert loudness == pytest.approx(-16, abs=1)
    assert peak <= -1.0


def test_silence_is_an_episode_of_silence(build: Builder, make_clip: Callable[..., Clip]) -> None:
    clip = make_clip(np.zeros(22050, np.float32))
    assert build(clips=[clip], script=[Block("paragraph", "Oui.")]).loudness == float("-inf")


def test_on_clip_hears_of_every_clip(build: Builder, clips: Sequence[Clip]) -> None:
    heard: list[Clip] = []
    build(on_clip=heard.append)
    assert heard == list(clips)


def test_a_picture_becomes_the_cover(build: Builder) -> None:
    data = io.BytesIO()
    Image.new("RGB", (800, 600), (200, 30, 30)).save(data, "PNG")
    episode = build(picture=data.getvalue())
    assert Image.open(episode.image).getpixel((700, 700)) == pytest.approx((200, 30, 30), abs=6)


def test_a_cover_is_drawn_once(build: Builder, article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    memo, drawn = Remembered(), list[str]()
    draw = cover.draw_cover

    def watched(title: str, *, section: str = "", show: str = "") -> bytes:
        drawn.append(title)
        return draw(title, section=section, show=show)

    monkeypatch.setattr("podcast.episode.build.draw_cover", watched)
    without = build().image.read_bytes()
    first, again = (build(memo=memo).image.read_bytes() for _ in range(2))
    assert without == first == again
    assert len(drawn) == 2
    assert build(article=replace(article, title="Corrigé"), memo=memo).image.read_bytes() != first
    assert len(drawn) == 3


def test_the_guid_follows_the_page(build: Builder, article: Article) -> None:
    first = build()
    assert build(article=replace(article, title="Corrigé")).guid == first.guid
    assert build(article=replace(article, url="https://journal.example/autre")).guid != first.guid
    assert build(guid="donné").guid == "donné"


def test_two_articles_of_one_title_do_not_share_a_folder(build: Builder, article: Article) -> None:
    first = build()
    other = build(article=replace(article, url="https://journal.example/autre"))
    assert other.audio_path.parent.name.startswith(f"{first.audio_path.parent.name}-")
    assert first.audio_path.exists()
    assert build().audio_path == first.audio_path
    assert build(article=replace(article, url="https://journal.example/autre")).audio_path == other.audio_path


def failing(clips: Sequence[Clip]) -> Iterator[Clip]:
    yield from clips[:4]
    raise SynthesisError("the engine stopped", where="phrase 5")


def test_a_failure_keeps_the_old_episode(build: Builder, clips: Sequence[Clip]) -> None:
    episode = build()
    before = {path.name: path.read_bytes() for path in episode.audio_path.parent.iterdir()}
    with pytest.raises(SynthesisError, match="phrase 5"):
        build(clips=failing(clips))
    with pytest.raises(AudioError, match="nothing to say"):
        build(clips=[])
    assert {path.name: path.read_bytes() for path in episode.audio_path.parent.iterdir()} == before
    assert entries(episode.audio_path.parent.parent) == [NAME]


def test_an_output_that_cannot_be_written_is_told(build: Builder, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PublishError, match="could not be written"):
        build(output=tmp_path / "file")


def build_for_ever(build: Builder, number: int) -> None:
    while True:
        build(article=replace(build.usual["article"], section=f"Rubrique {number}"))  # type: ignore[type-var]
        number += 1


def test_a_kill_at_any_moment_leaves_a_whole_episode(build: Builder) -> None:
    """20 kills: the folder that is seen always has every file, and files of one build."""
    output = build().audio_path.parent.parent
    moments = random.Random(11)
    context = multiprocessing.get_context("fork")
    for number in range(20):
        process = context.Process(target=build_for_ever, args=(build, number))
        process.start()
        time.sleep(moments.uniform(0.02, 0.5))
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert [path.name for path in output.iterdir() if not path.name.startswith(".")] == [NAME]
        assert len(list((output / NAME).iterdir())) == 7
    build()
    assert entries(output) == [NAME]
