"""Stand for distributions of SciPy that links of statsmodels hold: what theirs are pickled with is
run as code when they come to life, and a link needs no more of them than a function.
"""

from __future__ import annotations

from typing import Any, ClassVar

from scipy import stats

from model.numerics.arrays import Floats


class _Standard:
    """In its standard form; what the pickle holds of it is not looked at."""

    theirs: ClassVar[Any]

    def __setstate__(self, state: object) -> None:
        pass

    def cdf(self, numbers: Floats) -> Floats:
        """(n,) of the distribution function at n numbers."""
        answers: Floats = self.theirs.cdf(numbers)
        return answers


class StandardNormal(_Standard):
    theirs = stats.norm


class StandardCauchy(_Standard):
    theirs = stats.cauchy


DISTRIBUTIONS: dict[tuple[str, str], type] = {
    ("scipy.stats._continuous_distns", "norm_gen"): StandardNormal,
    ("scipy.stats._continuous_distns", "cauchy_gen"): StandardCauchy,
}
