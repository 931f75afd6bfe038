"""What is said of a file whose codes are not the study's."""

from __future__ import annotations

from model.errors import FileRefused
from model.files.understanding import codings
from model.files.understanding.codings import Fit
from model.schema import Schema


def refusal(fit: Fit, columns: tuple[str, ...], schema: Schema) -> FileRefused:
    """The codes are not the study's: which they are, or between which one cannot decide."""
    rows = max(candidate.rows for candidate in fit.candidates)
    listed = ", ".join(columns)
    seen = f"{rows:,} rows have codes that are not this study's all together ({listed})"
    if fit.offered is not None:
        coding = fit.offered
        return FileRefused(
            "other-codes",
            f"The file seems to hold {coding.label}: {seen}, and of all codings that are known "
            f"this one alone fits. Convert it from {coding.name}, or correct the codes.",
            conversion=coding.name,
        )
    if len(fit.near) == 1:
        maybe = fit.near[0].coding
        return FileRefused(
            "other-codes",
            f"The file holds other codes: {seen}. They may be {maybe.label} ({maybe.name}), or "
            "this study's with a number for “not measured”: too little speaks for either, so none "
            "is offered. Ask who made the file, and say it in a mapping.",
        )
    if fit.near:
        alike = "; ".join(
            f"{candidate.coding.label} ({candidate.coding.name})" for candidate in fit.near
        )
        return FileRefused(
            "other-codes",
            f"The file holds other codes: {seen}. More than one coding fits, so none is offered: "
            f"{alike}. {codings.difference(fit, schema)} Ask who made the file which it is.",
        )
    return FileRefused(
        "other-codes",
        f"The file holds other codes: {seen}. No coding that is known fits. Correct the codes.",
    )
