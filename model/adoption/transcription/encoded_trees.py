"""Trees as a library has them: over the columns that its preprocessing makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from model.numerics.arrays import Flags, Floats, Places
from model.scoring.outputs import Affine, Logistic, Output

Encode = Callable[[pd.DataFrame], Floats]
"""(n, encoded columns) what the preprocessing makes of n rows in the original's words."""
ZERO = 1e-35
"""What LightGBM takes for 0 (its ``kZeroThreshold``)."""


@dataclass(frozen=True, eq=False)
class EncodedTrees:
    """Nodes of all trees, in any order.

    column : (m,) the encoded column that is asked, -1 at a leaf. threshold : (m,) what is at most
    this goes left. left, right : (m,) nodes. blank_left : (m,) whether a missing number goes left.
    value : (m,) of a leaf. roots : of every tree, its first node. member_set : (m,) which of `sets`
    goes left instead of a threshold, or -1. sets : of whole numbers.
    single : whether a value is rounded to single precision before it is compared.
    strict : whether what equals the threshold goes right.
    zero_is_blank : (m,) whether 0 counts as missing; None if nowhere.
    """

    column: Places
    threshold: Floats
    left: Places
    right: Places
    blank_left: Flags
    value: Floats
    roots: Places
    member_set: Places | None = None
    sets: Sequence[frozenset[int]] = ()
    single: bool = False
    strict: bool = False
    zero_is_blank: Flags | None = None

    @property
    def asking(self) -> Places:
        """The nodes that are no leaves."""
        return np.flatnonzero(self.column >= 0)

    def goes_left(self, node: Places, values: Floats) -> Flags:
        """(n,) whether each encoded value goes left at each node, as the library decides it."""
        given = values
        if self.single:
            with np.errstate(over="ignore"):
                values = values.astype(np.float32).astype(np.float64)
        threshold = self.threshold[node]
        left = values < threshold if self.strict else values <= threshold
        if self.member_set is not None:
            for at in np.flatnonzero(self.member_set[node] >= 0):
                members = self.sets[int(self.member_set[node[at]])]
                left[at] = not np.isnan(given[at]) and int(given[at]) in members
        blank = np.isnan(values)
        if self.zero_is_blank is not None:
            blank |= self.zero_is_blank[node] & (np.abs(values) <= ZERO)
        return np.where(blank, self.blank_left[node], left)


@dataclass(frozen=True, eq=False)
class TreeMember:
    """Trees that are summed up, and what becomes of their sum until it is a probability.

    encode : what the preprocessing before them makes of rows. intercept, scale : the sum is
    ``intercept + scale * trees``. outputs : what becomes of it. weight : of this member among
    several whose probabilities are averaged. single : whether the library answers in single
    precision.
    """

    trees: EncodedTrees
    encode: Encode
    intercept: float = 0.0
    scale: float = 1.0
    outputs: tuple[Output, ...] = (Logistic(),)
    weight: float = 1.0
    single: bool = False

    def then(self, *outputs: Output) -> TreeMember:
        """With more steps after its own; a straight first step is taken into the sum itself."""
        member = self
        for output in outputs:
            if isinstance(output, Affine) and not member.outputs:
                member = replace(
                    member,
                    intercept=output.slope * member.intercept + output.intercept,
                    scale=output.slope * member.scale,
                )
            else:
                member = replace(member, outputs=(*member.outputs, output))
        return member

    def weighted(self, weight: float) -> TreeMember:
        """With its weight times this."""
        return replace(self, weight=self.weight * weight)
