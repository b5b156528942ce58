from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from transformers import AutoModel
from transformers.configuration_utils import PretrainedConfig

from reportedly.data.article import Article
from reportedly.data.prediction import Prediction
from reportedly.models.checkpoint import read_checkpoint
from reportedly.models.decision import decide
from reportedly.models.decoding import Floats
from reportedly.models.export import export_graphs, quantise_blocks
from reportedly.models.extraction import Backend, encode_article
from reportedly.models.extractor import Extractor
from reportedly.models.joint import JointConfig, JointModel
from reportedly.models.onnx_backend import OnnxBackend
from reportedly.models.torch_backend import TorchBackend

AnnotatedArticle = tuple[Article, Prediction]
_SIZES = {
    "vocab_size": 120,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": 80,
    "pad_token_id": 1,
}
# Of the largest value of an output. int8 weights and activations are off by up to 1/254 of the largest of their block;
# over the dozen products of encoder and heads that adds up to 0.7 % in the median and 6 % for the smallest logits. A
# graph that is wrong anywhere is off by as much as the values themselves.
_TOLERANCE = 0.1


@pytest.fixture(scope="module")
def model(checkpoint_folder: Path) -> JointModel:
    return JointModel.from_pretrained(checkpoint_folder).eval()


@pytest.fixture(scope="module")
def backends(model: JointModel, checkpoint_folder: Path) -> tuple[Backend, Backend]:
    """The same network run by torch and by ONNX Runtime."""
    return TorchBackend(model), OnnxBackend(checkpoint_folder, n_threads=1)


def _assert_close(found: Floats, expected: Floats, what: str) -> None:
    assert found.shape == expected.shape, what
    assert found.dtype == np.float32, what
    if expected.size:
        largest = float(np.abs(expected).max())
        assert float(np.abs(found - expected).max()) < _TOLERANCE * largest, what


def _assert_parity(torch_backend: Backend, onnx_backend: Backend, ids: NDArray[np.int64]) -> None:
    expected, found = torch_backend.encode(ids), onnx_backend.encode(ids)
    for name, ours, theirs in zip(("states", "layers", "types", "tags"), found, expected, strict=True):
        _assert_close(ours, theirs, name)
    last = len(ids) - 1
    quantities = np.array([[0, 0], [1, min(3, last)], [last, last]])
    links = [backend.link(expected[0], quantities, quantities[:2]) for backend in (onnx_backend, torch_backend)]
    assert set(links[0]) == set(links[1])
    for name, output in links[1].items():
        _assert_close(links[0][name], output, name)


@pytest.mark.parametrize("n_tokens", [3, 17, 98])
def test_int8_outputs_stay_close_to_those_of_torch(backends: tuple[Backend, Backend], n_tokens: int) -> None:
    generator = np.random.default_rng(n_tokens)
    _assert_parity(*backends, np.concatenate([[0], generator.integers(4, 200, n_tokens - 2), [2]]))


@pytest.mark.parametrize(("n_quantities", "n_sources"), [(0, 0), (0, 2), (2, 0)])
def test_windows_without_quantities_or_sources_are_linked_alike(
    backends: tuple[Backend, Backend], n_quantities: int, n_sources: int
) -> None:
    states = backends[0].encode(np.array([0, 5, 6, 7, 2]))[0]
    spans = np.array([[1, 2], [3, 3]])
    expected, found = (backend.link(states, spans[:n_quantities], spans[:n_sources]) for backend in backends)
    for name, output in expected.items():
        _assert_close(found[name], output, name)
    assert len(found["start"]) == n_quantities
    assert len(found["same_start"]) == n_sources


def test_both_networks_extract_the_same_from_the_same_texts(
    backends: tuple[Backend, Backend], checkpoint_folder: Path, four_articles: list[AnnotatedArticle]
) -> None:
    checkpoint = read_checkpoint(checkpoint_folder)

    def extract(article: Article, backend: Backend) -> Prediction:
        encoded = encode_article(article, backend=backend, tokenizer=checkpoint.tokenizer, settings=checkpoint.settings)
        return decide(encoded, backend=backend, settings=checkpoint.settings)

    for article, _ in four_articles:
        with_torch, with_onnx = (extract(article, backend) for backend in backends)
        assert [claim.spans() for claim in with_onnx.claims] == [claim.spans() for claim in with_torch.claims]
        assert [claim.value for claim in with_onnx.claims] == [claim.value for claim in with_torch.claims]
        assert [claim.part_of for claim in with_onnx.claims] == [claim.part_of for claim in with_torch.claims]
        assert [s.span for s in with_onnx.sources] == [s.span for s in with_torch.sources]
        assert with_onnx.type.label == with_torch.type.label
        assert with_onnx.type.score == pytest.approx(with_torch.type.score, abs=0.05)
        assert Extractor(checkpoint_folder)(article) == with_onnx


