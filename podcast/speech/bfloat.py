"""Piper voices in bfloat16, on processors that have it: half the time for the same voice.

The flow and the vocoder are run by OpenVINO in bfloat16 (8 bits of precision
where float32 has 24, noise 40 to 55 dB under the voice); what decides on the
words, their length and melody stays with ONNX Runtime in float32, and so does
the noise. The vocoder is given windows of a few hundred frames, which stay in
the cache of a core, and whose overlap is as wide as it can see: no seam is
heard or seen. The flow is given all frames at once, and empty ones up to the
next multiple of ``FLOW_STEP``.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from types import ModuleType
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from podcast.errors import VoiceError
from podcast.speech.kept import ALIKE, OpenSession, models_folder
from podcast.speech.trial import alike
from podcast.speech.vocoder import NotAVocoder, cut_file, hasten_front
from podcast.types import Voice
from podcast.versions import version

logger = logging.getLogger(__name__)

FORMAT = 8
"""Of a voice that has been prepared; raise it when that changes."""

WINDOW = 256
"""Frames that the vocoder is given at once, at most: three seconds."""

STEP = 32
"""Windows are a multiple of so many frames: kernels are made for each new length, so there are few."""

FLOW_STEP = 32
"""The same for the flow."""

WHOLE, SOONER, WHOLES = "whole.onnx", "whole-sooner.onnx", "whole*.onnx"
FRONT, PLAN = "front.onnx", "plan.json"
FLOW, VOCODER = "flow.onnx", "vocoder.onnx"
COMPILED = ".blob"
"""What OpenVINO has made of one of these; it takes less time to open, and workers share its memory."""
PART = ".part-"

Array = npt.NDArray[Any]


class BfloatSession:
    """Takes the place of a Piper voice's ``InferenceSession``."""

    def __init__(self, voice: Voice, open_session: OpenSession, *, precision: str = "bf16") -> None:
        """Raises ``VoiceError`` when the voice, the processor or the installation is not made for it."""
        maker = _Maker(open_core(voice, precision), precision)
        folder = converted(voice, open_session, maker)
        try:
            self._open(folder, maker, open_session)
        except (OSError, RuntimeError, ValueError, VoiceError) as error:  # cut by a disk that failed
            logger.info("%s: what was prepared of it cannot be used: %s", voice.key, error)
            rmtree(folder, ignore_errors=True)
            self._open(converted(voice, open_session, maker), maker, open_session)

    def _open(self, folder: Path, maker: _Maker, open_session: OpenSession) -> None:
        plan = json.loads((folder / PLAN).read_text(encoding="utf-8"))
        self._given: list[str] = plan["given"]
        self._flowing: list[str] = plan["flowing"]
        self._frames: str = plan["frames"]
        self._inputs: list[str] = plan["inputs"]
        self._hop, self._reach = plan["hop"], plan["reach"]
        self._front = open_session(str(folder / FRONT), finished=True)
        self._flow: Any = maker.opened(folder / FLOW) if self._flowing else None
        self._vocoder = maker.opened(folder / VOCODER)
        self._maker = maker

    def run(self, _names: None, feeds: Mapping[str, Array]) -> list[Array]:
        """What ``InferenceSession.run`` gives: the audio, then the other outputs of the model."""
        results = self._front.run(None, dict(feeds))
        made = dict(zip(self._given, results, strict=False))
        if self._flow:
            made[self._frames] = self._flowed([made[name] for name in self._flowing])
        return [self._spoken([made[name] for name in self._inputs]), *results[len(self._given) :]]

    def _flowed(self, inputs: Sequence[Array]) -> Array:
        frames = _frames(inputs)
        more = -frames % FLOW_STEP
        given = [_lengthened(value, more) if value.shape[2] == frames else value for value in inputs]
        found: Array = self._flow.infer(dict(zip(self._flowing, given, strict=True)), share_inputs=True)[0]
        return found[:, :, :frames]

    def _spoken(self, inputs: Sequence[Array]) -> Array:
        frames = _frames(inputs)
        audio = np.empty(frames * self._hop, dtype=np.float32)
        for window, kept in windows(frames, self._reach):
            given = [
                np.ascontiguousarray(value[:, :, window] if value.shape[2] == frames else value)
                for value in inputs
            ]
            sound = self._vocoder.infer(dict(zip(self._inputs, given, strict=True)), share_inputs=True)[0]
            start, end = (self._hop * (edge - window.start) for edge in (kept.start, kept.stop))
            audio[self._hop * kept.start : self._hop * kept.stop] = sound.reshape(-1)[start:end]
        return audio


def _frames(inputs: Sequence[Array]) -> int:
    return max(int(value.shape[2]) for value in inputs)


def _lengthened(value: Array, more: int) -> Array:
    """With so many empty frames at its end."""
    return np.pad(value, ((0, 0), (0, 0), (0, more)))


