"""Writes a joint model as a checkpoint folder with int8 ONNX graphs."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor, nn

from .checkpoint import ENCODER_FILE, LINKER_FILE
from .joint import JointModel

_OPSET = 17
_EMBEDDING_BLOCK = 32
_PRODUCT_BLOCK = 64


class _Encode(nn.Module):
    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, ...]:
        return self.model.encode(input_ids, attention_mask)


class _Link(nn.Module):
    def __init__(self, model: JointModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, states: Tensor, token_mask: Tensor, quantities: Tensor, sources: Tensor) -> tuple[Tensor, ...]:
        return tuple(self.model.link(states, token_mask, quantities, sources).values())


def export_graphs(model: JointModel, folder: Path, *, embedding_bits: int) -> None:
    """Write ``encoder.onnx`` and ``linker.onnx``.

    Matrix products run in int8, the word embeddings lie in blocks of ``embedding_bits`` bits, which loses nothing
    where they come from 4-bit blocks and were frozen.

    Args:
        model: In evaluation mode, on the CPU.
        folder: An existing folder.
        embedding_bits: 4 or 8.
    """
    model = model.cpu().eval()
    ids = torch.ones((2, 12), dtype=torch.long)
    mask = torch.ones_like(ids)
    with torch.no_grad():
        states = model.encode(ids, mask)[0]
        spans = torch.tensor([[[1, 2], [3, 4], [5, 5]]]).expand(2, -1, -1)
        linked = list(model.link(states, mask, spans, spans))
    with TemporaryDirectory(prefix="reportedly-") as scratch:
        encoder, linker = Path(scratch) / ENCODER_FILE, Path(scratch) / LINKER_FILE
        per_token = {0: "batch", 1: "n_tokens"}
        with _quiet():
            torch.onnx.export(
                _Encode(model).eval(),
                (ids, mask),
                str(encoder),
                dynamo=False,
                opset_version=_OPSET,
                input_names=["input_ids", "attention_mask"],
                output_names=["states", "layers", "types", "tags"],
                dynamic_axes={
                    **{name: per_token for name in ("input_ids", "attention_mask", "states", "layers")},
                    **{name: {0: "batch"} for name in ("types", "tags")},
                },
            )
            torch.onnx.export(
                _Link(model).eval(),
                (states, mask, spans, spans),
                str(linker),
                dynamo=False,
                opset_version=_OPSET,
                input_names=["states", "token_mask", "quantities", "sources"],
                output_names=linked,
                dynamic_axes=_link_axes(linked),
            )
            _quantise(encoder, folder / ENCODER_FILE, embedding_bits=embedding_bits)
            _quantise(linker, folder / LINKER_FILE, embedding_bits=None)


def _link_axes(outputs: list[str]) -> dict[str, dict[int, str]]:
    axes = {
        "states": {0: "batch", 1: "n_tokens"},
        "token_mask": {0: "batch", 1: "n_tokens"},
        "quantities": {0: "batch", 1: "n_quantities"},
        "sources": {0: "batch", 1: "n_sources"},
    }
    for name in outputs:
        axes[name] = {0: "batch", 1: "n_sources" if name.startswith(("same", "source")) else "n_quantities"}
        if name in ("start", "end", "same_start", "same_end"):
            axes[name][3] = "n_tokens"
    return axes


@contextmanager
def _quiet() -> Iterator[None]:
    """The tracer warns about things that the parity test checks."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _quantise(graph: Path, target: Path, *, embedding_bits: int | None) -> None:
    model = onnx.load(str(graph))
    tables = {tensor.name: tensor for tensor in model.graph.initializer}
    if embedding_bits is not None:
        _quantise_embeddings(model, tables, bits=embedding_bits)
    for name, table in tables.items():
        users = _users(model, name)
        is_factor = all(node.op_type == "MatMul" and node.input[1] == name for node in users)
        if users and is_factor and len(table.dims) == 2:
            _quantise_products(model, users, table)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, str(target))


def _users(model: onnx.ModelProto, name: str) -> list[onnx.NodeProto]:
    return [node for node in model.graph.node if name in node.input]


