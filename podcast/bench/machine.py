"""Which machine it was: figures of speed mean nothing without it."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from podcast.render import cores

PACKAGES = (
    "podcast",
    "piper-tts",
    "onnxruntime",
    "openvino",
    "coqui-tts",
    "pocket-tts",
    "torch",
    "numpy",
    "lameenc",
    "av",
)
"""Those whose version changes the figures."""

ARITHMETIC = (
    "avx2",
    "avx512f",
    "avx_vnni",
    "avx512_vnni",
    "avx512_bf16",
    "amx_bf16",
    "amx_int8",
    "asimd",
    "bf16",
)
"""Instruction sets that make a difference to neural networks, as Linux calls them."""


def describe() -> dict[str, Any]:
    """Processor, cores, memory in bytes, system, versions, and how busy the machine is already."""
    processor, flags = _processor()
    return {
        "processor": processor,
        "arithmetic": [name for name in ARITHMETIC if name in flags],
        "cores": cores(),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.release().partition('-')[0]} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "versions": {**_versions(), **_ffmpeg()},
    }


def _processor() -> tuple[str, frozenset[str]]:
    """Its name and its instruction sets."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine(), frozenset()
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    flags = facts.get("flags") or facts.get("Features") or ""
    return facts.get("model name") or platform.machine(), frozenset(flags.split())


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _ffmpeg() -> dict[str, str]:
    path = shutil.which("ffmpeg")
    if path is None:
        return {}
    line = subprocess.run([path, "-version"], capture_output=True, text=True, check=False).stdout
    words = line.split()
    return {"ffmpeg": words[2].partition("-")[0]} if len(words) > 2 else {}
