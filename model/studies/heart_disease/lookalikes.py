"""What circulates as "the heart disease data": other codes, and copies that must not be scored.

Recoded values and totals were compared, row by row, with the four original UCI files.
"""

from __future__ import annotations

from model.schema import BadCopy, Recoding

KAGGLE = Recoding(
    name="kaggle",
    label="the Kaggle copy's codes",
    codes=(
        ("cp", ((0, 4), (1, 2), (2, 3), (3, 1))),
        ("restecg", ((0, 2), (1, 0), (2, 1))),
        ("slope", ((0, 3), (1, 2), (2, 1))),
        ("ca", ((0, 0), (1, 1), (2, 2), (3, 3), (4, None))),
        ("thal", ((0, None), (1, 6), (2, 3), (3, 7))),
    ),
)

RECODINGS = (KAGGLE,)


def _sums(
    age: float, trestbps: float, chol: float, thalach: float
) -> tuple[tuple[str, float], ...]:
    return (("age", age), ("trestbps", trestbps), ("chol", chol), ("thalach", thalach))


BAD_COPIES = (
    BadCopy(
        303,
        _sums(16473, 39882, 74618, 45343),
        "the 303-row Kaggle copy: chest pain, ECG, slope and thallium are coded anew, a missing "
        "test is written as a code, and its target is 1 where there is no disease",
        recoded=KAGGLE.name,
    ),
    BadCopy(
        606,
        _sums(32946, 79764, 149236, 90686),
        "the 606-row copy: the Kaggle copy twice over",
    ),
    BadCopy(
        1025,
        _sums(55795, 134902, 252150, 152842),
        "the 1,025-row copy: 723 of its rows repeat another one, so that whatever is measured on "
        "it is far too good",
    ),
    BadCopy(
        918,
        _sums(49123, 121540, 182498, 125591),
        "the 918-row merge of several sites: it holds the patients this study is trained on, and "
        "a cholesterol that was not measured is written as 0",
    ),
    BadCopy(
        1190,
        _sums(63927, 157263, 250333, 166282),
        "the 1,190-row merge of several sites: 272 of its rows repeat another one, and it holds "
        "the patients this study is trained on",
    ),
    BadCopy(
        303,
        _sums(16495, 39902, 74748, 45331),
        "a copy of the Cleveland file in which the six missing tests were filled with a code",
        blanks=(("ca", 0), ("thal", 0)),
    ),
)
