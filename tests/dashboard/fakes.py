"""Stand-ins for the services of the dashboard. They are passed in; nothing is patched."""

from __future__ import annotations

import html
import io
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pandas as pd
from streamlit.testing.v1 import AppTest

from dashboard.adopter.order import Order
from dashboard.adopter.outcome import Outcome, Stopped
from dashboard.components.patient import entry
from dashboard.components.patient.entry import Entry, Typed
from dashboard.markdown import WORD_JOINER
from dashboard.progress import Stage
from dashboard.services import Services
from dashboard.settings import Settings
from dashboard.text import percent
from model.errors import (
    BedsideError,
    PromotionRefused,
    SignatureRefused,
    TrainingFailed,
    VersionNotFound,
)
from model.evaluation.measured import Eligibility, Measured
from model.intake import read_number
from model.registry.conventions import CHAMPION
from model.registry.list_query import Cursor, ListPage, ListQuery
from model.registry.listing import PAGE_ROWS
from model.registry.signature import Interface
from model.registry.store_copy import Notice
from model.registry.versions import Kind, Promotion, Version, require_numbers
from model.schema import Schema
from model.scoring import LoadedModel, RiskModel

STUDY = "heart-disease"
BLANK = Entry("", "")
ADDRESS = "http://tracking.example:5000"
REQUIRED = {"age": 57.0, "sex": 1.0, "cp": 4.0}


@dataclass
class FakeRegistry:
    """Versions in memory. `down` is what every question is answered with while it is set."""

    listed: list[Version] = field(default_factory=list)
    models: dict[str, LoadedModel | BedsideError] = field(default_factory=dict)
    loose: list[Version] = field(default_factory=list)
    interfaces: dict[str, Interface] = field(default_factory=dict)
    asked: list[tuple[ListQuery, Cursor | None]] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)
    down: BedsideError | None = None
    shown_address: str = ADDRESS
    notice: Notice | None = None

    def studies(self) -> tuple[str, ...]:
        self._answer()
        return tuple(sorted({version.study for version in self.listed}))

    def versions(self, study: str) -> tuple[Version, ...]:
        self._answer()
        return tuple(version for version in self.listed if version.study == study)

    def registered(self) -> tuple[Version, ...]:
        self._answer()
        return tuple(self.listed)

    def everything(
        self,
        query: ListQuery,
        cursor: Cursor | None = None,
        registered: tuple[Version, ...] | None = None,
    ) -> ListPage:
        self._answer()
        self.asked.append((query, cursor))
        start = int(cursor.token or 0) if cursor else 0
        found = [
            each
            for each in [*self.listed, *self.loose]
            if each.what in query.kinds and query.holds(each)
        ]
        more = len(found) > start + PAGE_ROWS
        following = Cursor(query.kinds[0], str(start + PAGE_ROWS)) if more else None
        return ListPage(tuple(found[start : start + PAGE_ROWS]), following)

    def resolve(self, reference: str) -> Version:
        self._answer()
        for each in [*self.listed, *self.loose]:
            if each.reference == reference:
                return each
        raise VersionNotFound(f"{reference} is not here.")

    def run_link(self, version: Version) -> str:
        self._answer()
        return f"{ADDRESS}/#/experiments/1/runs/{version.run_id}" if version.run_id else ""

    def connect(self) -> None:
        self._answer()

    def load(self, version: Version) -> LoadedModel:
        self._answer()
        require_numbers(version)
        self.loads.append(version.number)
        found = self.models[version.model_id]
        if isinstance(found, BedsideError):
            raise found
        return found

    def interface(self, version: Version) -> Interface:
        self._answer()
        if version.model_id not in self.interfaces:
            raise SignatureRefused("It has no signature.")
        return self.interfaces[version.model_id]

    def _answer(self) -> None:
        if self.down is not None:
            raise self.down


@dataclass
class FakeTrainer:
    """Trains in no time: `stages` are seen one after the other, then `ends` is called."""

    stages: list[Stage] = field(default_factory=lambda: [Stage("Fitting", 0.5)])
    ends: Callable[[], str | None] = lambda: None
    starts: int = 0
    studies: list[str] = field(default_factory=list)
    tables: list[bytes | None] = field(default_factory=list)
    _left: list[Stage] = field(default_factory=list)
    _running: bool = False
    _failure: str | None = None

    def start(self, study: str, table: bytes | None = None, *options: str) -> None:
        self.starts += 1
        self.tables.append(table)
        self.studies.append(study)
        self._left, self._running, self._failure = list(self.stages), True, None

    @property
    def stage(self) -> Stage | None:
        if not self._running:
            return None
        if self._left:
            return self._left.pop(0)
        self._running, self._failure = False, self.ends()
        return None

    @property
    def failure(self) -> TrainingFailed | None:
        return TrainingFailed(self._failure) if self._failure else None


