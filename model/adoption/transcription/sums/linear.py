"""Results of statsmodels as the sum they say they are: their parameters, a slope an input.

Nothing here is believed: the sum becomes a version where it is proven to be the model.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from model.adoption.transcription.known_rows import KnownRows
from model.adoption.transcription.left import LeftAsItIs
from model.adoption.transcription.sums import scales
from model.adoption.transcription.sums.centring import by_name, centred
from model.numerics.arrays import Columns, Floats
from model.scoring import Additive
from model.scoring.engine import LINKS
from model.scoring.sums import Sum
from model.scoring.terms import Slope, Term

CONSTANTS = ("const", "Intercept")
WITHIN = 1e-12
"""How far beyond 0 and 1 rounding may carry a sum whose bounds they are."""
MOST_VALUES = 200


def read(fitted: Any, known: KnownRows, background: Floats) -> Additive | None:
    """The sum; None of any other model, and where an input is no plain number.

    Raises
    ------
    LeftAsItIs
        If its link is not known here.
    """
    scale = scales.of_statsmodels(fitted)
    if scale is None or known.blanks.any():
        return None
    given = np.asarray(fitted.params, dtype=np.float64).ravel()
    parameters = dict(zip(fitted.model.exog_names, given.tolist(), strict=False))
    intercept = sum(parameters.pop(name, 0.0) for name in CONSTANTS)
    columns = known.columns
    plain = all(
        not columns.is_coded(at) or columns.codes(at).tolist() == [0.0, 1.0]
        for at in range(len(columns))
    )
    if not plain or set(parameters) != set(columns.names):
        return None
    over = by_name(known, background)
    terms = tuple(centred(Slope(name, parameters[name], 0.0, 0.0), over) for name in columns.names)
    form = Additive(columns.names, (Sum((), intercept, terms),), scale)
    form.require_whole()
    return form


def require_risks(form: Additive, known: KnownRows) -> None:
    """Look for patients, anywhere in the known ranges, of whom the sum is no risk on its scale.

    Raises
    ------
    LeftAsItIs
        If there may be some: with the logarithm or the identity as a link, a sum has no bounds.
    """
    # A sum is least where every term is, and greatest likewise, so no mixture of patients has to be
    # tried; and since every link rises, the ends of the sum are those of the risks.
    low = high = form.full.intercept
    for term in form.full.terms:
        effect = term.effect(_everywhere(term, known))
        low, high = low + float(effect.min()), high + float(effect.max())
    risks = LINKS[form.scale](np.array([low, high]))
    if risks[0] < -WITHIN or risks[1] > 1 + WITHIN:
        raise LeftAsItIs(
            f"it adds up in {form.scale}, and for some patients that gives a number below 0 or "
            "above 1, which is no risk"
        )


def _everywhere(term: Term, known: KnownRows) -> Columns:
    """Every known value of a term's input, or of its two in every mixture."""
    names = list(known.columns.names)
    values = []
    for name in term.inputs:
        at = names.index(name)
        of_input = np.unique(known.values[at])
        if len(term.inputs) > 1 and len(of_input) > MOST_VALUES:
            of_input = np.quantile(of_input, np.linspace(0, 1, MOST_VALUES))
        values.append(np.append(of_input, np.nan) if known.blanks[at] else of_input)
    mixed = np.meshgrid(*values, indexing="ij")
    return {name: part.ravel() for name, part in zip(term.inputs, mixed, strict=True)}
