"""Sessions of either page without a browser: Streamlit's own messages over its websocket.

A page of Chromium takes more of the machine for a changed value than the server does, so that 30 of
them on two cores would measure the browser. What a session sends is what Streamlit's front end does
(`streamlit.proto`): the state of the widget that changed and of those drawn with it, its fragment,
and the hashes of the messages it keeps. What it gets is parsed and not painted. `websockets` is in
the lock file as a dependency of Streamlit's server.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.side_by_side.servers import Side
from model import studies

PROTOCOL = Subprotocol("streamlit")
FORM, ANSWER = "bedside.patient_form", "bedside.patient_answer"
SECONDS_TO_OPEN = 120.0
AGES = (45, 65)


@dataclass
class Session:
    """One visitor, who changes a value again and again.

    waited : seconds of every change, from when it was due to the answer to it.
    """

    connection: ClientConnection
    waited: list[float] = field(default_factory=list)
    received_bytes: int = 0
    changes: int = 0
    _kept: dict[str, ForwardMsg] = field(default_factory=dict)
    _page: str = ""
    _fragment: str = ""
    _widget: str = ""
    _others: dict[str, WidgetState] = field(default_factory=dict)

    async def open(self) -> None:
        """Run the script for the first time, and fill in the first patient."""
        await self._send(None)
        while (message := await self._next()).WhichOneof("type") != "script_finished":
            self._look(message)
        assert self._widget, "the page has no field"
        await self.change()

    async def change(self, due: float | None = None) -> None:
        """Change a value and wait for the answer to it.

        due : the `time.perf_counter` from which the wait is counted; now where None.
        """
        due = time.perf_counter() if due is None else due
        self.changes += 1
        await self._send(self._state())
        answered = False
        while True:
            message = await self._next()
            if message.WhichOneof("type") == "delta":
                self._look(message)
                if not answered and self._answers(message.delta):
                    self.waited.append(time.perf_counter() - due)
                    answered = True
            # The run goes on after the number: another change would break it off.
            if message.WhichOneof("type") == "script_finished" and answered:
                return

    async def repeat(self, until: float, every: float, first: float) -> None:
        """Change a value at fixed times. One that is late for the one before counts from its own
        time, so that a slow server is not asked less politely than it was.
        """
        due = first
        while due < until:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await self.change(due)
            due += every

    def _state(self) -> WidgetState:
        age = AGES[self.changes % 2]
        if not self._fragment:
            return WidgetState(id=self._widget, double_value=age)
        case = _case(age, self._revision)
        return WidgetState(id=self._widget, json_value=json.dumps({"case": case}))

    @property
    def _revision(self) -> str:
        return f"1.{self.changes}"

    def _answers(self, delta: Delta) -> bool:
        """Whether it shows the number of the last change."""
        element = delta.new_element
        if not self._fragment:
            shown = f"{AGES[self.changes % 2] / 2:.1f} %"
            return element.heading.body == shown
        if element.bidi_component.component_name != ANSWER:
            return False
        answer = json.loads(element.bidi_component.json)
        return bool(answer["revision"] == self._revision and answer["number"])

    def _look(self, message: ForwardMsg) -> None:
        """Remember the field, and to which part of the page it belongs."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
        elif kind == "delta":
            element = message.delta.new_element
            if element.bidi_component.component_name == FORM:
                self._widget = element.bidi_component.id
                self._fragment = message.delta.fragment_id
            elif element.number_input.label == "Age":
                self._widget = element.number_input.id
            elif (state := _untouched(element)) is not None:
                self._others[state.id] = state

    async def _send(self, state: WidgetState | None) -> None:
        message = BackMsg()
        client = message.rerun_script
        client.page_script_hash = self._page
        client.fragment_id = self._fragment if state is not None else ""
        client.cached_message_hashes.extend(self._kept)
        if state is not None:
            client.widget_states.widgets.extend([*self._others.values(), state])
        await self.connection.send(message.SerializeToString())

    async def _next(self) -> ForwardMsg:
        async with asyncio.timeout(SECONDS_TO_OPEN):
            frame = await self.connection.recv(decode=False)
        self.received_bytes += len(frame)
        message: ForwardMsg = ForwardMsg.FromString(frame)
        if message.WhichOneof("type") == "ref_hash":
            return self._kept[message.ref_hash]
        if message.metadata.cacheable:
            self._kept[message.hash] = message
        return message


def _untouched(element: Element) -> WidgetState | None:
    """What a browser sends of a widget that nobody touched."""
    if element.WhichOneof("type") == "selectbox":
        box = element.selectbox
        if not box.HasField("default"):
            return WidgetState(id=box.id)
        return WidgetState(id=box.id, string_value=box.options[box.default])
    if element.WhichOneof("type") == "slider":
        state = WidgetState(id=element.slider.id)
        state.double_array_value.data.extend(element.slider.default)
        return state
    if element.WhichOneof("type") == "number_input":
        return WidgetState(id=element.number_input.id)
    return None


def _case(age: int, revision: str) -> dict[str, object]:
    """An example of the study as the form sends it, at another age."""
    study = studies.find(studies.DEFAULT)
    (example, *_) = study.examples
    patient = {**example.values, "age": age}
    values = {
        feature.name: {"code": patient.get(feature.name)}
        if feature.is_coded
        else {"typed": f"{patient.get(feature.name, '')}", "unit": feature.unit}
        for feature in study.schema.features
    }
    case = {"study": study.schema.study, "revision": revision, "values": values}
    said = {study.schema.outcome.population: True}
    return {**case, "filled": None, "source": None, "said": said}


@asynccontextmanager
async def opened(side: Side, count: int) -> AsyncIterator[list[Session]]:
    """So many sessions that show their first number, opened one after the other."""
    address = side.url.replace("http", "ws") + "/_stcore/stream"
    sessions = []
    try:
        for _ in range(count):
            connection = await connect(
                address, subprotocols=[PROTOCOL], max_size=None, ping_interval=None
            )
            session = Session(connection)
            sessions.append(session)
            await session.open()
        yield sessions
    finally:
        for session in sessions:
            await session.connection.close()
