"""A file of patients: whole commands, ours against `mlflow models predict` of the stock recipe.

Claims, with every row checked, and risk, interval, submodel and problems written:

- a million rows by a registry name: at least 2 times faster, with --explain 1.5 times; with a
  bundle folder 4 times;
- each further million: at least 4 times faster, explained 2 times;
- ten million rows need at most 1.2 times the memory of one million, and less than 900 MB.

Commands take turns; medians of the rounds are printed with their ratios, and with the processor
seconds of each, which a busy machine changes less. Both sides run from cached bytecode, as pip
leaves an environment, and write a file that was not there: to take away an old one is no part of
it. Exits with 1 if a claim does not hold.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PROGRAMS = Path(sys.executable).parent
ROUNDS = 3
MILLION = 1_000_000
FURTHER = 2  # millions more, from which the cost of each is taken

os.environ.update(
    MLFLOW_DISABLE_TELEMETRY="true",
    MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR="false",
    MLFLOW_LOGGING_LEVEL="ERROR",
)

import mlflow  # noqa: E402 — reads its settings when imported
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from mlflow.models import infer_signature  # noqa: E402

from benchmarks import claims  # noqa: E402
from benchmarks.peers import recipe  # noqa: E402
from benchmarks.peers.stock import Stock  # noqa: E402
from model import studies  # noqa: E402
from model.registry.registry import Registry  # noqa: E402
from model.scoring import bundle  # noqa: E402
from model.studies import cohort  # noqa: E402
from model.training.train import train  # noqa: E402

COMPLETE = cohort.read(studies.find(studies.DEFAULT)).training.rows.dropna()
CHAMPION = f"models:/{studies.DEFAULT}@champion"
WHOLE = COMPLETE.astype({name: "int64" for name in COMPLETE if name != "oldpeak"})


def write_patients(path: Path, rows: int) -> None:
    """Patients of the study's own values, drawn anew for each column, with an id."""
    rng = np.random.default_rng(0)
    for first in range(0, rows, MILLION):
        count = min(MILLION, rows - first)
        part = pd.DataFrame({name: rng.choice(WHOLE[name], count) for name in WHOLE})
        part.insert(0, "id", np.arange(first, first + count))
        part.to_csv(path, index=False, header=first == 0, mode="a")


def log_peer() -> str:
    """The stock pyfunc, with the signature its training table gives."""
    outcome = cohort.read(studies.find(studies.DEFAULT)).training
    stock = Stock(recipe.pipeline().fit(WHOLE, outcome.outcome[outcome.rows.notna().all(axis=1)]))
    info = mlflow.pyfunc.log_model(
        name="stock",
        python_model=stock,
        signature=infer_signature(WHOLE, stock.predict(None, WHOLE)),
        pip_requirements=["mlflow", "scikit-learn", "pandas"],
        input_example=WHOLE.head(1),
    )
    return str(info.model_uri)


MEASURE = """
import os, sys, time
begun = time.perf_counter()
silent = [(os.POSIX_SPAWN_OPEN, each, os.devnull, os.O_WRONLY, 0) for each in (1, 2)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=silent)
_, status, used = os.wait4(child, 0)
spent = time.perf_counter() - begun
print(spent, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(status != 0)
"""


class Cost(NamedTuple):
    """Of a command from start to finish: seconds, those of the processors, peak megabytes."""

    seconds: float
    processors: float
    megabytes: float

    def a_further_million(self, longer: Cost) -> Cost:
        """What each million took by which a file was longer."""
        pairs = zip(self, longer, strict=True)
        return Cost(*((theirs - ours) / FURTHER for ours, theirs in pairs))


