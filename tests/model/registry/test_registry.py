"""The registry against real stores: SQLite, and a tracking server over HTTP."""

from __future__ import annotations

import re
import runpy
import shutil
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from model.errors import (
    BundleRefused,
    FileStoreRetired,
    InputError,
    NotAdopted,
    TrackingUnavailable,
    VersionNotFound,
)
from model.estimators import DEFAULT
from model.registry import conventions
from model.registry.list_query import ListQuery
from model.registry.listing import PAGE_ROWS
from model.registry.registry import Registry
from model.registry.versions import Kind, Version, What
from model.scoring.bundle import sha256_of
from tests import servers, stores
from tests.servers import Server, free_port
from tests.stores import STUDY, Store

if TYPE_CHECKING:
    from mlflow.tracking import MlflowClient

pytestmark = pytest.mark.server

SECRET = "s3cret"


@dataclass(frozen=True)
class Reached:
    """A store of this file's own, and how the registry reaches it."""

    store: Store
    address: str

    @property
    def registry(self) -> Registry:
        return Registry(self.address)

    @property
    def client(self) -> MlflowClient:
        from mlflow.tracking import MlflowClient

        return MlflowClient(self.address)

    def version(self, number: int) -> Version:
        return self.registry.resolve(f"models:/{STUDY}/{number}")


@pytest.fixture(scope="module")
def behind_a_server(
    store: Store, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Server]]:
    """A store whose files are had from the server alone, as in a hospital."""
    folder = tmp_path_factory.mktemp("http")
    copied = store.copy(folder / "store", artifacts="mlflow-artifacts:")
    with servers.tracking_server(copied.uri, copied.artifacts, folder / "log") as server:
        yield copied, server


@pytest.fixture(scope="module")
def on_disk(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    return store.copy(tmp_path_factory.mktemp("sqlite") / "store")


@pytest.fixture(params=["sqlite", "http"])
def reached(request: pytest.FixtureRequest) -> Reached:
    if request.param == "sqlite":
        on_disk: Store = request.getfixturevalue("on_disk")
        return Reached(on_disk, on_disk.uri)
    behind, server = request.getfixturevalue("behind_a_server")
    return Reached(behind, server.url)


# What is listed ---------------------------------------------------------------------------


def test_versions_come_newest_first_with_what_training_said_of_them(reached: Reached) -> None:
    versions = reached.registry.versions(STUDY)
    assert [version.number for version in versions] == [3, 2, 1]
    assert [version.aliases for version in versions] == [("challenger",), (), ("champion",)]
    assert [version.estimator for version in versions] == ["baseline", "baseline", DEFAULT]
    assert {version.kind for version in versions} == {Kind.DATA}
    assert [version.title for version in versions][-1] == "heart-disease v1"
    for version, printed in zip(reversed(versions), reached.store.printed, strict=True):
        assert version.model_id == printed["model_id"]
        assert version.run_id == printed["run_id"]
        assert {
            name: (measured.value, measured.low, measured.high)
            for name, measured in version.metrics.items()
        } == {name: (e["value"], e["low"], e["high"]) for name, e in printed["metrics"].items()}
        manifest = (reached.store.bundle(version.model_id) / "manifest.json").read_bytes()
        assert version.digest == sha256_of(manifest)
        assert version.author
        assert version.git_commit
        assert version.created.tzinfo is not None


def runs(registry: Registry, **asked: Any) -> tuple[Version, ...]:
    """The first page of the runs of the study."""
    return registry.everything(ListQuery(STUDY, kinds=(What.RUN,), **asked)).rows


def test_runs_come_newest_first(reached: Reached) -> None:
    found = runs(reached.registry)
    assert [run.run_id for run in found] == [
        each["run_id"] for each in reversed(reached.store.printed)
    ]
    assert [run.model_id for run in found] == [
        each["model_id"] for each in reversed(reached.store.printed)
    ]
    assert [run.estimator for run in found] == ["baseline", "baseline", DEFAULT]
    assert found[-1].parameters["repeats"] == "1"
    assert all(run.is_quick for run in found)
    expected = {name: e["value"] for name, e in reached.store.printed[0]["metrics"].items()}
    measured = {name: each.value for name, each in found[-1].metrics.items()}
    assert expected.items() <= measured.items()


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 3),
        ({"named": "no such name"}, 0),
        ({"metric": "roc_auc", "at_least": 0.5}, 3),
        ({"metric": "roc_auc", "at_least": 0.999}, 0),
        ({"metric": "brier", "at_most": 0.5}, 3),
        ({"metric": "brier", "at_most": 0.001}, 0),
        ({"unfinished": True}, 3),
    ],
)
def test_runs_are_filtered_at_the_server(
    reached: Reached, asked: dict[str, Any], found: int
) -> None:
    assert len(runs(reached.registry, **asked)) == found


