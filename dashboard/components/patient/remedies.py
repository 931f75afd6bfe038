"""What may have been meant by a value that is refused, as buttons beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dashboard.components.patient.entry import Typed, factor_of, units_of
from dashboard.components.patient.fields import decimals_in
from model.intake import read_number
from model.schema import Feature

# 1,234 may be a thousand and more, or a little over one: nobody but its writer knows.
THOUSANDS_OR_DECIMALS = re.compile(r"([+-]?[1-9]\d{0,2}),(\d{3})", re.ASCII)


def remedies(typed: Typed | float | None, feature: Feature) -> Iterator[dict[str, str]]:
    """What each button says and puts into the field, and in which unit; the likeliest first."""
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
