"""``audio.mp3?from=``: a listener who jumps while the article is being spoken needs no byte ranges."""

from __future__ import annotations

import pytest

from tests.serve.conftest import Answer, Site, site

__all__ = ["site"]


@pytest.fixture(scope="module")
def spoken(site: Site) -> tuple[str, Answer]:
    path = site.post()
    return path, site.ask("GET", f"{path}/audio.mp3?from=0")


@pytest.mark.parametrize("seconds", ["0", "0.5", "7", "12.345", ""])
def test_sound_from_a_moment_on_is_the_rest_of_the_sound(
    site: Site, spoken: tuple[str, Answer], seconds: str
) -> None:
    path, whole = spoken
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    rest = site.ask("GET", f"{path}/audio.mp3?from={seconds}")
    assert rest.headers["transfer-encoding"] == "chunked"
    assert rest.headers["accept-ranges"] == "none"
    heard = len(rest.body) / len(whole.body) * site.ask("GET", path).json["duration"]
    assert heard == pytest.approx(site.ask("GET", path).json["duration"] - float(seconds or 0), abs=0.1)
    assert whole.body.endswith(rest.body)


def test_a_stream_that_grows_is_joined_at_a_moment(site: Site) -> None:
    path = site.post("Une brève\n\nLe facteur passe à midi. Il laisse une lettre et deux journaux.")
    rest = site.ask("GET", f"{path}/audio.mp3?from=1")
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    whole = site.ask("GET", f"{path}/audio.mp3").body
    assert whole.endswith(rest.body)
    assert 0 < len(rest.body) < len(whole)


def test_before_it_is_spoken_its_length_is_guessed(site: Site, spoken: tuple[str, Answer]) -> None:
    about = site.ask("GET", spoken[0]).json
    assert about["estimate"] == pytest.approx(about["duration"], rel=0.25)


def test_after_the_end_there_is_nothing(site: Site, spoken: tuple[str, Answer]) -> None:
    path, _ = spoken
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    assert site.ask("GET", f"{path}/audio.mp3?from=9999").body == b""


@pytest.mark.parametrize("seconds", ["-1", "nan", "inf", "1e400", "1e300", "midi", "1;2", "%00", "9" * 400])
def test_a_moment_is_a_number_of_seconds(site: Site, spoken: tuple[str, Answer], seconds: str) -> None:
    answer = site.ask("GET", f"{spoken[0]}/audio.mp3?from={seconds}")
    assert answer.status == 400
    assert answer.json["error"]
