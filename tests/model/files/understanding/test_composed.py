"""Files composed at random: read as proposed, they give the risks of the plain file, or it is named
what could not be read.

A file is one of a hospital's patients, written otherwise: names and words that circulate, in any
language that is declared; marks for "not measured"; another coding; a unit, named in the header or
not; decimal commas; a sheet among others; one column for each answer; foreign columns in between.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.errors import FileRefused
from model.files.check_file import Examination
from model.files.check_report import Report
from model.files.reading.beginning import propose
from model.files.understanding import names, vocabulary
from model.files.understanding.proposal import Proposal
from model.schema import Feature
from model.scoring import RiskModel
from model.studies import cohort, find
from tests.model.files.samples import SCHEMA

FRAME = cohort.read(find("heart-disease")).frame
SITES = {site: rows[list(SCHEMA.names)] for site, rows in FRAME.groupby("site")}
KNOWN = vocabulary.of(SCHEMA)
MARKS = ("#NULL!", ".a", "n.d.", "not done", "-9", "NA", "?", "fehlt", "inconnu", "")
FOREIGN = {"patient no": "7", "LDL cholesterol": "130", "min heart rate": "55", "ca 19-9": "12"}
SPREAD = ("restecg", "slope", "thal")

Draw = Callable[[Sequence[Any]], Any]


@dataclass
class Composed:
    """A file, and what was done to the plain one."""

    cells: dict[str, list[str]]
    header: dict[str, str] = field(default_factory=dict)
    coding: bool = False
    decimal_commas: bool = False
    sheets: bool = False

    @property
    def content(self) -> bytes:
        rows = [[*self.header.values()], *map(list, zip(*self.cells.values(), strict=True))]
        if self.sheets:
            return _workbook(rows)
        text = io.StringIO()
        csv.writer(text, delimiter=";" if self.decimal_commas else ",").writerows(rows)
        return text.getvalue().encode()


def _workbook(rows: list[list[str]]) -> bytes:
    """The table on the second of three sheets, the last of them hidden; numbers as numbers."""
    book = openpyxl.Workbook()
    book.active.append(["Written by the ward"])
    sheet, hidden = book.create_sheet("Patients"), book.create_sheet("Old")
    for row in rows:
        sheet.append([_cell(text) for text in row])
        hidden.append([_cell(text) for text in row])
    hidden.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text or None


def compose(rows: pd.DataFrame, draw: Draw) -> Composed:
    """Write patients in one of the ways that people do."""
    made = Composed(
        {name: ["" if np.isnan(x) else f"{x:.10g}" for x in rows[name]] for name in rows}
    )
    coding = draw([None, None, *KNOWN.codings])
    if coding is not None:
        made.coding = True
        for name, pairs in coding.codes:
            codes = {f"{ours:g}": f"{code:g}" for code, ours in pairs if ours is not None}
            made.cells[name] = [codes.get(cell, "") for cell in made.cells[name]]
    for feature in SCHEMA.features:
        made.header[feature.name] = _header(feature, draw)
        if coding is None and feature.is_coded and draw([False, True]):
            spoken = _words(feature, draw)
            made.cells[feature.name] = [spoken.get(x, x) for x in made.cells[feature.name]]
        if not feature.required and draw([False, True]):
            mark = draw(MARKS)
            made.cells[feature.name] = [cell or mark for cell in made.cells[feature.name]]
    _in_unit(made, rows, draw)
    if coding is None and draw([False, False, True]):
        _spread(made, rows, draw(SPREAD))
    for name in draw([(), ("patient no",), tuple(FOREIGN)]):
        made.header[name], made.cells[name] = name, [FOREIGN[name]] * len(rows)
    made.sheets, made.decimal_commas = draw([(False, False), (False, True), (True, False)])
    if made.decimal_commas:
        for name in ("chol", "oldpeak"):
            made.cells[name] = [
                cell.replace(".", ",") if cell[:1].isdigit() else cell for cell in made.cells[name]
            ]
    return made


def _header(feature: Feature, draw: Draw) -> str:
    name: str = draw([feature.name, feature.label, *KNOWN.of(feature.name).names])
    how = draw([str, str.upper, str.title, lambda text: text.replace(" ", "_")])
    return str(how(name))


def _words(feature: Feature, draw: Draw) -> dict[str, str]:
    elsewhere = KNOWN.of(feature.name).words
    return {
        f"{code.value:g}": draw([code.label, *code.aliases, *elsewhere.get(code.value, ())])
        for code in feature.codes
    }


def _in_unit(made: Composed, rows: pd.DataFrame, draw: Draw) -> None:
    """Cholesterol in one of its units, which the header names or leaves to be seen."""
    unit = draw([None, *KNOWN.units_of(SCHEMA["chol"])])
    if unit is not None:
        made.cells["chol"] = [
            cell if np.isnan(x) else f"{x / unit.factor:.10f}"
            for x, cell in zip(rows["chol"], made.cells["chol"], strict=True)
        ]
    if draw([False, True]):
        made.header["chol"] += f" ({unit.name if unit else SCHEMA['chol'].unit})"


def _spread(made: Composed, rows: pd.DataFrame, name: str) -> None:
    """One column for each answer, as `pandas.get_dummies` writes them."""
    del made.cells[name], made.header[name]
    for code in SCHEMA[name].levels:
        column = f"{name}_{code:g}"
        made.header[column] = column
        made.cells[column] = [f"{int(x == code)}" for x in rows[name]]


def applied(content: bytes, proposal: Proposal) -> tuple[Report, np.ndarray]:
    """The report of a file read as proposed, and its values; rows that were rejected are NaN."""
    examination = Examination(io.BytesIO(content), SCHEMA, mapping=proposal.mapping)
    found = [np.empty((0, len(SCHEMA.names)))]
    try:
        for checked in examination.run(lambda each: each.checked):
            found.append(np.where(checked.rejected[:, None], np.nan, checked.values))
    except FileRefused:
        return examination.report, found[0]
    return examination.report, np.concatenate(found)


def could_be_the_studys_own(made: Composed) -> bool:
    """Whether every code of a foreign coding is one of the study's as well: nobody can tell."""
    return made.coding and all(
        float(cell) in SCHEMA[name].levels
        for name in {name for coding in KNOWN.codings for name, _ in coding.codes}
        for cell in made.cells[name]
        if cell.isdigit()
    )


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_it_gives_the_risks_of_the_plain_file_or_names_what_it_could_not_read(
    data: st.DataObject, risk_model: Callable[[str], RiskModel]
) -> None:
    def draw(choices: Sequence[Any]) -> Any:
        return data.draw(st.sampled_from(choices))

    rows = SITES[draw(sorted(SITES))].sample(
        data.draw(st.integers(15, 60)), random_state=data.draw(st.integers(0, 9))
    )
    made = compose(rows, draw)
    assert len({names.plain_name(each) for each in made.header.values()}) == len(made.header)
    proposal = propose(io.BytesIO(made.content), SCHEMA)
    report, values = applied(made.content, proposal)

    if report.refusal is not None:
        assert made.coding, report.refusal
        assert report.refusal.code == "other-codes"
        return
    if could_be_the_studys_own(made):
        return
    # No row is lost; an input only where it lies in several columns, or a mark may be an answer.
    assert report.rejected_rows == []
    unread = {each.name for each in proposal.absent} | {x.feature.name for x in proposal.unsure}
    assert unread == {*proposal.apart} == {name for name in SCHEMA.names if name not in made.header}
    two_sided = {each.feature.name for each in proposal.columns if each.two_sided}
    plain = rows.reset_index(drop=True).assign(**dict.fromkeys(unread | two_sided, np.nan))
    read = pd.DataFrame(values, columns=SCHEMA.names).assign(**dict.fromkeys(two_sided, np.nan))
    for name in SCHEMA.names:
        np.testing.assert_allclose(read[name], plain[name], rtol=1e-9, err_msg=name)
    model = risk_model("logistic")
    np.testing.assert_allclose(model.assess(read).risk, model.assess(plain).risk, rtol=1e-9)
