"""How common the answers are that a coding reads in a file.

The likelihood is Dirichlet-multinomial: shares differ from hospital to hospital, so a long file
does not make a small difference certain (Minka, Estimating a Dirichlet distribution, 2000,
equation 2).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import lgamma

from model.files.understanding.code_table import CodeTable, Pairs
from model.files.understanding.vocabulary import Vocabulary

CONCENTRATION = 10.0
"""How alike hospitals are: each counts as ten patients with the declared shares."""
MISSING_SHARE = 0.3
"""Of those ten, the patients whose answer a code for "not measured" stands for."""
ABSURD = -5.0
"""Log-odds of one column against "any answer is as common as any other": no such file is met."""


def likelihood(
    table: CodeTable, codes: Mapping[str, Pairs], vocabulary: Vocabulary
) -> tuple[float, float, tuple[str, ...]]:
    """Log-odds of what a coding reads against "all answers alike", over all columns; the same
    without what it reads as not measured; and the columns in which it reads what is met nowhere.
    """
    total, answers, absurd = 0.0, 0.0, []
    for name in table.columns:
        shares = vocabulary.of(name).shares
        if not shares:
            continue
        read = Counter[float | None](table.spoken.get(name, {}))
        for code, rows in table.seen(name).items():
            if code in codes[name]:
                read[codes[name][code]] += rows
        counts = [*(read[answer] for answer in shares), read[None]]
        weight = CONCENTRATION / sum(shares.values())
        prior = [*(weight * share for share in shares.values()), MISSING_SHARE]
        column = _dirichlet(counts, prior) - _dirichlet(counts, [1.0] * len(prior))
        total += column
        # How many were not measured differs too much to be absurd: in some hospitals nobody was.
        answered = _dirichlet(counts[:-1], prior[:-1])
        answered -= _dirichlet(counts[:-1], [1.0] * (len(prior) - 1))
        answers += answered
        if answered < ABSURD:
            absurd.append(name)
    return total, answers, tuple(absurd)


def _dirichlet(counts: list[int], prior: list[float]) -> float:
    whole = lgamma(sum(prior)) - lgamma(sum(prior) + sum(counts))
    return whole + sum(
        lgamma(count + before) - lgamma(before) for count, before in zip(counts, prior, strict=True)
    )
