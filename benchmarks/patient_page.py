"""The Patient page in a browser: a changed value, a start, and the first explanation.

Claims, in the system's Chromium and with both sides measured in turn in one run:

- from a changed value to the new number painted takes at most 1.3 times as long as on a bare
  Streamlit page: from the Enter in a number field or the click on a button to the first frame
  after the number's text has changed;
- from the start of the process to a field one can type into takes at most 1.5 times as long;
- the first explanation comes at least twice as soon as with explainerdashboard, started as its
  documentation starts it, on the same pipeline and patients: from the start of the process to a
  patient's waterfall, and to its plot of contributions. The shortest start it can be given, that
  plot and nothing else, is printed beside it. Where explainerdashboard cannot be installed, this
  is skipped and said;
- neither shap nor scikit-learn was imported by then.

Ours is the app as people start it, on a store with two versions. The bare page,
`benchmarks/peers/bare_page.py`, has the same settings and as many widgets of each kind as ours is
found to have, a number that is their sum, and one chart; it imports streamlit and plotly, reads no
model and checks nothing. Starts are warm: both were started once before, so that bytecode is
compiled and files lie in memory, and the browser has Streamlit's own scripts; the page is opened as
soon as the server answers. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, sync_playwright

from model import studies
from model.studies import cohort
from tests.browser.visits import APP, FLAGS, chromium_path
from tests.servers import PROGRAMS, ROOT, environment, free_port

CHANGED, START, SOONER = 1.3, 1.5, 2.0
WARM_UP, ROUNDS, CHANGES = 4, 5, 8  # changes of a round: half typed, half clicked
STARTS = 5
PORT = "PORT"  # where in a command the port goes
PATIENT = "Man of 57, typical angina, findings that disagree"
AGES = (45, 65)
SECONDS_TO_START = 120
CALM = 15  # seconds after which our app has imported all it imports by itself
PATIENCE = SECONDS_TO_START * 1000  # of the browser, in milliseconds
HEAVY = ("shap", "numba", "sklearn", "skops", "matplotlib", "mlflow", "scipy", "pandas", "plotly")
NEVER = ("shap", "sklearn")
PEERS = ROOT / "benchmarks" / "peers"

TRAININGS = """
from model.training.train import train
for estimator in ("reference", "baseline"):
    train(estimator=estimator, repeats=1)
"""

# The widgets of the page as [kind, options], and what is imported once a patient was explained.
PROBE = """
import json, sys
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget
from model import studies

page = AppTest.from_file(sys.argv[1], default_timeout=120).run()
(story,) = (each for each in studies.find(studies.DEFAULT).examples if each.story == sys.argv[2])
tokens = page.session_state["patient_field_tokens"]
for name, value in story.values.items():
    page.get_by_key(f"patient.{name}.{tokens[name]}").set_value(float(value))
page.run()
assert not page.exception
assert page.title[0].value.endswith("%")
widgets = {
    place: [
        (node.type, len(getattr(node, "options", ())))
        for node in getattr(page, place)
        if isinstance(node, Widget)
    ]
    for place in ("sidebar", "main")
}
modules = [name for name in sys.modules if "." not in name]
print(json.dumps({"widgets": widgets, "modules": modules}))
"""

FIELD = """() => {
  const field = document.querySelector('[data-testid=stMain] [data-testid=stNumberInput] input');
  return field !== null && !field.disabled && field.getClientRects().length > 0;
}"""
NUMBER = """
window.numberShown = () => [...document.querySelectorAll('h1')]
  .map(heading => heading.textContent).find(text => /^\\d+\\.\\d %$/.test(text));
