"""A hospital adds a study by writing one file: it trains, and form, checks and card follow."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dashboard.services import Services
from dashboard.settings import Settings
from model import studies
from model.__main__ import main
from model.registry.registry import Registry
from model.registry.versions import Version
from tests import stores
from tests.dashboard.fakes import FakePromoter, FakeRegistry, FakeTrainer, fill, number, show, words
from tests.servers import ROOT
from tests.stores import Store

pytestmark = pytest.mark.server

DECLARATION = """
from dataclasses import fields
from pathlib import Path

from model.schema import Code, Feature, Interval, Outcome, Schema
from model.studies.source import DataSource
from model.studies.study import Appraisal, Conduct, Judgement, OutcomeValues, Study

SCHEMA = Schema(
    study="ward-fever",
    title="Ward fever",
    outcome=Outcome("serious infection", "have a serious infection", "now"),
    features=(
        Feature("pulse", "Pulse", "Bedside", "At rest.", unit="beats/min", required=True,
                plausible=Interval(30, 250)),
        Feature("rigor", "Rigor", "Bedside", "Shivering?", codes=(Code(0, "No"), Code(1, "Yes"))),
        Feature("crp", "C-reactive protein", "Laboratory", "In blood.", unit="mg/L", decimals=1,
                plausible=Interval(0, 600)),
    ),
)
JUDGED = {part: Judgement("unclear", "Made up.")
          for part in ("Participants and data sources", "Predictors", "Outcome")}
STUDY = Study(
    schema=SCHEMA,
    source=DataSource(
        table=Path(__file__).parent / "ward_fever.csv",
        sha256="SHA256",
        training_site="ward 7",
        outcome_column="infected",
        licence="none",
        citation="Nobody (2024).",
        url="https://ward.example",
    ),
    outcome_values=OutcomeValues(present=(1,), absent=(0,)),
    intended_use="Trying this out.",
    intended_users="Nobody.",
    out_of_scope=("Anything else.",),
    population="Eighty made-up patients.",
    limits=("They are made up.",),
    conduct=Conduct(**{each.name: "Made up." for each in fields(Conduct)}),
    appraisal=Appraisal(JUDGED, JUDGED, JUDGED),
)
"""
TRAINING = ("-m", "model", "train", "--study", "ward-fever", "--repeats", "1")
PATIENT = {"pulse": 118.0, "rigor": 1.0, "crp": 180.0}


def table() -> bytes:
    """Eighty patients: the faster the pulse and the higher the CRP, the likelier an infection."""
    random = np.random.default_rng(7)
    pulse = random.normal(90, 15, 80).round()
    crp = random.gamma(2, 40, 80).round(1)
    rigor = (random.random(80) < 0.3).astype(int)
    risk = 1 / (1 + np.exp(-(0.05 * (pulse - 90) + 0.02 * (crp - 80) + rigor - 0.3)))
    frame = pd.DataFrame({"pulse": pulse, "rigor": rigor, "crp": crp})
    frame.loc[::9, "crp"] = np.nan
    return (
        frame.assign(infected=(random.random(80) < risk).astype(int)).to_csv(index=False).encode()
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which a declaration and its table were added, and nothing else."""
    path = tmp_path_factory.mktemp("hospital")
    shutil.copytree(ROOT / "model", path / "model", ignore=shutil.ignore_patterns("__pycache__"))
    sha256 = hashlib.sha256(table()).hexdigest()
    studies_there = path / "model" / "studies"
    (studies_there / "ward_fever.csv").write_bytes(table())
    (studies_there / "ward_fever.py").write_text(DECLARATION.replace("SHA256", sha256))
    return path


@pytest.fixture(scope="module")
def trained(store: Store, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with one version of the study, by the command anybody would give."""
    made = store.empty(tmp_path_factory.mktemp("trained") / "store")
    done = stores.python(*TRAINING, store=made, package=folder)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["version"] == 1
    return made


@pytest.fixture(autouse=True)
def _declared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = str(folder / "model" / "studies")
    monkeypatch.setattr(studies, "__path__", [*studies.__path__, there])
    monkeypatch.delitem(sys.modules, "model.studies.ward_fever", raising=False)


@pytest.fixture
def champion(trained: Store) -> Version:
    return Registry(trained.uri).resolve("models:/ward-fever@champion")


@pytest.fixture
def services(trained: Store) -> Services:
    settings = Settings.model_validate({"MLFLOW_TRACKING_URI": trained.uri})
    return Services(settings, Registry(trained.uri), FakeTrainer(), FakePromoter(FakeRegistry()))


def test_it_is_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert "ward-fever" in studies.names()
    assert main(["data", "describe", "--study", "ward-fever"], {}) == 0
    assert "| `pulse` (needed) | Pulse | beats/min | 30 to 250 |" in capsys.readouterr().out


def test_a_file_of_its_patients_is_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("pulse,rigor,crp\n80,No,12\n,Yes,30\n90,2,\n")
    assert main(["check", str(path), "--study", "ward-fever", "--json"], {}) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["rejected_rows"]) == ("accepted", [2, 3])


def test_its_version_reproduces_itself_and_its_card_is_complete(
    trained: Store, champion: Version
) -> None:
    model = Registry(trained.uri).load(champion)
    assert model.schema.names == ("pulse", "rigor", "crp")
    assert len(model.card["tripod"]) == 27
    assert model.card["participants"][0]["label"] == "Ward 7"
    assert model.card["evaluation"]["sites"] == []
    low, high = (
        float(model.assess(pd.DataFrame([{**PATIENT, "crp": crp}])).risk[0]) for crp in (5, 300)
    )
    assert low < high


def test_a_file_of_its_patients_is_scored_with_reasons(trained: Store, tmp_path: Path) -> None:
    patients, scored = tmp_path / "patients.csv", tmp_path / "scored.csv"
    patients.write_text("bed,pulse,rigor,crp\nA,80,No,12\nB,118,Yes,\n")
    done = [str(patients), "--output", str(scored), "--model", "models:/ward-fever@champion"]
    assert main(["score", *done, "--explain"], {"MLFLOW_TRACKING_URI": trained.uri}) == 0
    found = pd.read_csv(scored)
    assert found["risk"].between(0, 1).all()
    assert found["submodel"].tolist() == ["all tests", "without C-reactive protein"]
    assert "contribution_crp" in found


def test_the_form_asks_for_it_and_a_risk_with_reasons_appears(services: Services) -> None:
    page = show("app", services)
    assert not page.exception
    assert "To see the risk, fill in: Pulse. Everything else may stay blank." in words(page)
    fill(page, PATIENT)
    assert not page.exception
    assert number(page) is not None
    assert "Risk of a serious infection, now" in words(page)


@pytest.mark.parametrize("view", ["batch", "performance", "about", "models"])
def test_every_page_shows_it_without_empty_sections(services: Services, view: str) -> None:
    page = show(view, services)
    assert not page.exception
    told = words(page)
    assert not [each for each in ("Subgroups", "Other hospitals", "are missing") if each in told]
