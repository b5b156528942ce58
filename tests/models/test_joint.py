from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor
from transformers import AutoConfig, AutoModel

from reportedly.data.article import Article
from reportedly.data.prediction import Prediction, TypeLabel
from reportedly.eval.metrics import score
from reportedly.models.checkpoint import read_checkpoint
from reportedly.models.decision import decide
from reportedly.models.encoder import load_encoder
from reportedly.models.extraction import encode_article
from reportedly.models.joint import IGNORED, QUANTITY_CLASSES, JointConfig, JointModel, register
from reportedly.models.roles import LAYERS, POINTERS
from reportedly.models.torch_backend import TorchBackend
from reportedly.training.config import RunConfig
from reportedly.training.examples import Example, SpecialTokens, collate, make_examples
from reportedly.training.run import build_model

AnnotatedArticle = tuple[Article, Prediction]
_PAD = 1


@pytest.fixture(scope="module")
def model(run_config: Callable[..., RunConfig], encoder_folder: Path) -> JointModel:
    """A random one, in evaluation mode."""
    torch.manual_seed(3)
    return build_model(run_config(), load_encoder(str(encoder_folder))).eval()


@pytest.fixture(scope="module")
def examples(four_articles: list[AnnotatedArticle], encoder_folder: Path) -> list[Example]:
    return make_examples(
        four_articles,
        tokenizer=load_encoder(str(encoder_folder)).tokenizer,
        special=SpecialTokens(begin=0, end=2, pad=_PAD),
        window_size=96,
        window_overlap=24,
    )


def _outputs(model: JointModel, batch: dict[str, Tensor]) -> dict[str, Tensor]:
    with torch.no_grad():
        states, layers, types, tags = model.encode(batch["input_ids"], batch["attention_mask"])
        linked = model.link(states, batch["attention_mask"], batch["quantities"], batch["sources"])
    return {"states": states, "layers": layers, "types": types, "tags": tags} | linked


def test_a_saved_model_comes_back_with_the_same_outputs(
    model: JointModel, examples: list[Example], tmp_path: Path
) -> None:
    model.save_pretrained(tmp_path)
    again = JointModel.from_pretrained(tmp_path).eval()
    batch = collate(examples, pad=_PAD)
    expected, found = _outputs(model, batch), _outputs(again, batch)
    assert set(expected) == set(found)
    for name, output in expected.items():
        torch.testing.assert_close(found[name], output, msg=name)
    assert (again.config.hidden_width, again.config.pointer_width) == (48, 16)


def test_the_auto_classes_know_the_model_once_it_is_registered(model: JointModel, tmp_path: Path) -> None:
    register()
    register()
    model.save_pretrained(tmp_path)
    assert isinstance(AutoConfig.from_pretrained(tmp_path), JointConfig)
    again = AutoModel.from_pretrained(tmp_path)
    assert isinstance(again, JointModel)
    torch.testing.assert_close(again.pointers.key.weight, model.pointers.key.weight)


