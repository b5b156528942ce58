"""The wrong claims of a model as one HTML page that opens from disk."""

from collections.abc import Sequence
from html import escape

from ..data.prediction import Claim, Prediction
from ..data.sentences import Sentences, cut_at_borders
from ..data.taxonomy import CLAIM_PARTS
from .errors import ERROR_KINDS, WrongClaim

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "yi"})
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1a1a1a }
h2 { margin-top: 3rem; border-bottom: 2px solid #ddd }
article { margin: 1.5rem 0; padding: 1rem; border: 1px solid #ddd; border-radius: 6px }
blockquote { margin: .5rem 0; font-size: 1.05rem }
table { border-collapse: collapse }
td, th { padding: .15rem .8rem .15rem 0; text-align: start; vertical-align: top }
tr.wrong td { background: #fff0ee }
mark { background: #ffe28a }
mark.found { background: #bfe3ff }
mark.both { background: #c9efc4 }
code { color: #666 }
nav a { margin-right: 1rem; white-space: nowrap }
"""


def render_error_page(wrong: Sequence[WrongClaim], *, model: str, n_articles: int, n_claims: int) -> str:
    """Wrong claims grouped by what is wrong with them; a claim with two errors stands in both groups.

    Args:
        wrong: In the order in which they are to stand.
        model: Name of the model.
        n_articles: How many articles were read.
        n_claims: How many gold claims they hold.
    """
    sentences = {text: Sentences(text) for text in {claim.article.text for claim in wrong}}
    # A claim with two errors is written twice, but made once.
    entries = [(claim.kinds, _entry(claim, sentences[claim.article.text])) for claim in wrong]
    groups = {kind: [entry for kinds, entry in entries if kind in kinds] for kind in ERROR_KINDS}
    links = "".join(f'<a href="#{kind}">{_words(kind)} {len(group)}</a>' for kind, group in groups.items() if group)
    sections = "".join(
        f'<h2 id="{kind}">{_words(kind)} ({len(group)})</h2>' + "".join(group)
        for kind, group in groups.items()
        if group
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Errors of {escape(model)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>Errors of {escape(model)}</h1>"
        f"<p>{n_articles} articles, {n_claims} gold claims, {len(wrong)} claims with something wrong. Marked: "
        '<mark>gold</mark>, <mark class="found">predicted</mark>, <mark class="both">both</mark> quantities.</p>'
        f"<nav>{links}</nav>{sections or '<p>Nothing is wrong.</p>'}</html>\n"
    )


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _entry(wrong: WrongClaim, sentences: Sentences) -> str:
    language = wrong.article.language or wrong.reference.language
    direction = "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"
    rows = "".join(_row(name, wrong) for name in ("quantity", *_ROWS))
    return (
        f"<article><code>{escape(wrong.article.id)} ({escape(language)})</code>"
        f'<blockquote dir="{direction}" lang="{escape(language)}">{_marked(wrong, sentences)}</blockquote>'
        f"<table><tr><th></th><th>gold</th><th>predicted</th></tr>{rows}</table></article>"
    )


_MARKS = {(True, False): "", (False, True): ' class="found"', (True, True): ' class="both"'}
_ROWS = ("value", "uncertainty", "measure", "factuality", "implicit", *CLAIM_PARTS, "attribution", "part_of")


def _row(name: str, wrong: WrongClaim) -> str:
    gold = _cell(name, wrong.gold, wrong.reference)
    found = _cell(name, wrong.found, wrong.predicted)
    is_wrong = name in wrong.kinds or (name == "quantity" and (wrong.gold is None or wrong.found is None))
    if not is_wrong and gold == found == "–":
        return ""
    return (
        f'<tr class="{"wrong" if is_wrong else ""}"><th>{_words(name)}</th>'
        f'<td dir="auto">{escape(gold)}</td><td dir="auto">{escape(found)}</td></tr>'
    )


def _cell(name: str, claim: Claim | None, side: Prediction) -> str:
    if claim is None:
        return ""
    if name == "value":
        bounds = (claim.value.point, claim.value.low, claim.value.high)
        return " / ".join("–" if bound is None else f"{bound:,}" for bound in bounds)
    if name == "attribution":
        spans = [
            source.span.text for source in side.sources if claim.attribution and source.id == claim.attribution.source
        ]
        return spans[0] if spans else "–"
    if name == "part_of":
        wholes = [other.quantity.text for other in side.claims if other.id == claim.part_of]
        return wholes[0] if wholes else "–"
    if name == "quantity" or name in CLAIM_PARTS:
        span = claim.quantity if name == "quantity" else claim.part(name)
        return "–" if span is None else span.text
    return str(getattr(claim, name))


def _marked(wrong: WrongClaim, sentences: Sentences) -> str:
    """The sentence of a claim, with the quantities of both sides marked."""
    gold = wrong.gold.quantity if wrong.gold else None
    found = wrong.found.quantity if wrong.found else None
    spans = [span for span in (gold, found) if span is not None]
    parts = []
    for piece in cut_at_borders(sentences.around(wrong.quantity), spans):
        in_gold, in_found = (
            span is not None and span.start <= piece.start and piece.end <= span.end for span in (gold, found)
        )
        style = _MARKS.get((in_gold, in_found))
        text = escape(piece.text)
        parts.append(text if style is None else f"<mark{style}>{text}</mark>")
    return "".join(parts)
