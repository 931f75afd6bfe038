"""The full sum in words and numbers, so that a reader can compute a risk by hand."""

from __future__ import annotations

from model.schema import Schema
from model.scoring.additive import Additive
from model.scoring.terms import Curve, Levels, RatioOf, Slope, Term


def lines(form: Additive, schema: Schema) -> list[str]:
    """Intercept and terms of the sum over all inputs, in log-odds, one a line."""
    full = next(member for member in form.sums if not member.absent)
    return [f"Intercept: {_signed(full.intercept)}", *(_line(each, schema) for each in full.terms)]


def _line(term: Term, schema: Schema) -> str:
    label = " / ".join(schema[name].label for name in term.inputs)
    match term:
        case Slope():
            return f"{label}: {_signed(term.slope)} × {schema[term.feature].unit or 'value'}"
        case Levels():
            feature = schema[term.feature]
            effects = zip(term.codes, term.effects, strict=True)
            told = ", ".join(
                f"{feature.in_words(code)} {_signed(effect)}" for code, effect in effects
            )
            return f"{label}: {told}"
        case Curve():
            knots = ", ".join(f"{knot:g}" for knot in term.knots)
            told = ", ".join(_signed(each) for each in term.coefficients)
            return f"{label}: restricted cubic spline, knots {knots}, coefficients {told}"
        case RatioOf():
            return f"{label}: {_signed(term.slope)} × ratio"


def _signed(number: float) -> str:
    return f"{number:+.4g}".replace("-", "−") if number else "0"