class _Maker:
    """OpenVINO on one thread, in one precision."""

    def __init__(self, core: Any, precision: str) -> None:
        self._core = core
        self._mapped: list[Array] = []  # as long as what was opened is used
        self._options = on_one_core(precision)
        kinds = sorted(core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
        told = " ".join([precision, core.get_property("CPU", "FULL_DEVICE_NAME"), *kinds])
        self.name = hashlib.sha256(told.encode()).hexdigest()[:8]
        """Of the precision and the processor that it makes something for."""

    def make(self, model: Path) -> None:
        """Compile a model, and leave what comes of it in its place."""
        made = self._core.compile_model(str(model), "CPU", self._options)
        model.with_suffix(COMPILED).write_bytes(made.export_model().getvalue())
        model.unlink()

    def opened(self, model: Path) -> Any:
        """What runs a model that was made. Raises some exception of Python's when it was damaged."""
        from openvino import Tensor

        content = np.memmap(model.with_suffix(COMPILED), dtype=np.uint8, mode="c")
        self._mapped.append(content)
        made = self._core.import_model(Tensor(content, shared_memory=True), "CPU", self._options)
        return made.create_infer_request()


def windows(frames: int, reach: int, most: int = WINDOW) -> Iterator[tuple[slice, slice]]:
    """Windows over frames, and of each the frames that are right: those that see all they need within it.

    The latter follow one another from the first frame to the last. Windows are as few as can be, and as
    long as one another but for a ``STEP``, of which their lengths are multiples; unless the frames are hardly
    more than that: then they are one window.
    """
    most = max(most, -(-4 * reach // STEP) * STEP)
    count = max(1 if frames % STEP == 0 else 2, -(-(frames - 2 * reach) // (most - 2 * reach)))
    steps = -(-(frames + 2 * reach * (count - 1)) // STEP)
    lengths = [STEP * ((steps + number) // count) for number in range(count)]
    if count == 1 or lengths[-1] > frames:
        yield slice(0, frames), slice(0, frames)
        return
    twice = sum(lengths) - frames  # what is seen by two windows, shared out among their seams
    start = done = 0
    for number, length in enumerate(lengths):
        end = frames if number == count - 1 else start + length - reach
        yield slice(start, start + length), slice(done, end)
        done = end
        start += length - (twice + number) // (count - 1)


def converted(voice: Voice, open_session: OpenSession, maker: _Maker) -> Path:
    """The folder with the parts of a voice, made when it is first wanted.

    It is named by the model and by all that has a part in making it. Raises
    ``VoiceError`` when the model cannot be cut or the folder not be written.
    """
    made_by = "-".join(f"{package}{version(package)}" for package in ("onnxruntime", "openvino"))
    name = f"{voice.model_hash[:32]}-{FORMAT}-{maker.name}-{made_by}"
    place = models_folder() / name
    if (place / PLAN).is_file():
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=PART) as part:
            made = Path(part, name)
            made.mkdir()
            _convert(voice, made, open_session, maker)
            with suppress(OSError):  # another process was first
                made.rename(place)
                _forget_older(place)
    except OSError as error:
        raise VoiceError(
            f"the voice cannot be prepared for bfloat16: {error.strerror}",
            where=str(place.parent),
            remedy="check its space and rights",
        ) from error
    return place


def _forget_older(place: Path) -> None:
    """What other versions made of the same model for the same processor."""
    model, _, maker, _ = place.name.split("-", 3)
    for older in place.parent.glob(f"{model}-*-{maker}-*"):
        if older != place:
            rmtree(older, ignore_errors=True)


def _convert(voice: Voice, folder: Path, open_session: OpenSession, maker: _Maker) -> None:
    logger.info("%s: cutting its model", voice.key)
    try:
        parts = cut_file(voice.model, folder / WHOLE, folder / FLOW, folder / VOCODER)
    except NotAVocoder as fact:
        raise VoiceError(
            f"this voice cannot be computed in bfloat16: {fact}",
            where=voice.key,
            remedy="leave out its arithmetic",
        ) from fact
    except OSError:
        raise
    except Exception as error:
        raise VoiceError(
            "the model cannot be read", where=voice.model, remedy="install the voice again"
        ) from error
    open_session(_hastened(folder / WHOLE, open_session), keep=str(folder / FRONT))
    for whole in folder.glob(WHOLES):
        whole.unlink()
    for model in (FLOW, VOCODER) if parts.flow else (VOCODER,):
        maker.make(folder / model)
    names = ("given", "flowing", "frames", "inputs", "hop", "reach")
    plan = {name: getattr(parts, name) for name in names}
    (folder / PLAN).write_text(json.dumps(plan), encoding="utf-8")


def _hastened(front: Path, open_session: OpenSession) -> str:
    """A front that computes the same, and sooner, where that can be made."""
    sooner = front.with_name(SOONER)
    try:
        hasten_front(front, sooner)
        if alike(open_session(str(front)), open_session(str(sooner)), ALIKE, noisy=True):
            return str(sooner)
        logger.warning("%s: it finds other things when it is written anew, and stays as it is", front)
    except OSError:
        raise
    except Exception as error:  # of some other kind
        logger.info("%s: it cannot be written anew: %s", front, error)
    return str(front)


def on_one_core(precision: str) -> dict[str, Any]:
    """How OpenVINO is to compute in a process that has others beside it."""
    return {
        "INFERENCE_PRECISION_HINT": precision,
        "INFERENCE_NUM_THREADS": 1,
        "NUM_STREAMS": 1,
        "ENABLE_CPU_PINNING": False,  # the other processes would be pinned to the same core
    }


def open_core(voice: Voice, precision: str) -> Any:
    """OpenVINO, where the processor has that precision."""
    # Its import tells its makers, from a forked process that may hang for ever; without this it cannot.
    sys.modules.setdefault("openvino_telemetry", cast(ModuleType, None))
    try:
        import openvino
    except ImportError as error:
        raise VoiceError(
            f"bfloat16 needs OpenVINO ({error})",
            where=voice.key,
            remedy="pip install 'podcast[fast]'",
        ) from error
    core = openvino.Core()
    if precision == "bf16" and "BF16" not in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        raise VoiceError(
            "this processor has no bfloat16 arithmetic", where=voice.key, remedy="leave out its arithmetic"
        )
    return core