@pytest.mark.parametrize(("metric", "falls"), [("roc_auc", True), ("brier", False)])
def test_runs_come_best_first_by_a_metric(reached: Reached, metric: str, falls: bool) -> None:
    found = runs(reached.registry, metric=metric, best_first=True)
    values = [run.metrics[metric].value for run in found]
    assert values == sorted(values, reverse=falls)


def test_a_part_of_a_name_in_any_case_finds_a_run(reached: Reached) -> None:
    first = runs(reached.registry)[0]
    found = runs(reached.registry, named=first.name[2:].upper())
    assert first.run_id in {run.run_id for run in found}


def test_runs_come_a_page_at_a_time(store: Store, tmp_path: Path) -> None:
    from mlflow.tracking import MlflowClient

    own = store.copy(tmp_path / "store")
    client, registry = MlflowClient(own.uri), Registry(own.uri)
    experiment = client.get_experiment_by_name(STUDY)
    assert experiment is not None
    tags = {conventions.STUDY: STUDY, conventions.STATUS: conventions.STARTED}
    for _ in range(PAGE_ROWS):
        client.create_run(experiment.experiment_id, tags=tags)
    query = ListQuery(STUDY, unfinished=True, kinds=(What.RUN,))
    first = registry.everything(query)
    second = registry.everything(query, first.following)
    assert (len(first.rows), len(second.rows), second.following) == (PAGE_ROWS, 3, None)
    assert {run.status for run in first.rows} == {"not finished"}
    assert {run.status for run in second.rows} == {""}
    assert not {run.run_id for run in first.rows} & {run.run_id for run in second.rows}


def test_everything_is_listed_once_whatever_it_is(reached: Reached) -> None:
    page = reached.registry.everything(ListQuery())
    assert [row.title for row in page.rows] == [
        f"{stores.FOREIGN} v1",
        *(f"{STUDY} v{number}" for number in (3, 2, 1)),
    ]
    assert page.following is None
    trained = page.rows[-1]
    assert (trained.parameters["estimator"], trained.is_quick) == (DEFAULT, True)


def test_tags_people_gave_a_version_are_read_and_ours_are_not_among_them(
    reached: Reached,
) -> None:
    reached.client.set_model_version_tag(STUDY, "2", "ward", "north")
    try:
        assert reached.version(2).tags == {"ward": "north"}
    finally:
        reached.client.delete_model_version_tag(STUDY, "2", "ward")


def test_a_run_has_a_place_in_mlflow_s_own_pages(reached: Reached) -> None:
    version = reached.version(1)
    link = reached.registry.run_link(version)
    if reached.address.startswith("http"):
        place = rf"{reached.address}/#/experiments/\d+/runs/{version.run_id}"
        assert re.fullmatch(place, link)
    else:
        assert link == ""


def test_studies_are_the_registered_models(reached: Reached) -> None:
    assert reached.registry.studies() == (STUDY, stores.FOREIGN)


def test_a_model_that_is_not_registered_has_no_versions(reached: Reached) -> None:
    assert reached.registry.versions("stroke") == ()
    assert reached.registry.everything(ListQuery("stroke")).rows == ()


HOSTILE = ["x' or name like '%", "a`b", 'a"b', "%", "a_%' --", "' OR 1=1", "\\"]


@pytest.mark.parametrize("name", [*HOSTILE, ""])
def test_a_name_that_could_be_a_filter_is_asked_for_as_a_name(reached: Reached, name: str) -> None:
    assert reached.registry.versions(name) == ()


