"""What one input, or a ratio of two, becomes among the encoded columns of a pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.numerics.arrays import Floats
from model.scoring.terms import RatioOf, Term


@dataclass(frozen=True, eq=False)
class Part:
    """The encoded columns that belong to one term, and how weights on them become the term.

    With w the weights on `columns`, the term's parameters are ``parameters @ w`` and it adds
    ``constant @ w`` to the intercept. `term` has the right shape and stands for any weights.
    """

    columns: list[int]
    constant: Floats
    parameters: Floats
    term: Term

    def with_weights(self, weights: Floats) -> Term:
        """The term for (encoded columns,) weights; its means are those `term` has."""
        return self.term.with_parameters((self.parameters @ weights[self.columns]).tolist())


def centred_ratio(term: RatioOf, background: Mapping[str, Floats]) -> RatioOf:
    """The ratio with its means over the background, blanks as the term has them."""
    above = background[term.numerator]
    below = background[term.denominator]
    above = np.where(np.isnan(above), term.missing_numerator, above)
    below = np.where(np.isnan(below), term.missing_denominator, below)
    return replace(
        term,
        mean_numerator=float(above.mean()),
        mean_inverse_denominator=float((1 / below).mean()),
        mean_ratio=float((above / below).mean()),
    )
