"""The rules of the house: who may import whom, what lies where, and that the README is true."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path, PurePosixPath

import pytest

import model
from dashboard import views
from model import studies
from model.__main__ import main
from model.studies import dictionary

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
MODULES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for package in ("model", "dashboard")
    for path in sorted((ROOT / package).rglob("*.py"))
}

# A room may import from rooms with a smaller number, and from itself.
ROOMS = {
    "dashboard.app": 26,
    "dashboard.warm_up": 25,
    "dashboard.views": 24,
    "dashboard.components": 23,
    "dashboard.batch_run": 22,
    "dashboard.assessed_patient": 22,
    "dashboard.caching": 22,
    "dashboard.report": 22,
    "dashboard.services": 21,
    "dashboard.figures": 20,
    "dashboard.scorers": 20,
    "dashboard.selection": 22,
    "dashboard.text": 21,
    "dashboard.markdown": 20,
    "dashboard.trainer": 20,
    "dashboard.settings": 19,
    "model.__main__": 16,
    "model.commands": 15,
    "model.fhir": 13,
    "model.record": 12,
    "model.registry": 9,
    "model.training": 12,
    "model.endpoints": 10,
    "model.files": 10,
    "model.interpretation": 8,
    "model.evaluation": 8,
    "model.scoring": 6,
    "model.estimators": 5,
    "model.intake": 5,
    "model.studies": 4,
    "model.schema": 2,
    "model.errors": 1,
    "model.numerics": 1,
}
LEAVES = {"model.errors", "model.schema"}
LIBRARIES = {
    "streamlit": r"dashboard/(app|caching)\.py|dashboard/(components|views)/.*",
    "plotly": r"dashboard/figures(\.py|/.*)|model/training/reporting/report\.py",
    "fpdf": r"dashboard/report/sheet\.py",
    "mlflow": r"model/training/.*|model/registry/(registry|artifacts|listing|store_copy)\.py"
    r"|model/files/spark/job\.py",
    "requests": r"model/endpoints/(rest_scorer|invocations)\.py",
    "pyspark": r"model/files/spark/job\.py",
    "shap": r"model/scoring/tree_shapley\.py",
    "fhir": r"model/fhir/resource_library\.py",
}
ONLY_WHEN_CALLED = {"fhir", "fpdf", "shap"}
READS_ENVIRONMENT = {"dashboard/settings.py", "model/__main__.py"}
IMPORTS_BY_NAME = {  # names offered before what they stand for is loaded
    "model/__init__.py",
    "model/estimators/__init__.py",
    "model/studies/__init__.py",
    "dashboard/views/__init__.py",
}
EMPTY_NAMES = re.compile(r"(utils?|helpers?|managers?|common)", re.IGNORECASE)
INSTALLED = {*packages_distributions(), *sys.stdlib_module_names}
LONGEST = 250


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def name_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def imported(tree: ast.AST, inside: bool = False) -> Iterator[tuple[str, bool]]:
    """Every module imported anywhere, and whether only when a function is called."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((each.name, inside) for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                yield "." * node.level, inside
            elif node.module in ("model", "dashboard"):
                yield from ((f"{node.module}.{each.name}", inside) for each in node.names)
            else:
                yield str(node.module), inside
        called = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from imported(node, inside or called)


def faults(path: str, source: str) -> Iterator[str]:
    """What in a module is against the rules."""
    tree, here, lies = ast.parse(source), name_of(path), PurePosixPath(path)
    for name, inside in imported(tree):
        top = name.partition(".")[0]
        if name.startswith("."):
            yield "a relative import"
        elif top in ("model", "dashboard"):
            yield from _wrong_room(here, name)
        elif top in LIBRARIES and not re.fullmatch(LIBRARIES[top], path):
            yield f"{top} is imported"
        elif top in ONLY_WHEN_CALLED and not inside:
            yield f"{top} is imported outside a function"
    if path not in IMPORTS_BY_NAME and re.search(r"\b(import_module|__import__)\(", source):
        yield "an import by name"
    if path not in READS_ENVIRONMENT and _reads_environment(tree):
        yield "the environment is read"
    if EMPTY_NAMES.fullmatch(lies.stem) or EMPTY_NAMES.fullmatch(lies.parent.name):
        yield "a name that says nothing"
    if lies.parent.as_posix() == "dashboard" and lies.stem in INSTALLED:
        yield f"{lies.stem} shadows an installed package"
    if len(source.splitlines()) > LONGEST:
        yield f"more than {LONGEST} lines"


