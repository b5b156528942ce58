"""Runs the network with torch: while training, and to hold the exported graphs against it."""

import numpy as np
import torch
from numpy.typing import NDArray

from .decoding import Floats
from .joint import JointModel


class TorchBackend:
    """A ``Backend`` on a ``JointModel``; the model must be in evaluation mode."""

    def __init__(self, model: JointModel) -> None:
        self._model = model

    @torch.no_grad()
    def encode(self, input_ids: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        """See ``Backend.encode``."""
        ids = torch.from_numpy(input_ids)[None].to(self._model.device)
        outputs = self._model.encode(ids, torch.ones_like(ids))
        states, layers, types, tags = (output[0].float().cpu().numpy() for output in outputs)
        return states, layers, types, tags

    @torch.no_grad()
    def link(self, states: Floats, quantities: NDArray[np.int64], sources: NDArray[np.int64]) -> dict[str, Floats]:
        """See ``Backend.link``."""
        device = self._model.device
        frame = torch.from_numpy(states)[None].to(device)
        mask = torch.ones(frame.shape[:2], dtype=torch.long, device=device)
        linked = self._model.link(
            frame, mask, torch.from_numpy(quantities)[None].to(device), torch.from_numpy(sources)[None].to(device)
        )
        return {name: output[0].float().cpu().numpy() for name, output in linked.items()}
