"""Codebooks: how an organisation turns what a text says into the numbers of its database.

A codebook is a YAML file (``configs/codebooks/``) with rules that are tried in order; the first whose conditions all
hold gives the estimate. How to write one stands in ``docs/codebooks.md``.
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from ..data.errors import ConfigError, RecordError
from ..data.estimate import Estimate
from ..data.prediction import Claim, Prediction
from ..data.taxonomy import MEASURES, UNCERTAINTIES
from ..data.value import Value
from ..data.yaml_files import first_problem, read_yaml_mapping
from .folding import fold
from .numerals import load_numerals

Form = Literal["number", "range", "vague", "ceiling", "unknown"]
_SHIPPED = Path(__file__).parents[1] / "configs" / "codebooks"
_TEMPLATE = "template"
_NAMES = ("point", "low", "high")
_OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
_EXPRESSION = re.compile(r"(point|low|high)(?:\s*([-+*/])\s*(\d{1,15}(?:\.\d{1,6})?))?", re.ASCII)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A constant, null, or a bound of the value with one constant added, taken away, multiplied or divided by.

    Attributes:
        name: ``point``, ``low`` or ``high``; None for a constant.
        sign: The operator; None for the bound as it is.
        number: The constant; None for null.
    """

    name: str | None = None
    sign: str | None = None
    number: float | None = None

    def of(self, value: Value) -> float | None:
        """The result for a value; None where the value lacks the bound."""
        if self.name is None:
            return self.number
        bound: float | None = getattr(value, self.name)
        if bound is None or self.sign is None or self.number is None:
            return bound
        # Six decimals, as numbers are read with.
        return round(_OPERATORS[self.sign](bound, self.number), 6)


def _parse_expression(written: Any) -> Expression:
    if written is None or isinstance(written, Expression):
        return written or Expression()
    if isinstance(written, int | float) and not isinstance(written, bool) and abs(written) < math.inf:
        return Expression(number=written)
    match = _EXPRESSION.fullmatch(written.strip()) if isinstance(written, str) else None
    if match is None:
        raise ValueError(f"{written!r} is no estimate; write a number, null, point, low, high, or such as low + 1")
    name, sign, number = match.groups()
    if sign == "/" and float(number) == 0:
        raise ValueError(f"{written!r} divides by zero; write another divisor")
    return Expression(name=name, sign=sign, number=None if number is None else float(number))


def _as_list(written: Any) -> Any:
    return [written] if isinstance(written, str | int | float | dict) else written


def _check_labels(labels: tuple[str, ...], known: tuple[str, ...]) -> tuple[str, ...]:
    for label in labels:
        if label not in known:
            raise ValueError(f"{label!r} is unknown; choose of {', '.join(known)}")
    return labels