def _wrong_room(here: str, name: str) -> Iterator[str]:
    mine, theirs = room(here), room(name)
    if here == mine.partition(".")[0] or mine == theirs:
        return  # a package's own __init__, or the same room
    if mine in LEAVES:
        yield f"{mine} is a leaf, and imports {theirs}"
    elif mine not in ROOMS or theirs not in ROOMS:
        yield f"{mine if mine not in ROOMS else theirs} has no place among the rooms"
    elif ROOMS[theirs] >= ROOMS[mine]:
        yield f"{mine} imports {theirs}"


def _reads_environment(tree: ast.AST) -> bool:
    names = {"environ", "getenv", "environb", "putenv"}
    return any(
        (isinstance(node, ast.Attribute) and node.attr in names and _is_os(node.value))
        or (
            isinstance(node, ast.ImportFrom)
            and node.module == "os"
            and names & {each.name for each in node.names}
        )
        for node in ast.walk(tree)
    )


def _is_os(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "os"


@pytest.mark.parametrize("path", MODULES)
def test_a_module_keeps_the_rules(path: str) -> None:
    assert list(faults(path, MODULES[path])) == []


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        ("model/schema.py", "from dashboard import text", "model.schema is a leaf"),
        ("model/scoring/a.py", "import dashboard.text", "model.scoring imports dashboard.text"),
        ("model/scoring/a.py", "from model.training import card", "imports model.training"),
        ("model/scoring/a.py", "def f():\n import model.training.card", "imports model.training"),
        ("model/scoring/a.py", "from model import registry", "imports model.registry"),
        ("model/registry/a.py", "from model.training import card", "imports model.training"),
        ("model/studies/a.py", "from model import intake", "imports model.intake"),
        ("model/estimators/a.py", "from model import scoring", "imports model.scoring"),
        ("model/errors.py", "from model import registry", "is a leaf"),
        ("model/schema.py", "from model.errors import BedsideError", "is a leaf"),
        ("model/scoring/a.py", "from . import bundle", "a relative import"),
        ("model/scoring/a.py", "from model import novelty", "model.novelty has no place"),
        ("model/novelty.py", "from model import errors", "model.novelty has no place"),
        ("dashboard/services.py", "from dashboard import caching", "imports dashboard.caching"),
        ("dashboard/scorers/a.py", "from dashboard import figures", "imports dashboard.figures"),
        ("dashboard/components/a.py", "from dashboard.views import about", "dashboard.views"),
        ("dashboard/views/a.py", "from dashboard import app", "imports dashboard.app"),
        ("dashboard/settings.py", "from dashboard import text", "imports dashboard.text"),
        ("dashboard/text.py", "import streamlit as st", "streamlit is imported"),
        ("model/scoring/a.py", "import streamlit.testing", "streamlit is imported"),
        ("dashboard/views/a.py", "import plotly.express", "plotly is imported"),
        ("model/scoring/a.py", "def f():\n from mlflow import pyfunc", "mlflow is imported"),
        ("dashboard/caching.py", "import mlflow", "mlflow is imported"),
        ("model/registry/a.py", "import requests", "requests is imported"),
        ("model/scoring/additive.py", "def f():\n import shap", "shap is imported"),
        ("model/scoring/tree_shapley.py", "import shap", "shap is imported outside a function"),
        ("model/fhir/reading.py", "def f():\n import fhir.resources", "fhir is imported"),
        (
            "model/fhir/resource_library.py",
            "import fhir.resources",
            "fhir is imported outside a function",
        ),
        ("model/fhir/a.py", "from model.commands import files", "imports model.commands"),
        ("model/intake/a.py", "from model.fhir import read", "imports model.fhir"),
        ("dashboard/views/a.py", "def f():\n import fpdf", "fpdf is imported"),
        ("dashboard/report/a.py", "def f():\n from fpdf import FPDF", "fpdf is imported"),
        ("dashboard/report/sheet.py", "import fpdf", "fpdf is imported outside a function"),
        ("dashboard/report/a.py", "from dashboard import services", "imports dashboard.services"),
        ("model/scoring/a.py", "import importlib\nimportlib.import_module('x')", "by name"),
        ("model/scoring/a.py", "import os\nhome = os.environ['HOME']", "the environment is read"),
        ("model/registry/a.py", "import os\nhome = os.getenv('HOME')", "the environment is read"),
        ("dashboard/caching.py", "from os import environ", "the environment is read"),
        ("model/scoring/utils.py", "", "a name that says nothing"),
        ("dashboard/helpers/text.py", "", "a name that says nothing"),
        ("model/run_manager.py", "", None),
        ("model/manager.py", "", "a name that says nothing"),
        ("dashboard/plotly.py", "", "plotly shadows an installed package"),
        ("dashboard/json.py", "", "json shadows an installed package"),
        ("dashboard/views/plotly.py", "", None),
        ("model/scoring/a.py", "x = 1\n" * 251, "more than 250 lines"),
        ("model/scoring/tree_shapley.py", "def f():\n import shap", None),
        ("model/fhir/resource_library.py", "def f():\n import fhir.resources", None),
        ("dashboard/report/sheet.py", "def f():\n from fpdf import FPDF", None),
        ("model/scoring/a.py", "from model.schema import Schema", None),
        (
            "dashboard/views/a.py",
            "import streamlit\nfrom model.registry.versions import Version",
            None,
        ),
    ],
)
def test_a_breach_is_seen(path: str, source: str, fault: str | None) -> None:
    found = list(faults(path, source))
    if fault is None:
        assert found == []
    else:
        assert len(found) == 1
        assert fault in found[0]


