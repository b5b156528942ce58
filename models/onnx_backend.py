"""Runs the exported network with ONNX Runtime; imports neither torch nor transformers."""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ..data.errors import CheckpointError
from .checkpoint import ENCODER_FILE, LINKER_FILE
from .decoding import Floats


class OnnxBackend:
    """A ``Backend`` on the two graphs of a checkpoint folder.

    Args:
        folder: The checkpoint.
        n_threads: CPU threads of one call; None lets ONNX Runtime take all cores.

    Raises:
        CheckpointError: Where a graph is damaged.
    """

    def __init__(self, folder: Path, *, n_threads: int | None = None) -> None:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        if n_threads is not None:
            options.intra_op_num_threads = n_threads
        self._encoder = _open(folder / ENCODER_FILE, options)
        self._linker = _open(folder / LINKER_FILE, options)
        self._linked = [output.name for output in self._linker.get_outputs()]

    def encode(self, input_ids: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        """See ``Backend.encode``."""
        ids = input_ids[None].astype(np.int64)
        outputs = self._encoder.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        states, layers, types, tags = (np.asarray(output[0]) for output in outputs)
        return states, layers, types, tags

    def link(self, states: Floats, quantities: NDArray[np.int64], sources: NDArray[np.int64]) -> dict[str, Floats]:
        """See ``Backend.link``."""
        inputs = {
            "states": states[None],
            "token_mask": np.ones((1, len(states)), dtype=np.int64),
            "quantities": quantities[None],
            "sources": sources[None],
        }
        outputs = self._linker.run(self._linked, inputs)
        return {name: np.asarray(output[0]) for name, output in zip(self._linked, outputs, strict=True)}


def _open(path: Path, options: onnxruntime.SessionOptions) -> onnxruntime.InferenceSession:
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # ONNX Runtime's errors share no public base class
        reason = str(error).strip().splitlines()[0]
        raise CheckpointError(f"{path}: damaged or not an ONNX graph ({reason}); train or copy it again") from None
