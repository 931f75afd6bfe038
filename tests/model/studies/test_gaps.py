"""What nobody has said of a study is a gap that is seen, and never stops a training."""

from __future__ import annotations

from dataclasses import replace

import pytest

from model import studies
from model.__main__ import main
from model.studies import reading
from model.studies.format.study_of import study_of
from model.studies.gaps import Gap, gaps, with_gaps_shown
from model.studies.reading import FilePath
from model.studies.study import Appraisal, Conduct
from tests.model.studies.test_reading import SMALLEST

DRAFTED = SMALLEST.replace("timing: now", "timing: time not stated").replace(
    "group: Bedside, pl", "guessed: [unit, plausible], group: Bedside, pl"
)


@pytest.mark.parametrize("name", studies.names())
def test_a_study_of_ours_has_none(name: str) -> None:
    study = studies.find(name)
    assert gaps(study) == ()
    assert with_gaps_shown(study) == study


def test_a_draft_has_one_for_every_question_nobody_answered() -> None:
    study = study_of(reading.parse(DRAFTED.encode(), "ward.yaml"), FilePath())
    found = {gap.key: gap for gap in gaps(study)}
    assert {"intended_use", "out_of_scope", "outcome.population", "outcome.timing"} < set(found)
    assert {"data.licence", "data.training_site", "appraisal.development.outcome"} < set(found)
    assert found["inputs.pulse"].question == ("Is what a program guessed right? (unit, plausible)")
    assert {f"conduct.{part}" for part in Conduct.questions()} - set(found) == {
        "conduct.site_differences"  # there are no other places
    }


def test_its_question_stands_in_the_place_of_the_answer() -> None:
    study = replace(
        studies.find("heart-disease"),
        conduct=replace(studies.find("heart-disease").conduct, ethics=" "),
        appraisal=Appraisal(),
    )
    assert Gap("conduct.ethics", Conduct.questions()["ethics"]) in gaps(study)
    shown = with_gaps_shown(study)
    assert shown.conduct.ethics == ("[Gap: Who approved the study, and how did patients consent?]")
    assert {j.concern for j in shown.appraisal.evaluation.values()} == {"unclear"}
    assert shown.conduct.funding == study.conduct.funding


def test_training_straight_to_champion_on_a_configured_server_demands_them_too(
    tmp_path: FilePath, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "ward-fever.yaml"
    path.write_text(SMALLEST)
    asked = ["train", "--study", str(path), "--alias", "champion"]
    assert main(asked, {"MLFLOW_TRACKING_URI": "http://tracking.example"}) == 1
    assert "gaps, and so it is not made champion by training" in capsys.readouterr().err
