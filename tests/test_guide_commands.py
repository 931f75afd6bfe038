"""Every `python -m model …` of the README and the guides is typed and does what it says, or is on a
short list of those that cannot be, with the reason.
"""

from __future__ import annotations

import itertools
import json
import shlex
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import guides, stores
from tests.guides import ROOT
from tests.stores import Store

pytestmark = [pytest.mark.server, pytest.mark.timeout(900)]  # on a busy machine

EXAMPLES = {
    "adopt REF": "adopt models:/ward-score/2",
    "audit repair FILE": "audit repair audit.jsonl",
    "audit verify FILE": "audit verify audit.jsonl",
    "check FILE": "check patients.csv",
    "data describe --study NAME": "data describe --study breast-cancer",
    "data verify DIR": "data verify originals/",
    "promote REF --reason TEXT": "promote models:/heart-disease/2 "
    "--reason 'calibrated better on our ward'",
    "score FILE --output OUT": "score patients.csv --output scored.csv",
    "serve REF": "serve models:/heart-disease@champion --port 5001",
    "study check FILE.yaml": "study check ward.yaml",
    "study new TABLE --outcome COLUMN --output FILE.yaml": "study new cohort.csv --outcome died "
    "--output ward.yaml",
    "verify RECEIPT.json": "verify receipt.json",
}
"""What a command in capitals stands for: one of the guides' own."""

FULL = "20 repeats of cross-validation take minutes; the same with one repeat makes the store here"
SERVES = "stands until it is ended, on a port and in an environment of its own: "
ASKS_ORIGINALS = (
    "the originals are on somebody else's server: tests/model/studies/test_source_files.py"
)
LEFT_OUT = {
    "adopt models:/ratio-model/1 --run-its-code --data cohort.csv": "needs the model that the "
    "example's own script logs: tests/adoption/test_example.py",
    "data fetch": ASKS_ORIGINALS,
    "data verify originals/": ASKS_ORIGINALS,
    "score patients/ --output scored.csv --engine spark": "needs Java: "
    "tests/model/files/spark/test_job.py",
    "serve models:/heart-disease@champion --port 5001": f"{SERVES}"
    "tests/model/registry/test_model_server.py",
    "serve models:/ward-score/2 --port 5002": f"{SERVES}tests/contract/test_endpoint_models.py",
    "train": f"{FULL}: tests/stores.py",
    "train --estimator FILE.py": "needs a file of one's own: "
    "tests/model/training/export/test_exporter.py",
    "train --estimator baseline --repeats 1": "makes the store here: tests/stores.py",
    "train --study breast-cancer --alias champion": "20 repeats of cross-validation take minutes: "
    "tests/model/studies/test_breast_cancer.py",
}
"""What a test has not, or not in seconds; and the file that does what the command does."""

ENDS_WITH = {"check export.csv --propose map.yaml": 2}
"""Exit codes that are not 0: the file is refused as it stands, and what it may mean is drafted."""

MISTAKEN = "score patients.csv --output lost.csv --model models:/nobody/1"
WRITES = ("--output", "--propose", ">")

TYPED = [
    (guide, command)
    for guide, command in guides.ours()
    if command not in LEFT_OUT and command not in EXAMPLES
]

# One process for all of them: most of a command's time goes into importing. What the guides take
# as there is made first: somebody else's model, and a receipt. A version 2 of what was trained is
# version 1 registered again.
SESSION = """
import contextlib, io, json, logging, os, sys, warnings
from pathlib import Path

import mlflow
import pandas as pd
from mlflow import MlflowClient
from sklearn.linear_model import LogisticRegression

from model.__main__ import main
from model.intake import check_patient
from model.record import Origin, receipt
from model.registry import conventions
from model.registry.registry import Registry
from tests import records, stores

commands = json.loads(sys.argv[1])
logging.getLogger("mlflow").setLevel(logging.ERROR)
warnings.simplefilter("ignore")
client = MlflowClient()
client.delete_registered_model(stores.FOREIGN)  # whose code --all would have to run
(foreign,) = client.search_logged_models(
    [client.get_experiment_by_name(stores.FOREIGN).experiment_id]
)
client.delete_logged_model(foreign.model_id)
client.delete_registered_model_alias(stores.STUDY, "challenger")

table = pd.read_csv("cohort.csv")
mlflow.set_experiment("theirs")
for _ in range(2):
    mlflow.sklearn.log_model(
        LogisticRegression().fit(table[["age", "urea"]], table.died),
        name="model",
        input_example=table[["age", "urea"]].head(50),
        pip_requirements=["scikit-learn"],
        registered_model_name="ward-score",
    )

version = Registry(os.environ["MLFLOW_TRACKING_URI"]).resolve(f"models:/{stores.STUDY}@champion")
champion = Registry(os.environ["MLFLOW_TRACKING_URI"]).load(version)
patient = check_patient({"age": 57, "sex": "male", "cp": "typical angina"}, champion.schema)
values = dict(patient.rows.iloc[0].dropna())
Path("receipt.json").write_text(
    receipt.write(records.record_of(champion, values, Origin.of(version)))
)

for words in commands:
    if words[:2] == ["study", "new"] and Path(words[words.index("--output") + 1]).exists():
        words = [*words, "--force"]
    target = words.index(">") if ">" in words else len(words)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words[:target], os.environ)
        except SystemExit as ended:
            code = ended.code
    for name in words[target + 1 :]:
        Path(name).write_text(out.getvalue())
    if words[0] == "train":
        made = client.get_model_version("ward", "1")
        client.create_model_version("ward", made.source, made.run_id, made.tags)
    told = {"code": code, "out": out.getvalue(), "err": err.getvalue()[-2000:]}
    print(json.dumps(told), flush=True)
"""


