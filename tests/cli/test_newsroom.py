"""``init``, ``run``, ``library``, ``feed`` and ``schedule`` as users run them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from podcast.cli.newsroom import TEMPLATE
from podcast.config import Config, read_config
from podcast.publish.lock import only_run
from podcast.run import plan_of
from tests.cli.conftest import Run
from tests.run.newsroom import Site, running_site, text

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (INFO|WARNING) ")


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a podcast.toml and one article; the current one."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(text("Le phare rouvre"), encoding="utf-8")
    (tmp_path / "podcast.toml").write_text(
        '[[sources]]\nfolder = "articles"\n[storage]\nurl = "http://podcast.test/"\n', encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


def test_from_an_empty_folder_to_a_show(
    run: Run, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.article("phare", "Le phare rouvre")
    site.publish("phare")
    monkeypatch.chdir(tmp_path)
    made = run(
        "init", "--feed", f"{site.url}/rss.xml", "--url", "http://podcast.test/", "--allow", "127.0.0.1"
    )
    assert made.returncode == 0, made.stderr
    first = run("run", "--json")
    assert first.returncode == 0, first.stderr
    report = json.loads(first.stdout)
    assert [line["deed"] for line in report["lines"]] == ["new"]
    assert (report["episodes"], report["to_retry"]) == (1, False)
    assert all(LINE.match(line) for line in first.stderr.splitlines())
    second = run("run", "-q")
    assert (second.returncode, second.stderr) == (0, "")
    assert second.stdout.startswith("nothing new; 1 episodes")
    check = run("feed", "--check")
    assert check.returncode == 0, check.stdout + check.stderr
    assert "no rule of Apple or PSP-1 is broken" in check.stdout


def test_init_writes_every_section_and_never_overwrites(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "podcast.toml"
    title = 'La "Gazette" \\ d’ici'
    assert run("init", "--config", path, "--title", title, "--foreign-site").returncode == 0
    config = read_config(path, {})
    assert plan_of(config).settings.show.title == title
    assert not config.fetch.own_site
    before = path.read_bytes()
    again = run("init", "--config", path)
    assert again.returncode == 78
    assert "is there already" in again.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize("section", sorted(Config.model_fields.keys() - {"folder"}))
def test_the_template_names_every_key(section: str) -> None:
    template = TEMPLATE.read_text(encoding="utf-8")
    assert re.search(rf"^(# )?(\[\[?{section}\]|{section} = )", template, re.MULTILINE), section
    fields = getattr(Config.model_fields[section].annotation, "model_fields", {})
    for key in fields:
        assert re.search(rf"^(# )?({key} = |\[{section}\.{key}\])", template, re.MULTILINE), (section, key)


def test_something_to_retry_is_exit_code_75(run: Run, show: Path) -> None:
    with (show / "podcast.toml").open("a", encoding="utf-8") as config:
        config.write('[[sources]]\nfolder = "absent"\n')
    result = run("run")
    assert result.returncode == 75
    assert "1 new, 1 sources not read" in result.stdout
    assert "absent: the folder cannot be read" in result.stderr


def test_a_second_run_at_once_leaves_with_a_sentence(run: Run, show: Path) -> None:
    with only_run(show / "library" / "lock"):
        result = run("run")
    assert result.returncode == 75
    assert result.stderr.count("\n") == 1
    assert "a run is already under way (process " in result.stderr


def test_a_dry_run_says_what_would_be(run: Run, show: Path) -> None:
    result = run("run", "--dry-run")
    assert result.stdout.startswith("would be: 1 new; 0 episodes")
    assert not (show / "library").exists()
    assert not (show / "public").exists()


def test_the_library_shows_forgets_and_retries(run: Run, show: Path) -> None:
    run("run")
    (line,) = run("library", "list").stdout.splitlines()
    assert line.split()[0] == "ready"
    facts = json.loads(run("library", "list", "--json").stdout)
    shown = json.loads(run("library", "show", facts["guid"]).stdout)
    assert shown["address"] == "articles/a.txt"
    assert shown["episode"]["guid"] == facts["guid"]
    assert {file["name"] for file in shown["episode"]["files"]} >= {"episode.mp3", "transcript.vtt"}

    assert run("library", "forget", "phare").returncode == 0
    assert run("run").stdout.startswith("nothing new; 0 episodes")
    assert "<item>" not in (show / "public" / "feed.xml").read_text(encoding="utf-8")
    assert run("library", "retry", "articles/a.txt").returncode == 0
    assert run("run").stdout.startswith("1 changed; 1 episodes")
    assert facts["guid"] in (show / "public" / "feed.xml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("show")
def test_an_article_that_nobody_knows_is_an_error(run: Run) -> None:
    for command in ("show", "retry", "forget"):
        result = run("library", command, "inconnu")
        assert result.returncode == 74
        assert "no article fits 'inconnu'" in result.stderr


def test_feed_rebuilds_without_asking_any_source(run: Run, show: Path) -> None:
    run("run")
    feed = show / "public" / "feed.xml"
    before = feed.read_bytes()
    feed.unlink()
    (show / "articles").rename(show / "away")
    assert run("feed").returncode == 0
    assert feed.read_bytes() == before


def test_the_check_finds_what_is_wrong(run: Run, show: Path) -> None:
    assert run("feed", "--check").returncode == 74
    run("run")
    next((show / "public").rglob("episode.mp3")).write_bytes(b"short")
    result = run("feed", "--check")
    assert result.returncode == 74
    assert "rules of Apple or PSP-1 are broken" in result.stderr
    assert "enclosure" in result.stdout


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("", "storage.url is not set"),
        ('[storage]\nurl = "podcast.test"', "is not an http(s) address"),
        ('[[sources]]\nfeed = "a"\nfolder = "b"', "toml:1: sources.1: give one of feed, folder, list"),
        ('[[sources]]\nfeed = "a"\n[[sources]]\nfede = "b"', "toml:4: sources.2.fede is not a known key"),
        ('voice = "absente"\n[storage]\nurl = "http://podcast.test/"', "no voice is called 'absente'"),
    ],
)  # fmt: skip
def test_a_wrong_configuration_is_told_before_anything_is_done(
    run: Run, show: Path, config: str, message: str
) -> None:
    (show / "podcast.toml").write_text(config, encoding="utf-8")
    result = run("run")
    assert result.returncode in (69, 78)
    assert message in result.stderr
    assert not (show / "public").exists()


def test_without_a_configuration_it_says_how_to_begin(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("run")
    assert result.returncode == 78
    assert "podcast init writes one" in result.stderr


def test_schedule_shows_both_ways_without_installing(run: Run, show: Path) -> None:
    result = run("schedule")
    assert result.returncode == 0
    assert f"30 5 * * * cd {show}" in result.stdout
    assert "OnCalendar=*-*-* 05:30:00" in result.stdout


def test_secrets_come_from_the_environment_or_its_file(tmp_path: Path) -> None:
    path = tmp_path / "podcast.toml"
    path.write_text('[storage]\nurl = "http://a.test/"\n[storage.options]\nregion = "x"\n', encoding="utf-8")
    environment = {"PODCAST_STORAGE_URL": "http://b.test/", "PODCAST_STORAGE_AWS_SECRET_ACCESS_KEY": "s"}
    storage = read_config(path, environment).storage
    assert storage.url == "http://b.test/"
    assert storage.options == {"region": "x", "aws_secret_access_key": "s"}
    (tmp_path / "podcast.env").write_text('# clé\nPODCAST_STORAGE_TARGET="s3://a/b"\n', encoding="utf-8")
    assert read_config(path).storage.target == "s3://a/b"
