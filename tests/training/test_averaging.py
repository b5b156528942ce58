from types import SimpleNamespace

import torch
from torch import nn

from reportedly.training.averaging import WeightAverage


def _epoch(average: WeightAverage, model: nn.Module, number: int, weight: float) -> None:
    with torch.no_grad():
        model.weight.fill_(weight)
    average.on_epoch_end(None, SimpleNamespace(epoch=float(number)), None, model=model)


def test_the_last_epochs_are_averaged_and_earlier_ones_forgotten() -> None:
    model, average = nn.Linear(2, 1, bias=False), WeightAverage(n_epochs=4, n_last=3)
    for number, weight in enumerate([100.0, 1.0, 2.0, 6.0], start=1):
        _epoch(average, model, number, weight)
    average.apply(model)
    assert model.weight.tolist() == [[3.0, 3.0]]


def test_without_epochs_to_average_the_weights_stay() -> None:
    model, average = nn.Linear(2, 1, bias=False), WeightAverage(n_epochs=2, n_last=0)
    _epoch(average, model, 1, 5.0)
    _epoch(average, model, 2, 7.0)
    average.apply(model)
    assert model.weight.tolist() == [[7.0, 7.0]]


def test_frozen_weights_are_left_alone() -> None:
    model, average = nn.Linear(2, 1, bias=False), WeightAverage(n_epochs=2, n_last=2)
    model.weight.requires_grad_(requires_grad=False)
    _epoch(average, model, 1, 5.0)
    _epoch(average, model, 2, 7.0)
    average.apply(model)
    assert model.weight.tolist() == [[7.0, 7.0]]
