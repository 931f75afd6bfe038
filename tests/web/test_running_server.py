"""What a running server does with each setting of `.streamlit/config.toml`, and says to browsers.

The page it serves is a small one; the settings and the middleware are the app's own.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NewSession_pb2 import Config, CustomThemeConfig
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from dashboard import web_protection
from tests.browser.visits import until_healthy
from tests.servers import ROOT, free_port

pytestmark = pytest.mark.server

SETTINGS = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
PAGE = """
import streamlit as st
from dashboard import web_protection
if __name__ == "__main__":
    if "broken" in st.query_params:
        raise ValueError("chol 431.7")
    st.write("sound")
    st.text("long " * 3000)
else:
    web_protection.warn_if_exposed()
    app = st.App(__file__, middleware=web_protection.MIDDLEWARE)
"""
STREAMLITS_OWN_BYTES = 10_000  # from which on a message may go by its hash, as Streamlit starts
BROWSER = "#!/bin/sh\ntouch opened\n"


@dataclass(frozen=True)
class Running:
    """A server that answers, and the folder it runs in."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> HTTPResponse:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers)
        with closing(connection), connection.getresponse() as response:
            response.read()
            return response

    def visit(self, query: str = "", **options: Any) -> list[ForwardMsg]:
        """The messages a browser gets until the page is drawn."""
        with self.session(**options) as session:
            asked = BackMsg()
            asked.rerun_script.query_string = query
            session.send(asked.SerializeToString())
            messages: list[ForwardMsg] = []
            while not messages or messages[-1].WhichOneof("type") != "script_finished":
                received = session.recv(timeout=60)
                assert isinstance(received, bytes)
                messages.append(ForwardMsg.FromString(received))
            return messages

    def session(self, **options: Any) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            open_timeout=30,
            **options,
        )


