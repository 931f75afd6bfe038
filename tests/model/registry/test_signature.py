"""What somebody else's model takes, from files somebody else wrote."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from model.errors import SignatureRefused
from model.registry.signature import (
    LARGEST,
    Column,
    Interface,
    Kind,
    example_name,
    read,
    with_example,
)

COLUMNS = [
    {"type": "double", "name": "lactate", "required": True},
    {"type": "long", "name": "age", "required": True},
    {"type": "boolean", "name": "sedated", "required": False},
    {"type": "string", "name": "ward", "required": False},
]
INTERFACE = Interface(
    (
        Column("lactate", Kind.NUMBER, True),
        Column("age", Kind.WHOLE, True),
        Column("sedated", Kind.TRUTH, False),
        Column("ward", Kind.TEXT, False),
    )
)


def model_file(columns: Any = COLUMNS, **more: Any) -> bytes:
    inputs = columns if isinstance(columns, str) else json.dumps(columns)
    return yaml.safe_dump({"signature": {"inputs": inputs}, **more}).encode()


def test_a_signature_says_names_kinds_and_what_is_needed() -> None:
    assert read(model_file()) == INTERFACE


def test_what_does_not_say_is_needed() -> None:
    assert read(model_file([{"type": "float", "name": "x"}])).columns[0].required


DEEP = "[" * 5000 + "]" * 5000


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"flavors: {}\n", "has no signature"),
        (b"", "has no signature"),
        (b"signature: null\n", "has no signature"),
        (b"- 1\n", "has no signature"),
        (b"\xff\xfe\x00", "has no signature"),
        (b"signature: !!python/object/apply:os.system ['touch executed']\n", "has no signature"),
        (f"signature: {DEEP}\n".encode(), "has no signature"),
        (b"#" * (LARGEST + 1), "too large"),
        (model_file("not json"), "a form cannot show"),
        (model_file(DEEP), "a form cannot show"),
        (model_file({"type": "double"}), "a form cannot show"),
        (model_file([{"type": "tensor", "tensor-spec": {}}]), "a form cannot show"),
        (model_file([{"type": "double"}]), "a form cannot show"),
        (model_file([{"type": "datetime", "name": "when"}]), "a form cannot show"),
        (model_file([]), "1 to 200 inputs"),
        (model_file([COLUMNS[0], COLUMNS[0]]), "1 to 200 inputs"),
        (model_file([{"type": "double", "name": f"x{at}"} for at in range(201)]), "1 to 200"),
    ],
)
def test_a_description_that_no_form_can_show_is_refused_in_a_sentence(
    file: bytes, said: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SignatureRefused, match=said):
        read(file)
    assert list(tmp_path.iterdir()) == []  # nothing in it was run


@pytest.mark.parametrize(
    ("information", "name"),
    [
        ({"artifact_path": "input_example.json"}, "input_example.json"),
        ({"artifact_path": "../secret.json"}, None),
        ({"artifact_path": "/etc/passwd"}, None),
        ({"artifact_path": ".."}, None),
        ({"artifact_path": "input_example.json", "type": "ndarray"}, None),
        ({"artifact_path": "input_example.json", "pandas_orient": "records"}, None),
    ],
)
def test_an_example_is_a_file_of_a_table_beside_the_description(
    information: dict[str, str], name: str | None
) -> None:
    described = {"type": "dataframe", "pandas_orient": "split", **information}
    assert example_name(model_file(saved_input_example_info=described)) == name


def test_without_an_example_there_is_no_name() -> None:
    assert example_name(model_file()) is None
    assert example_name(b"") is None


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([[1.5, 60, True, "A"]], [(1.5, 60, True, "A")]),
        ([[1, 60, None, None]], [(1, 60, None, None)]),
        ([[1.5, 60, float("nan"), "A"]], [(1.5, 60, None, "A")]),
        ([[None, 60, True, "A"]], []),  # needed
        ([[1.5, 60.5, True, "A"]], []),  # not whole
        ([[1.5, True, True, "A"]], []),  # not a number
        ([[1.5, 60, 1, "A"]], []),  # not yes or no
        ([[1.5, 60, True, 7]], []),  # not a text
        ([[1.5, 60, True]], []),  # too short: then nothing of it is trusted
        ([[1.5, 60, True, "A"]] * 30, [(1.5, 60, True, "A")] * 20),
    ],
)
def test_of_an_example_the_rows_that_fit_are_kept(
    rows: list[list[Any]], kept: list[tuple[Any, ...]]
) -> None:
    document = {"columns": ["lactate", "age", "sedated", "ward"], "data": rows}
    assert with_example(INTERFACE, json.dumps(document).encode()).example == tuple(kept)


def test_an_example_may_have_its_columns_in_another_order() -> None:
    document = {"columns": ["ward", "age", "sedated", "lactate"], "data": [["A", 60, True, 1.5]]}
    read_in = with_example(INTERFACE, json.dumps(document).encode())
    assert read_in.example == ((1.5, 60, True, "A"),)


@pytest.mark.parametrize("file", [b"", b"[]", b"{}", b'{"columns": [], "data": []}', b"[" * 9999])
def test_an_example_that_is_not_understood_is_none(file: bytes) -> None:
    assert with_example(INTERFACE, file) == INTERFACE
