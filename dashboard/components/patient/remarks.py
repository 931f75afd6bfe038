"""What is said beside a field: what is wrong, and a likely remedy as a button."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from dashboard.components.patient.entry import Entry, Typed, factor_of, units_of
from dashboard.components.patient.fields import decimals_in, range_in
from model.intake import Issue, Severity, read_number
from model.intake.check import NOT_MEASURED
from model.schema import Feature, Schema
from model.schema.feature import mid_sentence

BLANK = ("required", NOT_MEASURED)
# 1,234 may be a thousand and more, or a little over one: nobody but its writer knows.
THOUSANDS_OR_DECIMALS = re.compile(r"([+-]?[1-9]\d{0,2}),(\d{3})", re.ASCII)
SPOKEN_LIKE_A_VOWEL = "AEFHILMNORSX"  # an ECG, an ST depression


def remarks(entry: Entry, issues: tuple[Issue, ...], schema: Schema) -> dict[str, Any]:
    """By feature: the sentence, whether the value is refused, and remedies to choose from."""
    said = {}
    for issue in issues:
        if issue.column is None or issue.code in BLANK or issue.column in said:
            continue
        feature = schema[issue.column]
        typed = entry.values.get(issue.column)
        refused = issue.severity is Severity.REJECTED
        if issue.severity is Severity.NORMALISED:
            continue
        remedies = list(_remedies(typed, feature)) if refused else []
        said[issue.column] = {
            "message": _sentence(issue, typed, feature),
            "refused": refused,
            "remedies": remedies,
        }
    return said


def _sentence(issue: Issue, typed: Typed | float | None, feature: Feature) -> str:
    if not isinstance(typed, Typed) or feature.plausible is None:
        return _plainly(issue)
    unit = typed.unit_of(feature)
    span = f"{range_in(feature, feature.plausible, unit)} {unit}".strip()
    blank = "." if feature.required else ", or leave it blank."
    ask = f"Enter {_with_article(feature.label)} from {span}{blank}"
    if issue.code == "out-of-range":
        return ask
    if issue.code == "other-unit":
        return f"That is not plausible in {unit}. {ask}"
    if issue.code == "missing-mark":
        return f"This looks like a mark for a missing value. {ask}"
    if issue.code == "not-a-number":
        if THOUSANDS_OR_DECIMALS.fullmatch(typed.text.strip()):
            return "The comma may stand for thousands or for decimals. Choose what you mean."
        return f"This is not a number. {ask}"
    return _plainly(issue)


def _plainly(issue: Issue) -> str:
    message = issue.message.partition(": ")[2] or issue.message
    return message[0].upper() + message[1:]


def _remedies(typed: Typed | float | None, feature: Feature) -> Iterator[dict[str, str]]:
    if not isinstance(typed, Typed) or feature.plausible is None:
        return
    unit = typed.unit_of(feature)
    ambiguous = THOUSANDS_OR_DECIMALS.fullmatch(typed.text.strip())
    if ambiguous:
        for text in (f"{ambiguous[1]}{ambiguous[2]}", f"{ambiguous[1]}.{ambiguous[2]}"):
            yield _remedy(f"Use {text}", text, unit)
        return
    number = read_number(typed.text)
    if number is None:
        return
    for other in units_of(feature):
        if other != unit and number * factor_of(feature, other) in feature.plausible:
            yield _remedy(f"Did you mean {typed.text.strip()} {other}?", typed.text.strip(), other)
    yield from _slipped(number, unit, feature)
    if not feature.required:
        yield _remedy("Leave it blank", "", unit)


def _slipped(number: float, unit: str, feature: Feature) -> Iterator[dict[str, str]]:
    """A decimal point that was left out: 26 for 2.6, where the field has decimals."""
    assert feature.plausible is not None
    factor, places = factor_of(feature, unit), decimals_in(feature, unit)
    if places and number / 10 * factor in feature.plausible and number == int(number):
        text = f"{number / 10:.10g}"
        yield _remedy(f"Did you mean {text} {unit}?".replace(" ?", "?"), text, unit)


def _remedy(label: str, text: str, unit: str) -> dict[str, str]:
    return {"label": label, "typed": text, "unit": unit}


def _with_article(label: str) -> str:
    """``an age``, ``a resting blood pressure``, ``an ST depression``."""
    is_initials = label[1:2].isupper()
    like_vowel = label[0] in (SPOKEN_LIKE_A_VOWEL if is_initials else "AEIOUaeio")
    return f"{'an' if like_vowel else 'a'} {mid_sentence(label)}"