@contextmanager
def started(folder: Path, **environment: str) -> Iterator[Running]:
    shutil.copytree(ROOT / ".streamlit", folder / ".streamlit")
    (folder / "page.py").write_text(PAGE)
    programs = folder / "programs"
    programs.mkdir()
    for name in ("xdg-open", "www-browser", "sensible-browser"):
        (programs / name).write_text(BROWSER)
        (programs / name).chmod(0o755)
    own = ("BEDSIDE_", "MLFLOW_", "STREAMLIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    port = free_port()
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "page.py", "--server.port", str(port)],
            cwd=folder,
            env={
                **kept,
                "PYTHONPATH": str(ROOT),
                "PATH": f"{programs}{os.pathsep}{kept.get('PATH', '')}",
                "BROWSER": str(programs / "www-browser"),
                "DISPLAY": ":0",
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            until_healthy(port, process)
            yield Running(folder, port, process)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with started(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def drawn(running: Running) -> list[ForwardMsg]:
    return running.visit()


@pytest.fixture(scope="module")
def told(drawn: list[ForwardMsg]) -> Config:
    """What the server tells the browser's side of Streamlit."""
    (session,) = [each.new_session for each in drawn if each.WhichOneof("type") == "new_session"]
    return session.config


@pytest.fixture(scope="module")
def theme(drawn: list[ForwardMsg]) -> CustomThemeConfig:
    (session,) = [each.new_session for each in drawn if each.WhichOneof("type") == "new_session"]
    return session.custom_theme


# [server] ---------------------------------------------------------------------------------


def test_headless_nobody_is_asked_for_anything_and_no_browser_is_opened(tmp_path: Path) -> None:
    with started(tmp_path) as running:
        assert not (running.folder / "opened").exists()


def test_address_other_machines_are_not_listened_to(running: Running) -> None:
    """Every address that begins with 127 is this machine, and only one of them is listened on."""
    with (
        pytest.raises(ConnectionRefusedError),
        socket.create_connection(("127.0.0.2", running.port), timeout=10),
    ):
        pass


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example"])
def test_allowed_hosts_another_name_for_this_machine_opens_no_session(
    running: Running, host: str
) -> None:
    here = socket.create_connection(("127.0.0.1", running.port))
    with (
        here,
        pytest.raises(InvalidStatus) as refused,
        connect(f"ws://{host}/_stcore/stream", sock=here, open_timeout=30),
    ):
        pass
    assert refused.value.response.status_code == 403


def test_enable_xsrf_protection_a_file_without_its_token_is_not_taken(running: Running) -> None:
    refused = running.ask("PUT", "/_stcore/upload_file/session/file", b"patients")
    assert refused.status == 403


def test_max_upload_size_a_larger_file_is_not_taken(running: Running) -> None:
    """The page's token comes first, and a session that is open, as a browser has both."""
    cookie = str(running.ask("GET", "/_stcore/health").getheader("Set-Cookie")).partition(";")[0]
    token = cookie.partition("=")[2].strip('"')
    limit = SETTINGS["server"]["maxUploadSize"] * 1024 * 1024
    assert limit == 20 * 1024 * 1024
    with running.session() as session:
        asked = BackMsg()
        asked.rerun_script.query_string = ""
        session.send(asked.SerializeToString())
        first = session.recv(timeout=60)
        assert isinstance(first, bytes)
        name = ForwardMsg.FromString(first).new_session.initialize.session_id
        place = f"/_stcore/upload_file/{name}/file"
        for size, status in ((limit - 1000, 204), (limit + 1000, 413)):
            part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
            body = part + bytes(size) + b"\r\n--x--\r\n"
            headers = {
                "Cookie": f"_streamlit_xsrf={token}",
                "X-Xsrftoken": token,
                "Content-Type": "multipart/form-data; boundary=x",
            }
            assert running.ask("PUT", place, body, **headers).status == status


def test_file_watcher_type_nothing_watches_files(running: Running, drawn: list[ForwardMsg]) -> None:
    handles = (running.folder / "/proc" / str(running.process.pid) / "fd").iterdir()
    assert drawn
    assert not [each for each in handles if "inotify" in os.readlink(each)]


def test_the_agent_interface_is_off(running: Running) -> None:
    for path in ("interact", "mcp"):
        asked = running.ask(
            "POST", f"/_stcore/agent/{path}", b"{}", **{"Content-Type": "application/json"}
        )
        assert asked.status in (400, 403)


# [browser] --------------------------------------------------------------------------------


def test_gather_usage_stats_nobody_is_told_of_a_visit(told: Config) -> None:
    assert told.gather_usage_stats is False


def test_server_address_the_terminal_shows_one_address_and_asks_nobody_for_others(
    running: Running,
) -> None:
    assert f"URL: http://localhost:{running.port}" in running.log
    assert "External" not in running.log
    assert "Network" not in running.log


# [client] ---------------------------------------------------------------------------------


def test_show_error_details_an_error_is_named_and_not_shown(running: Running) -> None:
    messages = running.visit("broken=1")
    shown = [
        each.delta.new_element.exception
        for each in messages
        if each.WhichOneof("type") == "delta"
        and each.delta.new_element.WhichOneof("type") == "exception"
    ]
    assert len(shown) == 1
    assert not shown[0].stack_trace
    assert "431.7" not in str(messages)
    assert "ValueError" not in str(shown[0])


def test_show_error_links_no_error_is_sent_to_a_search_engine(told: Config) -> None:
    assert told.show_error_links in (Config.SHOW_ERROR_LINKS_FALSE, False)


def test_disable_data_export_tables_have_no_export_of_their_own(told: Config) -> None:
    assert told.disable_data_export is True


def test_toolbar_mode_no_developer_menu(told: Config) -> None:
    assert told.toolbar_mode == Config.MINIMAL


# [theme] ----------------------------------------------------------------------------------


def contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it."""

    def luminance(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = [
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("side", ["light", "dark"])
def test_text_and_links_can_be_read_on_every_surface(theme: CustomThemeConfig, side: str) -> None:
    colours = getattr(theme, side)
    surfaces = (
        colours.background_color,
        colours.secondary_background_color,
        colours.sidebar.background_color,
    )
    assert all(surfaces)
    for surface in surfaces:
        assert contrast(colours.text_color, surface) >= 4.5
        assert contrast(colours.link_color, surface) >= 4.5
        assert contrast(colours.border_color, surface) >= 3
    assert contrast(colours.primary_color, surfaces[0]) >= 4.5
    assert len({*surfaces}) == 3  # a shade apart


def test_the_dark_side_is_dark(theme: CustomThemeConfig) -> None:
    light, dark = theme.light.background_color, theme.dark.background_color
    assert contrast(light, "#000000") > 15
    assert contrast(dark, "#FFFFFF") > 15


def test_show_widget_border_an_input_is_known_by_its_edge(theme: CustomThemeConfig) -> None:
    assert theme.show_widget_border is True


def test_chart_categorical_colors_are_those_a_colour_blind_eye_tells_apart(
    theme: CustomThemeConfig,
) -> None:
    okabe_ito = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"}
    assert set(theme.chart_categorical_colors) == okabe_ito


# [global] ---------------------------------------------------------------------------------


def test_min_cached_message_size_every_message_goes_whole(drawn: list[ForwardMsg]) -> None:
    assert max(each.ByteSize() for each in drawn) > STREAMLITS_OWN_BYTES
    assert not any(each.metadata.cacheable for each in drawn)


def test_every_setting_has_a_test_here() -> None:
    """Those of a theme are tested by what can be read with them."""
    source = Path(__file__).read_text().replace("_", "")
    names = [name for part in ("server", "global", "browser", "client") for name in SETTINGS[part]]
    assert [name for name in names if f"def test{name.lower()}" not in source.lower()] == []


# What every answer says -------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/nothing", "/_stcore/host-config"])
def test_every_answer_has_the_security_headers(running: Running, path: str) -> None:
    answer = running.ask("GET", path)
    for name, value in web_protection.HEADERS.items():
        assert answer.getheader(name) == value


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "http://127.0.0.1:1", "http://localhost", "null", "https://127.0.0.1"],
)
def test_a_page_of_another_origin_opens_no_session_and_asks_nothing(
    running: Running, origin: str
) -> None:
    with pytest.raises(InvalidStatus) as refused, running.session(origin=origin):
        pass
    assert refused.value.response.status_code == 403
    assert running.ask("GET", "/", Origin=origin).status == 403
    assert "checkip" not in running.log
    assert "external IP" not in running.log


def test_a_page_of_this_origin_opens_one(running: Running) -> None:
    assert running.visit(origin=f"http://127.0.0.1:{running.port}")
    assert running.ask("GET", "/", Origin=f"http://127.0.0.1:{running.port}").status == 200


def test_listening_beyond_this_machine_is_warned_of(running: Running, tmp_path: Path) -> None:
    assert "beyond this machine" not in running.log
    named = {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0"}
    named["STREAMLIT_SERVER_CORS_ALLOWED_ORIGINS"] = "https://ward.example.org"
    with started(tmp_path, **named) as exposed:
        assert "listens on 0.0.0.0, beyond this machine" in exposed.log
        # An origin the operator named may ask, as behind a proxy that changes the host.
        assert exposed.ask("GET", "/", Origin="https://ward.example.org").status == 200
