"""What is said beside a field: what is wrong, and likely remedies."""

from __future__ import annotations

from typing import Any

from dashboard.components.patient.entry import Entry, Typed
from dashboard.components.patient.fields import range_in
from dashboard.components.patient.remedies import THOUSANDS_OR_DECIMALS, remedies
from model.intake import Issue, Severity
from model.intake.check import NOT_MEASURED
from model.schema import Feature, Schema
from model.schema.feature import mid_sentence

BLANK = ("required", NOT_MEASURED)
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
        said[issue.column] = {
            "message": _sentence(issue, typed, feature),
            "refused": refused,
            "remedies": list(remedies(typed, feature)) if refused else [],
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


def _with_article(label: str) -> str:
    """``an age``, ``a resting blood pressure``, ``an ST depression``."""
    is_initials = label[1:2].isupper()
    like_vowel = label[0] in (SPOKEN_LIKE_A_VOWEL if is_initials else "AEIOUaeio")
    return f"{'an' if like_vowel else 'a'} {mid_sentence(label)}"
