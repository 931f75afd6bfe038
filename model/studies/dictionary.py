"""The data dictionary of a study, as Markdown drawn from its schema."""

from __future__ import annotations

from collections.abc import Iterator

from model.schema import Feature, Schema

HEAD = """\
# Data dictionary: {title}

What a file of patients holds, one column a value and one row a patient, and what the form asks
for. Columns marked *needed* must be filled; every other cell may be blank, which means "not
measured" and never "normal". A code may be written as its number or in its words. Drawn from
the study's schema; a test keeps it in step.

| column | label | unit | allowed | meaning |
|---|---|---|---|---|
"""


def markdown(schema: Schema) -> str:
    """One table row a feature, in the order of the form, and the outcome below."""
    rows = "".join(f"| {' | '.join(_cells(feature))} |\n" for feature in schema.features)
    outcome = schema.outcome
    return (
        HEAD.format(title=schema.title.lower())
        + rows
        + f"\nThe model answers with the risk of a {outcome.label}, {outcome.timing}.\n"
    )


def _cells(feature: Feature) -> Iterator[str]:
    yield f"`{feature.name}`" + (" (needed)" if feature.required else "")
    yield feature.label
    yield feature.unit
    if feature.is_coded:
        yield ", ".join(f"{code.value:g} {code.label}" for code in feature.codes)
    else:
        yield f"{feature.plausible}" + "".join(
            f"; typed in {unit.name}: × {unit.factor:.6g}" for unit in feature.other_units
        )
    yield feature.help
