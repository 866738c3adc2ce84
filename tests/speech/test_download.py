"""One file, through every interruption."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from podcast.errors import VoiceError
from podcast.speech import download
from podcast.speech.download import bring, read_text
from tests.speech.model_server import Publisher, publishing

DATA = random.Random(5).randbytes(700_000)
OTHER = random.Random(6).randbytes(700_000)
EVERY_CUT = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "WAITS", (0.0,))


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing() as publisher:
        publisher.files["/model"] = DATA
        yield publisher


def url(publisher: Publisher) -> str:
    return f"{publisher.url}/model"


@EVERY_CUT
@given(cuts=st.lists(st.integers(0, len(DATA) - 1), max_size=4), known=st.booleans())
def test_it_goes_on_where_it_broke_off(
    publisher: Publisher, tmp_path: Path, cuts: list[int], known: bool
) -> None:
    path = tmp_path / "piece"
    path.unlink(missing_ok=True)
    publisher.sent, publisher.cuts = 0, [cut for cut in cuts if cut > 0]
    bring(url(publisher), path, size=len(DATA) if known else None)
    assert path.read_bytes() == DATA
    assert publisher.sent == len(DATA), "no byte comes twice"


@EVERY_CUT
@given(have=st.integers(0, len(DATA)), ranges=st.booleans(), versions=st.booleans())
def test_what_a_killed_run_left_is_completed(
    publisher: Publisher, tmp_path: Path, have: int, ranges: bool, versions: bool
) -> None:
    path = tmp_path / "piece"
    path.unlink(missing_ok=True)
    publisher.ranges, publisher.versions, publisher.cuts = ranges, versions, [have, 0, 0]
    if have < len(DATA):
        with pytest.raises(VoiceError, match="goes on from there"):
            bring(url(publisher), path)
        assert path.read_bytes() == DATA[:have] or not (ranges and versions)
    publisher.cuts = []
    bring(url(publisher), path)
    assert path.read_bytes() == DATA


def test_two_versions_are_never_joined(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "WAITS", ())
    publisher.cuts = [300_000]
    path = tmp_path / "piece"
    with pytest.raises(VoiceError):
        bring(url(publisher), path)
    publisher.files["/model"] = OTHER
    bring(url(publisher), path)
    assert path.read_bytes() == OTHER


def test_a_server_without_versions_is_asked_for_the_rest_only_if_a_hash_will_tell(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.versions = False
    for checked in (True, False):
        path = tmp_path / str(checked)
        publisher.cuts, publisher.asked = [1000], []
        bring(url(publisher), path, checked=checked)
        assert path.read_bytes() == DATA
        assert publisher.asked[-1] == ("/model", "bytes=1000-" if checked else "")


def test_a_whole_file_of_unknown_size_is_not_fetched_again(publisher: Publisher, tmp_path: Path) -> None:
    path = tmp_path / "piece"
    bring(url(publisher), path)
    sent = publisher.sent
    bring(url(publisher), path)
    assert publisher.sent == sent
    assert path.read_bytes() == DATA


@pytest.mark.parametrize("says_length", [True, False])
@pytest.mark.parametrize("size", [len(DATA) - 1, len(DATA) + 1])
def test_another_size_is_refused_and_removed(
    publisher: Publisher, tmp_path: Path, size: int, says_length: bool
) -> None:
    publisher.says_length = says_length
    path = tmp_path / "piece"
    with pytest.raises(VoiceError):
        bring(url(publisher), path, size=size)
    assert not path.exists() or (not says_length and size > len(DATA))


def test_what_may_have_been_cut_without_a_trace_is_refused_unless_a_hash_will_tell(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.says_length = False
    with pytest.raises(VoiceError, match="whether it is whole"):
        bring(url(publisher), tmp_path / "piece")
    assert not (tmp_path / "piece").exists()
    bring(url(publisher), tmp_path / "piece", checked=True)


def test_a_part_that_was_not_asked_for_is_not_taken(publisher: Publisher, tmp_path: Path) -> None:
    publisher.cuts, publisher.shifted = [1000], 7
    path = tmp_path / "piece"
    with pytest.raises(VoiceError, match="another part"):
        bring(url(publisher), path)
    assert path.read_bytes() == DATA[:1000]


def test_a_passing_fault_of_the_server_is_tried_again(publisher: Publisher, tmp_path: Path) -> None:
    publisher.statuses = [503]
    bring(url(publisher), tmp_path / "piece")
    assert (tmp_path / "piece").read_bytes() == DATA


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_will_not_change_is_not_tried_again(publisher: Publisher, tmp_path: Path, status: int) -> None:
    publisher.statuses = [status, status]
    with pytest.raises(VoiceError, match=str(status)):
        bring(url(publisher), tmp_path / "piece")
    assert len(publisher.asked) == 1


def test_redirects_are_followed_with_the_range(publisher: Publisher, tmp_path: Path) -> None:
    publisher.redirects["/moved"] = f"{publisher.url}/model"
    publisher.cuts = [1000]
    bring(f"{publisher.url}/moved", tmp_path / "piece")
    assert (tmp_path / "piece").read_bytes() == DATA
    assert publisher.asked[-1] == ("/model", "bytes=1000-")


def test_a_redirect_leads_to_no_file_of_this_machine(publisher: Publisher, tmp_path: Path) -> None:
    publisher.redirects["/moved"] = "file:///etc/hostname"
    with pytest.raises(VoiceError):
        bring(f"{publisher.url}/moved", tmp_path / "piece")
    assert not (tmp_path / "piece").exists()


def test_no_network_is_one_clear_line(tmp_path: Path) -> None:
    with publishing() as gone:
        address = url(gone)
    with pytest.raises(VoiceError) as caught:
        bring(address, tmp_path / "piece")
    assert "check the network" in str(caught.value)
    assert address in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_folder_is_a_source_too(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(DATA)
    (tmp_path / "piece").write_bytes(DATA[:5000])
    bring(str(tmp_path / "model"), tmp_path / "piece", size=len(DATA), checked=True)
    assert (tmp_path / "piece").read_bytes() == DATA
    with pytest.raises(VoiceError, match="absent"):
        bring(str(tmp_path / "absent"), tmp_path / "other")


def test_progress_rises_to_the_size(publisher: Publisher, tmp_path: Path) -> None:
    told: list[int] = []
    bring(url(publisher), tmp_path / "piece", on_bytes=told.append)
    assert told == sorted(told)
    assert told[-1] == len(DATA)


def test_a_short_text_is_no_more_than_its_limit(publisher: Publisher) -> None:
    publisher.files["/text"] = b"x" * 5000
    assert read_text(f"{publisher.url}/text", 10) == "x" * 10
    with pytest.raises(VoiceError):
        read_text(f"{publisher.url}/absent")
