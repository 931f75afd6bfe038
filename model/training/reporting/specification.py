"""The model in full, in words and numbers: for a sum a formula to compute a risk by hand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.evaluation import wording
from model.schema import Schema
from model.scoring import Additive, Engine, Forest
from model.scoring.piecewise import Pieces, Surface
from model.scoring.terms import Curve, Levels, RatioOf, Slope, Term
from model.studies import Study


@dataclass(frozen=True)
class Specification:
    """What a card says of the model itself.

    specified : what the formula's lines are. formula : one part a line. submodels : their number.
    chosen : what was fixed after a look at the cross-validation. encoding : how inputs enter.
    calculation : how a prediction is calculated, and from which file. attribution : how its
    contributions come about.
    """

    specified: str
    formula: tuple[str, ...]
    submodels: int
    chosen: tuple[str, ...]
    encoding: str
    calculation: str
    attribution: str


def specification(engine: Engine, study: Study) -> Specification:
    """Of the engine that answers, in the study's words."""
    match engine:
        case Additive():
            return _of_sums(engine, study)
        case Forest():
            return _of_trees(engine, study)
    raise TypeError(f"no specification of {type(engine).__name__}")


def _of_sums(engine: Additive, study: Study) -> Specification:
    full, schema, pooled = engine.full, study.schema, _pooled(engine, study)
    apart = " ".join(pooled) or "Every level of every code has an effect of its own."
    codes = f" and codes as one column a level. {apart}" if _has_codes(schema) else "."
    submodels = wording.several(len(engine.sums), "submodel")
    return Specification(
        specified="Log-odds with all inputs measured; they add up:",
        formula=(
            f"Intercept: {_signed(full.intercept)}",
            *(_line(each, schema) for each in full.terms),
        ),
        submodels=len(engine.sums),
        chosen=tuple(pooled),
        encoding=f"Numbers enter in their own units{codes}",
        calculation=(
            f"Predictions are the sum of the terms; {engine.FILE} holds {submodels}. The "
            "training proves them equal to the fitted pipeline in estimator.skops on 10,000 random "
            "patients."
        ),
        attribution=engine.attribution,
    )


def _of_trees(engine: Forest, study: Study) -> Specification:
    trees = engine.trees
    leaves = trees.is_leaf.sum() / len(trees)
    asked = np.bincount(trees.feature[~trees.is_leaf], minlength=len(engine.features))
    often = [study.schema.features[at].label for at in np.argsort(-asked, kind="stable")]
    return Specification(
        specified="No formula: it has too many parts to be computed by hand.",
        formula=(
            f"Log-odds: the mean of {len(trees)} decision trees of {leaves:.0f} leaves on average",
            f"Inputs, those asked most often first: {wording.listed(often)}",
        ),
        submodels=1,
        chosen=(
            "The size of leaves, the candidates at a split, the prior of a leaf and the share of "
            "blanked tests have one value each.",
        ),
        encoding=(
            "Numbers and codes enter as they are; a tree asks whether one is at most a threshold."
        ),
        calculation=(
            "Predictions are the mean of the trees in estimator.skops; the training proves the "
            "numbers shown equal to the fitted pipeline on 10,000 random patients."
        ),
        attribution=engine.attribution,
    )


def _has_codes(schema: Schema) -> bool:
    return any(feature.is_coded for feature in schema.features)


def _pooled(engine: Additive, study: Study) -> list[str]:
    """Codes that the full sum does not keep apart."""
    found = []
    for term in engine.full.terms:
        if not isinstance(term, Levels):
            continue
        feature = study.schema[term.feature]
        shared: dict[float, list[str]] = {}
        for code, effect in zip(term.codes, term.effects, strict=True):
            shared.setdefault(effect, []).append(feature.in_words(code))
        found += [
            f"{feature.label}: {wording.listed(codes)} share one effect."
            for codes in shared.values()
            if len(codes) > 1
        ]
    return found


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
        case Pieces():
            told = f"{len(term.edges) - 1} pieces of degree {term.degree}"
            return f"{label}: {told} from {term.edges[0]:g} to {term.edges[-1]:g}"
        case Surface():
            return f"{label}: together, a table of {len(term.coefficients)} numbers"


def _signed(number: float) -> str:
    return f"{number:+.4g}".replace("-", "−") if number else "0"