def _config(kind: str, **more: object) -> PretrainedConfig:
    import transformers

    made: PretrainedConfig = getattr(transformers, f"{kind}Config")(**_SIZES | more)
    return made


@pytest.mark.parametrize(
    "config",
    [
        _config("XLMRoberta"),
        # Layers that share their weights, and embeddings narrower than the layers.
        _config("Albert", embedding_size=16),
        # Relative positions, with the projections of the content shared.
        _config(
            "DebertaV2",
            relative_attention=True,
            position_buckets=16,
            pos_att_type=["p2c", "c2p"],
            norm_rel_ebd="layer_norm",
            share_att_key=True,
            position_biased_input=False,
            type_vocab_size=0,
        ),
        _config("ModernBert", cls_token_id=0, sep_token_id=2, bos_token_id=0, eos_token_id=2),
    ],
    ids=["xlm-roberta", "albert", "deberta-v2", "modernbert"],
)
def test_other_families_of_encoders_can_be_saved_and_exported(config: PretrainedConfig, tmp_path: Path) -> None:
    torch.manual_seed(11)
    encoder = AutoModel.from_config(config)
    model = JointModel(JointConfig(encoder=encoder.config.to_dict(), hidden_width=32), encoder=encoder).eval()
    model.save_pretrained(tmp_path)
    again, report = JointModel.from_pretrained(tmp_path, output_loading_info=True)
    assert not any(report[kind] for kind in ("missing_keys", "unexpected_keys", "mismatched_keys"))
    export_graphs(model, tmp_path, embedding_bits=8)
    ids = np.random.default_rng(1).integers(4, 120, 40)
    _assert_parity(TorchBackend(again.eval()), OnnxBackend(tmp_path, n_threads=1), ids)


def _read_back(codes: NDArray[np.uint8], scales: NDArray[np.float16], *, bits: int, block: int) -> NDArray[np.float32]:
    if bits == 4:
        codes = np.stack([codes & 0x0F, codes >> 4], axis=-1).reshape(len(codes), -1)
    spread = scales.astype(np.float32).repeat(block, axis=1)
    return (codes.astype(np.float32) - 2 ** (bits - 1)) * spread


_ROWS = st.integers(1, 3)


@given(data=st.data(), n_rows=_ROWS, n_blocks=_ROWS)
def test_weights_that_are_four_bit_blocks_already_lose_nothing(data: st.DataObject, n_rows: int, n_blocks: int) -> None:
    codes = data.draw(arrays(np.int8, (n_rows, n_blocks, 32), elements=st.integers(-8, 7)))
    # As ggml makes them: the weight of largest size has the lowest code.
    codes[:, :, data.draw(st.integers(0, 31))] = -8
    scale = st.floats(2**-12, 8, width=16) | st.floats(-8, -(2**-12), width=16)
    scales = data.draw(arrays(np.float16, (n_rows, n_blocks, 1), elements=scale))
    weights = (codes * scales.astype(np.float32)).reshape(n_rows, -1)
    found = _read_back(*quantise_blocks(weights, bits=4, block=32), bits=4, block=32)
    np.testing.assert_array_equal(found, weights)


@given(
    weights=arrays(np.float32, (2, 64), elements=st.floats(-100, 100, width=32)),
    bits=st.sampled_from([4, 8]),
)
def test_other_weights_are_off_by_at_most_one_step_of_their_block(weights: NDArray[np.float32], bits: int) -> None:
    found = _read_back(*quantise_blocks(weights, bits=bits, block=32), bits=bits, block=32)
    largest = np.abs(weights.reshape(2, 2, 32)).max(axis=2).repeat(32, axis=1)
    # One step, and half a unit of the float16 scale in its normal range, or of its smallest numbers.
    step = largest / 2 ** (bits - 1)
    slack = 2 ** (bits - 1) * np.maximum(step * 2.0**-11, 2.0**-25)
    assert (np.abs(found - weights) <= step + slack + 1e-6).all()


def test_a_block_of_zeros_stays_zero() -> None:
    codes, scales = quantise_blocks(np.zeros((1, 32), np.float32), bits=8, block=32)
    assert scales.tolist() == [[0.0]]
    assert not _read_back(codes, scales, bits=8, block=32).any()


def test_word_embeddings_take_half_the_room_in_four_bits(
    model: JointModel, checkpoint_folder: Path, tmp_path: Path
) -> None:
    export_graphs(model, tmp_path, embedding_bits=4)
    saved = (checkpoint_folder / "encoder.onnx").stat().st_size - (tmp_path / "encoder.onnx").stat().st_size
    n_weights = model.encoder.get_input_embeddings().weight.numel()
    assert saved == pytest.approx(n_weights / 2, abs=200)
    states = OnnxBackend(tmp_path, n_threads=1).encode(np.array([0, 9, 8, 2]))[0]
    assert np.isfinite(states).all()
