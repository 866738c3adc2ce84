"""From an article handed in to its sound, timeline, chapters and transcript."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from tests.serve.conftest import TEXT, Answer, Site


@pytest.fixture(scope="module")
def spoken(site: Site) -> tuple[str, Answer]:
    path = site.post()
    return path, site.ask("GET", f"{path}/audio.mp3")


def test_the_same_article_has_the_same_id(site: Site) -> None:
    assert site.post() == site.post()
    assert site.post() != site.post(TEXT.replace("8 juillet", "9 juillet"))


def test_what_is_known_of_an_article(site: Site, spoken: tuple[str, Answer]) -> None:
    about = site.ask("GET", spoken[0]).json
    assert about["title"] == "Le pont de la Loge rouvre"
    assert about["state"] == "done"
    assert about["duration"] > 15
    assert (about["audio"], about["timeline"]) == ("audio.mp3", "timeline")


def test_sound_that_was_heard_live_is_what_is_kept(site: Site, spoken: tuple[str, Answer]) -> None:
    path, live = spoken
    assert live.status == 200
    assert live.headers["content-type"] == "audio/mpeg"
    assert live.headers["transfer-encoding"] == "chunked"
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    kept = site.ask("GET", f"{path}/audio.mp3")
    assert kept.body == live.body
    assert int(kept.headers["content-length"]) == len(live.body)


def test_finished_sound_is_served_by_ranges_and_kept_by_its_etag(
    site: Site, spoken: tuple[str, Answer]
) -> None:
    path, live = spoken
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    head = site.ask("HEAD", f"{path}/audio.mp3")
    assert head.body == b""
    assert int(head.headers["content-length"]) == len(live.body)
    assert "immutable" in head.headers["cache-control"]
    etag = head.headers["etag"]
    part = site.ask("GET", f"{path}/audio.mp3", Range="bytes=1000-1999", If_Range=etag)
    assert (part.status, part.body) == (206, live.body[1000:2000])
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(live.body)}"
    assert site.ask("GET", f"{path}/audio.mp3", If_None_Match=etag).status == 304
    beyond = site.ask("GET", f"{path}/audio.mp3", Range=f"bytes={len(live.body)}-")
    assert beyond.status == 416


def test_the_timeline_covers_the_sound_and_points_into_the_script(
    site: Site, spoken: tuple[str, Answer]
) -> None:
    site.until(lambda: site.ask("GET", spoken[0]).json["state"] == "done")
    timeline = site.ask("GET", f"{spoken[0]}/timeline").json
    blocks = [block["text"] for block in timeline["blocks"]]
    assert blocks[0] == "Le pont de la Loge rouvre"
    said = timeline["utterances"]
    assert [u["index"] for u in said] == list(range(len(said)))
    assert all(a["end"] <= b["start"] for a, b in pairwise(said))
    assert all(0 <= u["span"][0] < u["span"][1] <= len(blocks[u["block"]]) for u in said)
    assert timeline["duration"] == site.ask("GET", spoken[0]).json["duration"]
    chapters = site.ask("GET", f"{spoken[0]}/chapters.json").json
    assert [c["title"] for c in chapters["chapters"]] == ["Introduction", "Un chantier difficile"]
    transcript = site.ask("GET", f"{spoken[0]}/transcript.vtt")
    assert transcript.headers["content-type"].startswith("text/vtt")
    assert transcript.body.startswith(b"WEBVTT")


def events(body: bytes) -> list[tuple[str, dict[str, object]]]:
    found = []
    for message in body.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in message.splitlines())
        if "event" in fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_events_tell_while_it_is_spoken_what_the_timeline_tells_after(site: Site) -> None:
    path = site.post(TEXT.replace("fanfare", "chorale"))
    live = site.ask("GET", f"{path}/timeline", Accept="text/event-stream")
    assert live.headers["content-type"].startswith("text/event-stream")
    told = events(live.body)
    site.until(lambda: site.ask("GET", path).json["state"] == "done")
    timeline = site.ask("GET", f"{path}/timeline", Accept="application/json").json
    names = [name for name, _data in told]
    assert names == ["script", *["utterance"] * len(timeline["utterances"]), "chapters", "done"]
    assert told[0][1] == {"blocks": timeline["blocks"]}
    assert [data for name, data in told if name == "utterance"] == timeline["utterances"]
    assert told[-1][1] == {"duration": timeline["duration"]}
    again = site.ask("GET", f"{path}/timeline", Accept="text/event-stream")
    assert events(again.body) == told


def test_what_is_known_only_at_the_end_is_asked_for_again(site: Site) -> None:
    path = site.post(TEXT.replace("fanfare", "batucada"))
    for name in ("chapters.json", "transcript.vtt"):
        answer = site.ask("GET", f"{path}/{name}")
        assert (answer.status, answer.headers["retry-after"]) == (409, "5")
    assert site.ask("GET", f"{path}/timeline", Accept="application/json").status == 409


def test_a_picture_for_the_lock_screen(site: Site, spoken: tuple[str, Answer]) -> None:
    cover = site.ask("GET", f"{spoken[0]}/cover.jpg")
    assert cover.headers["content-type"] == "image/jpeg"
    assert cover.body.startswith(b"\xff\xd8")
    assert site.ask("GET", f"{spoken[0]}/cover.jpg").body == cover.body
    other = site.post(TEXT.replace("Le pont de la Loge", "La passerelle"))
    assert site.ask("GET", f"{other}/cover.jpg").body != cover.body


def test_metrics_count_what_was_spoken(site: Site, spoken: tuple[str, Answer]) -> None:
    assert spoken[1].body
    lines = site.ask("GET", "/metrics").body.decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert float(values['podcast_renders_total{result="done"}']) >= 1
    assert float(values["podcast_speech_seconds_total"]) > 15
    assert 0 < float(values["podcast_rtf"]) < 1
    assert (
        values['podcast_first_audio_seconds_bucket{le="+Inf"}'] == values["podcast_first_audio_seconds_count"]
    )


def test_health_and_description(site: Site) -> None:
    assert site.ask("GET", "/healthz").json == {"status": "ok"}
    described = site.ask("GET", "/openapi.json").json
    assert described["openapi"].startswith("3.1")
    assert "post" in described["paths"]["/articles"]