_Written = Annotated[Expression, BeforeValidator(_parse_expression)]
_Labels = Annotated[tuple[str, ...], BeforeValidator(_as_list), Field(min_length=1)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NumberRange(_Section):
    """Numbers from ``least`` to ``most``, both included; null leaves an end open."""

    least: float | None = None
    most: float | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_one_number(cls, written: Any) -> Any:
        is_number = isinstance(written, int | float) and not isinstance(written, bool)
        return {"least": written, "most": written} if is_number else written

    @model_validator(mode="after")
    def _is_not_upside_down(self) -> "NumberRange":
        if self.least is not None and self.most is not None and self.least > self.most:
            raise ValueError(f"least {self.least:g} lies above most {self.most:g}; swap them")
        return self

    def holds(self, number: float | None) -> bool:
        """Whether ``number`` lies in the range; False for None."""
        if number is None:
            return False
        return (self.least is None or self.least <= number) and (self.most is None or number <= self.most)


_Numbers = Annotated[tuple[NumberRange, ...], BeforeValidator(_as_list), Field(min_length=1)]


class Conditions(_Section):
    """When a rule applies; every condition that is given must hold.

    Attributes:
        form: What the value holds: ``number`` (a point), ``range`` (two ends), ``vague`` (a low bound only),
            ``ceiling`` (a high bound only), ``unknown`` (nothing).
        uncertainty, measure: Labels, one of which the claim must have.
        number: What the point must be, or the low bound where there is none: a number, ``least`` and ``most``, or a
            list of these.
        implicit: Whether the count must be only implied, or must not be.
        words: By language, words or phrases one of which must stand in quantity or modifier; other languages fail.
    """

    form: _Labels | None = None
    uncertainty: _Labels | None = None
    measure: _Labels | None = None
    number: _Numbers | None = None
    implicit: bool | None = None
    words: dict[str, _Labels] | None = None

    @field_validator("form", "uncertainty", "measure")
    @classmethod
    def _are_known(cls, labels: tuple[str, ...] | None, info: Any) -> tuple[str, ...] | None:
        known = {"form": get_args(Form), "uncertainty": UNCERTAINTIES, "measure": MEASURES}[info.field_name]
        return None if labels is None else _check_labels(labels, known)

    @field_validator("words")
    @classmethod
    def _can_be_found(cls, words: dict[str, tuple[str, ...]] | None) -> dict[str, tuple[str, ...]] | None:
        for language, phrases in (words or {}).items():
            if not _LANGUAGE.fullmatch(language):
                raise ValueError(f"{language!r} is no ISO 639-1 code; write such as en")
            for phrase in phrases:
                if not _WORD.search(fold(phrase)):
                    raise ValueError(f"{phrase!r} holds neither letters nor digits; write a word of the text")
        return words

    def hold(self, claim: Claim, *, language: str) -> bool:
        """Whether all conditions hold for the claim."""
        value = claim.value
        number = value.low if value.point is None else value.point
        return (
            (self.form is None or form_of(value) in self.form)
            and (self.uncertainty is None or claim.uncertainty in self.uncertainty)
            and (self.measure is None or claim.measure in self.measure)
            and (self.number is None or any(numbers.holds(number) for numbers in self.number))
            and (self.implicit is None or claim.implicit == self.implicit)
            and (self.words is None or _has_words(claim, self.words.get(language, ()), language=language))
        )


class EstimateConfig(_Section):
    """The numbers that a rule gives; see ``Expression``."""

    low: _Written
    best: _Written
    high: _Written


class Rule(_Section):
    """One rule of a codebook.

    Attributes:
        rule: Its name, unique in the codebook.
        when: Its conditions; null, on the last rule only, holds always.
        estimate: Its numbers; null gives none.
        notation: The claim in the codebook's notation, with ``{point}``, ``{low}`` and ``{high}``; where the claim
            lacks one of them it has no notation.
        source: A key of the codebook's ``sources``.
        sure: ``documented`` by the organisation, ``inferred`` from its data or related rules, or ``assumed``.
        note: Anything to know about it.
    """

    rule: str = Field(pattern=r"^[a-z0-9][a-z0-9_]*$")
    when: Conditions | None = None
    estimate: EstimateConfig | None = None
    notation: str | None = None
    source: str
    sure: Literal["documented", "inferred", "assumed"]
    note: str = ""

    @field_validator("notation")
    @classmethod
    def _has_known_placeholders(cls, notation: str | None) -> str | None:
        if notation is None:
            return None
        unknown = next((name for name in _PLACEHOLDER.findall(notation) if name not in _NAMES), None)
        if unknown is not None or set("{}") & set(_PLACEHOLDER.sub("", notation)):
            raise ValueError(f"{notation!r} may hold only {{point}}, {{low}} and {{high}} in braces")
        return notation

    @model_validator(mode="after")
    def _gives_something(self) -> "Rule":
        if self.estimate is None and self.notation is None:
            raise ValueError(f"rule {self.rule!r} gives nothing; add an estimate or a notation")
        return self


class Codebook(_Section):
    """A checked codebook; read one with ``load_codebook``.

    Attributes:
        name: Stands before the rule in every estimate.
        description: What it is, in a line.
        sources: Where its rules come from, by short names.
        rules: In the order in which they are tried; the last holds always.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    description: str = ""
    sources: dict[str, str] = Field(min_length=1)
    rules: tuple[Rule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> "Codebook":
        seen: set[str] = set()
        for number, rule in enumerate(self.rules):
            if rule.rule in seen:
                raise ValueError(f"rules.{number}.rule: {rule.rule!r} stands twice; rename one")
            seen.add(rule.rule)
            if rule.source not in self.sources:
                raise ValueError(f"rules.{number}.source: {rule.source!r} is not among sources; add it there")
            is_last = number == len(self.rules) - 1
            if rule.when is None and not is_last:
                raise ValueError(f"rules.{number}: without 'when' it takes all claims; move it to the end")
            if rule.when is not None and is_last:
                raise ValueError(f"rules.{number}: the last rule must take all claims; add one without 'when'")
        return self

    def estimate(self, claim: Claim, *, language: str) -> Estimate:
        """What the codebook makes of a claim.

        Args:
            claim: The claim; its value stays as it is.
            language: ISO 639-1 code of the text, for conditions on words.

        Raises:
            RecordError: Where the rule that applies gives a low above its high.
        """
        rule = next(rule for rule in self.rules if rule.when is None or rule.when.hold(claim, language=language))
        numbers = rule.estimate
        try:
            return Estimate(
                low=None if numbers is None else numbers.low.of(claim.value),
                best=None if numbers is None else numbers.best.of(claim.value),
                high=None if numbers is None else numbers.high.of(claim.value),
                rule=f"{self.name}/{rule.rule}",
                notation=None if rule.notation is None else _filled(rule.notation, claim.value),
            )
        except RecordError as error:
            raise RecordError(f"claim {claim.id}: {error}") from None

    def apply(self, prediction: Prediction) -> Prediction:
        """The prediction with an estimate on every claim."""
        language = prediction.language
        claims = [replace(claim, estimate=self.estimate(claim, language=language)) for claim in prediction.claims]
        return replace(prediction, claims=tuple(claims))


def form_of(value: Value) -> Form:
    """What a value holds; see ``Conditions``."""
    if value.point is not None:
        return "number"
    if value.low is not None:
        return "vague" if value.high is None else "range"
    return "unknown" if value.high is None else "ceiling"


def _has_words(claim: Claim, phrases: tuple[str, ...], *, language: str) -> bool:
    if not phrases:
        return False
    text = claim.quantity.text if claim.modifier is None else f"{claim.quantity.text} {claim.modifier.text}"
    words = _WORD.findall(fold(text))
    numerals = load_numerals(language)
    # Attached letters ("وبضعة") may stand before the first word of a phrase only.
    bare = [set(numerals.without_prefixes(word)) for word in words]
    for phrase in phrases:
        first, *others = _WORD.findall(fold(phrase))
        for place, forms in enumerate(bare):
            if first in forms and words[place + 1 : place + 1 + len(others)] == others:
                return True
    return False


def _filled(notation: str, value: Value) -> str | None:
    numbers = {name: getattr(value, name) for name in _PLACEHOLDER.findall(notation)}
    if None in numbers.values():
        return None
    return _PLACEHOLDER.sub(lambda match: str(numbers[match[1]]), notation)


def available_codebooks() -> list[str]:
    """Names of the codebooks that come with reportedly."""
    return sorted(path.stem for path in _SHIPPED.glob("*.yaml") if path.stem != _TEMPLATE)


def load_codebook(codebook: str | Path) -> Codebook:
    """Read and check a codebook.

    Args:
        codebook: The name of one that comes with reportedly (see ``available_codebooks``), or a YAML file.

    Raises:
        ConfigError: Naming the file, the key and the mend.
    """
    path = Path(codebook)
    if str(codebook) in (*available_codebooks(), _TEMPLATE):
        path = _SHIPPED / f"{codebook}.yaml"
    elif not path.suffix and not path.exists():
        known = ", ".join(available_codebooks())
        raise ConfigError(f"there is no codebook {str(codebook)!r}; choose one of {known}, or name a YAML file")
    content = read_yaml_mapping(path, what="codebook", example="configs/codebooks/template.yaml")
    try:
        return Codebook.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{path}: {first_problem(error, model=Codebook, what='codebook')}") from None
