"""A report says what its record says, in the order of the visit, and leaves nothing behind."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest

from dashboard.figures import waterfall
from dashboard.report import bars, pdf
from dashboard.text import of_hundred
from model import estimators, studies
from model.interpretation.local_prevalence import Prevalence
from model.interpretation.reasons import sentence, steps
from model.record import Origin, Record
from model.schema import RESEARCH_USE, Feature, Interval, Outcome, Schema
from model.scoring import LoadedModel, RiskModel, risk_of
from model.scoring.documents import Site
from model.studies import Study
from model.studies import cohort as cohorts
from model.training.export.exporter import form_of
from tests import documents, records
from tests.dashboard.report import reader
from tests.records import WHEN

ORIGIN = Origin(
    "heart-disease", 7, "m-0a1b", "run-2c3d", "a1" * 32, "b2" * 32, "c3" * 20, "reference"
)
CANARY = 431.7
SPARSE = {"age": 57.0, "sex": 1.0, "cp": 3.0, "chol": CANARY}
ALL = {
    **SPARSE,
    **{"trestbps": 138.0, "fbs": 0.0, "restecg": 2.0, "thalach": 156.0, "exang": 0.0},
    **{"oldpeak": 2.3, "slope": 2.0, "ca": 0.0, "thal": 7.0},
}
HEADINGS = (
    "Inputs",
    "Result",
    "What moved the number",
    "Flags",
    "Where the number comes from",
    "What it is for",
)


def record_of(model: RiskModel, values: dict[str, float], **changes: Any) -> Record:
    return records.record_of(model, values, ORIGIN, **{"route": "through ward-endpoint", **changes})


@pytest.fixture
def model(loaded: dict[str, LoadedModel]) -> LoadedModel:
    return loaded["reference"]


def report(model: LoadedModel, record: Record) -> bytes:
    return pdf(record, model.schema, model.card, model.evaluation)


def made_up(count: int, label: str = "Predictor", unit: str = "µg/mL") -> tuple[Schema, Record]:
    """A study of so many inputs, every third of which was not measured."""
    features = tuple(
        Feature(f"f{at}", f"{label} {at}", f"Part {at // 8}", "", unit, plausible=Interval(0, 100))
        for at in range(count)
    )
    schema = Schema("made-up", "Made up", Outcome("bad day", "have a bad day", "now"), features)
    values = {f"f{at}": at + 0.5 for at in range(count) if at % 3}
    contributions = {f"f{at}": 0.01 * at * (-1) ** at * bool(at % 3) for at in range(count)}
    risk = float(risk_of(np.array([sum(contributions.values())]))[0])
    return schema, Record(
        WHEN, ORIGIN, "in this app", values, risk, risk / 2, risk, "all tests", 0.0, contributions
    )


@contextmanager
def writes() -> Iterator[list[str]]:
    """The files opened for writing meanwhile."""
    found: list[str] = []
    watching = True

    def hook(event: str, told: tuple[Any, ...]) -> None:
        if watching and event == "open" and (set(str(told[1])) & set("wax+")):
            found.append(str(told[0]))

    sys.addaudithook(hook)
    yield found
    watching = False


# What it says --------------------------------------------------------------------------------


def test_its_parts_stand_in_order_and_the_inputs_come_first(model: LoadedModel) -> None:
    said = reader.text(report(model, record_of(model, ALL)))
    places = [said.index(f"{heading} ") for heading in HEADINGS]
    assert places == sorted(places)
    assert said.index("Age 57 years") < said.index("Probability of a")


def test_every_measured_value_is_told_with_its_unit_in_the_order_of_the_visit(
    model: LoadedModel,
) -> None:
    said = reader.text(report(model, record_of(model, ALL)))
    told = [f"{each.label} {each.in_words(ALL[each.name])}" for each in model.schema.features]
    places = [said.index(each) for each in told]
    assert places == sorted(places)
    assert f"Cholesterol {CANARY} mg/dL" in told
    assert "Nothing is missing." in said


def test_every_missing_test_is_told_twice_beside_its_name_and_in_a_list(
    model: LoadedModel,
) -> None:
    said = reader.text(report(model, record_of(model, SPARSE)))
    (listed,) = re.findall(r"Not measured: (.*?)\.", said)
    for feature in model.schema.features:
        missing = feature.name not in SPARSE
        assert (f"{feature.label} not measured" in said) == missing
        assert (feature.label in listed) == missing


def test_number_interval_and_sentence_are_those_of_the_page(model: LoadedModel) -> None:
    record = record_of(model, ALL)
    said = reader.text(report(model, record))
    assert f"{100 * record.risk:.0f} %" in said
    assert f"95 % interval {100 * record.low:.0f} to {100 * record.high:.0f} %" in said
    assert of_hundred(record.risk, model.schema.outcome, (record.low, record.high)) in said


def test_the_submodel_that_answered_is_named(model: LoadedModel) -> None:
    record = record_of(model, SPARSE)
    assert record.submodel.startswith("without")
    said = reader.text(report(model, record))
    assert "Based on what you entered; resting blood pressure," in said
    assert "and thallium scan were not used." in said


def test_a_model_without_submodels_says_that_tests_are_missing(
    loaded: dict[str, LoadedModel],
) -> None:
    baseline = loaded["baseline"]
    said = reader.text(report(baseline, record_of(baseline, SPARSE)))
    assert "this model has one answer for complete and incomplete tests." in said
    assert "Grey: not measured, and yet of effect in this model." in said


@pytest.mark.parametrize("values", [ALL, SPARSE])
def test_the_waterfall_says_what_the_page_says(
    model: LoadedModel, values: dict[str, float]
) -> None:
    record = record_of(model, values)
    found = bars.ordered(record, model.schema)
    base = float(risk_of(np.array([record.base]))[0])
    page = waterfall.bars(base, list(steps(record.base, found)))
    assert bars.bars(record, found) == page
    said = reader.text(report(model, record))
    assert sentence(found) in said
    places = [said.index(f"{bar.label} {bar.figure}") for bar in bars.bars(record, found)]
    assert places == sorted(places)


def test_what_was_measured_and_is_not_used_is_told_with_the_reason(model: LoadedModel) -> None:
    record = record_of(model, SPARSE)  # of a version that counts a test whole or not at all
    record = replace(record, contributions={**record.contributions, "chol": 0.0})
    said = reader.text(report(model, record))
    assert f"Cholesterol {CANARY} mg/dL not used" in said
    assert "Not used: Cholesterol. This model counts the blood test whole or not at all" in said
    assert "Not used:" not in reader.text(report(model, record_of(model, ALL)))


def test_a_local_prevalence_is_told_and_is_the_first_step(model: LoadedModel) -> None:
    prevalence = Prevalence(0.1, 139 / 303)
    record = record_of(model, ALL, prevalence=prevalence)
    average, local, first, *_ = bars.bars(record, bars.ordered(record, model.schema))
    assert average.end == pytest.approx(bars.bars(record_of(model, ALL), ())[0].end)
    assert (local.start, local.end) == pytest.approx((average.end, first.start))
    said = reader.text(report(model, record))
    assert str(prevalence) in said
    assert f"{local.label} {local.figure}" in said


def test_no_local_prevalence_is_told_where_there_is_none(model: LoadedModel) -> None:
    assert "prevalence" not in reader.text(report(model, record_of(model, ALL)))


def test_flags_are_told_and_announced_beside_the_number(model: LoadedModel) -> None:
    flags = ("Age: outside the range the model was trained on.", "An unusual combination.")
    said = reader.text(report(model, record_of(model, ALL, flags=flags)))
    assert "2 flags below: trust this number less." in said
    assert f"Flags {' '.join(flags)}" in said
    assert "Flags None." in reader.text(report(model, record_of(model, ALL)))


def test_where_the_number_comes_from_is_told_whole(model: LoadedModel) -> None:
    said = reader.text(report(model, record_of(model, ALL)))
    for part in ("heart-disease v7, reference", "m-0a1b", "run-2c3d", "through ward-endpoint"):
        assert part in said
    unbroken = said.replace(" ", "")
    for part in (ORIGIN.digest, ORIGIN.data_sha256, ORIGIN.git_commit):
        assert part in unbroken
    assert "python -m model verify RECEIPT.json" in said


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (WHEN, "1 March 2026, 08:30 UTC"),
        (WHEN.astimezone(timezone(timedelta(hours=2))), "1 March 2026, 10:30 UTC+02:00"),
        (WHEN.replace(tzinfo=None), "1 March 2026, 08:30"),
    ],
)
def test_the_time_is_told_with_its_zone(model: LoadedModel, when: datetime, said: str) -> None:
    assert said in reader.text(report(model, record_of(model, ALL, when=when)))


def test_every_page_says_which_version_it_is_of_that_it_is_for_research_and_its_number() -> None:
    schema, record = made_up(60)
    pages = reader.pages(pdf(record, schema, None, None))
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"heart-disease v7 · {RESEARCH_USE} Page {number} of {len(pages)}" in page


def test_what_the_model_is_for_and_not_for_comes_from_its_card(
    model: LoadedModel, study: Study
) -> None:
    said = reader.text(report(model, record_of(model, ALL)))
    for each in (study.intended_use, *study.out_of_scope):
        assert each in said
    site = Site(200, 149, {}, "elsewhere", "Elsewhere", "do not use")
    assert model.evaluation is not None
    evaluation = replace(model.evaluation, sites=(site,))
    warned = pdf(record_of(model, ALL), model.schema, None, evaluation)
    assert "In hospitals like Elsewhere: do not use." in reader.text(warned)
    assert "The model's card does not say." in reader.text(warned)


# The file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("values", [ALL, SPARSE])
def test_a_patient_of_the_study_fits_on_one_page(
    model: LoadedModel, values: dict[str, float]
) -> None:
    assert len(reader.pages(report(model, record_of(model, values)))) == 1


def test_the_same_record_gives_the_same_bytes(model: LoadedModel) -> None:
    record = record_of(model, ALL)
    assert report(model, record) == report(model, record)
    assert report(model, record) != report(model, replace(record, when=WHEN + timedelta(seconds=1)))


def test_its_properties_hold_nothing_of_the_patient(model: LoadedModel) -> None:
    file = report(model, record_of(model, ALL))
    told = reader.properties(file)
    assert "Heart disease: the report of one patient" in told
    assert re.findall(r"D:\S+", told) == ["D:20260301083000Z"]
    assert not re.search(r"431|57|male|angina", told)
    assert b"/Metadata" not in file


def test_it_is_tagged_in_english_with_words_for_its_figures(model: LoadedModel) -> None:
    file = report(model, record_of(model, ALL))
    kinds = reader.structure(file)
    assert kinds[:3] == ["Document", "H1", "P"]
    assert kinds.count("H2") == len(HEADINGS)
    assert kinds.count("Figure") == file.count(b"/Alt ") == 3
    assert b"/Lang (en-GB)" in file
    assert b"/MarkInfo" in file


def test_nothing_is_written_to_disk(model: LoadedModel) -> None:
    record = record_of(model, ALL)
    with writes() as found:
        report(model, record)
    assert found == []


def test_the_library_is_loaded_when_a_report_is_asked_for_and_matplotlib_never() -> None:
    asked = "import sys, dashboard.report; print({'fpdf', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# Whatever study it is of ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["Größe µ−≥ α", "серум", "漢字 🫀", "שלום 12", "\ud800 \x00 \x1b[31m", "{nb} **bold** (a\\b)"],
)
def test_odd_characters_are_printed_or_marked_and_never_vanish(text: str) -> None:
    schema, record = made_up(3, label=text)
    schema = replace(schema, title=text)
    origin = replace(ORIGIN, study=text, run_id=text, model_id="")
    said = reader.text(pdf(replace(record, origin=origin, flags=(text,)), schema, None, None))
    for each in text.replace("שלום", "םולש").split():
        assert re.sub(r"[漢字🫀\ud800\x00\x1b]", "\N{REPLACEMENT CHARACTER}", each) in said
    marked = "stands for a character" in said
    assert marked == ("\N{REPLACEMENT CHARACTER}" in said.partition(" stands for")[0])


def test_marks_that_turn_or_hide_text_are_left_out() -> None:
    schema, record = made_up(3, label="a\u202eb\u2060c\u200d")
    assert "abc 1" in reader.text(pdf(record, schema, None, None))


def test_a_long_text_is_broken_and_an_endless_one_cut_in_sight() -> None:
    schema, record = made_up(3, label="endless" * 1000)
    record = replace(record, flags=("word " * 5000,), route="r" * 5000)
    pages = reader.pages(pdf(record, schema, documents.card(intended_use="u" * 9999), None))
    assert sum(page.count("…") for page in pages) >= 4
    assert len(pages) <= 4


def test_nothing_is_printed_below_the_foot_of_a_page() -> None:
    schema, record = made_up(44, label="wordy " * 30)
    outcome = Outcome("long " * 90, "have a " + "long " * 90, "now")
    record = replace(record, submodel="without " + "this, " * 90, flags=("flag " * 90,) * 9)
    card = documents.card(out_of_scope=["w " * 250] * 9)
    file = pdf(record, replace(schema, outcome=outcome), card, None)
    assert min(reader.heights(file)) > 20  # points above the edge of the paper


def test_forty_inputs_are_told_on_two_pages() -> None:
    schema, record = made_up(40)
    file = pdf(record, schema, None, None)
    assert len(reader.pages(file)) == 2
    said = reader.text(file)
    for at in range(40):
        value = f"{at + 0.5:g} µg/mL" if at % 3 else "not measured"
        assert f"Predictor {at} {value}" in said
    (listed,) = re.findall(r"Not measured: (.*?)\.", said)
    assert listed.count("Predictor") == 14
    assert "Part 2, continued" in said


@pytest.mark.parametrize(("risk", "said"), [(0.0, "fewer than 1 have"), (1.0, "more than 99 have")])
def test_risks_of_nought_and_one_are_drawn(risk: float, said: str) -> None:
    schema, record = made_up(3)
    base = 800.0 if risk else -800.0
    sure = replace(record, risk=risk, low=risk, high=risk, base=base)
    told = reader.text(pdf(sure, schema, None, None))
    assert said in told
    assert f"{100 * risk:.0f} %" in told
    assert told.count("100 of 100:") == 1


def test_nothing_measured_and_nothing_explained_is_said() -> None:
    schema, record = made_up(3)
    told = reader.text(pdf(replace(record, values={}, contributions={}), schema, None, None))
    assert "Not measured: Predictor 0, Predictor 1 and Predictor 2." in told
    assert "This version does not say what moved the number." in told


def test_a_study_of_its_own_has_a_report_too() -> None:
    study = studies.find("breast-cancer")
    cohort = cohorts.read(study).training
    unfitted = estimators.build("reference", study)
    fitted = unfitted.fit(cohort.rows, cohort.outcome)
    form = form_of(fitted)
    engine = form.read_off(fitted, study, cohort.rows)
    model = RiskModel(
        cohorts.training_schema(study.schema, cohort.rows),
        form.with_uncertainty(engine, fitted, study, cohort, (), 1.05),
    )
    values = {name: float(each) for name, each in study.examples[0].values.items()}
    record = record_of(model, values)
    card = documents.card(intended_use=study.intended_use, out_of_scope=study.out_of_scope)
    said = reader.text(pdf(record, model.schema, card, None))
    for bar in bars.bars(record, bars.ordered(record, model.schema)):
        assert f"{bar.label} {bar.figure}" in said
    assert study.intended_use in said