def run(*command: str) -> Cost:
    """Run a command through a small process: a peak counts from what its parent held."""
    done = subprocess.run(
        [sys.executable, "-S", "-c", MEASURE, *command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    return Cost(*map(float, done.stdout.split()))


def predict(uri: str, patients: Path) -> Cost:
    output = fresh(patients.with_name("theirs.json"))
    return run(
        *(str(PROGRAMS / "mlflow"), "models", "predict", "--model-uri", uri),
        *("--input-path", str(patients), "--output-path", str(output)),
        *("--content-type", "csv", "--env-manager", "local"),
    )


def score(model: str, patients: Path, *more: str) -> Cost:
    output = fresh(patients.with_name("ours.csv"))
    command = (sys.executable, "-m", "model", "score", str(patients), "--output", str(output))
    return run(*command, "--model", model, *more)


def fresh(output: Path) -> Path:
    """A result that is not there yet."""
    output.unlink(missing_ok=True)
    return output


def compare(folder: Path, name: str, stock: str) -> bool:
    """Print the table of times; whether its claims hold."""
    one, more = folder / "one.csv", folder / "more.csv"
    write_patients(one, MILLION)
    write_patients(more, (1 + FURTHER) * MILLION)
    kept = str(folder / "bundle")
    commands = {
        "stock": lambda file: predict(stock, file),
        "by name": lambda file: score(name, file),
        "by name, explained": lambda file: score(name, file, "--explain"),
        "bundle folder": lambda file: score(kept, file),
        "bundle folder, explained": lambda file: score(kept, file, "--explain"),
    }
    few = folder / "few.csv"
    few.write_text("".join(one.read_text()[:100_000].splitlines(keepends=True)[:-1]))
    for command in commands.values():
        command(few)  # fills the cache of bytecode
    times: dict[str, list[Cost]] = {each: [] for each in commands}
    further: dict[str, list[Cost]] = {each: [] for each in commands}
    for _ in range(ROUNDS):
        for each, command in commands.items():
            times[each].append(command(one))
            further[each].append(times[each][-1].a_further_million(command(more)))
    print(f"one million rows, {ROUNDS} rounds, whole commands; each further million")
    for each in commands:
        print(f"  {each:26}{_middle(times[each])}{_middle(further[each])}")
    bounds = [
        ("bundle folder", times, 4.0),
        ("by name", times, 2.0),
        ("by name, explained", times, 1.5),
        ("bundle folder", further, 4.0),
        ("bundle folder, explained", further, 2.0),
    ]
    for each, which, least in bounds:
        _claim(each, which, least, which is further)


def _middle(costs: list[Cost]) -> str:
    spent, processors, _ = map(statistics.median, zip(*costs, strict=True))
    return f"  {spent:6.2f} s ({processors:5.2f} of processors)"


def _claim(each: str, costs: dict[str, list[Cost]], least: float, more: bool) -> None:
    pairs = zip(costs["stock"], costs[each], strict=True)
    ratio = statistics.median(theirs.seconds / ours.seconds for theirs, ours in pairs)
    rows = "each further million" if more else "a million"
    claims.at_least(f"{rows} rows, {each}, stock to ours", ratio, least)


def remember(folder: Path) -> None:
    """Claim how peak memory grows from one to ten million rows."""
    kept = str(folder / "bundle")
    one, ten = folder / "one.csv", folder / "ten.csv"
    write_patients(ten, 10 * MILLION)
    for more in ((), ("--explain",)):
        small = statistics.median(score(kept, one, *more).megabytes for _ in range(ROUNDS))
        large = score(kept, ten, *more).megabytes
        what = "explained" if more else "plain"
        claims.at_most(f"memory of 10 to 1 million rows, {what}", large / small, 1.2)
        claims.at_most(f"memory of 10 million rows, {what}", large, 900, "MB")


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.chdir(folder)
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
        os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{folder}/mlflow.db"
        mlflow.set_tracking_uri(os.environ["MLFLOW_TRACKING_URI"])
        train(repeats=2)
        source = Registry(os.environ["MLFLOW_TRACKING_URI"]).open(CHAMPION).source
        bundle.write(folder / "bundle", source.manifest, dict(source.files))
        compare(folder, CHAMPION, log_peer())
        remember(folder)
        os.chdir(ROOT)
    return claims.ended()


if __name__ == "__main__":
    sys.exit(main())
