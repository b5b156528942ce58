"""Loads an encoder with its tokenizer: the bundled one, one of the Hugging Face hub, or a folder."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from ..data.errors import CheckpointError
from . import bundled
from .vocabulary import choose_pieces


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedEncoder:
    """An encoder ready for the joint model.

    Attributes:
        model: A ``PreTrainedModel`` without a head.
        tokenizer: Gives ids and offsets; runs without transformers.
        begin, end, pad: Ids of the special tokens around a window and of padding.
        mask: Id of the mask token; None where the encoder has none.
    """

    model: Any
    tokenizer: Tokenizer
    begin: int
    end: int
    pad: int
    mask: int | None


@contextmanager
def silenced() -> Iterator[None]:
    """Keep transformers from writing progress bars and load reports: the library is silent, commands talk."""
    from transformers.utils import logging

    verbosity, had_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(verbosity)
        if had_bars:
            logging.enable_progress_bar()


def load_encoder(
    name: str,
    *,
    n_layers: int | None = None,
    vocabulary: Mapping[str, int] | None = None,
    texts: Iterable[str] = (),
) -> LoadedEncoder:
    """Load an encoder.

    Args:
        name: ``bundled:multilingual-e5-small``, a hub name such as ``intfloat/multilingual-e5-base``, or a folder.
        n_layers: Keep only the first so many layers; None keeps all.
        vocabulary: Trim the bundled vocabulary to so many words a language; None keeps it whole.
        texts: Texts whose pieces a trimmed vocabulary keeps in any case.

    Raises:
        CheckpointError: Where there is no such encoder, or it has no fast tokenizer or too few layers.
    """
    if name.startswith("bundled:"):
        if name != bundled.NAME:
            raise CheckpointError(f"encoder {name!r} is not bundled; the only one is {bundled.NAME}")
        pieces = None
        if vocabulary is not None:
            whole = bundled.build_tokenizer(bundled.read_bundled_file().pieces)
            pieces = choose_pieces(whole, n_words=vocabulary, texts=texts)
        model, tokenizer = bundled.load_bundled(pieces=pieces, n_layers=n_layers)
        return LoadedEncoder(
            model=model, tokenizer=tokenizer, begin=0, end=2, pad=1, mask=tokenizer.token_to_id("<mask>")
        )
    return _load_pretrained(name, n_layers=n_layers)


@silenced()
def _load_pretrained(name: str, *, n_layers: int | None) -> LoadedEncoder:
    from transformers import AutoConfig, AutoModel, AutoTokenizer

    where = "folder" if Path(name).exists() else "hub name"
    try:
        config = AutoConfig.from_pretrained(name)
        tokenizer = AutoTokenizer.from_pretrained(name)
        n_there = config.num_hidden_layers
        config.num_hidden_layers = min(n_layers or n_there, n_there)
        model, report = AutoModel.from_pretrained(name, config=config, output_loading_info=True)
    except Exception as error:  # every reader of these files has errors of its own
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CheckpointError(f"encoder {name!r} ({where}) cannot be loaded: {reason}") from None
    if n_layers is not None and n_layers > n_there:
        raise CheckpointError(f"encoder {name!r}: n_layers {n_layers} is more than its {n_there}; choose fewer")
    absent = sorted(key for key in report["missing_keys"] if not key.startswith("pooler."))
    if absent:
        raise CheckpointError(f"encoder {name!r} ({where}) cannot be loaded: it has no weights for {absent[0]}")
    if not tokenizer.is_fast:
        raise CheckpointError(f"encoder {name!r} has no fast tokenizer, which offsets need; choose one that has")
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    begin = tokenizer.cls_token_id if tokenizer.cls_token_id is not None else tokenizer.bos_token_id
    end = tokenizer.sep_token_id if tokenizer.sep_token_id is not None else tokenizer.eos_token_id
    if begin is None or end is None or tokenizer.pad_token_id is None:
        raise CheckpointError(f"encoder {name!r}: its tokenizer lacks a begin, end or padding token")
    return LoadedEncoder(
        model=model, tokenizer=backend, begin=begin, end=end, pad=tokenizer.pad_token_id, mask=tokenizer.mask_token_id
    )