"""
# The clock starts at the event in the page, and stops in the first frame with another number.
WATCH = """() => {
  const before = window.numberShown();
  let begun;
  const begin = event => {
    if (event.type === 'click' || event.key === 'Enter') begun ??= performance.now();
  };
  for (const kind of ['keydown', 'click']) addEventListener(kind, begin, true);
  window.painted = new Promise((done, failed) => {
    setTimeout(() => failed(new Error('the number did not change from ' + before)), 10000);
    const observer = new MutationObserver(() => {
      const now = window.numberShown();
      if (begun === undefined || now === undefined || now === before) return;
      observer.disconnect();
      for (const kind of ['keydown', 'click']) removeEventListener(kind, begin, true);
      requestAnimationFrame(() => done(performance.now() - begun));
    });
    observer.observe(document.body, {subtree: true, childList: true, characterData: true});
  });
}"""
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
OUR_PLOT = '[role=img][aria-label^="From "]'
WHOLE, ALONE = "whole", "alone"
THEIR_PLOT = "[id^=contributions-graph] .js-plotly-plot .barlayer .point"


@dataclass
class Side:
    """How one side is started, and where. Its port stays, and with it what the browser kept."""

    name: str
    command: Sequence[str]
    folder: Path
    variables: dict[str, str]
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @contextmanager
    def started(self, health: str = "/_stcore/health") -> Iterator[float]:
        """Its server, from when it answers; given is when the process was started."""
        command = [str(self.port) if each == PORT else each for each in self.command]
        begun = time.perf_counter()
        with (self.folder / f"{self.name}.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env=self.variables,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            while not answers(self.url + health):
                if process.poll() is not None or time.perf_counter() - begun > SECONDS_TO_START:
                    raise SystemExit(f"{self.name} did not start; see {log.name}")
                time.sleep(0.02)
            yield begun
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def streamlit(name: str, script: Path, folder: Path, store: str, *arguments: str) -> Side:
    """A Streamlit app in a folder with the app's settings; bytecode is kept beside it."""
    program = (sys.executable, "-m", "streamlit", "run", str(script))
    command = (*program, "--server.port", PORT, "--", *arguments)
    variables = environment(store, PYTHONPYCACHEPREFIX=str(folder / "bytecode"))
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return Side(name, command, folder, variables)


# A changed value -----------------------------------------------------------------------------


def fill_ours(page: Page) -> None:
    page.get_by_role("button", name="Examples").click(timeout=PATIENCE)
    page.get_by_text(PATIENT).click()
    page.wait_for_selector(OUR_PLOT, state="attached")


def fill_bare(page: Page) -> None:
    for box in page.get_by_role("spinbutton").all():
        box.fill("50")
        box.press("Enter")
    for group in page.get_by_role("radiogroup").all():
        group.get_by_role("radio").first.click()
    page.wait_for_selector(".js-plotly-plot .barlayer .point", state="attached")


def settle(page: Page) -> None:
    page.wait_for_timeout(100)
    page.wait_for_selector(IDLE)
    page.wait_for_timeout(300)


