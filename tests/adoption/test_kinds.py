"""Every kind of model that people log gives its own numbers, with contributions, or says why not.

In the process of the tests, with the same questions and answers as over the pipes: what the process
apart gives up is tested in `test_worker`.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from model.adoption import contents, inferring, opened, reference
from model.adoption.inferring import Inferred
from model.adoption.opened import AskedOriginal
from model.adoption.worker.child import Answering
from model.adoption.worker.process import Task, Worker
from model.errors import AdoptionError, OriginalRefused
from model.intake import check
from model.registry import conventions
from model.scoring import LoadedModel, bundle
from tests.adoption import kinds
from tests.adoption.kinds import Made

SHOWN_ROWS = 6
IN_FULL = ("default log_model", "forest", "xgboost")
"""Also turned into numbers here; what can be is tested with the transcription."""


class Alive:
    def poll(self) -> None:
        return None


class InProcess(Worker):
    """The worker's own questions and answers, without a process."""

    def __init__(self, task: Task) -> None:
        super().__init__(task)
        self._answering = Answering(io.BytesIO(), io.BytesIO(), lambda memory: ["in process"])

    def _start(self) -> None:
        self._process: Any = Alive()

    def _exchange(
        self, head: Mapping[str, Any], body: bytes, seconds: float, when: str
    ) -> tuple[dict[str, Any], bytes]:
        with warnings.catch_warnings():  # which are no errors in a process of its own
            warnings.simplefilter("ignore")
            return self._answering.answer(dict(head), body)

    def close(self) -> None:
        self._process = None


class Left(AskedOriginal):
    """An original that nobody tries to read off."""

    def transcribed(self, *_: Any) -> dict[str, Any]:
        return {"left": "nobody tried"}


@pytest.fixture(autouse=True)
def as_in_the_process_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """There nothing of our environment is set; here no model is loaded by MLflow otherwise."""
    monkeypatch.setenv(conventions.PICKLES, "true")
    logging.getLogger("mlflow").setLevel(logging.ERROR)


def adopted(
    kind: str, made: Made, where: Path | str, scratch: Path, address: str = ""
) -> tuple[Inferred, LoadedModel]:
    """What is inferred of the model in a folder, or of one in a store; and the version made of it,
    whose risks are the model's.
    """
    source = reference.fetch(str(where), address, scratch / "copy")
    table = made.rows if made.table else None
    with opened.opened(source, run_its_code=made.code, settings={}, start=InProcess) as original:
        original.__class__ = AskedOriginal if kind in IN_FULL else Left
        inferred = inferring.infer(original, kind, table, None)
        if made.answer:
            assert bool(inferred.questions) == made.asked, "who decides what the answer means"
            part = inferred.document.model_dump(exclude_defaults=True)
            part["model"] = {"reference": "here", **made.answer}
            given = type(inferred.document).model_validate(part)
            inferred = inferring.infer(original, kind, table, given)
        assert inferred.questions == ()
        files = contents.of(original, inferred, table, "unknown")
        bundle.write(scratch / "bundle", files.manifest, files.files)
        model = LoadedModel.open(scratch / "bundle", start=lambda origin, asked: original.ask)
        compare(made, model)
    return inferred, model


def compare(made: Made, model: LoadedModel) -> None:
    """The rows as the original's author wrote them, through the door that every file takes."""
    table = check(made.rows.astype(object), model.schema)
    assert not table.stopped, table.stopped[0].message
    assert np.abs(model.assess(table.rows).risk - made.risks).max() <= made.tolerance
    shown = table.rows.head(SHOWN_ROWS)
    answer = model.assess(shown, explain=True)
    why = answer.explanation
    assert why is not None
    assert np.abs(answer.risk - made.risks[:SHOWN_ROWS]).max() <= made.tolerance
    assert why.contributions.shape == (SHOWN_ROWS, len(model.schema.names))
    assert why.contributions.abs().to_numpy().max() > 1e-4


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_model_as_people_log_it(kind: str, tmp_path: Path) -> None:
    made = kinds.make(kind, tmp_path / "model")

    assert bool(made.refused) == (kind in kinds.REFUSED)
    if made.refused:
        with pytest.raises((AdoptionError, AssertionError), match=made.refused):
            adopted(kind, made, tmp_path / "model", tmp_path)
        return
    _, model = adopted(kind, made, tmp_path / "model", tmp_path)

    assert not model.has_interval
    assert model.origin is not None
    assert model.origin.kind == ("data" if kind in IN_FULL else "worker")


def test_nearly_every_kind_gives_its_number() -> None:
    """Two are refused in a sentence; see `kinds`."""
    assert len(kinds.KINDS) >= 45
    assert len(kinds.KINDS.keys() - kinds.REFUSED) >= 43


def test_a_word_the_model_never_knew_is_refused(tmp_path: Path) -> None:
    made = kinds.make("default log_model", tmp_path / "model")
    _, model = adopted("pickled", made, tmp_path / "model", tmp_path)
    row = made.rows.head(1).astype(object)

    for column, value in [("Sex", "male"), ("Pain", "asymptomatic"), ("Age", 570), ("Sex", None)]:
        table = check(row.assign(**{column: [value]}), model.schema)
        assert [issue.column for issue in table.stopped] == [column]
    assert not check(row.assign(Sex=["M "]), model.schema).stopped


def test_a_model_with_its_own_code_is_not_opened_unasked(tmp_path: Path) -> None:
    kinds.make("list", tmp_path / "model")
    source = reference.fetch(str(tmp_path / "model"), "", tmp_path / "copy")

    with (
        pytest.raises(OriginalRefused, match="--run-its-code"),
        opened.opened(source, run_its_code=False, settings={}, start=InProcess),
    ):
        pass


def test_blanks_are_taken_only_where_the_model_takes_them(tmp_path: Path) -> None:
    made = kinds.make("histogram boosting with blanks", tmp_path / "model")
    _, model = adopted("blanks", made, tmp_path / "model", tmp_path)
    assert model.schema.required == ()

    made = kinds.make("statsmodels", tmp_path / "other")
    (tmp_path / "again").mkdir()
    _, model = adopted("statsmodels", made, tmp_path / "other", tmp_path / "again")
    assert model.schema.required == ("Age", "Chol")
    assert isinstance(made.rows, pd.DataFrame)


def test_a_draft_that_waits_for_a_decision_knows_what_may_be_blank(tmp_path: Path) -> None:
    words = np.where(kinds.OUTCOME == 1, "ill", "well")
    kinds.sklearn(tmp_path / "model", kinds.pipeline(LogisticRegression(), words))
    source = reference.fetch(str(tmp_path / "model"), "", tmp_path / "copy")
    with opened.opened(source, run_its_code=False, settings={}, start=InProcess) as original:
        inferred = inferring.infer(original, "ward", kinds.ROWS, None)
    (question,) = inferred.questions
    assert question.places == {"model.classes": ["ill", "well"]}
    needed = {name: given.required for name, given in inferred.document.inputs.items()}
    assert needed == {"Age": False, "Chol": False, "Sex": True, "Pain": True}