def _quantise_products(model: onnx.ModelProto, products: list[onnx.NodeProto], table: onnx.TensorProto) -> None:
    """Replace all products with one constant matrix by ``MatMulNBits``: int8 weights and activations in blocks.

    There are several where layers share their weights, as in ALBERT and DeBERTa.

    A scale for every block keeps the few large dimensions of such encoders from drowning the others: token
    states agree with float32 at a correlation of 0.9998, against 0.99 with one activation scale a matrix.
    """
    weights = numpy_helper.to_array(table).astype(np.float32).T
    n_out, n_in = weights.shape
    n_blocks = -(-n_in // _PRODUCT_BLOCK)
    padded = np.pad(weights, [(0, 0), (0, n_blocks * _PRODUCT_BLOCK - n_in)])
    codes, scales = quantise_blocks(padded, bits=8, block=_PRODUCT_BLOCK)
    names = [f"{table.name}.blocks", f"{table.name}.scales"]
    arrays: list[NDArray[Any]] = [codes.reshape(n_out, n_blocks, _PRODUCT_BLOCK), scales.astype(np.float32)]
    for product in products:
        replacement = helper.make_node(
            "MatMulNBits",
            [product.input[0], *names],
            list(product.output),
            domain="com.microsoft",
            K=n_in,
            N=n_out,
            bits=8,
            block_size=_PRODUCT_BLOCK,
            accuracy_level=4,
        )
        _replace(model, product, [replacement])
    _replace_table(model, table, dict(zip(names, arrays, strict=True)))


def _quantise_embeddings(model: onnx.ModelProto, tables: dict[str, onnx.TensorProto], *, bits: int) -> None:
    """Replace the lookup of the largest table by ``GatherBlockQuantized``."""
    lookups = [node for node in model.graph.node if node.op_type == "Gather" and node.input[0] in tables]
    lookup = max(lookups, key=lambda node: int(np.prod(tables[node.input[0]].dims)))
    table = tables[lookup.input[0]]
    weights = numpy_helper.to_array(table).astype(np.float32)
    if weights.shape[1] % _EMBEDDING_BLOCK or len(_users(model, table.name)) > 1:
        return
    # float16 scales lose nothing for the bundled encoder, whose own scales are float16.
    codes, scales = quantise_blocks(weights, bits=bits, block=_EMBEDDING_BLOCK)
    names = [f"{table.name}.blocks", f"{table.name}.scales"]
    half = f"{lookup.output[0]}.half"
    gather = helper.make_node(
        "GatherBlockQuantized",
        [names[0], lookup.input[1], names[1]],
        [half],
        domain="com.microsoft",
        bits=bits,
        block_size=_EMBEDDING_BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    _replace(model, lookup, [gather, helper.make_node("Cast", [half], [lookup.output[0]], to=TensorProto.FLOAT)])
    _replace_table(model, table, {names[0]: codes, names[1]: scales})


def _replace(model: onnx.ModelProto, node: onnx.NodeProto, replacement: list[onnx.NodeProto]) -> None:
    place = list(model.graph.node).index(node)
    model.graph.node.remove(node)
    for offset, new in enumerate(replacement):
        model.graph.node.insert(place + offset, new)


def _replace_table(model: onnx.ModelProto, table: onnx.TensorProto, arrays: dict[str, NDArray[Any]]) -> None:
    model.graph.initializer.remove(table)
    model.graph.initializer.extend([numpy_helper.from_array(array, name) for name, array in arrays.items()])


def quantise_blocks(
    weights: NDArray[np.float32], *, bits: int, block: int
) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """Blocks of weights with one scale, the weight of largest size becoming the lowest code (ggml's Q4_0).

    Args:
        weights: *Shape:* ``(n_rows, width)``, width a multiple of ``block``.
        bits: 4 or 8.
        block: Weights a scale.

    Returns:
        Codes, two to a byte with the first in the low nibble for 4 bits, *shape* ``(n_rows, width * bits / 8)``;
        scales, *shape* ``(n_rows, width / block)``. A weight is ``(code - 2**(bits - 1)) * scale``.
    """
    half = 2 ** (bits - 1)
    blocks = weights.reshape(len(weights), -1, block)
    extreme = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
    scales = (extreme / -half).astype(np.float16)
    divisor = np.where(scales == 0, 1, scales).astype(np.float32)
    codes = np.clip(np.rint(blocks / divisor) + half, 0, 2 * half - 1).astype(np.uint8).reshape(weights.shape)
    if bits == 4:
        codes = codes[:, 0::2] | (codes[:, 1::2] << 4)
    return codes, scales[:, :, 0]
