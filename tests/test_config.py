"""``podcast.toml``: strict keys, lines in errors, and settings that reach the stages."""

from __future__ import annotations

from pathlib import Path

import pytest

from podcast.config import read_config
from podcast.errors import ConfigError
from podcast.settings import adjusted, settings_of
from podcast.types import Block

FAULTS = [
    ('voyce = "x"', "podcast.toml:1: voyce is not a known key (one of voice, output"),
    ('\n[show]\ntitel = "x"', "podcast.toml:3: show.titel is not a known key (one of title"),
    ('[show]\ntitle = "x"\n[fetch]\nown_site = "yes"', "podcast.toml:4: fetch.own_site: "),
    ('format = "flac"', "podcast.toml:1: format: "),
    ("jobs = -1", "podcast.toml:1: jobs: "),
    ("[pauses]\nheading = true", "podcast.toml:2: pauses.heading: "),
    ("voice = ", "podcast.toml: is not TOML: "),
    ('folder = "/"', "podcast.toml:1: folder is not a known key"),
]


def config(folder: Path, text: str) -> Path:
    path = folder / "podcast.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_names_its_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_config(config(tmp_path, text))
    assert message in str(caught.value)
    assert caught.value.exit_code == 78


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[pauses]\nheding = 0.5", "pauses.heding is not a known key"),
        ("[pauses]\nheading = 60.0", "pauses.heading"),
        ("[sound]\nloudness = 3.0", "loudness"),
        ('[lexicon]\nfiles = ["absent.tsv"]', "absent.tsv"),
        ('[lexicon.words]\n"Ploërmel" = "/plo√/"', "Ploërmel"),
    ],
)
def test_a_value_that_a_stage_refuses_is_a_configuration_error(
    tmp_path: Path, text: str, message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        settings_of(read_config(config(tmp_path, text)))


def test_a_lexicon_file_that_is_wrong_names_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "noms.tsv").write_text("Ploërmel\tPlo-ermel\nQuimper\t/kɛ̃pɛ√/\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"noms\.tsv, line 2, column \d+"):
        settings_of(read_config(config(tmp_path, '[lexicon]\nfiles = ["noms.tsv"]')))


def test_the_settings_reach_the_stages(tmp_path: Path) -> None:
    from podcast.pipeline import read

    (tmp_path / "noms.tsv").write_text("Quimperlé\tKimpèr-lé\n", encoding="utf-8")
    text = """
        voice = "a"
        output = "episodes"
        format = "opus"
        jobs = 3
        [show]
        title = "La Gazette"
        [fetch]
        allow = ["10.0.0.0/8"]
        [lexicon]
        files = ["noms.tsv"]
        words = { "Ploërmel" = "Plo-hermel" }
        [pauses]
        sentence = 0.31
        [sound]
        outro = "fin.wav"
    """
    settings = settings_of(read_config(config(tmp_path, text)))
    assert (settings.voice, settings.audio_format, settings.jobs) == ("a", "opus", 3)
    assert settings.output == tmp_path / "episodes"
    assert settings.show.title == "La Gazette"
    assert settings.policy.allow == ("10.0.0.0/8",)
    assert settings.sound.outro == tmp_path / "fin.wav"
    spoken = list(read([Block("paragraph", "De Ploërmel à Quimperlé. On y va.")], settings))
    assert spoken[0].text == "De Plo-hermel à Kimpèr-lé."
    assert spoken[0].pause_after == 0.31


def test_the_command_line_wins_and_adds(tmp_path: Path) -> None:
    settings = settings_of(read_config(config(tmp_path, 'voice = "a"\n[fetch]\nallow = ["a.example"]')))
    changed = adjusted(settings, voice="b", jobs=None, allow=("b.example",), own_site=True)
    assert (changed.voice, changed.jobs) == ("b", settings.jobs)
    assert changed.policy.allow == ("a.example", "b.example")
    assert changed.policy.own_site
