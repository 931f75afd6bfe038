"""The data dictionary of a study, as Markdown drawn from its schema."""

from __future__ import annotations

from collections.abc import Iterator

from model.schema import PATIENT, Coding, Feature, Schema, mid_sentence

HEAD = """\
# Data dictionary: {title}

What a file of patients holds, one column a value and one row a patient, and what the form asks
for. Columns marked *needed* must be filled; every other cell may be blank, which means "not
measured" and never "normal". A code may be written as its number or in its words. Drawn from
the study's schema; a test keeps it in step.

| column | label | unit | allowed | meaning |
|---|---|---|---|---|
"""

RECORDS = """
## In an electronic record

What is read from a FHIR R4 Bundle: under which code, in which UCUM unit and with which factor, or
with which answers. A number in any other unit, or without one, is ignored and never guessed at. A
result is written with the first code of an input that can hold its value. Where no public code says
the same, the study has its own: the system `{system}` and the name of the column; its answers are
the numbers of the table above, in the system `{system}:` and the name of the column.

| column | code | taken | remark |
|---|---|---|---|
"""


def markdown(schema: Schema) -> str:
    """One table row a feature, in the order of the form, and the outcome below."""
    rows = "".join(f"| {' | '.join(_cells(feature))} |\n" for feature in schema.features)
    return (
        HEAD.format(title=schema.title.lower())
        + rows
        + f"\nThe model answers with the {mid_sentence(schema.outcome.heading)}.\n"
        + "".join(_records(schema))
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


def _records(schema: Schema) -> Iterator[str]:
    if schema.code_system:
        yield RECORDS.format(system=schema.code_system)
    for feature in schema.features:
        for coding in schema.codings(feature):
            cells = (f"`{feature.name}`", *_coding_cells(schema, feature, coding))
            yield f"| {' | '.join(cells)} |\n"


def _coding_cells(schema: Schema, feature: Feature, coding: Coding) -> Iterator[str]:
    if coding.system == PATIENT:
        yield f"Patient, its {coding.display}"
    elif coding.system == schema.code_system:
        yield f"the study's own `{coding.code}`"
    else:
        yield f"{coding.named}, {coding.display}"
    if coding.unusable:
        yield "never"
    elif coding.units:
        yield ("yes if above " if coding.above else "") + " or ".join(_units(coding))
    elif feature.is_coded:
        yield ", ".join(_answers(feature, coding))
    else:
        yield "completed years on the day of the newest result that is taken"
    within = f"Also within {', '.join(coding.panels)}." if coding.panels else ""
    yield " ".join(part for part in (coding.unusable, coding.note, within) if part)


def _units(coding: Coding) -> Iterator[str]:
    for unit in coding.units:
        if coding.above:
            yield f"{coding.above / unit.factor:.4g} `{unit.name}`"
        else:
            yield f"`{unit.name}`" + ("" if unit.factor == 1 else f" × {unit.factor:.6g}")


def _answers(feature: Feature, coding: Coding) -> Iterator[str]:
    """The answers under a code; where it is the patient's own entry, only public ones."""
    for code in feature.codes:
        terms = [term.named for term in code.terms]
        own = [] if coding.system == PATIENT else [f"`{code.value:g}`"]
        yield f"{code.label}: {' or '.join(own + terms)}"
