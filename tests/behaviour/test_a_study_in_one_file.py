"""A hospital adds a study by writing one file: it trains, and form, checks and card follow."""

from __future__ import annotations

import hashlib
import json
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
from tests.dashboard.fakes import (
    FakePromoter,
    FakeRegistry,
    FakeTrainer,
    component,
    fill,
    number,
    show,
    words,
)
from tests.stores import Store

pytestmark = pytest.mark.server

DECLARATION = """
format: bedside-study/1
name: ward-fever
title: Ward fever
intended_use: Trying this out.
outcome:
  label: serious infection
  among_patients: have a serious infection
  timing: now
  population: patients of ward 7
data:
  table: ../tables/ward_fever.csv
  sha256: SHA256
  outcome: {column: infected, present: [1], absent: [0]}
  training_site: ward 7
  licence: none
inputs:
  pulse:
    label: Pulse
    group: Bedside
    help: At rest.
    unit: beats/min
    required: true
    plausible: [30, 250]
  rigor: {label: Rigor, group: Bedside, help: "Shivering?", codes: {0: No, 1: Yes}}
  crp:
    label: C-reactive protein
    group: Laboratory
    help: In blood.
    unit: mg/L
    decimals: 1
    plausible: [0, 600]
examples:
- story: A fast pulse and shivering
  values: {pulse: 118, rigor: 1}
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
    """A hospital's own folder outside the project: a study's file, and its table elsewhere."""
    path = tmp_path_factory.mktemp("hospital")
    (path / "tables").mkdir()
    (path / "studies").mkdir()
    (path / "tables" / "ward_fever.csv").write_bytes(table())
    declaration = DECLARATION.replace("SHA256", hashlib.sha256(table()).hexdigest())
    (path / "studies" / "ward-fever.yaml").write_text(declaration)
    return path / "studies"


@pytest.fixture(scope="module")
def trained(store: Store, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with one version of the study, by the command anybody would give."""
    made = store.empty(tmp_path_factory.mktemp("trained") / "store")
    done = stores.python(*TRAINING, store=made, BEDSIDE_STUDIES=str(folder))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["version"] == 1
    (made.folder / "stdout").write_text(done.stdout)  # which a copy of a store takes along
    return made


@pytest.fixture
def version(trained: Store) -> Version:
    return Registry(trained.uri).resolve("models:/ward-fever/1")


@pytest.fixture
def services(trained: Store) -> Services:
    settings = Settings.model_validate({"MLFLOW_TRACKING_URI": trained.uri})
    return Services(settings, Registry(trained.uri), FakeTrainer(), FakePromoter(FakeRegistry()))


def test_it_is_listed_and_described(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "ward-fever" in studies.names(folder)
    settings = {"BEDSIDE_STUDIES": str(folder)}
    assert main(["data", "describe", "--study", "ward-fever"], settings) == 0
    assert "| `pulse` (needed) | Pulse | beats/min | 30 to 250 |" in capsys.readouterr().out


def test_a_file_of_its_patients_is_checked(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("pulse,rigor,crp\n80,No,12\n,Yes,30\n90,2,\n")
    study = str(folder / "ward-fever.yaml")
    assert main(["check", str(path), "--study", study, "--json"], {}) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["verdict"], told["rejected_rows"]) == ("accepted", [2, 3])


def test_its_version_reproduces_itself_and_its_card_shows_the_gaps(
    trained: Store, version: Version
) -> None:
    model = Registry(trained.uri).load(version)
    assert model.schema.names == ("pulse", "rigor", "crp")
    card = json.loads(model.source.files["model_card.json"])
    assert len(card["tripod"]) == 27
    assert card["participants"][0]["label"] == "Ward 7"
    assert card["evaluation"]["sites"] == []
    ethics = "Who approved the study, and how did patients consent?"
    assert {"key": "conduct.ethics", "question": ethics} in card["gaps"]
    assert card["tripod"][16]["answer"] == f"[Gap: {ethics}]"
    low, high = (
        float(model.assess(pd.DataFrame([{**PATIENT, "crp": crp}])).risk[0]) for crp in (5, 300)
    )
    assert low < high


def test_a_file_of_its_patients_is_scored_with_reasons(trained: Store, tmp_path: Path) -> None:
    patients, scored = tmp_path / "patients.csv", tmp_path / "scored.csv"
    patients.write_text("bed,pulse,rigor,crp\nA,80,No,12\nB,118,Yes,\n")
    done = [str(patients), "--output", str(scored), "--model", "models:/ward-fever/1"]
    assert main(["score", *done, "--explain"], {"MLFLOW_TRACKING_URI": trained.uri}) == 0
    found = pd.read_csv(scored)
    assert found["risk"].between(0, 1).all()
    assert found["submodel"].tolist() == ["all tests", "without C-reactive protein"]
    assert "contribution_crp" in found


def test_the_form_asks_for_it_and_a_risk_with_reasons_appears(services: Services) -> None:
    page = show("app", services)
    assert not page.exception
    assert "To see the risk, fill in: Pulse. Everything else may stay blank." in words(page)
    form = component(page, "patient_form")
    example = {"story": "A fast pulse and shivering", "values": {"pulse": 118.0, "rigor": 1.0}}
    assert form is not None
    assert form["examples"] == [example]
    fill(page, PATIENT)
    assert not page.exception
    assert number(page) is not None
    assert "Probability of a serious infection today" in words(page)


@pytest.mark.parametrize("view", ["batch", "performance", "about", "models"])
def test_every_page_shows_it_without_empty_sections(services: Services, view: str) -> None:
    page = show(view, services)
    assert not page.exception
    told = words(page)
    assert not [each for each in ("Subgroups", "Other hospitals", "are missing") if each in told]


def test_the_about_page_shows_what_nobody_wrote(services: Services) -> None:
    told = words(show("about", services))
    assert "Not documented yet" in told
    assert "Who approved the study, and how did patients consent? (conduct.ethics)" in told


def test_on_a_configured_server_a_champion_with_gaps_needs_a_recorded_reason(
    trained: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = trained.copy(tmp_path / "store")
    settings = {"MLFLOW_TRACKING_URI": copied.uri, "BEDSIDE_ALLOW_PROMOTION": "true"}
    asked = ["promote", "models:/ward-fever/1", "--reason", "a pilot"]
    assert Registry(copied.uri).resolve("models:/ward-fever/1").aliases == ()
    assert main(asked, dict(settings)) == 1
    assert "has 34 gaps (intended_users, population, out_of_scope, ...)" in capsys.readouterr().err
    assert main([*asked, "--with-gaps", "no clinical use"], dict(settings)) == 0
    made = Registry(copied.uri).resolve("models:/ward-fever@champion").promotions
    assert max(made, key=lambda each: each.when).with_gaps == "no clinical use"
