"""What a client without this project finds at a served version, and whose code answers there."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import requests

from dashboard.settings import Endpoint
from model.endpoints.rest_scorer import RestScorer
from model.errors import EndpointMismatch, GoldenMismatch
from model.registry.registry import Registry
from model.schema import Schema
from model.scoring import Additive, Golden, LoadedModel, RiskModel
from model.studies.cohort import Cohort
from tests import servers, stores
from tests.servers import ROOT, Server
from tests.stores import Store

pytestmark = pytest.mark.server

EXACT = 1e-12
CANARY = 431.7
JSON, CSV, PARQUET = "application/json", "text/csv", "application/vnd.apache.parquet"

Body = tuple[str, bytes | str]
"""A content type, and what is sent under it."""


@pytest.fixture(scope="module")
def champion(store: Store) -> LoadedModel:
    registry = Registry(store.uri)
    return registry.load(registry.resolve("models:/heart-disease@champion"))


@pytest.fixture(scope="module")
def rows(cohort: Cohort) -> pd.DataFrame:
    """Six patients; the second lacks `ca`, the third `thal`, the fourth its cholesterol."""
    rows = cohort.rows.head(6).copy()
    for at, column in ((1, "ca"), (2, "thal"), (3, "chol")):
        rows.loc[at, column] = np.nan
    return rows


def post(server: Server, body: Body) -> requests.Response:
    kind, data = body
    return requests.post(
        f"{server.url}/invocations", data=data, headers={"Content-Type": kind}, timeout=30
    )


def answers(server: Server, body: Body) -> pd.DataFrame:
    response = post(server, body)
    assert response.status_code == 200, response.text
    return pd.DataFrame(response.json()["predictions"])


def document(rows: pd.DataFrame, layout: str, params: dict[str, Any] | None = None) -> Body:
    orient = layout.removeprefix("dataframe_")
    patients = json.loads(rows.to_json(orient=orient, double_precision=15))  # type: ignore[call-overload]
    return JSON, json.dumps({layout: patients} | ({"params": params} if params else {}))


def classic(rows: pd.DataFrame) -> Body:
    """The client of many a tutorial, letter by letter."""
    return JSON, '{"dataframe_split": ' + rows.to_json(orient="split") + "}"


def records(rows: pd.DataFrame) -> Body:
    return document(rows, "dataframe_records")


def csv(rows: pd.DataFrame) -> Body:
    return CSV, rows.to_csv(index=False)


def parquet(rows: pd.DataFrame) -> Body:
    file = io.BytesIO()
    rows.to_parquet(file)
    return PARQUET, file.getvalue()


FORMATS: dict[str, Callable[[pd.DataFrame], Body]] = {
    "dataframe_split as to_json makes it": classic,
    "dataframe_records": records,
    "CSV": csv,
    "Parquet": parquet,
}


# Every format, one answer -----------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gets_the_local_answer(
    served: Server, champion: LoadedModel, rows: pd.DataFrame, form: str
) -> None:
    answer = answers(served, FORMATS[form](rows))
    np.testing.assert_allclose(answer["risk"], champion.assess(rows).risk, rtol=0, atol=EXACT)
    assert not [name for name in answer.columns if "contribution" in name or name == "base"]
    assert {*answer["population"]} == {champion.schema.outcome.population}


@pytest.mark.parametrize("form", FORMATS)
def test_in_every_format_a_column_left_out_is_a_test_not_done(
    served: Server, champion: LoadedModel, rows: pd.DataFrame, form: str
) -> None:
    optional = [name for name in champion.schema.names if name not in champion.schema.required]
    for left_out in (["ca"], ["thal", "slope", "chol"], optional):
        answer = answers(served, FORMATS[form](rows.drop(columns=left_out)))
        expected = champion.assess(rows.assign(**dict.fromkeys(left_out, np.nan))).risk
        np.testing.assert_allclose(answer["risk"], expected, rtol=0, atol=EXACT)


@pytest.mark.parametrize("form", FORMATS)
def test_in_every_format_a_column_all_blank_is_a_test_not_done(
    served: Server, champion: LoadedModel, rows: pd.DataFrame, form: str
) -> None:
    blank = rows.assign(ca=np.nan, thal=np.nan)
    answer = answers(served, FORMATS[form](blank))
    np.testing.assert_allclose(answer["risk"], champion.assess(blank).risk, rtol=0, atol=EXACT)


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "Parquet"])
def test_whole_numbers_are_numbers(
    served: Server, champion: LoadedModel, cohort: Cohort, form: str
) -> None:
    whole = cohort.rows.head(6).astype({"age": int, "sex": int, "cp": int, "trestbps": int})
    expected = champion.assess(whole).risk
    answer = answers(served, FORMATS[form](whole))
    np.testing.assert_allclose(answer["risk"], expected, rtol=0, atol=EXACT)


def test_a_parquet_file_of_whole_numbers_is_refused_rather_than_guessed_at(
    served: Server, cohort: Cohort
) -> None:
    """MLflow turns whole numbers into decimal ones in text formats only."""
    assert post(served, parquet(cohort.rows.head(6).astype({"age": int}))).status_code == 400


@pytest.mark.parametrize(
    "cell", [pytest.param(None, id="null"), pytest.param(float("nan"), id="NaN")]
)
def test_in_json_both_marks_for_missing_are_a_test_not_done(
    served: Server, champion: LoadedModel, rows: pd.DataFrame, cell: object
) -> None:
    complete = rows.iloc[[0]]
    patient = complete.iloc[0].to_dict() | {"thal": cell}
    answer = answers(served, (JSON, json.dumps({"dataframe_records": [patient]})))
    expected = champion.assess(complete.assign(thal=np.nan)).risk
    np.testing.assert_allclose(answer["risk"], expected, rtol=0, atol=EXACT)
    assert abs(float(answer["risk"][0]) - float(champion.assess(complete).risk[0])) > 1e-3


@pytest.mark.parametrize("cell", ["", "NA", "nan"])
def test_in_csv_every_usual_mark_for_missing_is_a_test_not_done(
    served: Server, champion: LoadedModel, rows: pd.DataFrame, cell: str
) -> None:
    text = rows.to_csv(index=False, na_rep=cell)
    answer = answers(served, (CSV, text))
    np.testing.assert_allclose(answer["risk"], champion.assess(rows).risk, rtol=0, atol=EXACT)


@pytest.mark.parametrize("layout", ["dataframe_split", "dataframe_records"])
def test_asked_to_explain_it_gives_base_and_contributions(
    served: Server, champion: LoadedModel, rows: pd.DataFrame, layout: str
) -> None:
    answer = answers(served, document(rows, layout, {"explain": True}))
    expected = champion.assess(rows, explain=True).to_frame()
    expected["population"] = champion.schema.outcome.population
    assert {"base", *(f"contribution_{name}" for name in champion.schema.names)} <= {*answer}
    pd.testing.assert_frame_equal(answer, expected, check_dtype=False, rtol=0, atol=EXACT)


def test_columns_may_come_in_any_order_among_others(
    served: Server, champion: LoadedModel, rows: pd.DataFrame
) -> None:
    turned = rows[rows.columns[::-1]].assign(ward="7b", visit=3.0)
    answer = answers(served, records(turned))
    np.testing.assert_allclose(answer["risk"], champion.assess(rows).risk, rtol=0, atol=EXACT)


# What is refused --------------------------------------------------------------------------


def cell(column: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda patient: patient.update({column: value})


REFUSED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a value out of range": cell("age", 317.25),
    "a code of another study": cell("thal", 317.25),
    "a mark for missing": cell("ca", -9),
    "a required value null": cell("cp", None),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_a_patient_the_form_would_not_take_is_refused_without_a_value_in_answer_or_log(
    served: Server, rows: pd.DataFrame, fault: str
) -> None:
    patients = json.loads(records(rows)[1])["dataframe_records"]
    patients[0]["chol"] = CANARY
    REFUSED[fault](patients[1])
    response = post(served, (JSON, json.dumps({"dataframe_records": patients})))
    assert response.status_code == 400
    assert "Row 2, " in response.text
    for value in ("431.7", "317.25"):
        assert value not in response.text
        assert value not in served.log


@pytest.mark.parametrize("form", FORMATS)
def test_a_required_column_that_is_missing_is_refused_by_name(
    served: Server, rows: pd.DataFrame, form: str
) -> None:
    response = post(served, FORMATS[form](rows.drop(columns="sex")))
    assert response.status_code == 400
    assert "sex" in response.json()["message"]


@pytest.mark.parametrize(
    ("column", "value"),
    [("thal", ""), ("ca", "two"), ("sex", "Male")],
)
def test_words_in_a_json_cell_are_refused(
    served: Server, rows: pd.DataFrame, column: str, value: str
) -> None:
    """MLflow asks for a number or null before the model sees the patient."""
    patients = json.loads(records(rows)[1])["dataframe_records"]
    patients[0][column] = value
    body = json.dumps({"dataframe_records": patients})
    assert post(served, (JSON, body)).status_code == 400


def test_after_all_this_the_server_still_answers(
    served: Server, champion: LoadedModel, rows: pd.DataFrame
) -> None:
    answer = answers(served, classic(rows))
    np.testing.assert_allclose(answer["risk"], champion.assess(rows).risk, rtol=0, atol=EXACT)


# The code that was logged -----------------------------------------------------------------

# A pressure above 140 counts as 140: in the transformer, in the term that stands for it, and
# in the background it is centred on.
CLIPPED = (
    (
        "above, below = values[:, self.numerator], values[:, self.denominator]",
        "above, below = values[:, self.numerator], np.minimum(values[:, self.denominator], 140.0)",
    ),
    (
        "np.where(np.isnan(below), self.missing_denominator, below),",
        "np.minimum(np.where(np.isnan(below), self.missing_denominator, below), 140.0),",
    ),
    (
        "below = np.where(np.isnan(below), term.missing_denominator, below)",
        "below = np.minimum(np.where(np.isnan(below), term.missing_denominator, below), 140.0)",
    ),
)


@dataclass(frozen=True)
class Deployed:
    """A served version, and the bundle that says what it must answer to its golden patients."""

    server: Server
    bundle: Path
    golden: Golden

    @classmethod
    def of(cls, server: Server, bundle: Path) -> Deployed:
        schema = Schema.from_json((bundle / "schema.json").read_bytes())
        return cls(server, bundle, Golden.from_json((bundle / "golden.json").read_bytes(), schema))

    def answers(self) -> pd.DataFrame:
        body = document(self.golden.rows, "dataframe_split", {"explain": True})
        return answers(self.server, body)


def rewritten(package: Path) -> Path:
    """A copy of the project's code in which the ratio is another one."""
    shutil.copytree(ROOT / "model", package / "model")
    sources = {path: path.read_text() for path in (package / "model").rglob("*.py")}
    for old, new in CLIPPED:
        (path,) = [path for path, text in sources.items() if old in text]
        sources[path] = sources[path].replace(old, new)
        path.write_text(sources[path])
    return package