@dataclass
class FakeAdoption:
    """An adoption that stands at a stage until a test ends it."""

    order: Order
    mark: str = "a-word"
    stage: Stage | None = field(default_factory=lambda: Stage("Looking and asking", 0.3))
    outcome: Outcome | None = None

    def end(self, outcome: Outcome) -> None:
        self.stage, self.outcome = None, outcome

    def stop(self) -> None:
        self.end(Stopped())

    def wait(self, seconds: float) -> None: ...


@dataclass
class FakeAdopter:
    """Adopts nothing: what it was asked for is in `made`, the last one at the end."""

    made: list[FakeAdoption] = field(default_factory=list)

    @property
    def is_busy(self) -> bool:
        return any(each.stage is not None for each in self.made)

    def start(self, order: Order) -> FakeAdoption | None:
        if self.is_busy:
            return None
        self.made.append(FakeAdoption(order, f"a-word-{len(self.made)}"))
        return self.made[-1]

    def found(self, mark: str) -> FakeAdoption | None:
        return self.made[-1] if self.made and self.made[-1].mark == mark else None


@dataclass
class FakePromoter:
    """Moves aliases among the versions of a `FakeRegistry`."""

    registry: FakeRegistry
    allowed: bool = False
    made: list[Promotion] = field(default_factory=list)

    def promote(
        self, version: Version, alias: str, *, reason: str, who: str, with_gaps: str = ""
    ) -> Promotion:
        if not reason.strip():
            raise PromotionRefused("A promotion needs a reason.")
        listed = self.registry.listed
        before = next((each.number for each in listed if alias in each.aliases), None)
        made = Promotion(alias, "2024-03-01T12:00:00+00:00", who, reason, before)
        for at, each in enumerate(listed):
            aliases = tuple(name for name in each.aliases if name != alias)
            if each.number == version.number:
                aliases, promotions = (*aliases, alias), (*each.promotions, made)
                listed[at] = replace(each, aliases=aliases, promotions=promotions)
            else:
                listed[at] = replace(each, aliases=aliases)
        self.made.append(made)
        return made

    def judged(self, version: Version) -> Eligibility | None:
        holder = next((each for each in self.registry.listed if CHAMPION in each.aliases), None)
        if holder is None or holder.number == version.number:
            return None
        return Eligibility.not_known(f"v{holder.number} ({holder.estimator})", "nobody measured")


def services(
    registry: FakeRegistry,
    trainer: FakeTrainer | None = None,
    adopter: FakeAdopter | None = None,
    **settings: Any,
) -> Services:
    """Services around a registry; the server counts as configured unless said otherwise."""
    chosen = {"MLFLOW_TRACKING_URI": ADDRESS, **settings}
    read = Settings.model_validate(chosen)
    promoter = FakePromoter(registry, read.allow_promotion)
    return Services(read, registry, trainer or FakeTrainer(), promoter, adopter=adopter)


def version(number: int, digest: str = "", **changes: Any) -> Version:
    """Version `number`, logged by this project unless changed."""
    described: dict[str, Any] = {
        "study": STUDY,
        "number": number,
        "model_id": f"m-{number}",
        "run_id": f"{number}" * 32,
        "created": datetime(2024, 2, 29, 12, tzinfo=UTC),
        "kind": Kind.DATA,
        "estimator": "logistic",
        "digest": digest,
        "metrics": {"roc_auc": Measured(0.91, 0.87, 0.94)},
    }
    return Version(**{**described, **changes})


def show(page: str, given: Services, **query: str) -> AppTest:
    """The whole app, or one of its pages beside the sidebar, drawn once."""
    drawn = AppTest.from_function(_script, args=(page, given), default_timeout=120)
    for name, value in query.items():
        drawn.query_params[name] = value
    return drawn.run()


def _script(page: str, given: object) -> None:
    from dashboard import app
    from dashboard.components.shell import sidebar
    from dashboard.views import about, batch, models, patient, performance

    if page == "app":
        app.main(given)
        return
    views = {
        "patient": patient,
        "batch": batch,
        "models": models,
        "performance": performance,
        "about": about,
    }
    views[page].render(given, sidebar.render(given))


def component(page: AppTest, name: str) -> dict[str, Any] | None:
    """What one of the page's own components was given; None where it is not drawn."""
    found = [each.proto for each in page.get("bidi_component")]
    given = [each for each in found if each.component_name == f"bedside.{name}"]
    assert len(given) <= 1
    if not given:
        return None
    told = given[0]
    return dict(json.loads(told.json or told.mixed.json))


def answered(page: AppTest) -> dict[str, Any]:
    """What the browser is told of the case it sent."""
    given = component(page, "patient_answer")
    assert given is not None
    return given


def send(page: AppTest, values: Mapping[str, Typed | float | None], **parts: Any) -> AppTest:
    """The browser sends its whole case, with these values changed, under a new revision.

    Unless it is said otherwise, the patient is one of those the number holds for.
    """
    before, form = _case(page), component(page, "patient_form")
    assert form is not None
    count = int(before.revision.rpartition(".")[2] or 0) + 1
    parts = {"said": {form["population"]: True}, **parts}
    case = replace(before, revision=f"1.{count}", values={**before.values, **values}, **parts)
    page.session_state[entry.KEPT] = case
    return page.run()


