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
from tests import markup

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
GUIDES = "\n".join(
    path.read_text()
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/*.md"))
)
MODULES = {
    path.relative_to(ROOT).as_posix(): path.read_text()
    for package in ("model", "dashboard")
    for path in sorted((ROOT / package).rglob("*.py"))
}

# A room may import from rooms with a smaller number, and from itself.
ROOMS = {
    "dashboard.app": 26,
    "dashboard.web_protection": 25,
    "dashboard.known_pages": 20,
    "dashboard.warm_up": 25,
    "dashboard.views": 24,
    "dashboard.components": 23,
    "dashboard.batch_run": 22,
    "dashboard.assessed_patient": 22,
    "dashboard.caching": 22,
    "dashboard.report": 21,
    "dashboard.services": 21,
    "dashboard.study_draft": 20,
    "dashboard.figures": 20,
    "dashboard.scorers": 20,
    "dashboard.selection": 22,
    "dashboard.text": 19,
    "dashboard.markdown": 18,
    "dashboard.mishap": 20,
    "dashboard.audit_trail": 19,
    "dashboard.adopter": 20,
    "dashboard.trainer": 20,
    "dashboard.progress": 19,
    "dashboard.settings": 19,
    "dashboard.garbage": 19,
    "model.__main__": 16,
    "model.commands": 15,
    "model.adoption": 14,
    "model.fhir": 13,
    "model.record": 12,
    "model.registry": 9,
    "model.training": 12,
    "model.endpoints": 10,
    "model.files": 10,
    "model.drafting": 11,
    "model.interpretation": 7,
    "model.evaluation": 8,
    "model.scoring": 6,
    "model.estimators": 5,
    "model.intake": 5,
    "model.studies": 4,
    "model.tables": 3,
    "model.schema": 2,
    "model.errors": 1,
    "model.deadline": 1,
    "model.limits": 1,
    "model.numerics": 1,
}
LEAVES = {"model.deadline", "model.errors", "model.limits", "model.schema"}

# Within these a room's number is not enough: whom each may import, and nobody else.
_TRAVELS = "model.errors model.limits model.numerics model.schema"
_TOLD = f"{_TRAVELS} model.intake model.scoring"
WALLS = {
    name: set(allowed.split())
    for name, allowed in {
        "model.intake": "model.errors model.schema",
        "model.estimators.classifiers": "model.numerics",
        "model.estimators.transformers": "model.numerics",
        "model.scoring": f"{_TRAVELS} model.intake model.estimators.classifiers",
        "model.interpretation": _TOLD,
        "model.evaluation": f"{_TOLD} model.interpretation model.studies",
        "model.registry": f"{_TOLD} model.deadline model.evaluation",
        "model.endpoints": f"{_TOLD} model.deadline model.registry",
        "model.files": f"{_TOLD} model.interpretation model.studies model.tables",
        "model.files.reading": f"{_TRAVELS} model.intake model.files.csv_text "
        "model.files.understanding model.tables",
        "model.files.results": f"{_TOLD} model.interpretation model.files",
        "model.files.spark": f"{_TOLD} model.files model.tables",
        "model.studies": "model.errors model.schema model.tables",
        "model.tables": "model.errors model.limits",
        "model.training": f"{_TOLD} model.estimators model.evaluation model.interpretation "
        "model.registry model.studies",
        "model.training.export": f"{_TOLD} model.estimators model.studies model.training.posterior",
        "model.training.reporting": f"{_TOLD} model.evaluation model.interpretation model.studies "
        "model.training.settings model.training.bootstrap",
        "model.adoption": f"{_TOLD} model.evaluation model.files model.registry model.studies "
        "model.training",
        "model.adoption.opening": "model.errors model.numerics model.adoption",
        "model.adoption.transcription": f"{_TRAVELS} model.scoring model.adoption.original "
        "model.training.export",
        "model.adoption.worker": "model.errors model.adoption.opening",
        "model.drafting": f"{_TRAVELS} model.estimators model.evaluation model.files.understanding "
        "model.studies",
        "model.fhir": "model.errors model.record model.schema",
        "model.files.understanding": "model.errors model.limits model.schema model.intake "
        "model.studies model.tables",
        "model.record": f"{_TOLD} model.interpretation model.registry",
        "model.studies.format": "model.errors model.limits model.schema model.studies",
    }.items()
}
# A page is built of its own components and of what stands around every page.
SHARED_COMPONENTS = {
    "dashboard.components.shell",
    # A draft is a draft, of a table or of a model.
    "dashboard.components.study_editor",
    # A row of a file, opened, is shown as a patient.
    "dashboard.components.patient.limits",
    "dashboard.components.patient.result",
}
LIBRARIES = {
    "streamlit": r"dashboard/(app|caching|known_pages|web_protection)\.py"
    r"|dashboard/(components|views)/.*",
    "plotly": r"dashboard/figures(\.py|/.*)|model/training/reporting/report\.py",
    "fpdf": r"dashboard/report/sheet\.py",
    "mlflow": r"model/training/.*|model/registry/(registry|artifacts|listing|store_copy)\.py"
    r"|model/files/spark/job\.py|model/adoption/(reference|register|unadopted)\.py"
    r"|model/adoption/opening/(own_code|libraries)\.py",
    "requests": r"model/endpoints/(rest_scorer|invocations)\.py",
    "pyspark": r"model/files/spark/job\.py",
    "shap": r"model/scoring/tree_shapley\.py",
    "fhir": r"model/fhir/resource_library\.py",
}
SLOW_TO_LOAD = {
    *("catboost", "lightgbm", "skops", "statsmodels", "xgboost"),
    *("fhir", "fpdf", "mlflow", "openpyxl", "py4j", "pyspark", "shap", "sqlalchemy"),
    *("joblib", "pyarrow", "requests", "scipy", "sklearn", "urllib3", "yaml"),
}
"""Tenths of a second each, or more: who seldom needs one may import it when called."""
LOADED_WHEN_CALLED = {
    "model/commands/": "a command loads what it needs, and the help nothing (`start_up`)",
    "model/adoption/worker/child.py": "what opens a model is loaded once the process is shut in",
    "model/adoption/opening/libraries.py": "the libraries of the model, before it is shut in",
}
"""Where imports inside functions are the rule, and why. Elsewhere each has its comment."""
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
DOCUMENTS = {"evaluation", "card", "model_card"}


def room(module: str) -> str:
    return ".".join(module.split(".")[:2])


def name_of(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


NAMES = {name_of(path) for path in MODULES}


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
    for name in dict.fromkeys(targets(tree)):
        yield from _through_a_wall(here, name)
    yield from _private_names(tree)
    if path not in IMPORTS_BY_NAME and re.search(r"\b(import_module|__import__)\(", source):
        yield "an import by name"
    yield from _documents_read_by_letters(tree)
    yield from _late_imports(path, tree, source)
    if path not in READS_ENVIRONMENT and _reads_environment(tree):
        yield "the environment is read"
    if EMPTY_NAMES.fullmatch(lies.stem) or EMPTY_NAMES.fullmatch(lies.parent.name):
        yield "a name that says nothing"
    if lies.parent.as_posix() == "dashboard" and lies.stem in INSTALLED:
        yield f"{lies.stem} shadows an installed package"
    if len(source.splitlines()) > LONGEST:
        yield f"more than {LONGEST} lines"


def targets(tree: ast.AST) -> Iterator[str]:
    """Every module of this project that is imported, as exactly as can be told."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if _is_ours(alias.name))
        elif isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module):
            for alias in node.names:
                module = f"{node.module}.{alias.name}"
                yield module if module in NAMES else node.module


def _through_a_wall(here: str, name: str) -> Iterator[str]:
    if here in ("model", "dashboard"):
        return  # a package's own __init__ offers what lies anywhere in it
    if any(_wrong_room(here, name)):
        return  # told already
    mine = _walled(here)
    if mine and not _within(name, {mine, *WALLS[mine]}):
        yield f"{mine} has a wall to {name}"
    page = re.match(r"dashboard\.(?:components|views)\.(\w+)", here)
    if page and _within(name, {"dashboard.components"}):
        own = f"dashboard.components.{page[1]}"
        if not _within(name, {own, *SHARED_COMPONENTS}):
            yield f"{here} imports the components of another page: {name}"


def _walled(module: str) -> str:
    """The innermost room with walls that a module lies in, or nothing."""
    return max((name for name in WALLS if _within(module, {name})), key=len, default="")


def _within(module: str, rooms: set[str]) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in rooms)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in ("model", "dashboard")


def _private_names(tree: ast.AST) -> Iterator[str]:
    """Names with an underscore that are another module's."""
    modules = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and _is_ours(node.module):
            for alias in node.names:
                modules.add(alias.asname or alias.name)
                if alias.name.startswith("_"):
                    yield f"{alias.name} is private to {node.module}"
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id in modules
            and re.match("_[^_]", node.attr)
        ):
            yield f"{node.attr} is private to {node.value.id}"


def _documents_read_by_letters(tree: ast.AST) -> Iterator[str]:
    """Evaluations and cards are typed: nobody asks them for a part by its name in quotes."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Constant):
            continue
        asked = node.value
        name = asked.attr if isinstance(asked, ast.Attribute) else getattr(asked, "id", "")
        if name in DOCUMENTS and isinstance(node.slice.value, str):
            yield f"{name} is asked for {node.slice.value!r} by letters"


def _late_imports(path: str, tree: ast.AST, source: str) -> Iterator[str]:
    """Imports inside functions of what does not take long to load, without a word of why."""
    if path.startswith(tuple(LOADED_WHEN_CALLED)):
        return
    lines = source.splitlines()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        said = 0  # the line of the import before, if a comment stands above it
        for node in ast.walk(function):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            name = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
            first, last = node.lineno, node.end_lineno or node.lineno
            is_told = "#" in lines[first - 1] or lines[first - 2].lstrip().startswith("#")
            if is_told or said == first - 1:
                said = last
            elif str(name).partition(".")[0] not in SLOW_TO_LOAD:
                yield f"{name} is imported inside a function, and nothing says why"


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
        (
            "model/scoring/a.py",
            "def f():\n # Why.\n import model.training.card",
            "imports model.training",
        ),
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
        ("dashboard/scorers.py", "from dashboard import figures", "imports dashboard.figures"),
        ("dashboard/components/a.py", "from dashboard.views import about", "dashboard.views"),
        ("dashboard/views/a.py", "from dashboard import app", "imports dashboard.app"),
        ("dashboard/settings.py", "from dashboard import views", "imports dashboard.views"),
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
        ("dashboard/views/a.py", "x = chosen.model.card['population']", "asked for 'population'"),
        ("model/training/a.py", "auc = evaluation['metrics']['auc']", "asked for 'metrics'"),
        ("model/scoring/tree_shapley.py", "def f():\n import shap", None),
        ("model/fhir/resource_library.py", "def f():\n import fhir.resources", None),
        ("dashboard/report/sheet.py", "def f():\n from fpdf import FPDF", None),
        ("model/scoring/a.py", "from model.schema import Schema", None),
        ("model/scoring/a.py", "def f():\n import json", "json is imported inside a function"),
        ("model/scoring/a.py", "def f():\n # Why.\n import json\n import csv", None),
        ("model/scoring/a.py", "def f():\n # Why.\n import json\n\n import csv", "csv is"),
        ("model/commands/a.py", "def f():\n from model.files import job", None),
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


# Lower rooms are kept out by their number as well; these are breaches that only a wall sees.
BREACHES = [
    ("model/intake/a.py", "from model.numerics import trees", "model.numerics.trees"),
    ("model/estimators/classifiers/a.py", "from model.studies import Study", "model.studies"),
    ("model/estimators/transformers/a.py", "from model.estimators import encoder", "encoder"),
    ("model/scoring/a.py", "from model.studies import Study", "model.studies"),
    ("model/scoring/a.py", "from model import estimators", "model.estimators"),
    ("model/interpretation/a.py", "from model.studies import Study", "model.studies"),
    ("model/evaluation/a.py", "from model import estimators", "model.estimators"),
    ("model/registry/a.py", "from model.studies import Study", "model.studies"),
    ("model/registry/a.py", "from model.interpretation import reasons", "reasons"),
    ("model/endpoints/a.py", "from model.evaluation import metrics", "metrics"),
    ("model/files/a.py", "from model.registry import versions", "model.registry.versions"),
    ("model/files/reading/a.py", "from model.scoring import RiskModel", "model.scoring"),
    ("model/files/reading/a.py", "from model.files import score_file", "score_file"),
    ("model/files/results/a.py", "from model.studies import Study", "model.studies"),
    ("model/files/spark/a.py", "from model.interpretation import reasons", "reasons"),
    ("model/studies/a.py", "from model.numerics import spline", "model.numerics.spline"),
    ("model/tables/a.py", "from model.schema import Schema", "model.schema"),
    ("model/adoption/a.py", "from model.estimators import encoder", "model.estimators.encoder"),
    ("model/adoption/opening/a.py", "from model.registry import versions", "versions"),
    ("model/adoption/transcription/a.py", "from model.files import check_file", "check_file"),
    ("model/adoption/worker/a.py", "from model.scoring import RiskModel", "model.scoring"),
    ("model/drafting/a.py", "from model.files import score_file", "score_file"),
    ("model/fhir/a.py", "from model.scoring import RiskModel", "model.scoring"),
    ("model/files/understanding/a.py", "from model.scoring import RiskModel", "model.scoring"),
    ("model/record/a.py", "from model.files import score_file", "score_file"),
    ("model/studies/format/a.py", "from model.tables import workbook", "workbook"),
    ("model/training/a.py", "from model.files import check_file", "check_file"),
    ("model/training/export/a.py", "from model.training import publish", "publish"),
    ("model/training/reporting/a.py", "from model.training import publish", "publish"),
]


@pytest.mark.parametrize(("path", "source", "beyond"), BREACHES)
def test_a_breach_of_a_wall_is_seen(path: str, source: str, beyond: str) -> None:
    (fault,) = faults(path, source)
    assert "has a wall to" in fault
    assert beyond in fault


def test_every_wall_stands_around_a_room_and_has_a_breach_that_proves_it() -> None:
    assert {*WALLS} <= {*NAMES}
    assert {_walled(name_of(path)) for path, _, _ in BREACHES} >= {*WALLS}


@pytest.mark.parametrize(
    ("path", "source", "fault"),
    [
        (
            "dashboard/components/batch/a.py",
            "from dashboard.components.models import paging",
            "another page",
        ),
        (
            "dashboard/components/shell/a.py",
            "from dashboard.components.models import paging",
            "another page",
        ),
        (
            "dashboard/views/patient.py",
            "from dashboard.components.batch import work_list",
            "another page",
        ),
        ("dashboard/views/batch.py", "from dashboard.components.shell import threshold", None),
        (
            "dashboard/components/models/a.py",
            "from dashboard.components.study_editor import draft",
            None,
        ),
        (
            "dashboard/components/study_editor/a.py",
            "from dashboard.components.new_study import patients_table",
            "another page",
        ),
        ("dashboard/views/batch.py", "from dashboard.components.batch import work_list", None),
        (
            "dashboard/components/batch/a.py",
            "from dashboard.components.patient import patient_form",
            "another page",
        ),
        ("model/scoring/a.py", "from model.scoring.bundle import _read", "_read is private"),
        (
            "model/scoring/a.py",
            "from model.scoring import bundle\nbundle._read()",
            "_read is private",
        ),
        ("model/scoring/a.py", "from model.scoring import bundle\nbundle.__name__", None),
        ("model/scoring/a.py", "class A:\n def f(self):\n  return self._read()", None),
    ],
)
def test_pages_and_modules_keep_to_themselves(path: str, source: str, fault: str | None) -> None:
    found = list(faults(path, source))
    assert len(found) == (fault is not None)
    assert all(str(fault) in told for told in found)


MADE_OF_BADGES = {
    "dashboard/components/shell/frame.py": ["page"],  # a page, whose label is escaped
    "dashboard/components/shell/sidebar.py": ["' '.join([*aliases, state])"],
    "dashboard/trainer.py": ["table"],  # a thread's argument
    "dashboard/views/about.py": ["block.markdown()"],  # escaped where it is made
}


@pytest.mark.parametrize("path", [path for path in MODULES if path.startswith("dashboard/")])
def test_nobody_s_text_reaches_the_page_as_markup(path: str) -> None:
    found = [fault.partition(": ")[2] for fault in markup.faults(MODULES[path])]
    assert found == MADE_OF_BADGES.get(path, [])


@pytest.mark.parametrize(
    ("source", "is_seen"),
    [
        ("st.button(version.title)", True),
        ("st.button(plain(version.title))", False),
        ("st.markdown(f'**{feature.label}**')", True),
        ("st.markdown(f'**{plain(feature.label)}**')", False),
        ("st.number_input(feature.label)", True),
        ("st.number_input('Age', help=feature.hint)", True),
        ("st.pills('Sex', feature.labels)", True),
        ("st.pills('Sex', feature.levels, format_func=label)", False),
        ("st.pills('Sex', (1, 2), format_func=lambda value: names[value])", True),
        ("def f(name):\n told = name\n st.info(told)", True),
        ("def f(name):\n told = plain(name)\n st.info(told)", False),
        ("def f(is_short):\n pick = st.pills if is_short else st.radio\n pick(name, (1, 2))", True),
        ("st.info(f'{count:,} rows')", False),
        ("st.info(WARNING)", False),
        ("st.info(note(words))", True),
        ("st.expander(', '.join(names))", True),
        ("st.expander(', '.join(plain(name) for name in names))", False),
    ],
)
def test_markup_of_somebody_else_s_is_seen(source: str, is_seen: bool) -> None:
    assert bool(list(markup.faults(source))) == is_seen


def test_every_room_exists() -> None:
    assert {room(name_of(path)) for path in MODULES} >= set(ROOMS)


def test_the_public_names_are_sorted_and_can_be_imported() -> None:
    assert model.__all__ == sorted(model.__all__)
    for name in model.__all__:
        assert not name.startswith("_")
        assert getattr(model, name).__doc__, f"{name} promises nothing"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = model.nothing


# The README, and the guides it leads to (more of them in test_guides) -------------------------


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


@pytest.mark.parametrize("command", sorted(set(commands(GUIDES))))
def test_a_command_in_a_guide_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = command.split()
    options = [word.partition("=")[0] for word in words if word.startswith("-")]
    verbs = [word for word in words if re.fullmatch(r"[a-z]+", word)]
    actions = verbs[: 2 if verbs[0] in ("data", "audit", "study") else 1]
    with pytest.raises(SystemExit) as left:
        main([*actions, "--help"], {})
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert [option for option in options if option not in told] == []


def test_every_command_is_in_the_guides(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], {})
    told = capsys.readouterr().out
    known = re.findall(r"^    ([a-z]+) ", told, re.MULTILINE)
    named = {command.split()[0] for command in commands(GUIDES)}
    assert known
    assert set(known) == named


def test_every_make_target_the_guides_name_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"run", "test"} <= make_targets(README)
    assert make_targets(GUIDES) <= targets


def make_targets(text: str) -> set[str]:
    """The targets of make that a text names."""
    return set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))


def test_every_file_the_readme_points_to_exists() -> None:
    linked = re.findall(r"\]\(([^)#\s]+)", README)
    quoted = re.findall(r"`([\w./-]+(?:/|\.(?:py|txt|toml|md|csv|json|yaml)))`", README)
    local = [each for each in linked + quoted if not re.match(r"https?:|mailto:", each)]
    assert local
    made = {"mlflow.db", "manifest.json", "model_card.md"}  # by a training
    assert [each for each in local if each not in made and not (ROOT / each).exists()] == []


def test_the_readme_names_the_pages_of_the_app() -> None:
    named = re.findall(r"^- \*\*([A-Z][a-z ]+)\*\*", README, re.MULTILINE)
    assert named == [*views.PAGES, views.NEW_STUDY]


def test_public_names_in_the_guides_exist() -> None:
    told = re.findall(r"from model import ([\w, ]+)", GUIDES)
    assert told
    for names in told:
        assert set(re.split(r",\s*", names)) <= set(model.__all__)


@pytest.mark.parametrize("name", studies.names())
def test_a_data_dictionary_is_the_one_drawn_from_the_schema(name: str) -> None:
    """`python -m model data describe --study NAME` writes it."""
    drawn = dictionary.markdown(studies.find(name).schema)
    assert (ROOT / "docs" / "data-dictionary" / f"{name}.md").read_text() == drawn