def test_every_room_exists() -> None:
    assert {room(name_of(path)) for path in MODULES} >= set(ROOMS)


def test_the_public_names_are_sorted_and_can_be_imported() -> None:
    assert model.__all__ == sorted(model.__all__)
    for name in model.__all__:
        assert not name.startswith("_")
        assert getattr(model, name).__doc__, f"{name} promises nothing"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = model.nothing


# The README ----------------------------------------------------------------------------------


def test_the_readme_names_every_setting_and_no_other() -> None:
    setting = re.compile(r"\bBEDSIDE_[A-Z_]+[A-Z]\b|\bMLFLOW_TRACKING_URI\b")
    read = {name for source in MODULES.values() for name in setting.findall(source)}
    prefix = "BEDSIDE_"
    fields = importlib.import_module("dashboard.settings").Settings.model_fields
    read |= {field.validation_alias or prefix + name.upper() for name, field in fields.items()}
    assert read == set(setting.findall(README))


def commands(text: str) -> list[str]:
    """The `python -m model …` lines of a text, one string each."""
    joined = text.replace("\\\n", " ")
    found = re.findall(r"python3? -m model\b([^`\n#|]*)", joined)
    return [each.strip() for each in found if each.strip() and "…" not in each]


@pytest.mark.parametrize("command", sorted(set(commands(README))))
def test_a_command_in_the_readme_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.split()
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    verbs = [word for word in words if re.fullmatch(r"[a-z]+", word)]
    actions = verbs[: 2 if verbs[0] in ("data", "audit") else 1]
    with pytest.raises(SystemExit) as left:
        main([*actions, "--help"], {})
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert [option for option in options if option not in told] == []


def test_every_command_is_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], {})
    told = capsys.readouterr().out
    known = re.findall(r"^    ([a-z]+) ", told, re.MULTILINE)
    named = {command.split()[0] for command in commands(README)}
    assert known
    assert set(known) == named


def test_every_make_target_the_readme_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE))
    assert {"run", "test"} <= named <= targets


def test_every_file_the_readme_points_to_exists() -> None:
    linked = re.findall(r"\]\(([^)#\s]+)", README)
    quoted = re.findall(r"`([\w./-]+(?:/|\.(?:py|txt|toml|md|csv|json|yaml)))`", README)
    local = [each for each in linked + quoted if not re.match(r"https?:|mailto:", each)]
    assert local
    made = {"mlflow.db", "manifest.json", "model_card.md"}  # by a training
    assert [each for each in local if each not in made and not (ROOT / each).exists()] == []


def test_the_readme_names_the_pages_of_the_app() -> None:
    assert re.findall(r"^- \*\*([A-Z][a-z]+)\*\*", README, re.MULTILINE) == [*views.PAGES]


def test_public_names_in_the_readme_exist() -> None:
    for names in re.findall(r"from model import ([\w, ]+)", README):
        assert set(re.split(r",\s*", names)) <= set(model.__all__)


@pytest.mark.parametrize("name", studies.names())
def test_a_data_dictionary_is_the_one_drawn_from_the_schema(name: str) -> None:
    """`python -m model data describe --study NAME` writes it."""
    drawn = dictionary.markdown(studies.find(name).schema)
    assert (ROOT / "docs" / "data-dictionary" / f"{name}.md").read_text() == drawn
