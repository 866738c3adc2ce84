"""An independent judge of pages: npm's html-validate, by the rules of the HTML standard alone."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import tool

CONFIG = {"root": True, "extends": ["html-validate:standard"]}
Validate = Callable[[dict[str, str]], list[str]]
"""Pages by name → what is wrong with them, a line each."""


@pytest.fixture(scope="session")
def validate(tmp_path_factory: pytest.TempPathFactory) -> Validate:
    """Installs html-validate; skips where npm cannot."""
    folder = tmp_path_factory.mktemp("validator")
    npm, node = tool("npm"), tool("node")
    install = [npm, "install", "--prefer-offline", "--no-audit", "--no-fund", "--silent", "html-validate@8"]
    if subprocess.run(install, cwd=folder, capture_output=True, timeout=120, check=False).returncode:
        pytest.skip("npm cannot install html-validate here")
    program = folder / "node_modules" / "html-validate" / "bin" / "html-validate.js"
    (folder / "rules.json").write_text(json.dumps(CONFIG))

    def read(pages: dict[str, str]) -> list[str]:
        paths = [_written(folder / f"{name}.html", text) for name, text in pages.items()]
        command: list[str | Path] = [
            node,
            program,
            "--config",
            folder / "rules.json",
            "--formatter",
            "json",
            *paths,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode in (0, 1), done.stderr
        return [
            f"{Path(page['filePath']).stem}:{fault['line']} {fault['message']}"
            for page in json.loads(done.stdout)
            for fault in page["messages"]
        ]

    return read


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path
