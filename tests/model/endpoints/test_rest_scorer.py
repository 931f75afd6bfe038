"""The REST scorer against endpoints that misbehave, each a real server on this machine."""

from __future__ import annotations

import functools
import io
import json
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pandas as pd
import pytest

from model.endpoints import proven_scorer
from model.endpoints.endpoint import Endpoint
from model.endpoints.rest_scorer import RestScorer
from model.errors import (
    EndpointError,
    EndpointMismatch,
    EndpointRefused,
    EndpointUnavailable,
)
from model.schema import Schema
from model.scoring import Golden, RiskModel
from model.studies.cohort import Cohort
from tests.servers import free_port

CANARY = 431.7
PATIENCE = 0.8  # seconds
MEGABYTE = 1024 * 1024

Answer = dict[str, Any]
Behaviour = Callable[["Request", Answer], None]


class Request(BaseHTTPRequestHandler):
    """One request; the endpoint's behaviour is given it with the answer an honest one gives."""

    server: Endpoints

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, body))
        self.rows, self.explain = understood(body, self.headers["Content-Type"])
        self.server.behaviour(self, self.server.honest(self.rows, self.explain))

    def send(self, body: bytes | str | Answer, status: int = 200, **headers: str) -> None:
        if isinstance(body, dict):
            body = json.dumps(body)
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        for name, value in {"content-length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


def understood(body: bytes, kind: str) -> tuple[pd.DataFrame, bool]:
    """The patients of a request, and whether reasons are asked for, as MLflow takes them."""
    if kind == "application/vnd.apache.parquet":
        return pd.read_parquet(io.BytesIO(body)), False
    assert kind == "application/json"
    document = json.loads(body)
    split = document["dataframe_split"]
    rows = pd.DataFrame(split["data"], columns=split["columns"], dtype=np.float64)
    return rows, document["params"]["explain"]


class Endpoints(ThreadingHTTPServer):
    """An endpoint that serves `model` until told to behave otherwise."""

    daemon_threads = True

    def __init__(self, model: RiskModel) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.model = model
        self.behaviour: Behaviour = lambda request, answer: request.send(answer)
        self.asked: list[tuple[str, bytes]] = []
        self.sent = 0
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def honest(self, rows: pd.DataFrame, explain: bool) -> Answer:
        answer = self.model.assess(rows, explain=explain)
        return {"predictions": answer.to_frame().to_dict(orient="records")}

    def handle_error(self, *_: object) -> None:
        """A client that hangs up is what some tests wait for."""


@pytest.fixture
def endpoint(risk_model: Callable[[str], RiskModel]) -> Iterator[Endpoints]:
    with Endpoints(risk_model("logistic")) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.over.set()
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def golden(risk_model: Callable[[str], RiskModel], trained_schema: Schema) -> Golden:
    return Golden.of(risk_model("logistic"), trained_schema)


@pytest.fixture
def scorer(endpoint: Endpoints, trained_schema: Schema, golden: Golden) -> RestScorer:
    address = Endpoint("ward", endpoint.url)
    return RestScorer(address, trained_schema, golden, seconds=PATIENCE)


@pytest.fixture
def patients(cohort: Cohort) -> pd.DataFrame:
    return cohort.rows.head(3).assign(chol=CANARY)


# An endpoint that behaves -----------------------------------------------------------------


@pytest.mark.parametrize("explain", [False, True])
def test_an_honest_endpoint_answers_as_the_model_does(
    scorer: RestScorer, endpoint: Endpoints, patients: pd.DataFrame, explain: bool
) -> None:
    expected = endpoint.model.assess(patients, explain=explain).to_frame()
    pd.testing.assert_frame_equal(scorer.assess(patients, explain=explain).to_frame(), expected)


def test_patients_travel_in_the_body_behind_two_golden_ones_and_blank_is_null(
    scorer: RestScorer, endpoint: Endpoints, patients: pd.DataFrame, golden: Golden
) -> None:
    scorer.assess(patients.assign(ca=np.nan), explain=True)
    ((path, body),) = endpoint.asked
    assert path == "/invocations"
    sent = json.loads(body)["dataframe_split"]
    assert sent["columns"] == list(patients.columns)
    assert len(sent["data"]) == 2 + len(patients)
    assert sent["data"][0] == golden.rows.iloc[0].to_list()
    assert [row[sent["columns"].index("ca")] for row in sent["data"][2:]] == [None] * 3
    assert b"NaN" not in body


def test_reasons_nobody_asked_for_are_dropped(
    scorer: RestScorer, endpoint: Endpoints, patients: pd.DataFrame
) -> None:
    def talkative(request: Request, _: Answer) -> None:
        request.send(endpoint.honest(request.rows, True))

    endpoint.behaviour = talkative
    assert scorer.assess(patients).explanation is None


def test_verifying_asks_about_every_golden_patient(
    scorer: RestScorer, endpoint: Endpoints, golden: Golden
) -> None:
    scorer.verify()

    def right_about_the_first_two(request: Request, answer: Answer) -> None:
        patient = answer["predictions"][-1]
        patient["contribution_age"] += 1e-6
        named = [name for name in patient if name == "base" or name.startswith("contribution_")]
        patient["risk"] = 1 / (1 + np.exp(-sum(patient[name] for name in named)))
        request.send(answer)

    endpoint.behaviour = right_about_the_first_two
    with pytest.raises(EndpointMismatch, match="The endpoint ward serves another model"):
        scorer.verify()


def test_an_endpoint_restarted_with_another_model_and_back_is_noticed_both_times(
    scorer: RestScorer,
    endpoint: Endpoints,
    patients: pd.DataFrame,
    risk_model: Callable[[str], RiskModel],
) -> None:
    before = scorer.assess(patients).risk
    endpoint.model = risk_model("baseline")
    with pytest.raises(EndpointMismatch):
        scorer.assess(patients)
    endpoint.model = risk_model("logistic")
    np.testing.assert_array_equal(scorer.assess(patients).risk, before)


# Endpoints that do not --------------------------------------------------------------------


def sends(body: bytes | str, status: int = 200) -> Behaviour:
    return lambda request, _: request.send(body, status)


def first(**changed: object) -> Behaviour:
    """An honest answer but for the first patient's."""

    def behave(request: Request, answer: Answer) -> None:
        answer["predictions"][0] |= changed
        request.send(answer)

    return behave


def last(**changed: object) -> Behaviour:
    """An honest answer but for the last patient's: the golden ones at the head are right."""

    def behave(request: Request, answer: Answer) -> None:
        answer["predictions"][-1] |= changed
        request.send(answer)

    return behave


def echo(request: Request, _: Answer) -> None:
    """As MLflow does: an error that repeats the patients and where the server's files lie."""
    document = {
        "message": f"Failed to predict {request.rows.to_string()}",
        "stack_trace": "/srv/model",
    }
    request.send(document, 400)


def truncated(request: Request, answer: Answer) -> None:
    request.send(json.dumps(answer)[:-40])


def cut_off(request: Request, answer: Answer) -> None:
    whole = json.dumps(answer)
    request.send(whole[:-40], **announced(len(whole)))


def announced(length: int) -> dict[str, str]:
    return {"content-length": str(length)}


def hang_up(request: Request, _: Answer) -> None:
    request.connection.shutdown(socket.SHUT_RDWR)


def one_less(request: Request, answer: Answer) -> None:
    request.send({"predictions": answer["predictions"][:-1]})


def one_more(request: Request, answer: Answer) -> None:
    request.send({"predictions": [*answer["predictions"], answer["predictions"][0]]})


def bare(request: Request, answer: Answer) -> None:
    request.send({"predictions": [{"risk": each["risk"]} for each in answer["predictions"]]})


def one_reason_less(request: Request, answer: Answer) -> None:
    for each in answer["predictions"]:
        del each["contribution_thal"]
    request.send(answer)


def reasons_exchanged(request: Request, answer: Answer) -> None:
    """The right risks, but what age did is said of the vessels and the other way round."""
    for each in answer["predictions"]:
        each["contribution_age"], each["contribution_ca"] = (
            each["contribution_ca"],
            each["contribution_age"],
        )
    request.send(answer)


def a_little_off(request: Request, answer: Answer) -> None:
    request.send({"predictions": [{"risk": e["risk"] * 0.999} for e in answer["predictions"]]})


def elsewhere(request: Request, _: Answer) -> None:
    request.send("", 302, location=f"{request.server.url}/elsewhere")


def elsewhere_with_the_body(request: Request, _: Answer) -> None:
    request.send("", 307, location=f"{request.server.url}/elsewhere")


def flood(request: Request, _: Answer) -> None:
    request.send("", **announced(100 * MEGABYTE))
    for _block in range(100):
        request.wfile.write(b" " * MEGABYTE)
        request.server.sent += MEGABYTE


def hang(request: Request, _: Answer) -> None:
    request.server.over.wait(30)


def hang_half_way(request: Request, answer: Answer) -> None:
    whole = json.dumps(answer)
    request.send(whole[:-40], **announced(len(whole)))
    request.server.over.wait(30)


def drip(request: Request, answer: Answer) -> None:
    """A byte at a time, each well before the socket would time out."""
    whole = json.dumps(answer).encode()
    request.send("", **announced(len(whole)))
    for byte in whole:
        if request.server.over.wait(PATIENCE / 4):
            return
        request.wfile.write(bytes([byte]))


FAULTS: dict[str, tuple[Behaviour, type[EndpointError], str]] = {
    "an error that repeats the patients": (echo, EndpointRefused, "answered with status 400"),
    "status 500": (sends("Internal Server Error", 500), EndpointRefused, "status 500"),
    "status 401": (sends("", 401), EndpointRefused, "status 401"),
    "no content": (sends("", 204), EndpointRefused, "status 204"),
    "a redirect": (elsewhere, EndpointRefused, "status 302"),
    "a redirect that asks for the body": (elsewhere_with_the_body, EndpointRefused, "status 307"),
    "a login page": (sends("<html>Log in</html>"), EndpointRefused, "not a risk"),
    "nothing": (sends(""), EndpointRefused, "not a risk"),
    "truncated JSON": (truncated, EndpointRefused, "not a risk"),
    "not text": (sends(b"\xff\xfe\x00"), EndpointRefused, "not a risk"),
    "JSON nested without end": (sends("[" * 60_000), EndpointRefused, "not a risk"),
    "another document": (sends('{"risk": [0.5]}'), EndpointRefused, "not a risk"),
    "a list": (sends("[0.5, 0.5]"), EndpointRefused, "not a risk"),
    "a number": (sends("0.5"), EndpointRefused, "not a risk"),
    "null": (sends('{"predictions": null}'), EndpointRefused, "not a risk"),
    "risks without a name": (sends('{"predictions": [0.1, 0.2]}'), EndpointRefused, "not a risk"),
    "a word": (last(risk="high"), EndpointRefused, "not a risk"),
    "a null": (last(risk=None), EndpointRefused, "not a risk"),
    "NaN": (last(risk=float("nan")), EndpointRefused, "not a risk"),
    "infinity": (last(risk=float("inf")), EndpointRefused, "not a risk"),
    "a number too large": (last(risk=10**400), EndpointRefused, "not a risk"),
    "a risk of 1.2": (last(risk=1.2), EndpointRefused, "not a risk"),
    "a risk below 0": (last(risk=-0.1), EndpointRefused, "not a risk"),
    "a list of risks": (last(risk=[0.1, 0.9]), EndpointRefused, "not a risk"),
    "one answer less": (one_less, EndpointRefused, "sent 4 answers for 5 patients"),
    "one answer more": (one_more, EndpointRefused, "sent 6 answers for 5 patients"),
    "no reasons": (bare, EndpointRefused, "gave no reasons"),
    "one reason less": (one_reason_less, EndpointRefused, "not a risk"),
    "reasons that do not add up": (last(contribution_age=3.0), EndpointRefused, "not a risk"),
    "a base that does not add up": (last(base=-2.0), EndpointRefused, "not a risk"),
    "100 MB": (flood, EndpointRefused, "far more than an answer"),
    "another model's reasons": (reasons_exchanged, EndpointMismatch, "another model"),
    "a connection cut off": (cut_off, EndpointUnavailable, "does not answer"),
    "a connection hung up": (hang_up, EndpointUnavailable, "does not answer"),
    "silence": (hang, EndpointUnavailable, "does not answer"),
    "silence half way": (hang_half_way, EndpointUnavailable, "does not answer"),
    "a byte at a time": (drip, EndpointUnavailable, "does not answer"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_but_an_answer_is_taken_and_no_value_is_told(
    scorer: RestScorer, endpoint: Endpoints, patients: pd.DataFrame, fault: str
) -> None:
    endpoint.behaviour, expected, phrase = FAULTS[fault]
    begun = time.monotonic()
    with pytest.raises(expected) as told:
        scorer.assess(patients, explain=True)
    assert time.monotonic() - begun < 3
    message = str(told.value)
    assert message.startswith("The endpoint ward ")
    assert phrase in message
    assert message.endswith(".")
    assert "\n" not in message
    everything = "".join(traceback.format_exception(told.value))
    for secret in ("431.7", "/srv/model", "Log in"):
        assert secret not in everything
    assert [path for path, _ in endpoint.asked] == ["/invocations"]
    assert endpoint.sent < 16 * MEGABYTE


@pytest.mark.parametrize("explain", [False, True])
def test_a_model_a_little_off_is_another_model(
    scorer: RestScorer, endpoint: Endpoints, patients: pd.DataFrame, explain: bool
) -> None:
    endpoint.behaviour = a_little_off if not explain else first(risk=0.5)
    with pytest.raises((EndpointMismatch, EndpointRefused)):
        scorer.assess(patients, explain=explain)


def test_nobody_listening_is_told_with_the_address(
    trained_schema: Schema, golden: Golden, patients: pd.DataFrame
) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(EndpointUnavailable) as told:
        RestScorer(Endpoint("ward", url), trained_schema, golden).assess(patients)
    assert f"The endpoint ward ({url}) does not answer." in str(told.value)
    assert "431.7" not in "".join(traceback.format_exception(told.value))


def test_the_endpoint_that_comes_back_is_used_again(
    scorer: RestScorer, endpoint: Endpoints, patients: pd.DataFrame
) -> None:
    working = endpoint.behaviour
    endpoint.behaviour = hang_up
    with pytest.raises(EndpointUnavailable):
        scorer.assess(patients)
    endpoint.behaviour = working
    assert len(scorer.assess(patients).risk) == 3


# Batches ----------------------------------------------------------------------------------


@pytest.fixture
def crowd(cohort: Cohort) -> pd.DataFrame:
    return pd.concat([cohort.rows] * 4, ignore_index=True).head(1000)


Asks = Callable[..., RestScorer]


@pytest.fixture
def asks(endpoint: Endpoints, trained_schema: Schema, golden: Golden) -> Asks:
    """asks(patience=…): a scorer that sends 300 patients a request."""
    address = Endpoint("ward", endpoint.url)
    return functools.partial(RestScorer, address, trained_schema, golden, rows_a_request=300)


def test_many_patients_travel_as_parquet_a_few_hundred_at_a_time(
    asks: Asks, endpoint: Endpoints, crowd: pd.DataFrame
) -> None:
    risk = asks().assess(crowd).risk
    np.testing.assert_allclose(risk, endpoint.model.assess(crowd).risk, rtol=0, atol=1e-12)
    sent = [understood(body, "application/vnd.apache.parquet")[0] for _, body in endpoint.asked]
    assert [len(rows) - 2 for rows in sent] == [300, 300, 300, 100]
    pd.testing.assert_frame_equal(
        pd.concat([rows.iloc[2:] for rows in sent], ignore_index=True), crowd
    )


@pytest.mark.parametrize("lost", [[1], [1, 2], [0, 2, 5]])
def test_a_server_away_for_a_moment_loses_and_doubles_no_row(
    asks: Asks, endpoint: Endpoints, crowd: pd.DataFrame, lost: list[int]
) -> None:
    def away(request: Request, answer: Answer) -> None:
        if len(endpoint.asked) - 1 in lost:  # it was scored, and the answer was lost
            hang_up(request, answer)
        else:
            request.send(answer)

    endpoint.behaviour = away
    risk = asks(patience=2).assess(crowd).risk
    np.testing.assert_array_equal(risk, endpoint.model.assess(crowd).risk)
    assert len(endpoint.asked) == 4 + len(lost)


def test_a_server_away_for_longer_is_told(
    asks: Asks, endpoint: Endpoints, crowd: pd.DataFrame
) -> None:
    endpoint.behaviour = hang_up
    with pytest.raises(EndpointUnavailable):
        asks(patience=0.1).assess(crowd)
    assert len(endpoint.asked) > 1


def test_a_server_that_comes_back_as_another_model_is_refused(
    asks: Asks,
    endpoint: Endpoints,
    crowd: pd.DataFrame,
    risk_model: Callable[[str], RiskModel],
) -> None:
    def replaced(request: Request, answer: Answer) -> None:
        if len(endpoint.asked) == 2:
            endpoint.model = risk_model("baseline")
            hang_up(request, answer)
        else:
            request.send(answer)

    endpoint.behaviour = replaced
    with pytest.raises(EndpointMismatch):
        asks(patience=2).assess(crowd)


def test_one_risk_that_is_not_the_versions_is_found_among_all(
    scorer: RestScorer, endpoint: Endpoints, crowd: pd.DataFrame
) -> None:
    both = proven_scorer.ProvenEndpoint(scorer, endpoint.model)
    expected = endpoint.model.assess(crowd, explain=True).to_frame()
    pd.testing.assert_frame_equal(both.assess(crowd, explain=True).to_frame(), expected)
    endpoint.behaviour = last(risk=float(1 - expected["risk"].iloc[-1]))
    with pytest.raises(EndpointMismatch, match="gave another risk"):
        both.assess(crowd, explain=True)