@pytest.mark.parametrize("text", [text for text in HOSTILE if text not in ("%", "\\")])
def test_a_search_that_could_be_a_filter_is_asked_for_as_words(reached: Reached, text: str) -> None:
    assert runs(reached.registry, named=text) == ()


def test_a_metric_that_could_be_a_filter_is_not_asked_for(reached: Reached) -> None:
    with pytest.raises(InputError):
        runs(reached.registry, metric="a` > 0 or metrics.`b", at_least=0)
    assert runs(reached.registry, metric="x' or 'y", at_least=0) == ()


def test_an_empty_store_has_nothing(store: Store, tmp_path: Path) -> None:
    registry = Registry(store.empty(tmp_path / "empty").uri)
    assert registry.studies() == registry.versions(STUDY) == ()
    assert registry.everything(ListQuery()).rows == ()


def test_a_version_and_a_run_are_listed_once_they_are_complete(reached: Reached) -> None:
    client, registry, second = reached.client, reached.registry, reached.version(2)

    def mark(status: str) -> None:
        client.set_model_version_tag(STUDY, "2", conventions.STATUS, status)
        client.set_tag(second.run_id, conventions.STATUS, status)

    mark(conventions.STARTED)
    try:
        assert [version.number for version in registry.versions(STUDY)] == [3, 1]
        assert second.run_id not in {run.run_id for run in runs(registry)}
        with pytest.raises(VersionNotFound):
            registry.resolve(f"models:/{STUDY}/2")
        unfinished = registry.resolve(f"models:/{second.model_id}")
        with pytest.raises(BundleRefused, match="its training did not finish"):
            registry.load(unfinished)
        client.delete_model_version_tag(STUDY, "2", conventions.STATUS)
        assert [version.number for version in registry.versions(STUDY)] == [3, 1]
    finally:
        mark(conventions.COMPLETE)
    assert [version.number for version in registry.versions(STUDY)] == [3, 2, 1]
    assert second.run_id in {run.run_id for run in runs(registry)}


# What a reference means -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        (f"models:/{STUDY}@champion", 1),
        (f"models:/{STUDY}@challenger", 3),
        (f"models:/{STUDY}/1", 1),
        (f"models:/{STUDY}/2", 2),
    ],
)
def test_a_reference_is_an_alias_or_a_number(reached: Reached, reference: str, number: int) -> None:
    assert reached.registry.resolve(reference).number == number


def test_a_reference_may_be_the_id_of_a_model(reached: Reached) -> None:
    for number, printed in enumerate(reached.store.printed, start=1):
        assert reached.registry.resolve(f"models:/{printed['model_id']}").number == number


def test_an_alias_that_moves_is_followed_at_once(reached: Reached) -> None:
    registry, client = reached.registry, reached.client
    for number in (2, 1):
        client.set_registered_model_alias(STUDY, "champion", str(number))
        assert registry.resolve(f"models:/{STUDY}@champion").number == number


@pytest.mark.parametrize(
    "reference",
    [
        f"models:/{STUDY}@nobody",
        f"models:/{STUDY}/99",
        "models:/stroke@champion",
        f"models:/m-{'0' * 32}",
    ],
)
def test_what_is_not_there_is_told_with_the_place_that_was_asked(
    reached: Reached, reference: str
) -> None:
    with pytest.raises(VersionNotFound) as told:
        reached.registry.resolve(reference)
    assert str(told.value).startswith(f"{reference} is not on {reached.registry.shown_address}.")


@pytest.mark.parametrize(
    "reference",
    ["", STUDY, f"models:/{STUDY}", f"runs:/{'0' * 31}/model", "models:/a/b/c", "file:///etc"],
)
def test_what_is_not_a_reference_is_told_what_one_is(store: Store, reference: str) -> None:
    with pytest.raises(VersionNotFound, match="models:/heart-disease@champion"):
        Registry(store.uri).resolve(reference)


# Loading ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_loaded_version_is_verified_and_gives_its_golden_answers(
    reached: Reached, number: int
) -> None:
    version = reached.version(number)
    loaded = reached.registry.load(version)
    assert loaded.digest == version.digest
    assert loaded.manifest.estimator == version.estimator
    again = loaded.assess(loaded.golden.rows).risk
    np.testing.assert_allclose(again, loaded.golden.answers.risk, rtol=0, atol=1e-9)


