"""A prediction as a person reads it in a terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..data.article import Article
from ..data.estimate import Estimate
from ..data.prediction import Claim, Prediction, Span
from ..data.sentences import Sentences, cut_at_borders

STYLES = {
    "quantity": "bold reverse",
    "modifier": "bold yellow",
    "item": "bold cyan",
    "event": "bold red",
    "actor": "magenta",
    "location": "green",
    "time": "blue",
    "source": "bold underline",
    "cue": "underline",
}
_SYMBOLS = {"at_least": "≥", "more_than": ">", "at_most": "≤", "less_than": "<", "approximate": "≈"}
# First strong isolate and its end: right-to-left text keeps its own order inside a left-to-right line.
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
# A terminal would carry out the control characters of a text; line breaks have no place in a line.
_CONTROLS = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0)], " ") | dict.fromkeys(range(0x2066, 0x206A), "")


def legend() -> Text:
    """What the marks in a sentence mean."""
    return Text(" ").join([Text("Marks:", style="dim"), *(Text(role, style=style) for role, style in STYLES.items())])


def render_prediction(article: Article, prediction: Prediction) -> RenderableType:
    """Type, tags, sources, a table of the claims, and under it every claim's sentence with its spans marked."""
    parts: list[RenderableType] = [_heading(prediction), _labels(prediction)]
    if prediction.sources:
        parts.append(_sources(prediction))
    if prediction.claims:
        parts += [_claims(prediction), *_sentences(article, prediction)]
    else:
        parts.append(Text("No claims.", style="dim"))
    return Group(*parts, Text())


def _isolated(text: str) -> str:
    """A text on one line, isolated from the direction of what surrounds it."""
    return f"{_ISOLATE}{' '.join(text.translate(_CONTROLS).split())}{_END_ISOLATE}"


def _heading(prediction: Prediction) -> Text:
    return Text(f"── {_isolated(prediction.id)} ({prediction.language}) ", style="bold")


def _labels(prediction: Prediction) -> Text:
    def scored(label: str, score: float | None) -> str:
        return label if score is None else f"{label} {score:.2f}"

    tags = ", ".join(scored(tag.label, tag.score) for tag in prediction.tags) or "none"
    return Text.assemble(
        ("Type  ", "dim"), scored(prediction.type.label, prediction.type.score), ("   Tags  ", "dim"), tags
    )


def _sources(prediction: Prediction) -> Text:
    listed = []
    for source in prediction.sources:
        same = f" = {source.same_as}" if source.same_as else ""
        listed.append(f"{source.id} {_isolated(source.span.text)} ({source.type}{same})")
    return Text.assemble(("Sources  ", "dim"), "; ".join(listed))


def describe_value(claim: Claim) -> str:
    """The value as a short expression: ``25``, ``> 25``, ``10–15``, ``≥ 24``, ``?``."""
    value = claim.value
    if claim.uncertainty == "range" and value.low is not None and value.high is not None:
        return f"{value.low:,}–{value.high:,}"
    if value.point is not None:
        symbol = _SYMBOLS.get(claim.uncertainty)
        return f"{symbol} {value.point:,}" if symbol else f"{value.point:,}"
    bounds = [
        f"≥ {value.low:,}" if value.low is not None else "",
        f"≤ {value.high:,}" if value.high is not None else "",
    ]
    return " ".join(bound for bound in bounds if bound) or "?"


def describe_estimate(estimate: Estimate) -> str:
    """The estimate in a few characters: ``12``, ``3 [3–10]``, ``[10–15]``, ``[≥ 24]``, ``PLURAL``, ``?``."""
    if estimate.notation is not None:
        return estimate.notation
    low, best, high = estimate.low, estimate.best, estimate.high
    best_text = "" if best is None else f"{best:,}"
    if low == best == high or (low is None and high is None):
        return best_text or "?"
    if low is not None and high is not None:
        bounds = f"{low:,}–{high:,}"
    else:
        bounds = f"≥ {low:,}" if low is not None else f"≤ {high:,}"
    return f"{best_text} [{bounds}]".strip()


def _claims(prediction: Prediction) -> Table:
    table = Table(show_edge=False, pad_edge=False, header_style="dim", box=None)
    has_estimates = any(claim.estimate is not None for claim in prediction.claims)
    columns = ["#", "value", *(["estimate"] if has_estimates else [])]
    for column in (*columns, "uncertainty", "measure", "item", "event", "who said it"):
        table.add_column(column, justify="right" if column in ("value", "estimate") else "left", overflow="fold")
    mentions = {source.id: source for source in prediction.sources}
    for claim in prediction.claims:
        notes = [] if claim.factuality == "asserted" else [claim.factuality]
        notes += ["implicit"] if claim.implicit else []
        notes += [f"part of {claim.part_of}"] if claim.part_of else []
        speaker = "–"
        if claim.attribution is not None:
            source = mentions[claim.attribution.source]
            speaker = f"{_isolated(source.span.text)} ({source.type})"
        described: list[str | Text] = [describe_value(claim)]
        if has_estimates:
            # As text, for square brackets are markup to the table otherwise.
            described.append(Text("–" if claim.estimate is None else describe_estimate(claim.estimate)))
        table.add_row(
            claim.id,
            *described,
            claim.uncertainty,
            ", ".join([claim.measure, *notes]),
            _isolated(claim.item.text) if claim.item else "–",
            _isolated(claim.event.text) if claim.event else "–",
            speaker,
        )
    return table


def _sentences(article: Article, prediction: Prediction) -> Iterator[Text]:
    """Every sentence with a claim once, under the ids of its claims, the spans of all of them marked."""
    sentences = Sentences(article.text)
    mentions = {source.id: source.span for source in prediction.sources}
    claims: dict[Span, list[Claim]] = {}
    for claim in prediction.claims:
        claims.setdefault(sentences.around(claim.quantity), []).append(claim)
    for sentence, members in claims.items():
        marks = [mark for claim in members for mark in claim.spans()]
        marks += [("source", mentions[claim.attribution.source]) for claim in members if claim.attribution]
        yield Text.assemble((f"{' '.join(claim.id for claim in members)}  ", "dim"), _marked(sentence, marks))


def _marked(sentence: Span, marks: list[tuple[str, Span]]) -> Text:
    """The sentence with its spans styled; quantities also stand in brackets, which survive without colour."""
    quantities = {span for role, span in marks if role == "quantity"}
    starts, ends = {span.start for span in quantities}, {span.end for span in quantities}
    marked = Text(_ISOLATE)
    for piece in cut_at_borders(sentence, (span for _, span in marks)):
        styles = dict.fromkeys(
            STYLES[role] for role, span in marks if span.start <= piece.start and piece.end <= span.end
        )
        marked.append("[" if piece.start in starts else "")
        marked.append(piece.text.translate(_CONTROLS), style=" ".join(styles))
        marked.append("]" if piece.end in ends else "")
    return marked.append(_END_ISOLATE)