@dataclass(frozen=True)
class Typed:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


def prepare(folder: Path) -> None:
    """The files that the guides' reader has: a cohort, patients, an export and its dictionary."""
    random = np.random.default_rng(1)
    age, urea = random.integers(30, 77, 400), random.integers(2, 30, 400)
    died = (random.random(400) < 1 / (1 + np.exp(6 - age / 10))).astype(int)
    cohort = pd.DataFrame({"age": age, "urea": urea, "died": died})
    cohort.to_csv(folder / "cohort.csv", index=False)
    sex, pain = random.integers(0, 2, 400), random.integers(1, 5, 400)
    patients = cohort.assign(sex=sex, cp=pain).drop(columns="died").head(20)
    patients.to_csv(folder / "patients.csv", index=False)
    patients.to_excel(folder / "patients.xlsx", index=False)
    export = cohort.assign(gender=np.where(sex == 1, "Male", "Female"), chest_pain_type=pain)
    export.to_csv(folder / "export.csv", index=False)
    cohort.to_csv(folder / "redcap.csv", index=False)
    (folder / "dictionary.csv").write_text(
        '"Variable / Field Name","Form Name","Field Type","Field Label"\n'
        "age,visit,text,Age\nurea,visit,text,Urea\ndied,visit,yesno,Died\n"
    )


@pytest.fixture(scope="module")
def folder(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands are typed, in the order of the guides."""
    copy = store.copy(tmp_path_factory.mktemp("guides") / "store")
    prepare(copy.folder)
    return copy.folder


@pytest.fixture(scope="module")
def typed(folder: Path) -> dict[str, Typed]:
    commands = [command for _, command in TYPED] + [MISTAKEN]
    done = stores.python(
        "-c",
        SESSION,
        json.dumps([shlex.split(command) for command in commands]),
        store=Store(folder),
        BEDSIDE_ALLOW_PROMOTION="true",
        BEDSIDE_AUDIT_LOG="audit.jsonl",
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = [Typed(**json.loads(line)) for line in done.stdout.splitlines()]
    return dict(zip(commands, told, strict=True))


@pytest.mark.parametrize(("guide", "command"), TYPED)
def test_what_a_guide_tells_to_type_does_its_work(
    typed: dict[str, Typed], guide: str, command: str
) -> None:
    assert typed[command].code == ENDS_WITH.get(command, 0), f"{guide}: {typed[command]}"


def test_what_a_command_writes_is_there(typed: dict[str, Typed], folder: Path) -> None:
    words = [shlex.split(command) for _, command in TYPED]
    written = {
        after for each in words for word, after in itertools.pairwise(each) if word in WRITES
    }
    assert {"map.yaml", "scored.csv", "scored.parquet", "study.schema.json", "ward.yaml"} <= written
    assert [name for name in written if not (folder / name).stat().st_size] == []


def test_a_command_that_does_not_do_its_work_is_seen(typed: dict[str, Typed], folder: Path) -> None:
    assert typed[MISTAKEN].code == 1
    assert typed[MISTAKEN].err.count("\n") == 1
    assert not (folder / "lost.csv").exists()


def test_what_is_left_out_is_in_a_guide_and_done_by_another_test() -> None:
    commands = {command for _, command in guides.ours()}
    assert {*LEFT_OUT} <= commands
    for reason in LEFT_OUT.values():
        assert (ROOT / reason.rpartition(": ")[2]).is_file()


def test_what_is_in_capitals_stands_for_a_command_of_the_guides() -> None:
    commands = {command for _, command in guides.ours()}
    assert {*EXAMPLES} <= commands
    assert {*EXAMPLES.values()} <= commands - {*EXAMPLES}
    capitals = {command for _, command in TYPED if any(w.isupper() for w in command.split())}
    assert capitals == set()