def flip_a_bit(bundle: Path) -> None:
    path = bundle / "additive.json"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def enlarge(bundle: Path) -> None:
    with (bundle / "estimator.skops").open("r+b") as file:
        file.truncate(65 * 1024 * 1024)


def add_a_folder(bundle: Path) -> None:
    (bundle / "code").mkdir()
    (bundle / "code" / "loader.py").write_text("raise SystemExit")


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a bit flipped": (flip_a_bit, "additive.json is not the file that was logged"),
    "an extra file": (lambda b: (b / "loader.py").write_text("1/0"), "not those of a bundle"),
    "an extra folder": (add_a_folder, "not those of a bundle"),
    "a file gone": (lambda b: (b / "golden.json").unlink(), "not those of a bundle"),
    "a file too large": (enlarge, "too large"),
    "nothing left": (shutil.rmtree, "not those of a bundle"),
    "another manifest": (
        lambda b: (b / "manifest.json").write_text("{}"),
        "not the one recorded at training",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_version_is_refused_and_used_again_when_mended(
    reached: Reached, tmp_path: Path, damage: str
) -> None:
    version = reached.version(2)
    bundle = reached.store.bundle(version.model_id)
    shutil.copytree(bundle, tmp_path / "sound")
    harm, reason = DAMAGES[damage]
    harm(bundle)
    try:
        with pytest.raises(BundleRefused) as refused:
            reached.registry.load(version)
        assert reason in str(refused.value)
        assert str(bundle.parent) not in str(refused.value)
    finally:
        shutil.rmtree(bundle, ignore_errors=True)
        shutil.copytree(tmp_path / "sound", bundle)
    assert reached.registry.load(version).digest == version.digest


def test_a_version_under_the_digest_of_another_is_refused(reached: Reached) -> None:
    client = reached.client
    client.set_model_version_tag(STUDY, "2", conventions.DIGEST, reached.version(1).digest)
    mixed_up = reached.version(2)
    try:
        with pytest.raises(BundleRefused, match="not the one recorded at training"):
            reached.registry.load(mixed_up)
    finally:
        own = (reached.store.bundle(mixed_up.model_id) / "manifest.json").read_bytes()
        client.set_model_version_tag(STUDY, "2", conventions.DIGEST, sha256_of(own))
    reached.registry.load(reached.version(2))


def test_what_was_downloaded_is_not_left_behind(
    reached: Reached, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)  # asked anew from the environment
    reached.registry.load(reached.version(1))
    assert list(tmp_path.iterdir()) == []


def test_a_model_somebody_else_logged_is_listed_and_its_code_never_runs(
    store: Store, reached: Reached
) -> None:
    marker = store.folder / stores.MARKER
    (foreign,) = reached.registry.versions(stores.FOREIGN)
    assert foreign.kind is Kind.SEEN
    assert (foreign.digest, foreign.estimator, dict(foreign.metrics)) == ("", "", {})
    with pytest.raises(NotAdopted, match="python -m model adopt models:/somebody-elses/1"):
        reached.registry.load(foreign)
    assert not marker.exists()


def test_a_foreign_model_that_claims_to_be_ours_is_refused_and_its_code_never_runs(
    store: Store, reached: Reached
) -> None:
    client = reached.client
    for name, value in {
        conventions.STUDY: STUDY,
        conventions.STATUS: conventions.COMPLETE,
        conventions.DIGEST: reached.version(1).digest,
    }.items():
        client.set_model_version_tag(stores.FOREIGN, "1", name, value)
    try:
        (foreign,) = reached.registry.versions(stores.FOREIGN)
        assert foreign.kind is Kind.DATA
        with pytest.raises(BundleRefused, match="not those of a bundle"):
            reached.registry.load(foreign)
    finally:
        for name in (conventions.STUDY, conventions.STATUS, conventions.DIGEST):
            client.delete_model_version_tag(stores.FOREIGN, "1", name)
    assert not (store.folder / stores.MARKER).exists()


def test_the_code_of_that_model_would_have_left_a_mark(on_disk: Store, store: Store) -> None:
    (code,) = on_disk.artifacts.glob("*/models/*/artifacts/code/their_code.py")
    marker = store.folder / stores.MARKER
    try:
        runpy.run_path(str(code))
        assert marker.exists()
    finally:
        marker.unlink(missing_ok=True)


# Servers that do not answer as they should ------------------------------------------------


class Page(BaseHTTPRequestHandler):
    """Answers everything with one page."""

    status, page = 200, "<html>Log in</html>"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page.encode())

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""


