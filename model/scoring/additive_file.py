"""The file of an additive model: numbers only, read back to the last bit.

Version 3 names what its sums share once (the shape of every term, and the means of its design), and
of each sum only the parameters that can differ from zero. Version 2, of models trained before the
uncertainty of parameters was known, has every term in full, and the covariance over refits. Version
4, of adopted models, is the same with the scale that its terms add up on.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from model import limits
from model.scoring.sums import Sum
from model.scoring.terms import KINDS, RatioOf, Term
from model.scoring.uncertainty import Uncertainty

ADDITIVE_VERSION = 3
WITH_COVARIANCE = 2
ON_A_SCALE = 4
LOG_ODDS = "log-odds"
Read = tuple[tuple[str, ...], tuple[Sum, ...], str]


def dumps(features: Sequence[str], sums: Sequence[Sum], scale: str = LOG_ODDS) -> str:
    """The document; of version 2 where a sum's uncertainty is not known, and of version 4 where its
    scale is another than log-odds.
    """
    if scale != LOG_ODDS:
        head = {"additive_version": ON_A_SCALE, "features": features, "scale": scale}
        return _json(head, [_in_full(member) for member in sums])
    if any(member.uncertainty is None for member in sums):
        submodels = [_in_full(member) for member in sums]
        return _json({"additive_version": WITH_COVARIANCE, "features": features}, submodels)
    shapes: dict[Term, list[float]] = {}
    for member in sums:
        shapes.update(_shapes(member))
    places = {shape: at for at, shape in enumerate(shapes)}
    submodels = [_in_short(member, places) for member in sums]
    terms = [
        {"kind": shape.kind, **asdict(shape), "means": means} for shape, means in shapes.items()
    ]
    head = {"additive_version": ADDITIVE_VERSION, "features": features, "terms": terms}
    return _json(head, submodels)


def loads(text: str | bytes) -> Read:
    """Features, sums, and the scale they are on.

    Raises
    ------
    ValueError
        If the document is of another version, incomplete, larger than is read, or holds a number
        that is not finite.
    """
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
        version = document["additive_version"]
        features = tuple(document["features"])
        _require_readable(document["submodels"], document.get("terms", ()))
        if version in (WITH_COVARIANCE, ON_A_SCALE):
            scale = str(document["scale"]) if version == ON_A_SCALE else LOG_ODDS
            return features, tuple(_full(**member) for member in document["submodels"]), scale
        if version != ADDITIVE_VERSION:
            raise ValueError(f"additive version {version!r}")
        means = [term.pop("means") for term in document["terms"]]
        shapes = [_term(**term) for term in document["terms"]]
        sums = tuple(_short(shapes, means, **member) for member in document["submodels"])
    except (
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        raise ValueError(f"the additive form is incomplete: {error}") from error
    return features, sums, LOG_ODDS


def _require_readable(submodels: Any, shared: Any) -> None:
    """Refuse more than is read, before anything is made of it: a term that is written once may be
    named a million times.

    submodels, shared : the sums and the terms of the document, as they were parsed.
    """
    remedy = "let fewer inputs be missing, or train again with fewer inputs"
    limits.require_at_most(limits.SUBMODELS, len(submodels), "submodels in additive.json", remedy)
    counts = [len(member["terms"]) for member in submodels]
    most = max([len(shared), *counts])
    limits.require_at_most(limits.TERMS, most, "terms in one sum of additive.json", remedy)
    limits.require_at_most(
        limits.TERMS_IN_ALL, sum(counts), "terms in all sums of additive.json", remedy
    )
    if shared:
        sizes = [len(term["means"]) for term in shared]
        numbers = sum(sizes[at] for member in submodels for at in member["terms"])
        limits.require_at_most(
            limits.PARAMETERS_IN_ALL, numbers, "parameters in all sums of additive.json", remedy
        )


def mean_of(parameters: Sequence[float], means: Sequence[float]) -> float:
    """The mean effect of a term in training, from the means of its design."""
    return math.fsum(number * mean for number, mean in zip(parameters, means, strict=True))


def _json(head: dict[str, Any], submodels: list[dict[str, Any]]) -> str:
    document = {**head, "submodels": submodels}
    return json.dumps(document, separators=(",", ":"), allow_nan=False)


def _in_full(member: Sum) -> dict[str, Any]:
    return {
        "absent": member.absent,
        "intercept": member.intercept,
        "terms": [{"kind": term.kind, **asdict(term)} for term in member.terms],
        "covariance": member.covariance,
    }


def _shape(term: Term) -> Term:
    """The term without its numbers: what it has in common in every sum."""
    shape = term.with_parameters([0.0] * len(term.parameters))
    return shape if isinstance(shape, RatioOf) else replace(shape, mean=0.0)


def _shapes(member: Sum) -> dict[Term, list[float]]:
    """The shape of every term, and the means of its design: 0 of what cannot vary."""
    known = member.uncertainty
    assert known is not None  # asked by `dumps`
    at = known.at
    # Parameters are numbered through the sum: 0 is the intercept, then term by term.
    found, first = {}, 1
    for term in member.terms:
        parameters = range(first, first + len(term.parameters))
        found[_shape(term)] = [
            known.means[at[place]] if place in at else 0.0 for place in parameters
        ]
        first = parameters.stop
    return found


def _in_short(member: Sum, places: dict[Term, int]) -> dict[str, Any]:
    known = member.uncertainty
    assert known is not None  # asked by `dumps`
    parameters = member.parameters.tolist()
    return {
        "absent": member.absent,
        "terms": [places[_shape(term)] for term in member.terms],
        "varying": known.places,
        "parameters": [parameters[place] for place in known.places],
        "middle": known.middle,
        "errors": known.errors,
        "correlations": known.correlations,
    }


def _short(
    shapes: list[Term],
    means_of: list[list[float]],
    absent: list[str],
    terms: list[int],
    varying: list[int],
    parameters: list[float],
    middle: list[float],
    errors: list[float],
    correlations: list[int],
) -> Sum:
    """A sum of version 3: parameters that are not given are zero."""
    means = [1.0, *(mean for at in terms for mean in means_of[at])]
    numbers = [0.0] * len(means)
    for place, number in zip(varying, parameters, strict=True):
        numbers[place] = float(number)
    read, first = [], 1
    for at in terms:
        last = first + len(shapes[at].parameters)
        term = shapes[at].with_parameters(numbers[first:last])
        if not isinstance(term, RatioOf):
            term = replace(term, mean=mean_of(numbers[first:last], means[first:last]))
        read.append(term)
        first = last
    uncertainty = Uncertainty(
        tuple(varying),
        tuple(means[place] for place in varying),
        tuple(middle),
        tuple(errors),
        tuple(correlations),
    )
    return Sum(tuple(absent), numbers[0], tuple(read), uncertainty=uncertainty)


def _full(
    absent: list[str], intercept: float, terms: list[dict[str, Any]], covariance: list[float]
) -> Sum:
    return Sum(
        tuple(absent), float(intercept), tuple(_term(**term) for term in terms), tuple(covariance)
    )


def _term(kind: str, **fields: Any) -> Term:
    lists = {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
    return KINDS[kind](**{**fields, **lists})


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a finite number")
