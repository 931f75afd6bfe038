"""The unit that a header names: ``Cholestérol (g/L)``, ``glucose_mmol_l``, ``BP [kPa]``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from model.files.understanding.header_words import LONGEST_NAME
from model.schema import Feature, Unit

SPELT = {
    "mgdl": "mg/dl", "mg%": "mg/dl", "mg/100ml": "mg/dl", "mgperdl": "mg/dl",
    "mmoll": "mmol/l", "mmol": "mmol/l", "mmolperl": "mmol/l", "mm/l": "mmol/l", "mm": "mm",
    "gl": "g/l", "gperl": "g/l", "gdl": "g/dl", "mgl": "mg/l", "mcmol/l": "umol/l",
    "umoll": "umol/l", "mmhg": "mmhg", "torr": "mmhg", "kpa": "kpa", "hpa": "hpa", "cmhg": "cmhg",
    "mv": "mv", "uv": "uv", "cm": "cm", "bpm": "1/min", "/min": "1/min", "beats/min": "1/min",
    "beatsperminute": "1/min", "beatsperminute(bpm)": "1/min", "min-1": "1/min", "1/min": "1/min",
    "hz": "hz", "years": "a", "year": "a", "yrs": "a", "yr": "a", "months": "months",
    "month": "months", "weeks": "weeks", "days": "days", "decades": "decades",
}  # fmt: skip
BRACKETS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]")
LOOKS_LIKE_A_UNIT = re.compile(r"[a-zµ%]{1,6}/(?:100)?[a-z]{1,4}|[a-z]{1,3}%")
BETWEEN = re.compile(r"[\s_.,;:]+")


def named(header: str) -> str | None:
    """The unit in a header, in one spelling; None if there is none."""
    spread = unicodedata.normalize("NFKC", header[:LONGEST_NAME])[:LONGEST_NAME].casefold()
    for inside in BRACKETS.findall(spread):
        unit = spelling(inside)
        if unit in SPELT.values() or LOOKS_LIKE_A_UNIT.fullmatch(unit):
            return unit
    parts = [part for part in BETWEEN.split(BRACKETS.sub(" ", spread)) if part]
    for at in range(max(1, len(parts) - 3), len(parts)):
        for unit in (spelling("/".join(parts[at:])), spelling("".join(parts[at:]))):
            if unit in SPELT.values():
                return unit
        if at == len(parts) - 1 and LOOKS_LIKE_A_UNIT.fullmatch(spelling(parts[at])):
            return spelling(parts[at])
    return None


def spelling(unit: str) -> str:
    """One spelling for a unit: without capitals and spaces, mu as u."""
    bare = "".join(unit.casefold().split()).replace("μ", "u").replace("µ", "u")
    return SPELT.get(bare, bare)


def unit_of(header: str, feature: Feature, others: Iterable[Unit]) -> Unit | str | None:
    """What a header says of an input's unit: one of the others, one it does not have by its
    spelling, or nothing, which is also said by its own unit.
    """
    unit = named(header)
    if unit is None or unit == spelling(feature.unit):
        return None
    return next((each for each in others if spelling(each.name) == unit), unit)