def fill(page: AppTest, values: Mapping[str, float]) -> AppTest:
    """Type values in their own units and choose codes, as far as given."""
    return send(page, {name: _entered(page, name, value) for name, value in values.items()})


def take_over(page: AppTest) -> AppTest:
    """The browser takes over the patient it is offered."""
    offer = answered(page)["fill"]
    assert offer is not None
    whole = {name: _entered(page, name, offer["values"].get(name)) for name in shown(page)}
    return send(page, whole, filled=offer["id"], source=offer["id"])


def shown(page: AppTest) -> dict[str, float | None]:
    """What the form holds, by feature: canonical, as far as it can be read."""
    case, form = _case(page), component(page, "patient_form")
    assert form is not None
    held = {}
    for one in form["fields"]:
        value = case.values.get(one["name"])
        if isinstance(value, Typed):
            factors = {unit["name"]: unit["factor"] for unit in one["units"]}
            text = value.text.strip()
            number = read_number(text)
            held[one["name"]] = None if number is None else number * factors[value.unit]
        else:
            held[one["name"]] = value
    return held


def _case(page: AppTest) -> Entry:
    form = component(page, "patient_form")
    assert form is not None
    kept: Entry = page.session_state[entry.KEPT] if _has_case(page) else BLANK
    return kept if kept.study == form["study"] else Entry("", form["study"])


def _has_case(page: AppTest) -> bool:
    return entry.KEPT in page.session_state  # which has no `get`


def _entered(page: AppTest, name: str, value: float | None) -> Typed | float | None:
    form = component(page, "patient_form")
    assert form is not None
    (one,) = (each for each in form["fields"] if each["name"] == name)
    if one["codes"]:
        return value
    return Typed("" if value is None else f"{value:.10g}", one["unit"])


def opened(page: AppTest, tab: str) -> AppTest:
    """The same page with another of the tabs below the number."""
    page.session_state["more"] = tab
    return page.run()


def charts(page: AppTest) -> dict[str, Any]:
    """The charts of the page: what stands in for each, by its key."""
    found = (each.proto for each in page.get("plotly_chart"))
    return {re.split(r"[-.]", each.id)[-1]: each for each in found}


def drawings(page: AppTest) -> str:
    """What the page shows as HTML of its own."""
    return "\n".join(each.proto.body for each in page.get("html"))


def told(page: AppTest, begins: str) -> list[str]:
    """What every drawing of the page that begins so says in words."""
    found = re.findall(rf'aria-label="({begins}[^"]*)"', drawings(page))
    return [html.unescape(each) for each in found]


def paths(page: AppTest) -> list[str]:
    """Every waterfall of the page, in words."""
    return told(page, "From ")


def risks(page: AppTest) -> str:
    """Several risks beside each other, in words."""
    (found,) = told(page, "Risk and 95 % interval ")
    return found


def number(page: AppTest) -> str | None:
    """The risk as it is printed, or None where no number is shown."""
    given = component(page, "patient_answer")
    if given is not None:
        return given["number"] and str(given["number"]["risk_text"])
    found = [title.value for title in page.title if title.value.endswith("%")]
    assert len(found) <= 1
    return found[0] if found else None


def risk(page: AppTest) -> float | None:
    """The same to the last digit."""
    told = answered(page)["number"]
    return told and float(told["risk"])


def expected(model: RiskModel, values: Mapping[str, float]) -> str:
    """The same number from the model itself, as the page prints it."""
    return percent(float(model.assess(pd.DataFrame([values])).risk[0]))


def read(markdown: str) -> str:
    """Markdown as a reader sees it: without escapes, colours and joiners."""
    bare = re.sub(r":(?:small|[a-z]+-badge|gray)(?=\[)", "", markdown).replace(WORD_JOINER, "")
    return re.sub(r"\\(.)", r"\1", bare)


def words(page: AppTest) -> str:
    """Everything the page says outside its tables and charts."""
    kinds = (page.title, page.markdown, page.text, page.info, page.warning, page.error)
    said = [read(str(element.value)) for kind in kinds for element in kind]
    given = component(page, "patient_answer")
    if given is not None:
        told = given["number"] or {}
        said += [given["message"], *(text for text in told.values() if isinstance(text, str))]
        said += [limit["text"] for limit in told.get("limits", [])]
        said += [issue["message"] for issue in given["issues"].values()]
    return "\n".join(said)


@contextmanager
def endpoint(model: RiskModel, schema: Schema) -> Iterator[str]:
    """A REST endpoint that serves `model`, in a thread; yields its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers["Content-Type"] == "application/json":
                asked = json.loads(sent)
                split = asked["dataframe_split"]
                rows = pd.DataFrame(split["data"], columns=split["columns"], dtype=float)
                answer = model.assess(rows, explain=asked["params"]["explain"]).to_frame()
            else:
                answer = model.assess(pd.read_parquet(io.BytesIO(sent))).to_frame()
            body = json.dumps({"predictions": answer.to_dict(orient="records")}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
