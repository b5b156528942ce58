"""The Hugging Face Trainer for the joint model: two learning rates, losses per head, scores by extraction."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from transformers import Trainer
from transformers.trainer_pt_utils import LengthGroupedSampler


class JointTrainer(Trainer):
    """Trains a ``JointModel``.

    Attributes:
        score_validation: Gives the validation metrics of the model as it stands, by name.
    """

    def __init__(
        self,
        *args: Any,
        score_validation: Callable[[], dict[str, float]],
        encoder_learning_rate: float,
        head_learning_rate: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.score_validation = score_validation
        self._learning_rates = {True: encoder_learning_rate, False: head_learning_rate}
        self._head_losses: dict[str, list[float]] = defaultdict(list)

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroupedSampler:
        # Windows of like length share a batch: a fifth less padding to compute.
        examples = self.train_dataset if train_dataset is None else train_dataset
        generator = torch.Generator()
        generator.manual_seed(self.args.data_seed if self.args.data_seed is not None else self.args.seed)
        return LengthGroupedSampler(
            self.args.train_batch_size, lengths=[len(example.input_ids) for example in examples], generator=generator
        )

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """AdamW; no weight decay on biases and norms."""
        groups: dict[tuple[bool, bool], list[Tensor]] = defaultdict(list)
        for name, parameter in self.model.named_parameters():
            if parameter.requires_grad:
                groups[name.startswith("encoder."), parameter.ndim > 1].append(parameter)
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": parameters,
                    "lr": self._learning_rates[in_encoder],
                    "weight_decay": self.args.weight_decay if decays else 0.0,
                }
                for (in_encoder, decays), parameters in groups.items()
            ]
        )
        return self.optimizer

    def compute_loss(self, model: Any, inputs: dict[str, Tensor], return_outputs: bool = False, **_: Any) -> Any:
        """The summed loss; remembers every head's part of it for the log."""
        losses = model(**inputs)
        for name, loss in losses.items():
            if name != "loss":
                self._head_losses[name].append(loss.item())
        return (losses["loss"], losses) if return_outputs else losses["loss"]

    def log(self, logs: dict[str, float], *args: Any, **kwargs: Any) -> None:
        """Add the mean loss of every head since the last log."""
        if "loss" in logs:
            for name, values in self._head_losses.items():
                logs[f"loss_{name}"] = sum(values) / len(values)
            self._head_losses.clear()
        super().log(logs, *args, **kwargs)

    def evaluate(self, *_: Any, metric_key_prefix: str = "eval", **__: Any) -> dict[str, float]:
        """Score the validation articles by extracting from them, as a user would."""
        self.model.eval()
        metrics = {f"{metric_key_prefix}_{name}": value for name, value in self.score_validation().items()}
        self.model.train()
        self.log(dict(metrics))
        self.control: Any = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics
