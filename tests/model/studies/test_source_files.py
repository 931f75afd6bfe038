from __future__ import annotations

import dataclasses
import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from http.client import IncompleteRead
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError, URLError

import pytest

from model.errors import DataMismatch, DownloadFailed
from model.studies import source_files
from model.studies.source import DataSource, Original

NORTH = b"63.0,1.0,.7,0\n41.0,?,1.5,2\n"
SOUTH = b"55,0,?,1\n"
TABLE = b"site,age,sex,oldpeak,num\nnorth,63,1,0.7,0\nnorth,41,,1.5,2\nsouth,55,0,,1\n"
PUBLISHED = {"north.data": NORTH, "south.data": SOUTH}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def source_of(folder: Path, table: bytes = TABLE, host: str = "https://data.example") -> DataSource:
    """Two sites, declared as they are published above."""
    path = folder / "table.csv"
    path.write_bytes(table)
    return DataSource(
        table=path,
        sha256=sha256(TABLE),
        site_column="site",
        training_site="north",
        outcome_column="num",
        originals=tuple(
            Original(name.removesuffix(".data"), name, f"{host}/{name}", sha256(content))
            for name, content in PUBLISHED.items()
        ),
        licence="CC BY 4.0",
        citation="Nobody (2000)",
        url="https://data.example",
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds the originals as published."""
    path = tmp_path / "originals"
    path.mkdir()
    for name, content in PUBLISHED.items():
        (path / name).write_bytes(content)
    return path


def faults(source: DataSource, folder: Path) -> list[str]:
    with pytest.raises(DataMismatch) as caught:
        source_files.verify(source, folder)
    title, *lines = str(caught.value).splitlines()
    assert title == f"table.csv and the original files in {folder} do not agree:"
    return [line.strip() for line in lines]


def test_equal_files_are_reported_in_one_sentence(tmp_path: Path, folder: Path) -> None:
    assert source_files.verify(source_of(tmp_path), folder) == (
        f"table.csv equals the 2 original files in {folder}: 3 rows, 12 values."
    )


@pytest.mark.parametrize(
    ("filename", "content", "place"),
    [
        ("north.data", b"63.0,1.0,.8,0\n41.0,?,1.5,2\n", "row 1, column oldpeak"),
        ("north.data", b"63.0,1.0,.7,0\n41.0,?,1.5,3\n", "row 2, column num"),
        ("north.data", b"63.0,1.0,.7,0\n41.0,0,1.5,2\n", "row 2, column sex"),
        ("north.data", b"63.0,?,.7,0\n41.0,?,1.5,2\n", "row 1, column sex"),
        ("north.data", b"63.0,1.0,.7,0\n41.0,,1.5,2\n", "row 2, column sex"),
        ("south.data", b"55,0,nan,1\n", "row 1, column oldpeak"),
        ("south.data", b"old,0,?,1\n", "row 1, column age"),
    ],
)
def test_one_changed_cell_of_an_original_is_named(
    tmp_path: Path, folder: Path, filename: str, content: bytes, place: str
) -> None:
    (folder / filename).write_bytes(content)
    assert faults(source_of(tmp_path), folder) == [
        f"{filename}: its sha256 is not the original's {sha256(PUBLISHED[filename])}.",
        f"{filename}, {place}: is not what the table has.",
    ]


def test_one_changed_cell_of_the_table_is_named(tmp_path: Path, folder: Path) -> None:
    source = source_of(tmp_path, TABLE.replace(b"south,55", b"south,56"))
    assert faults(source, folder) == [
        f"table.csv: its sha256 is not the pinned {sha256(TABLE)}.",
        "south.data, row 1, column age: is not what the table has.",
    ]


def test_other_bytes_with_the_same_values_are_still_not_the_original(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "south.data").write_bytes(SOUTH.replace(b"\n", b"\r\n"))
    assert faults(source_of(tmp_path), folder) == [
        f"south.data: its sha256 is not the original's {sha256(SOUTH)}."
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"63.0,1.0,.7,0\n", "north.data: number of rows is 1, the table has 2."),
        (NORTH + b"1,1,1,1\n", "north.data: number of rows is 3, the table has 2."),
        (
            b"63.0,1.0,.7\n41.0,?,1.5,2\n",
            "north.data, row 1: does not have 4 values on both sides.",
        ),
        (b"", "north.data: number of rows is 0, the table has 2."),
    ],
)
def test_a_file_of_another_shape_is_named(
    tmp_path: Path, folder: Path, content: bytes, fault: str
) -> None:
    (folder / "north.data").write_bytes(content)
    assert faults(source_of(tmp_path), folder)[1:] == [fault]


def test_a_missing_file_does_not_hide_faults_in_the_others(tmp_path: Path, folder: Path) -> None:
    (folder / "north.data").unlink()
    (folder / "south.data").write_bytes(b"55,1,?,1\n")
    assert faults(source_of(tmp_path), folder) == [
        "north.data: cannot be read: No such file or directory.",
        f"south.data: its sha256 is not the original's {sha256(SOUTH)}.",
        "south.data, row 1, column sex: is not what the table has.",
    ]


def test_a_folder_that_is_not_there_names_every_file(tmp_path: Path) -> None:
    assert faults(source_of(tmp_path), tmp_path / "nowhere") == [
        "north.data: cannot be read: No such file or directory.",
        "south.data: cannot be read: No such file or directory.",
    ]


def test_many_faults_are_counted_not_listed(tmp_path: Path, folder: Path) -> None:
    rows = b"north,1,1,1,1\n" * 10
    source = source_of(tmp_path, TABLE.splitlines(keepends=True)[0] + rows + b"south,55,0,,1\n")
    (folder / "north.data").write_bytes(b"2,2,2,2\n" * 10)
    lines = faults(source, folder)
    assert len(lines) == source_files.FAULTS_SHOWN + 1
    assert lines[-1] == "... and 22 more."


def test_no_value_is_ever_told(tmp_path: Path, folder: Path) -> None:
    (folder / "north.data").write_bytes(b"431.7,1.0,.7,0\n41.0,?,1.5,2\n")
    assert "431.7" not in " ".join(faults(source_of(tmp_path), folder))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (b"", "table.csv has no column 'site'."),
        (b"age,sex\n1,1\n", "table.csv has no column 'site'."),
        (TABLE + b"east,1,1,1,1\n", "table.csv, row 4: no original has its site."),
        (TABLE + b"\n", "table.csv, row 4: no original has its site."),
    ],
)
def test_a_table_that_is_no_table_is_one_sentence(
    tmp_path: Path, folder: Path, table: bytes, message: str
) -> None:
    with pytest.raises(DataMismatch) as caught:
        source_files.verify(source_of(tmp_path, table), folder)
    assert str(caught.value) == message


def test_a_table_that_cannot_be_read_is_one_sentence(tmp_path: Path, folder: Path) -> None:
    source = dataclasses.replace(source_of(tmp_path), table=tmp_path / "gone.csv")
    with pytest.raises(DataMismatch, match=r"gone\.csv cannot be read: No such file"):
        source_files.verify(source, folder)


# Downloading


class Published:
    """Stands in for `urlopen`: answers with bytes, or raises what it is told to."""

    def __init__(self, **answers: bytes | Exception) -> None:
        self.answers: dict[str, bytes | Exception] = dict(PUBLISHED)
        self.answers.update({f"{site}.data": answer for site, answer in answers.items()})
        self.timeouts: list[float] = []

    def __call__(self, url: str, timeout: float) -> io.BytesIO:
        self.timeouts.append(timeout)
        answer = self.answers[url.rpartition("/")[2]]
        if isinstance(answer, Exception):
            raise answer
        return io.BytesIO(answer)


def refused(source: DataSource, folder: Path, open_url: Callable[..., object] | None) -> str:
    with pytest.raises(DownloadFailed) as caught:
        source_files.fetch(source, folder, open_url)
    message = str(caught.value)
    assert "\n" not in message
    return message


def test_what_is_fetched_is_written_and_verified(tmp_path: Path) -> None:
    published, folder = Published(), tmp_path / "new" / "folder"
    assert source_files.fetch(source_of(tmp_path), folder, published) == (
        f"table.csv equals the 2 original files in {folder}: 3 rows, 12 values."
    )
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == PUBLISHED
    assert published.timeouts == [10.0, 10.0]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (URLError(OSError(-2, "Name or service not known")), "Name or service not known"),
        (URLError(ConnectionRefusedError(111, "Connection refused")), "Connection refused"),
        (URLError(TimeoutError("timed out")), "no answer in time"),
        (TimeoutError("timed out"), "no answer in time"),
        (URLError("no host given"), "URLError"),
        (IncompleteRead(b"half"), "IncompleteRead"),
        (ValueError("unknown url type"), "ValueError"),
    ],
)
def test_without_a_network_there_is_one_sentence_and_no_file(
    tmp_path: Path, failure: Exception, reason: str
) -> None:
    folder = tmp_path / "originals"
    message = refused(source_of(tmp_path), folder, Published(south=failure))
    assert message == (
        f"https://data.example/south.data could not be downloaded ({reason}); "
        "nothing was written, and training does not need it."
    )
    assert not folder.exists()


@pytest.mark.parametrize(
    "answer",
    [
        SOUTH[:4],
        b"",
        SOUTH.replace(b"55", b"56"),
        b"<html>Please log in</html>",
        SOUTH + b" " * (source_files.SIZE_LIMIT + 1),
    ],
    ids=["half", "nothing", "one cell changed", "login page", "too large"],
)
def test_a_download_that_is_not_the_original_leaves_nothing(tmp_path: Path, answer: bytes) -> None:
    folder = tmp_path / "originals"
    message = refused(source_of(tmp_path), folder, Published(south=answer))
    assert message == (
        "https://data.example/south.data did not send the original file "
        f"(its sha256 is not {sha256(SOUTH)}); nothing was written."
    )
    assert not folder.exists()


def test_a_failed_download_leaves_earlier_files_as_they_were(tmp_path: Path, folder: Path) -> None:
    (folder / "north.data").write_bytes(b"mine")
    refused(source_of(tmp_path), folder, Published(south=TimeoutError()))
    assert sorted(path.name for path in folder.iterdir()) == ["north.data", "south.data"]
    assert (folder / "north.data").read_bytes() == b"mine"


class Endless(io.BytesIO):
    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    def read1(self, size: int | None = -1, /) -> bytes:
        self.sent += size or 0
        return b"x" * (size or 0)


def test_an_endless_answer_is_cut_at_the_size_limit(tmp_path: Path) -> None:
    endless = Endless()
    refused(source_of(tmp_path), tmp_path / "originals", lambda url, timeout: endless)
    assert endless.sent < 2 * source_files.SIZE_LIMIT


def test_an_answer_that_drips_is_given_up_at_the_deadline(tmp_path: Path) -> None:
    class Dripping(io.BytesIO):
        def read1(self, size: int | None = -1, /) -> bytes:
            return b"x"

    ticks = iter(range(0, 10_000, 9))
    with pytest.raises(DownloadFailed, match=r"\(no answer in time\)"):
        source_files.fetch(
            source_of(tmp_path),
            tmp_path / "originals",
            open_url=lambda url, timeout: Dripping(),
            clock=lambda: float(next(ticks)),
        )
    assert next(ticks) < source_files.DEADLINE_S + 30


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    message = refused(source_of(tmp_path), blocked / "originals", Published())
    assert message.endswith("north.data could not be written (Not a directory).")


def test_a_write_that_fails_leaves_no_part_behind(tmp_path: Path, folder: Path) -> None:
    (folder / "north.data").unlink()
    (folder / "north.data").mkdir()
    refused(source_of(tmp_path), folder, Published())
    assert sorted(path.name for path in folder.iterdir()) == ["north.data", "south.data"]


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.rpartition("/")[2]
        if self.path.startswith("/moved/"):
            self.send_response(302)
            self.send_header("Location", f"/{name}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif name in PUBLISHED and not self.path.startswith("/gone/"):
            short = self.path.startswith("/short/")
            self.send_response(200)
            self.send_header("Content-Length", str(len(PUBLISHED[name])))
            self.end_headers()
            self.wfile.write(PUBLISHED[name][: 5 if short else None])
        else:
            self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """A real server on this machine's loopback address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_real_server_is_fetched_from(tmp_path: Path, host: str) -> None:
    folder = tmp_path / "originals"
    assert "3 rows" in source_files.fetch(source_of(tmp_path, host=host), folder)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("gone", "could not be downloaded (HTTP status 404)"),
        ("moved", "could not be downloaded (HTTP status 302)"),
        ("short", "did not send the original file"),
    ],
)
def test_a_real_server_that_fails_is_one_sentence(
    tmp_path: Path, host: str, path: str, reason: str
) -> None:
    folder = tmp_path / "originals"
    assert reason in refused(source_of(tmp_path, host=f"{host}/{path}"), folder, None)
    assert not folder.exists()


def test_a_server_that_is_down_is_one_sentence(tmp_path: Path) -> None:
    source = source_of(tmp_path, host="http://127.0.0.1:9")
    assert "(Connection refused)" in refused(source, tmp_path / "originals", None)


def test_an_http_error_is_closed(tmp_path: Path) -> None:
    body = io.BytesIO(b"<html>")
    error = HTTPError("https://data.example", 503, "down", None, body)  # type: ignore[arg-type]
    message = refused(source_of(tmp_path), tmp_path / "originals", Published(north=error))
    assert "(HTTP status 503)" in message
    assert body.closed
