"""A training run as a person watches it: a bar over the steps, a line of losses and scores an epoch."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments


class ConsoleCallback(TrainerCallback):
    """Writes to a console what the Trainer does."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("training", total=None)

    def on_train_begin(self, _: TrainingArguments, state: TrainerState, *__: TrainerControl, **___: Any) -> None:
        """Learn how many steps there are."""
        self._progress.update(self._task, total=state.max_steps)

    def on_step_end(self, _: TrainingArguments, state: TrainerState, *__: TrainerControl, **___: Any) -> None:
        """Move the bar."""
        self._progress.update(self._task, completed=state.global_step)

    def on_log(
        self, _: TrainingArguments, state: TrainerState, *__: TrainerControl, logs: dict[str, float], **___: Any
    ) -> None:
        """A line for the losses of an epoch, a line for its scores."""
        shown = {
            name.removeprefix("eval_").removeprefix("loss_"): float(value)
            for name, value in logs.items()
            if name.startswith(("loss", "eval_"))
        }
        if shown:
            what = "scores" if any(name.startswith("eval_") for name in logs) else "losses"
            figures = "  ".join(f"{name} {value:.3f}" for name, value in shown.items())
            self._progress.console.print(f"epoch {state.epoch or 0:.0f} {what}: {figures}", highlight=False)


@contextmanager
def watch(console: Console, *, n_epochs: int) -> Iterator[ConsoleCallback]:
    """Show a run of ``n_epochs`` epochs on a console while the block lasts."""
    columns = (
        TextColumn(f"training, {n_epochs} epochs"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        yield ConsoleCallback(progress)