def change(page: Page, at: int) -> float:
    """Type another number into the first field, or click the other of two buttons."""
    page.bring_to_front()
    page.evaluate(WATCH)
    if at % 2:
        box = page.get_by_test_id("stMain").get_by_role("spinbutton").first
        box.fill(str(AGES[at // 2 % 2]))
        box.press("Enter")
    else:
        pairs = (
            each.get_by_role("radio")
            for each in page.get_by_test_id("stMain").get_by_role("radiogroup").all()
        )
        pair = next(each for each in pairs if each.count() == 2)
        pair.nth(0 if pair.nth(1).is_checked() else 1).click()
    taken = float(page.evaluate("() => window.painted"))
    settle(page)
    return taken


def changed_value(ours: Side, bare: Side, contexts: dict[str, BrowserContext]) -> bool:
    samples: dict[str, list[float]] = {ours.name: [], bare.name: []}
    with ours.started(), bare.started():
        pages = {}
        for side, fill in ((ours, fill_ours), (bare, fill_bare)):
            page = pages[side.name] = contexts[side.name].new_page()
            page.goto(side.url)
            page.wait_for_function(FIELD, timeout=PATIENCE)
            fill(page)
        time.sleep(CALM)
        for page in pages.values():
            settle(page)
            for at in range(WARM_UP):
                change(page, at)
        for _ in range(ROUNDS):
            for name, page in pages.items():
                samples[name] += [change(page, at) for at in range(CHANGES)]
        for page in pages.values():
            page.close()
    return compared("changed value to number", "ms", *samples.values(), CHANGED)


# Starts --------------------------------------------------------------------------------------


def to_a_form(side: Side, context: BrowserContext) -> float:
    """Seconds from the start of the process to a field one can type into."""
    with side.started() as begun:
        page = context.new_page()
        page.goto(side.url, wait_until="commit")
        page.wait_for_function(FIELD, timeout=PATIENCE)
        taken = time.perf_counter() - begun
        page.close()
    return taken


def starts(ours: Side, bare: Side, contexts: dict[str, BrowserContext]) -> bool:
    taken: dict[str, list[float]] = {ours.name: [], bare.name: []}
    for at in range(1 + STARTS):
        for side in (ours, bare):
            seconds = to_a_form(side, contexts[side.name])
            if at > 0:
                taken[side.name].append(seconds)
    return compared("start to a usable form", "s", *taken.values(), START)


# The first explanation -----------------------------------------------------------------------


def to_our_explanation(side: Side, context: BrowserContext) -> float:
    with side.started() as begun:
        page = context.new_page()
        page.goto(side.url, wait_until="commit")
        fill_ours(page)
        taken = time.perf_counter() - begun
        page.close()
    return taken


def to_their_explanation(side: Side, context: BrowserContext) -> float:
    with side.started("/") as begun:
        page = context.new_page()
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
    make = (
        ("venv", "--python", sys.executable, str(folder / "environment")),
        ("pip", "install", "--python", str(python), "--requirement", str(PEERS / "explainer.txt")),
    )
    for each in make:
        if uv is None or subprocess.run([uv, "--quiet", *each], check=False).returncode != 0:
            return None
    return python


def explainer(python: Path, folder: Path, how: str) -> Side:
    patients = cohort.read(studies.find(studies.DEFAULT)).training
    patients.rows.assign(outcome=patients.outcome).to_csv(folder / "patients.csv", index=False)
    command = (str(python), str(PEERS / "explainer.py"), "patients.csv", PORT, how)
    variables = environment("", PYTHONPYCACHEPREFIX=str(folder / "bytecode"))
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return Side(how, command, folder, variables)


def explained(
    ours: Side, python: Path | None, context: BrowserContext, their_context: BrowserContext
) -> bool:
    if python is None:
        print("start to the first explanation: skipped, explainerdashboard could not be installed")
        return True
    theirs = [explainer(python, ours.folder, how) for how in (WHOLE, ALONE)]
    taken: dict[str, list[float]] = {side.name: [] for side in (ours, *theirs)}
    for at in range(1 + STARTS):
        found = {ours.name: to_our_explanation(ours, context)}
        found |= {side.name: to_their_explanation(side, their_context) for side in theirs}
        if at > 0:
            for name, seconds in found.items():
                taken[name].append(seconds)
    mine, whole, alone = taken.values()
    print(
        "start to the first explanation, beside its plot of contributions alone: ratio "
        f"{statistics.median(mine) / statistics.median(alone):.2f}"
    )
    return compared("start to the first explanation", "s", mine, whole, 1 / SOONER)


# What is imported ----------------------------------------------------------------------------


def imported(modules: Sequence[str]) -> bool:
    """Print the heavy libraries among them; whether those that never should be are not."""
    heavy = [name for name in HEAVY if name in modules]
    holds = not set(NEVER) & set(modules)
    print(f"imported once a patient was explained: {', '.join(heavy)}")
    print(f"{' and '.join(NEVER)} are not among them: {'holds' if holds else 'DOES NOT HOLD'}")
    return holds


def compared(
    title: str, unit: str, ours: Sequence[float], theirs: Sequence[float], limit: float
) -> bool:
    """Print both medians and their ratio; whether ours is at most `limit` times theirs."""
    mine, other = statistics.median(ours), statistics.median(theirs)
    holds = mine <= limit * other
    print(
        f"{title:32s}ours {mine:7.2f} {unit}   peer {other:7.2f} {unit}   ratio {mine / other:.2f}"
        f" (at most {limit:g}, {len(ours)} each): {'holds' if holds else 'DOES NOT HOLD'}"
    )
    return holds


def run(folder: Path, store: str, *arguments: str) -> str:
    """A Python program in the folder; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(store, PYTHONPATH=str(ROOT)),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr[-3000:])
    return done.stdout


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        store = f"sqlite:///{folder / 'mlflow.db'}"
        shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
        run(folder, store, "-c", TRAININGS)
        probed = json.loads(run(folder, store, "-c", PROBE, str(APP), PATIENT))
        ours = streamlit("ours", APP, folder, store)
        widgets = json.dumps(probed["widgets"])
        bare = streamlit("bare", PEERS / "bare_page.py", folder, store, widgets)
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS])
        stack.callback(browser.close)
        contexts = {}
        for side in (ours, bare):
            contexts[side.name] = browser.new_context(viewport={"width": 1280, "height": 900})
            contexts[side.name].add_init_script(NUMBER)
        python = installed(folder)
        holds = [
            starts(ours, bare, contexts),
            changed_value(ours, bare, contexts),
            explained(ours, python, contexts[ours.name], browser.new_context()),
            imported(probed["modules"]),
        ]
    return 0 if all(holds) else 1


if __name__ == "__main__":
    sys.exit(main())
