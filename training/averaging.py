"""The mean of a model's weights over its last epochs."""

from typing import Any

import torch
from torch import Tensor, nn
from transformers import TrainerCallback


class WeightAverage(TrainerCallback):
    """Remembers the mean of the trained weights after each of the last epochs (Izmailov et al. 2018).

    The mean lies in a flatter place than any single epoch: what is learnt by heart differs between epochs, what is
    understood does not.
    """

    def __init__(self, *, n_epochs: int, n_last: int) -> None:
        """Average the last ``n_last`` of ``n_epochs`` epochs."""
        self._first = n_epochs - n_last + 1
        self._n = 0
        self._means: dict[str, Tensor] = {}

    def on_epoch_end(self, args: Any, state: Any, control: Any, *, model: nn.Module, **_: Any) -> None:
        """Take the weights of an epoch into the mean."""
        if round(state.epoch) < self._first:
            return
        self._n += 1
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if not parameter.requires_grad:
                    continue
                if name in self._means:
                    self._means[name] += (parameter.float() - self._means[name]) / self._n
                else:
                    self._means[name] = parameter.detach().float().clone()

    def apply(self, model: nn.Module) -> None:
        """Put the mean in the place of the model's weights; nothing happens where no epoch was averaged."""
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in self._means:
                    parameter.copy_(self._means[name])
