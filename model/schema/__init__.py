"""The contract that travels with every model: which inputs it takes and what it answers.

A `Feature` is declared once. The form, the checks, the MLflow signature and the data
dictionary are all drawn from it, and a copy lies in every bundle, so that a model is
always asked in the terms it was trained with.
"""

from __future__ import annotations

from model.schema.coding import BOOLEAN, PATIENT, SYSTEM_NAMES, Coding, Term
from model.schema.contract import NO_TIME, RESEARCH_USE, SCHEMA_VERSION, Outcome, Schema, Threshold
from model.schema.feature import NOT_MEASURED, Code, Feature, Interval, mid_sentence
from model.schema.lookalikes import BadCopy, Recoding
from model.schema.unit import Unit

__all__ = [
    "BOOLEAN",
    "NOT_MEASURED",
    "NO_TIME",
    "PATIENT",
    "RESEARCH_USE",
    "SCHEMA_VERSION",
    "SYSTEM_NAMES",
    "BadCopy",
    "Code",
    "Coding",
    "Feature",
    "Interval",
    "Outcome",
    "Recoding",
    "Schema",
    "Term",
    "Threshold",
    "Unit",
    "mid_sentence",
]
