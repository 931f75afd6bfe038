"""The first explanation of a patient, beside explainerdashboard on the same pipeline and patients.

Claims, in the system's Chromium, with both sides measured in turn in one run:

- it comes at least twice as soon as with explainerdashboard, started as its documentation starts it
  (https://explainerdashboard.readthedocs.io): from the start of the process to a patient's
  waterfall, and to its plot of contributions;
- neither shap nor scikit-learn was imported by then.

The shortest start explainerdashboard can be given, that plot and nothing else, is printed beside
it. Where it cannot be installed, this is skipped and said. Starts are warm. Exits with 1 if a claim
does not hold.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from benchmarks import claims
from benchmarks.side_by_side import pages, servers
from benchmarks.side_by_side.servers import APP, PEERS, PORT, Side
from model import studies
from model.studies import cohort
from tests.servers import PROGRAMS, environment

SOONER = 2.0
STARTS = 5
PATIENCE = 120_000  # milliseconds
HEAVY = ("shap", "numba", "sklearn", "skops", "matplotlib", "mlflow", "scipy", "pandas", "plotly")
NEVER = ("shap", "sklearn")
OUR_PLOT = '[role=img][aria-label^="From "]'
THEIR_PLOT = "[id^=contributions-graph] .js-plotly-plot .barlayer .point"
WHOLE, ALONE = "whole", "alone"

# What is imported once a patient was explained. Nobody clicks here: the case is put where a
# browser's would be.
PROBE = """
import json, sys
from streamlit.testing.v1 import AppTest
from dashboard.components.patient import entry
from dashboard.components.patient.entry import Entry, Typed
from model import studies

page = AppTest.from_file(sys.argv[1], default_timeout=120).run()
study = studies.find(studies.DEFAULT)
(story,) = (each for each in study.examples if each.story == sys.argv[2])
values = {
    feature.name: value if feature.is_coded or value is None else Typed(str(value), feature.unit)
    for feature in study.schema.features
    for value in [story.values.get(feature.name)]
}
page.session_state[entry.KEPT] = Entry("1.1", study.schema.study, values=values)
page.run()
assert not page.exception
assert any("From " in each.proto.body for each in page.get("html")), "no patient was explained"
print(json.dumps([name for name in sys.modules if "." not in name]))
"""


def to_ours(side: Side, browser: BrowserContext) -> float:
    """Seconds from the start of the process to the waterfall of an example."""
    with side.started() as begun:
        page = browser.new_page()
        page.goto(side.url, wait_until="commit")
        pages.fill(page, side)
        page.wait_for_selector(OUR_PLOT, state="attached", timeout=PATIENCE)
        taken = time.perf_counter() - begun
        page.close()
    return taken


def to_theirs(side: Side, browser: BrowserContext) -> float:
    with side.started("/") as begun:
        page = browser.new_page()
        page.goto(side.url, wait_until="commit")
        if side.name == WHOLE:
            page.locator(".tab", has_text="Individual Predictions").click(timeout=PATIENCE)
        page.wait_for_selector(THEIR_PLOT, state="attached", timeout=PATIENCE)
        taken = time.perf_counter() - begun
        page.close()
    return taken


def installed(folder: Path) -> Path | None:
    """The interpreter of an environment with explainerdashboard, if it could be made."""
    uv = shutil.which("uv", path=os.pathsep.join([str(PROGRAMS), os.environ.get("PATH", "")]))
    python = folder / "environment" / "bin" / "python"
    steps = (
        ("venv", "--python", sys.executable, str(folder / "environment")),
        ("pip", "install", "--python", str(python), "--requirement", str(PEERS / "explainer.txt")),
    )
    for step in steps:
        if uv is None or subprocess.run([uv, "--quiet", *step], check=False).returncode != 0:
            return None
    return python


def explainer(python: Path, folder: Path, how: str) -> Side:
    patients = cohort.read(studies.find(studies.DEFAULT)).training
    patients.rows.assign(outcome=patients.outcome).to_csv(folder / "patients.csv", index=False)
    command = (str(python), str(PEERS / "explainer.py"), "patients.csv", PORT, how)
    variables = environment("", PYTHONPYCACHEPREFIX=str(folder / "bytecode"))
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return Side(how, command, folder, variables)


def explained(ours: Side, browser: Browser, scratch: Path) -> None:
    python = installed(scratch)
    if python is None:
        print("start to the first explanation: skipped, explainerdashboard could not be installed")
        return
    theirs = [explainer(python, scratch, how) for how in (WHOLE, ALONE)]
    mine, whole, alone = taken = ([], [], [])  # type: tuple[list[float], list[float], list[float]]
    our_context, their_context = pages.context(browser), browser.new_context()
    for number in range(1 + STARTS):
        seconds = [to_ours(ours, our_context), *(to_theirs(one, their_context) for one in theirs)]
        if number > 0:  # the first start is not a warm one
            for found, one in zip(taken, seconds, strict=True):
                found.append(one)
    claims.told("beside that plot alone", "s", mine, alone)
    claims.compared("start to the first explanation", "s", mine, whole, 1 / SOONER)


def imported(modules: Sequence[str]) -> None:
    """Print the heavy libraries among them, and claim that those that never should be are not."""
    heavy = [name for name in HEAVY if name in modules]
    print(f"imported once a patient was explained: {', '.join(heavy)}")
    claims.true(f"{' and '.join(NEVER)} are not imported", not set(NEVER) & set(modules))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        ours, _ = servers.both(scratch)
        store = ours.variables["MLFLOW_TRACKING_URI"]
        probed = servers.run(ours.folder, store, "-c", PROBE, str(APP), pages.PATIENT)
        with pages.chromium() as browser:
            explained(ours, browser, scratch)
            imported(json.loads(probed))
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