class Broken(Page):
    status, page = 500, f"patient 431.7, password {SECRET}"


class NotJson(Page):
    page = '{"registered_models": [{"name": '


class LoggedOut(Page):
    status, page = 401, '{"error_code": "UNAUTHENTICATED", "message": "who are you?"}'


@pytest.fixture
def answering() -> Iterator[Callable[[type[Page]], str]]:
    """answering(page): the address, login included, of a server that answers with it."""
    running: list[tuple[ThreadingHTTPServer, threading.Thread]] = []

    def start(page: type[Page]) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), page)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        running.append((server, thread))
        return f"http://nurse:{SECRET}@127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def ask_everything(registry: Registry) -> Iterator[Callable[[], object]]:
    version = Version(STUDY, 1, "m-0", "0", stores.LONG_AGO, Kind.DATA, digest="0" * 64)
    yield registry.studies
    yield lambda: registry.versions(STUDY)
    yield lambda: registry.everything(ListQuery(STUDY))
    yield lambda: registry.resolve(f"models:/{STUDY}@champion")
    yield lambda: registry.load(version)


def told_by(registry: Registry) -> Iterator[str]:
    """What each question is answered with, and everything a log would show of it."""
    for ask in ask_everything(registry):
        with pytest.raises(TrackingUnavailable) as told:
            ask()
        assert SECRET not in "".join(traceback.format_exception(told.value))
        yield str(told.value)


def test_nobody_listening_is_told_within_3_seconds_and_without_the_login() -> None:
    port = free_port()
    begun = time.monotonic()
    registry = Registry(f"http://nurse:{SECRET}@127.0.0.1:{port}/?token={SECRET}")
    for message in told_by(registry):
        assert f"The tracking server at http://127.0.0.1:{port}/ does not answer." in message
        assert time.monotonic() - begun < 3
        begun = time.monotonic()


def test_a_server_that_accepts_and_says_nothing_is_told_within_3_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        registry = Registry(f"http://127.0.0.1:{silent.getsockname()[1]}")
        begun = time.monotonic()
        with pytest.raises(TrackingUnavailable, match="does not answer"):
            registry.studies()
        assert time.monotonic() - begun < 3


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page, "answers, but not as MLflow does"),
        (NotJson, "answers, but not as MLflow does"),
        (Broken, "answers with an error of its own"),
        (LoggedOut, "refused the login"),
    ],
)
def test_an_answer_that_is_not_mlflow_s_is_told_and_never_quoted(
    answering: Callable[[type[Page]], str], page: type[Page], reason: str
) -> None:
    address = answering(page)
    for message in told_by(Registry(address)):
        assert reason in message
        assert address.partition("@")[2] in message
        assert "MLFLOW_TRACKING_U" in message
        for quoted in ("431.7", "Log in", "who are you"):
            assert quoted not in message


@pytest.mark.parametrize("address", ["./mlruns", "mlruns", "file:///srv/mlruns"])
def test_a_folder_without_runs_is_told_what_to_name_instead(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileStoreRetired) as told:
        Registry(address).studies()
    assert "MLFLOW_TRACKING_URI=sqlite:///mlflow.db" in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("gopher://127.0.0.1", "has an address MLflow does not understand"),
        (f"postgresql://nurse:{SECRET}@127.0.0.1:1/mlflow", "does not answer|database driver"),
        ("sqlite:///{file}/mlflow.db", "cannot be read as a store of MLflow"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(tmp_path: Path, address: str, reason: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TrackingUnavailable, match=reason) as told:
        Registry(address.format(file=tmp_path / "file")).studies()
    assert SECRET not in "".join(traceback.format_exception(told.value))
