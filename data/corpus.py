"""The authored corpus: every article under ``corpus/<language>/``, compiled; what it holds; what it must not."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import MarkupError
from .markup import SPLITS, CorpusArticle, compile_markup
from .taxonomy import LABEL_SETS

CORPUS_FOLDER = Path(__file__).parent / "corpus"


def load_corpus(folder: Path | None = None, *, languages: Sequence[str] | None = None) -> tuple[CorpusArticle, ...]:
    """Compile every ``<language>/*.txt`` of a corpus, in the order of languages, files and articles.

    Args:
        folder: None takes the corpus that comes with the package.
        languages: ISO 639-1 codes of the sub-folders to read; None reads all.

    Raises:
        MarkupError: Listing everything that does not compile and every id that stands twice, one a line, or
            naming a language that has no texts.
    """
    folder = CORPUS_FOLDER if folder is None else folder
    if languages is None:
        languages = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    errors: list[str] = []
    found: dict[str, CorpusArticle] = {}
    for language in languages:
        paths = sorted((folder / language).glob("*.txt"))
        if not paths:
            errors.append(f"{folder / language}: there are no corpus texts (*.txt) here; check the language code")
        for path in paths:
            for article in _compile_file(path, language=language):
                if isinstance(article, MarkupError):
                    errors.append(str(article))
                    continue
                first = found.setdefault(article.article.id, article)
                if first is not article:
                    errors.append(
                        f"{article.path}:{article.line}: id {article.article.id!r} stands already at "
                        f"{first.path}:{first.line}; rename one"
                    )
    if not languages:
        errors.append(f"{folder}: there are no languages here; a corpus has one folder a language")
    if errors:
        raise MarkupError("\n".join(errors))
    return tuple(found.values())


def _compile_file(path: Path, *, language: str) -> Iterator[CorpusArticle | MarkupError]:
    name = f"{language}/{path.name}"
    try:
        markup = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        yield MarkupError(f"{name}:1: byte 0x{error.object[error.start]:02x} at offset {error.start} is not UTF-8")
        return
    yield from compile_markup(markup.removeprefix("\ufeff"), language=language, path=name)


def corpus_table(articles: Iterable[CorpusArticle]) -> dict[str, dict[str, Any]]:
    """Count what a corpus holds: one column a language and ``all``, in plain numbers.

    Each column has ``articles``, ``claims``, ``sources``, ``without_claims`` (articles), ``implicit``,
    ``attributed``, ``part_of``, ``zero`` (claims of none), ``unknown`` (claims whose number is not known),
    ``same_as`` (later mentions), and for ``split`` and each of ``LABEL_SETS`` a dictionary of every label's number,
    the absent ones with 0. ``type``, ``tag`` and ``split`` count articles, ``source type`` sources, the others claims.
    """
    articles = list(articles)
    languages = sorted({article.gold.language for article in articles})
    table = {name: _column([a for a in articles if a.gold.language == name]) for name in languages}
    return table | {"all": _column(articles)}


def _column(articles: list[CorpusArticle]) -> dict[str, Any]:
    golds = [article.gold for article in articles]
    claims = [claim for gold in golds for claim in gold.claims]
    sources = [source for gold in golds for source in gold.sources]
    labels = {
        "split": Counter(article.split for article in articles),
        "type": Counter(gold.type.label for gold in golds),
        "tag": Counter(tag.label for gold in golds for tag in gold.tags),
        "source type": Counter(source.type for source in sources),
        "uncertainty": Counter(claim.uncertainty for claim in claims),
        "measure": Counter(claim.measure for claim in claims),
        "factuality": Counter(claim.factuality for claim in claims),
    }
    return {
        "articles": len(golds),
        "claims": len(claims),
        "sources": len(sources),
        "without_claims": sum(not gold.claims for gold in golds),
        "implicit": sum(claim.implicit for claim in claims),
        "attributed": sum(claim.attribution is not None for claim in claims),
        "part_of": sum(claim.part_of is not None for claim in claims),
        "zero": sum(claim.value.point == 0 for claim in claims),
        "unknown": labels["uncertainty"]["unknown"],
        "same_as": sum(source.same_as is not None for source in sources),
        **{
            name: {label: labels[name][label] for label in allowed}
            for name, allowed in {"split": SPLITS, **LABEL_SETS}.items()
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlappingRun:
    """Words that stand in the same order in a corpus article and in another text.

    Attributes:
        article_id: The corpus article.
        other: Place of the other text in its sequence, from 0.
        words: The shared words, as long a run as there is, lower-cased and without diacritics.
    """

    article_id: str
    other: int
    words: str


def overlapping_runs(
    articles: Iterable[CorpusArticle], other_texts: Iterable[str], *, n_words: int = 8
) -> Iterator[OverlappingRun]:
    """Runs of at least ``n_words`` words that the corpus shares with other texts, to see that nothing was copied.

    Case, punctuation, diacritics and the Arabic tatweel are passed over. Takes memory for the corpus only.
    """
    known: dict[tuple[str, ...], str] = {}
    for article in articles:
        for run in _runs(_words(article.article.text), n_words):
            known.setdefault(run, article.article.id)
    for place, text in enumerate(other_texts):
        words = _words(text)
        start: int | None = None
        for position, run in enumerate([*_runs(words, n_words), ()]):
            if run in known:
                start = position if start is None else start
            elif start is not None:
                shared = words[start : position - 1 + n_words]
                yield OverlappingRun(article_id=known[tuple(shared[:n_words])], other=place, words=" ".join(shared))
                start = None


def _words(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return re.findall(r"\w+", bare.replace("\u0640", "").casefold())


def _runs(words: list[str], n_words: int) -> Iterator[tuple[str, ...]]:
    return zip(*(words[offset:] for offset in range(n_words)), strict=False)
