"""New study: a table handed in, its draft looked through, and trained."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import views
from dashboard.selection import GO_TO
from dashboard.services import Services
from dashboard.settings import Settings
from model import studies
from model.errors import BedsideError
from tests.dashboard.fakes import (
    FakePromoter,
    FakeRegistry,
    FakeTrainer,
    show,
    version,
    words,
)

PATIENTS = 60
TABLE = pd.DataFrame(
    {
        "patient_id": [f"P{n:03}" for n in range(PATIENTS)],
        "age": [30 + n % 50 for n in range(PATIENTS)],
        "sex": ["f", "m", "m"] * (PATIENTS // 3),
        "died": [int(n % 50 > 25) ^ int(n % 7 == 0) for n in range(PATIENTS)],
    }
)


def _script(services: object) -> None:
    from dashboard.selection import Selection
    from dashboard.views import new_study

    new_study.render(services, Selection("heart-disease", ()))


class ReadingTrainer(FakeTrainer):
    """Reads the study's file when it is started, as a training does."""

    def start(self, study: str, table: bytes | None = None, *options: str) -> None:
        self.read = studies.find(study)
        super().start(study, table, *options)


@pytest.fixture
def trainer() -> ReadingTrainer:
    return ReadingTrainer()


@pytest.fixture
def registry() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def page(trainer: ReadingTrainer, registry: FakeRegistry) -> AppTest:
    """The page with the table handed in and the outcome named."""
    services = Services(Settings.model_validate({}), registry, trainer, FakePromoter(registry))
    page = AppTest.from_function(_script, args=(services,), default_timeout=60).run()
    data = TABLE.to_csv(index=False).encode()
    page.file_uploader[0].upload("ward.csv", data, "text/csv").run()
    return page.selectbox(key="new_study.outcome").set_value("died").run()


def test_it_is_offered_where_training_is_allowed_and_nowhere_else() -> None:
    assert views.NEW_STUDY not in views.PAGES
    configured = {"MLFLOW_TRACKING_URI": "http://tracking.example"}
    assert Settings.model_validate({}).may_train
    assert not Settings.model_validate(configured).may_train
    assert Settings.model_validate({**configured, "allow_training": True}).may_train


def test_the_draft_is_shown_with_what_was_left_out_and_what_is_too_small(page: AppTest) -> None:
    assert not page.exception
    told = words(page)
    assert f"{PATIENTS} patients, " in told
    assert "Riley's criteria ask for" in told
    assert "Looks like an identifier." in told
    assert [field.label for field in page.number_input] == ["Age (years) · needed"]
    assert "P001" not in told


def test_which_value_is_the_outcome_is_said_and_asked_where_it_is_not_plain(
    page: AppTest,
) -> None:
    assert "1 = has the outcome" in words(page)
    coded = TABLE.assign(died=TABLE["died"] + 1).to_csv(index=False).encode()
    page.file_uploader[0].upload("coded.csv", coded, "text/csv").run()
    assert "Choose the values of died that mean the outcome is present." in words(page)
    assert not page.button
    page.multiselect(key="new_study.present.died").select("2").run()
    assert "2 = has the outcome" in words(page)


def test_the_sheet_with_the_patients_is_asked_for_where_several_could_be_it(
    page: AppTest, trainer: ReadingTrainer
) -> None:
    book = io.BytesIO()
    with pd.ExcelWriter(book) as writer:
        for title, rows in (("Ward A", TABLE.head(9)), ("Ward B", TABLE)):
            rows.to_excel(writer, sheet_name=title, index=False)
    page.file_uploader[0].upload("wards.xlsx", book.getvalue(), "application/x-excel").run()
    assert not page.button
    page.selectbox(key="new_study.sheet.wards.xlsx").set_value("Ward B").run()
    page.selectbox(key="new_study.outcome").set_value("died").run()
    assert f"{PATIENTS} patients, " in words(page)
    assert "Read from the sheet “Ward B”. Not read: “Ward A”." in words(page)
    page.button(key="new_study.train").click().run()
    assert trainer.read.source.sheet == "Ward B"


def test_training_gets_the_study_s_file_and_the_table_through_a_pipe(
    page: AppTest, trainer: ReadingTrainer
) -> None:
    page.button(key="new_study.train").click().run()
    assert not page.exception
    assert trainer.tables == [TABLE.to_csv(index=False).encode()]
    assert trainer.read.schema.names == ("age", "sex")
    assert [code.written for code in trainer.read.schema["sex"].codes] == ["f", "m"]
    (path,) = trainer.studies
    assert not Path(path).parent.exists()  # the file has done its work


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,a\n1,2\n", "has 2 columns called 'a'"),
        (b"a,died\n1,0\n1,2,3\n", "line 3: has 3 cells"),
    ],
)
def test_a_bad_table_is_told_in_a_sentence(
    trainer: ReadingTrainer, content: bytes, told: str
) -> None:
    registry = FakeRegistry()
    services = Services(Settings.model_validate({}), registry, trainer, FakePromoter(registry))
    page = AppTest.from_function(_script, args=(services,), default_timeout=60).run()
    page.file_uploader[0].upload("ward.csv", content, "text/csv").run()
    assert told in words(page)


def test_a_training_that_ended_well_leads_to_its_form(
    page: AppTest, trainer: ReadingTrainer, registry: FakeRegistry
) -> None:
    def ends() -> None:
        registry.listed.append(version(1, study="ward"))

    trainer.ends = ends
    page.button(key="new_study.train").click().run()
    assert not page.exception
    title, chosen = page.session_state[GO_TO]
    assert (title, chosen.study, chosen.number) == ("Patient", "ward", 1)


def test_the_version_to_go_to_is_chosen_before_the_sidebar_is_drawn() -> None:
    """Two studies, the other of which was shown until now."""
    listed = [version(1), version(1, study="ward"), version(2, study="ward")]
    away = {each.model_id: BedsideError("Its files are elsewhere.") for each in listed}
    registry = FakeRegistry(listed, dict(away))
    given = Services(Settings.model_validate({}), registry, FakeTrainer(), FakePromoter(registry))
    page = show("app", given)
    page.session_state[GO_TO] = "Patient", version(2, study="ward")
    page.run()
    assert not page.exception
    assert (page.session_state["study"], page.session_state["version"]) == ("ward", 2)
