"""ONNX files, read and written with protobuf, which ONNX Runtime needs itself.

The onnx package is larger than all the rest of the program. Of its schema
(https://github.com/onnx/onnx/blob/main/onnx/onnx.proto) only what is used here
is told; the rest is kept as it is, because protobuf passes on the fields that
it does not know. The rest of this folder works on models of the onnx package
just as well.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

SCHEMA = {
    "Model": "ir_version:1:int64 domain:4:string graph:7:Graph opset_import:8:Opset*",
    "Opset": "domain:1:string version:2:int64",
    "Graph": "node:1:Node* name:2:string initializer:5:Tensor*"
    " input:11:Value* output:12:Value* value_info:13:Value*",
    "Node": "input:1:string* output:2:string* name:3:string op_type:4:string"
    " attribute:5:Attribute* domain:7:string",
    "Attribute": "name:1:string f:2:float i:3:int64 s:4:bytes t:5:Tensor g:6:Graph floats:7:float*"
    " ints:8:int64* strings:9:bytes* tensors:10:Tensor* graphs:11:Graph* type:20:int32",
    "Tensor": "dims:1:int64* data_type:2:int32 float_data:4:float* int32_data:5:int32* int64_data:7:int64*"
    " name:8:string raw_data:9:bytes double_data:10:double* data_location:14:int32",
    "Value": "name:1:string type:2:Type",
    "Type": "tensor_type:1:TensorType",
    "TensorType": "elem_type:1:int32 shape:2:Shape",
    "Shape": "dim:1:Dimension*",
    "Dimension": "dim_value:1:int64 dim_param:2:string",
}
"""Messages and their fields: name, number, kind; a star for as many as there are."""

PACKED = {"float_data", "int32_data", "int64_data", "double_data"}
SCALARS = {"double": 1, "float": 2, "int64": 3, "int32": 5, "string": 9, "bytes": 12}
MESSAGE = 11
OPTIONAL, REPEATED = 1, 3

FLOAT = 1
KINDS = {1: "f4", 2: "u1", 3: "i1", 6: "i4", 7: "i8", 9: "?", 10: "f2", 11: "f8"}
"""Numbers in tensors, by their number in the schema."""

LISTS = {1: "float_data", 7: "int64_data", 11: "double_data"}
"""Where numbers are that are not raw; all others are in ``int32_data``."""

HALVES = 10
"""These are there as the sixteen bits that they have."""

ELSEWHERE = 1
"""Where the numbers of a tensor are when they are in another file."""


def load(path: str | Path) -> Any:
    """A model. Raises ``OSError``, ``ValueError``, and what protobuf raises for a file that is no model."""
    model = _model()
    model.ParseFromString(Path(path).read_bytes())
    if any(tensor.data_location == ELSEWHERE for tensor in model.graph.initializer):
        raise ValueError("its weights are in another file")
    return model


def save(model: Any, path: str | Path) -> None:
    """Write a model. Raises ``OSError``."""
    Path(path).write_bytes(model.SerializeToString())


def array(tensor: Any) -> Array:
    """The numbers of a tensor."""
    kind = np.dtype(KINDS[tensor.data_type]).newbyteorder("<")
    if tensor.raw_data:
        found = np.frombuffer(tensor.raw_data, kind)
    else:
        numbers = getattr(tensor, LISTS.get(tensor.data_type, "int32_data"))
        bits = tensor.data_type == HALVES
        found = np.array(numbers, np.uint16).view(kind) if bits else np.array(numbers, kind)
    return found.reshape([*tensor.dims]).astype(kind.newbyteorder("="))


def add_tensor(tensors: Any, name: str, value: Array) -> None:
    """Store numbers among the tensors of a graph."""
    stored = tensors.add()
    stored.name, stored.raw_data = name, value.astype(value.dtype.newbyteorder("<")).tobytes()
    stored.data_type = next(number for number, kind in KINDS.items() if np.dtype(kind) == value.dtype)
    stored.dims.extend(value.shape)


def add_attribute(node: Any, name: str, value: float | str | list[int] | list[float]) -> None:
    """Give a node an attribute; in place of one of the same name, if it has it."""
    attribute = next((known for known in node.attribute if known.name == name), None) or node.attribute.add()
    attribute.Clear()
    attribute.name = name
    if isinstance(value, list | tuple) and any(isinstance(number, float) for number in value):
        attribute.type = 6
        attribute.floats.extend(value)
    elif isinstance(value, list | tuple):
        attribute.type = 7
        attribute.ints.extend(value)
    elif isinstance(value, str):
        attribute.type, attribute.s = 3, value.encode()
    elif isinstance(value, float):
        attribute.type, attribute.f = 1, value
    else:
        attribute.type, attribute.i = 2, value


def _model() -> Any:
    """A new model."""
    return _message("Model")()


@lru_cache(maxsize=1)
def _pool() -> Any:
    from google.protobuf.descriptor_pb2 import FileDescriptorProto  # type: ignore[import-untyped]
    from google.protobuf.descriptor_pool import DescriptorPool  # type: ignore[import-untyped]

    file = FileDescriptorProto(name="podcast/onnx.proto", package="podcast.onnx", syntax="proto2")
    for name, fields in SCHEMA.items():
        message = file.message_type.add(name=name)
        for field in fields.split():
            label, number, kind = field.split(":")
            one = kind.rstrip("*")
            made = message.field.add(
                name=label, number=int(number), label=REPEATED if kind.endswith("*") else OPTIONAL
            )
            made.type = SCALARS.get(one, MESSAGE)
            if one in SCHEMA:
                made.type_name = f".podcast.onnx.{one}"
            if label in PACKED:
                made.options.packed = True
    pool = DescriptorPool()  # of our own: the onnx package has names of its own
    pool.Add(file)
    return pool


def _message(name: str) -> Any:
    from google.protobuf.message_factory import GetMessageClass  # type: ignore[import-untyped]

    return GetMessageClass(_pool().FindMessageTypeByName(f"podcast.onnx.{name}"))
