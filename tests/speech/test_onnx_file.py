"""ONNX files are read and written as the onnx package does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from podcast.speech.vocoder import file
from podcast.types import Voice
from tests.speech.vits import vits_like

NUMBERS: dict[int, list[Any]] = {
    TensorProto.FLOAT: [0.5, -2.0, 3e38],
    TensorProto.DOUBLE: [0.5, -2.0, 1e300],
    TensorProto.FLOAT16: [0.5, -2.0, 65504.0],
    TensorProto.INT64: [-(2**62), 0, 7],
    TensorProto.INT32: [-(2**31), 0, 7],
    TensorProto.INT8: [-128, 0, 127],
    TensorProto.UINT8: [255, 0, 7],
    TensorProto.BOOL: [True, False, True],
}


@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("shape", [(3,), (3, 1), (1, 3)])
def test_numbers_are_read_wherever_they_are(kind: int, raw: bool, shape: tuple[int, ...]) -> None:
    values = np.array(NUMBERS[kind], helper.tensor_dtype_to_np_dtype(kind)).reshape(shape)
    tensor = helper.make_tensor("numbers", kind, shape, values.tobytes() if raw else values.ravel(), raw=raw)
    found = file.array(tensor)
    assert found.dtype == values.dtype
    assert np.array_equal(found, numpy_helper.to_array(tensor))


@pytest.mark.parametrize(
    ("value", "kind"), [([[1, 2]], np.float32), ([3], np.int64), (4, np.float32), ([], np.float32)]
)
def test_numbers_are_stored_as_they_are_read(value: Any, kind: type) -> None:
    graph = onnx.GraphProto()
    file.add_tensor(graph.initializer, "numbers", np.asarray(value, kind))
    (tensor,) = graph.initializer
    assert np.array_equal(numpy_helper.to_array(tensor), value)
    assert np.array_equal(file.array(tensor), value)


@pytest.mark.parametrize("value", [3, 0.5, "NOTSET", [1, 2], []])
def test_attributes_are_those_of_the_onnx_package(value: Any) -> None:
    node = helper.make_node("Any", [], [], given="before")
    file.add_attribute(node, "given", value)
    (found,) = node.attribute
    assert found == (
        helper.make_attribute("given", value, attr_type=onnx.AttributeProto.INTS if value == [] else None)
    )


def test_a_model_goes_in_and_comes_out(bundled: Voice, folder: Path) -> None:
    for model in (bundled.model, vits_like(folder).model):
        file.save(file.load(model), folder / "copy.onnx")
        assert onnx.load(folder / "copy.onnx") == onnx.load(model)


def test_what_is_in_another_file_is_refused(folder: Path) -> None:
    model = onnx.load(vits_like(folder).model)
    place = folder / "outside.onnx"
    onnx.save(model, place, save_as_external_data=True, size_threshold=0)
    with pytest.raises(ValueError, match="another file"):
        file.load(place)
