from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dashboard.components.patient import exports
from dashboard.text import percent
from model import fhir
from model.scoring import Assessment, LoadedModel
from tests.dashboard.fakes import REQUIRED, FakeRegistry, fill, opened, services, show, words
from tests.dashboard.report import reader
from tests.dashboard.test_assessed_patient import PATIENT, case
from tests.model.fhir.records import needs_library


def test_what_is_taken_away_is_made_when_it_is_asked_for(registry: FakeRegistry) -> None:
    page = opened(fill(show("patient", services(registry)), REQUIRED), "Report")
    assert page.get_by_key("takeaway.receipt").label == "Receipt (JSON)"
    assert "nothing of them is kept here" in words(page)


def test_the_report_tells_the_number_shown(loaded: dict[str, LoadedModel]) -> None:
    here = case(loaded["reference"], 0.1)
    told = " ".join(reader.text(exports.as_pdf(here)).split())
    assert percent(here.risk) in told
    assert "local prevalence of 10 %" in told


def test_what_is_set_aside_is_said_once_on_the_report(loaded: dict[str, LoadedModel]) -> None:
    """Of a version that counts a test whole or not at all."""
    now = case(loaded["reference"])
    assert not now.set_aside
    why = replace(now.why, contributions=now.why.contributions.assign(oldpeak=0.0))
    here = replace(now, answer=Assessment(now.answer.risk, why))
    assert here.set_aside
    assert reader.text(exports.as_pdf(here)).count("Not used: ST depression.") == 1


@pytest.mark.parametrize("local", [None, 0.1])
def test_the_risk_assessment_says_what_the_page_says_and_fills_the_form_again(
    loaded: dict[str, LoadedModel], local: float | None
) -> None:
    needs_library()
    here = case(loaded["reference"], local)
    written = exports.risk_assessment(here)
    (prediction,) = json.loads(written)["prediction"]
    assert prediction["probabilityDecimal"] == round(100 * here.risk, 1)
    assert here.schema.outcome.population in prediction["rationale"]
    assert f"about {100 * here.risk:.0f} have a" in prediction["rationale"]
    assert ("Shifted to a local prevalence of 10 %" in written) == (local is not None)
    assert dict(fhir.read(written.encode(), here.schema).values) == PATIENT