def test_loading_a_saved_model_leaves_no_weight_unused_or_drawn_anew(model: JointModel, tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    _, report = JointModel.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(report[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))


def test_outputs_have_one_column_for_every_label(model: JointModel, examples: list[Example]) -> None:
    batch = collate(examples, pad=_PAD)
    n_batch, n_tokens = batch["input_ids"].shape
    n_quantities = batch["quantities"].shape[1]
    outputs = _outputs(model, batch)
    assert outputs["layers"].shape == (n_batch, n_tokens, len(LAYERS), 3)
    assert outputs["start"].shape == outputs["end"].shape == (n_batch, n_quantities, len(POINTERS), n_tokens)
    assert outputs["nowhere"].shape == (n_batch, n_quantities, len(POINTERS))
    for name, size in QUANTITY_CLASSES.items():
        assert outputs[name].shape == (n_batch, n_quantities, size)


def test_padding_a_batch_changes_no_output(model: JointModel, examples: list[Example]) -> None:
    alone = [collate([example], pad=_PAD) for example in examples]
    together = collate(examples, pad=_PAD)
    outputs = _outputs(model, together)
    for row, batch in enumerate(alone):
        expected = _outputs(model, batch)
        for name, output in expected.items():
            found = outputs[name][row][tuple(slice(size) for size in output.shape[1:])]
            torch.testing.assert_close(found, output[0], atol=1e-5, rtol=1e-4, msg=f"{name} of {row}")


def test_padding_changes_no_loss(model: JointModel, examples: list[Example]) -> None:
    example = min(examples, key=lambda example: len(example.input_ids))
    batch = collate([example], pad=_PAD)
    padded = {
        name: torch.nn.functional.pad(
            values,
            [0, 0] * (values.ndim - 2) + [0, 7],
            value={"input_ids": _PAD, "attention_mask": 0, "layers": IGNORED}[name],
        )
        for name, values in batch.items()
        if name in ("input_ids", "attention_mask", "layers")
    }
    with torch.no_grad():
        expected, found = model(**batch), model(**batch | padded)
    for name, loss in expected.items():
        assert found[name].item() == pytest.approx(loss.item(), rel=1e-4), name


def test_no_probability_falls_on_padding(model: JointModel, examples: list[Example]) -> None:
    batch = collate(examples, pad=_PAD)
    outputs = _outputs(model, batch)
    for name in ("start", "end", "same_start", "same_end"):
        on_padding = outputs[name].softmax(dim=-1) * (batch["attention_mask"] == 0)[:, None, None, :]
        assert on_padding.max() < 1e-6, name


def test_the_loss_is_the_sum_of_the_losses_of_the_heads(model: JointModel, examples: list[Example]) -> None:
    with torch.no_grad():
        losses = model(**collate(examples, pad=_PAD))
    total = losses.pop("loss")
    assert total.item() == pytest.approx(sum(loss.item() for loss in losses.values()), rel=1e-5)
    assert all(loss.item() > 0 for loss in losses.values()), losses


def test_articles_without_quantities_and_sources_have_a_finite_loss_and_gradients(
    model: JointModel, encoder_folder: Path
) -> None:
    plain = Article(id="plain", text="jets hit the grain market", language="en")
    gold = Prediction(id="plain", language="en", type=TypeLabel(label="military"))
    [example] = make_examples(
        [(plain, gold)],
        tokenizer=load_encoder(str(encoder_folder)).tokenizer,
        special=SpecialTokens(begin=0, end=2, pad=_PAD),
        window_size=96,
        window_overlap=24,
    )
    losses = model(**collate([example], pad=_PAD))
    losses["loss"].backward()
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    model.zero_grad()
    assert losses["links"].item() == losses["measure"].item() == 0.0
    assert all(bool(gradient.isfinite().all()) for gradient in gradients)


def test_token_dropout_hides_tokens_in_training_and_never_special_ones(
    run_config: Callable[..., RunConfig], encoder_folder: Path, examples: list[Example]
) -> None:
    heads = {"pointer_width": 16, "hidden_width": 48, "dropout": 0.0, "token_dropout": 0.9999999}
    encoder = load_encoder(str(encoder_folder))
    model = build_model(run_config(heads=heads), encoder)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    batch = collate(examples, pad=_PAD)
    hidden = batch["input_ids"].clone()
    for row, length in enumerate(batch["attention_mask"].sum(dim=1).tolist()):
        hidden[row, 1 : length - 1] = encoder.mask
    with torch.no_grad():
        in_training = model.train()(**batch)["loss"].item()
        model.eval()
        expected, plain = model(**batch | {"input_ids": hidden})["loss"].item(), model(**batch)["loss"].item()
    assert in_training == pytest.approx(expected, rel=1e-4)
    assert plain != pytest.approx(expected, rel=1e-4)


def _learnt(folder: Path) -> Callable[[Article], Prediction]:
    checkpoint, backend = read_checkpoint(folder), TorchBackend(JointModel.from_pretrained(folder).eval())

    def extract(article: Article) -> Prediction:
        encoded = encode_article(article, backend=backend, tokenizer=checkpoint.tokenizer, settings=checkpoint.settings)
        return decide(encoded, backend=backend, settings=checkpoint.settings)

    return extract


def test_four_articles_in_two_languages_can_be_learnt_by_heart(
    checkpoint_folder: Path, four_articles: list[AnnotatedArticle]
) -> None:
    extract = _learnt(checkpoint_folder)
    metrics = score([(gold, extract(article)) for article, gold in four_articles])
    figures = {name: metric.value for name, metric in metrics.items() if not np.isnan(metric.value)}
    assert figures["claim_f1"] == figures["full_claim_f1"] == 1.0
    assert figures["source_f1"] == figures["type_accuracy"] == figures["tag_f1"] == 1.0
    assert min(figures.values()) > 0.8, figures


def test_a_long_article_of_many_windows_keeps_its_offsets(
    checkpoint_folder: Path, four_articles: list[AnnotatedArticle]
) -> None:
    extract = _learnt(checkpoint_folder)
    [lorn, *_] = [article for article, _ in four_articles]
    text = "\n\n".join([lorn.text] * 12)
    found = extract(Article(id="long", text=text, language="en"))
    found.check_text(text)
    starts = [claim.quantity.start for claim in found.claims]
    assert starts == sorted(set(starts))
    every = [place for place in range(len(text)) if text.startswith("12 villagers", place)]
    assert len(set(every) & set(starts)) >= 10
