"""The import rules of the house (docs/architecture.md), held by walking the syntax trees."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "podcast"
STAGES = {"article", "french", "speech", "render", "episode", "publish", "serve"}
COMPOSERS = {"pipeline", "recall", "settings", "speaking", "run"}
FRONTS = {"bench", "cli", "serve", "schedule", "cluster", "__main__"}
VALUES = {"types", "errors", "later", "versions", "database", "places"}

OWNERS = {
    "typer": "cli",
    "rich": "cli",
    "click": "cli",
    "pydantic": "config",
    "pydub": "episode.assemble",
    "av": "episode.codec",
    "lameenc": "episode.lame",
    "mutagen": "episode.tags",
    "PIL": "episode.cover",
    "jinja2": "publish.templating",
    "markupsafe": "episode.page",
    "soundfile": "episode.mpg123",
    "piper": "speech.piper",
    "onnxruntime": "speech.piper",
    "google": "speech.vocoder.file",
    "openvino": "speech.bfloat",
    "TTS": "speech.coqui",
    "librosa": "speech.coqui.torch_audio",
    "pocket_tts": "speech.pocket",
    "starlette": "serve",
    "uvicorn": "cli.serve",
    "trafilatura": "article.html",
    "lxml": "article.html",
    "markdown_it": "article.markdown",
    "httpcore": "article.fetch.connect",
    "certifi": "article.fetch.connect",
    "feedparser": "article.feeds",
    "obstore": "publish.storage",
    "matplotlib": "bench.plots",
    "psutil": "bench.memory",
    "dask": "cluster",
    "distributed": "cluster",
}
"""Each third-party package has one owner module."""

GUESTS = {("piper", "bench.bare"), ("onnxruntime", "bench.bare")}
"""What measures a package must not go through the module that it measures."""

LAZY = {
    "librosa",
    "google",
    "matplotlib",
    "obstore",
    "onnx",
    "openvino",
    "psutil",
    "torch",
    "TTS",
    "onnxruntime",
    "piper",
    "pocket_tts",
    "trafilatura",
    "av",
    "soundfile",
    "PIL",
    "pydub",
}
"""Heavy packages, imported inside functions only."""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_top(tree: ast.Module) -> Iterator[str]:
    """What importing the module imports: everything outside functions and ``if TYPE_CHECKING``."""
    for node in tree.body:
        for_types_only = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        if not for_types_only and not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from imported(node)


MODULES = dict(modules())


@pytest.mark.parametrize("name", MODULES)
def test_a_stage_imports_only_values_and_its_own_room(name: str) -> None:
    room = name.split(".")[0]
    ours = {i.split(".")[1] for i in imported(MODULES[name]) if i.startswith("podcast.")}
    if room in VALUES:
        assert ours <= {"types"} if room == "types" else not ours
    elif room in FRONTS | COMPOSERS or not room:
        pass
    else:
        assert ours <= VALUES | {room}


@pytest.mark.parametrize("name", MODULES)
def test_only_fronts_import_the_pipeline(name: str) -> None:
    if name.split(".")[0] in FRONTS | COMPOSERS:
        return
    assert not any(i.startswith("podcast.pipeline") for i in imported(MODULES[name]))


@pytest.mark.parametrize("name", MODULES)
def test_each_package_has_one_owner(name: str) -> None:
    for module in imported(MODULES[name]):
        package = module.split(".")[0]
        if package in OWNERS and (package, name) not in GUESTS:
            owner = OWNERS[package]
            assert name == owner or name.startswith(f"{owner}."), f"{package} belongs to {owner}"


@pytest.mark.parametrize("name", MODULES)
def test_heavy_packages_are_imported_inside_functions(name: str) -> None:
    assert not LAZY & {module.split(".")[0] for module in at_top(MODULES[name])}


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "try:\n    from podcast.cli import main; main(['--help'])\n"
        "except SystemExit: pass\n"
        f"print(sorted(set({sorted(LAZY | {'dask', 'distributed', 'httpcore'})!r}) & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.splitlines()[-1] == "[]"
