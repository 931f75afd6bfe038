"""Somebody else's model, adopted on the Models page by the real command, gives its own number."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import settings
from dashboard.adopter.process import Adopter
from dashboard.services import Services
from dashboard.settings import Settings
from dashboard.text import percent
from model.registry.registry import Registry
from tests.dashboard.fakes import FakePromoter, FakeRegistry, FakeTrainer, fill, number, risk, show
from tests.stores import Store
from tests.ward_score import MAN, NUMBERS, logged

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]  # two looks at a model, each apart

SECONDS = 240  # at most: a busy machine


def services_of(store: Store) -> Services:
    read = Settings.model_validate({"MLFLOW_TRACKING_URI": store.uri, "allow_adoption": True})
    return Services(
        read,
        Registry(store.uri),
        FakeTrainer(),
        FakePromoter(FakeRegistry()),
        adopter=Adopter(settings.command_environment(read)),
    )


def after_the_work(page: AppTest) -> AppTest:
    """The page once the process has ended, looked at again as a browser does."""
    end = time.monotonic() + SECONDS
    while any(each.key == "adopting.stop" for each in page.button):
        assert time.monotonic() < end, "it did not end"
        time.sleep(0.3)
        page.run()
    page.run()
    assert not page.exception
    assert not page.error
    return page


def test_a_decision_is_made_and_the_form_gives_the_original_s_number(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    place = store.empty(tmp_path / "store")
    # An app works where it is started, and MLflow keeps the files of models there.
    monkeypatch.chdir(place.folder)
    expected, patients = logged(place)

    page = show("app", services_of(place), study="ward-score", version="1")
    page.button(key="adopt").click().run()
    page.file_uploader[0].upload("cohort.csv", patients, "text/csv").run()
    page.button(key="adopting.adopt").click().run()
    after_the_work(page)
    page.get_by_key("adopting.draft.classes").set_value("ill").run()
    page.text_input(key="adopting.draft.outcome.label").set_value("worsening").run()
    page.button(key="adopting.draft.adopt").click().run()
    after_the_work(page)
    page.button(key="adopting.use").click().run()
    page.run()

    assert not page.exception
    fill(page, {**NUMBERS, "Sex": MAN})
    assert number(page) == percent(expected)
    assert risk(page) == pytest.approx(expected, abs=1e-9)
    assert [*scratch.glob("bedside-adopt*")] == []
    rows = pd.read_csv(io.BytesIO(patients)).head(20).itertuples(index=False)
    needles = [f"{row.Age},{row.Chol},{row.Sex}".encode() for row in rows]
    for path in place.folder.rglob("*"):
        if path.is_file() and path.suffix != ".pkl":
            content = path.read_bytes()
            assert not [needle for needle in needles if needle in content], path
