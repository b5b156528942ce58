"""The way in: load a checkpoint, call it on texts or articles."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.article import Article
from ..data.languages import detect_language, is_language_code
from ..data.prediction import Prediction
from .catalogue import STARTER, find_checkpoint
from .checkpoint import read_checkpoint
from .decision import decide
from .extraction import encode_article
from .onnx_backend import OnnxBackend

if TYPE_CHECKING:
    from .codebook import Codebook


class Extractor:
    """Extracts predictions with one checkpoint; make it with ``load``. Safe to call from several threads.

    Attributes:
        name: ``name@version`` of the checkpoint.
    """

    def __init__(self, folder: Path, *, n_threads: int | None = None, codebook: "Codebook | None" = None) -> None:
        checkpoint = read_checkpoint(folder)
        self._tokenizer = checkpoint.tokenizer
        self._settings = checkpoint.settings
        self._backend = OnnxBackend(folder, n_threads=n_threads)
        self._codebook = codebook
        self.name = checkpoint.settings.name

    def __call__(self, article: Article | str) -> Prediction:
        """Extract from one article, of any length.

        Args:
            article: An article, or just its text. Where the language is not given as a code it is detected: a name such
                as "Arabic" would find no number words.

        Raises:
            RecordError: Where the text holds lone surrogates, or a rule of the codebook gives a low above its high.
        """
        if isinstance(article, str):
            article = Article(id="text", text=article)
        if article.language is None or not is_language_code(article.language):
            article = replace(article, language=detect_language(article.text))
        encoded = encode_article(article, backend=self._backend, tokenizer=self._tokenizer, settings=self._settings)
        prediction = decide(encoded, backend=self._backend, settings=self._settings)
        return prediction if self._codebook is None else self._codebook.apply(prediction)


def load(
    model: str | Path = STARTER, *, n_threads: int | None = None, codebook: "str | Path | Codebook | None" = None
) -> Extractor:
    """Load a checkpoint.

    Args:
        model: ``starter`` (shipped with the package), the name of a folder under ``checkpoints/``, or a folder.
        n_threads: CPU threads of one call; None takes all cores.
        codebook: Gives every claim an estimate: the name of a shipped codebook (``acled``), a YAML file, or a
            codebook read before; None gives none.

    Raises:
        CheckpointError: Where there is no such checkpoint or it is damaged.
        ConfigError: Where there is no such codebook or it is wrong.
    """
    folder = find_checkpoint(model)
    if isinstance(codebook, str | Path):
        # Checking a codebook takes pydantic and YAML, which nothing else here needs.
        from .codebook import load_codebook

        codebook = load_codebook(codebook)
    return Extractor(folder, n_threads=n_threads, codebook=codebook)