@pytest.fixture(scope="module")
def deployed(
    store: Store, served: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Deployed, Deployed]]:
    """The champion, and a version trained and logged by other code, served side by side."""
    folder = tmp_path_factory.mktemp("deployed")
    together = store.copy(folder / "store")
    train = ("-m", "model", "train", "--estimator", "baseline", "--repeats", "1")
    done = stores.new_python(*train, store=together, package=rewritten(folder))
    assert done.returncode == 0, done.stderr
    other = json.loads(done.stdout)
    reference = f"models:/{stores.STUDY}/{other['version']}"
    with servers.model_server(reference, together.uri, folder / "log") as server:
        yield (
            Deployed.of(served, store.bundle(store.printed[0]["model_id"])),
            Deployed.of(server, together.bundle(other["model_id"])),
        )


def test_started_in_the_project_s_folder_each_version_runs_the_code_it_was_logged_with(
    deployed: tuple[Deployed, Deployed],
) -> None:
    for version in deployed:
        expected = version.golden.answers.to_frame()
        pd.testing.assert_frame_equal(
            version.answers()[[*expected.columns]], expected, check_dtype=False, rtol=0, atol=1e-9
        )


def test_the_code_of_the_folder_would_have_answered_otherwise(
    deployed: tuple[Deployed, Deployed],
) -> None:
    ours, other = deployed
    assert LoadedModel.open(ours.bundle).golden is not None
    with pytest.raises(GoldenMismatch):
        LoadedModel.open(other.bundle)
    schema = Schema.from_json((other.bundle / "schema.json").read_bytes())
    additive = Additive.from_json((other.bundle / "additive.json").read_bytes())
    here = RiskModel(schema, additive).assess(other.golden.rows).risk
    assert np.abs(here - other.answers()["risk"]).max() > 1e-3


def test_neither_endpoint_passes_for_the_other(deployed: tuple[Deployed, Deployed]) -> None:
    one, other = deployed
    schema = LoadedModel.open(one.bundle).schema
    for endpoint, golden in ((one, other.golden), (other, one.golden)):
        with pytest.raises(EndpointMismatch):
            RestScorer(Endpoint("ward", endpoint.server.url), schema, golden).verify()
