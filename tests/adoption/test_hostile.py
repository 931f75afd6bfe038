"""Hostile files: refused by name in one sentence, with nothing executed, by the real process."""

from __future__ import annotations

import gzip
import json
import os
import pickle
import pickletools
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer
from sklearn.tree import DecisionTreeClassifier

from model.adoption import described, gate
from model.adoption.opening import formats
from model.adoption.opening.refusal import Refused
from model.errors import OriginalRefused

MARKER = "executed"
SENTENCE_CHARACTERS = 400


class Calls:
    """Pickles as a call of `function` with `arguments`."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._reduced = (function, arguments)

    def __reduce__(self) -> Any:
        return self._reduced


class Builds:
    """Pickles as an estimator whose state holds something of ours."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __reduce__(self) -> Any:
        return (LogisticRegression, (), {"C": self._held})


def touching(marker: Path) -> Calls:
    return Calls(os.system, f"touch {marker}")


def fitted_tree() -> DecisionTreeClassifier:
    X = np.arange(40.0).reshape(20, 2)
    return DecisionTreeClassifier().fit(X, np.arange(20) % 3 == 0)


def with_nodes(change: Callable[[dict[str, Any]], None]) -> DecisionTreeClassifier:
    """A fitted tree, of which the stored nodes were changed."""
    model = fitted_tree()
    state = model.tree_.__getstate__()
    state = {**state, "nodes": state["nodes"].copy(), "values": state["values"].copy()}
    change(state)
    tree = type(model.tree_)(2, np.array([2], dtype=np.intp), 1)
    tree.__setstate__(state)
    model.tree_ = tree
    return model


def distribution_that_runs(code: str) -> bytes:
    """SciPy's normal distribution; it compiles a text of its state when it comes to life."""
    normal = type(stats.norm)(name="norm")
    normal._parse_arg_template = f"{code}\n{normal._parse_arg_template}"
    return pickle.dumps(normal)


def set_node(field: str, value: float) -> Callable[[dict[str, Any]], None]:
    def change(state: dict[str, Any]) -> None:
        state["nodes"][field][0] = value

    return change


def set_value(state: dict[str, Any]) -> None:
    state["values"][0] = np.nan


def chain(*names: str) -> bytes:
    """Opcodes that fetch `names`, and call the first with the others' words."""
    return b"\x80\x04" + b"".join(f"c{n.replace(' ', chr(10))}\n".encode() for n in names) + b"."


def stack_global(module: str, name: str) -> bytes:
    """The name put together on the stack, where no list of names shows it."""
    parts = b"".join(b"\x8c" + bytes([len(part)]) + part.encode() for part in (module, name))
    return b"\x80\x04" + parts + b"\x93."


PICKLES: dict[str, Callable[[Path], bytes]] = {
    "a call of a program": lambda m: pickle.dumps(touching(m)),
    "a call inside an estimator": lambda m: pickle.dumps(Builds(touching(m))),
    "a call inside a list in a dict": lambda m: pickle.dumps({"a": [1, {"b": touching(m)}]}),
    "eval": lambda m: pickle.dumps(Calls(eval, f"open({str(m)!r}, 'w')")),
    "exec": lambda m: pickle.dumps(Calls(exec, f"open({str(m)!r}, 'w')")),
    "getattr": lambda m: pickle.dumps(Calls(getattr, Path(m), "touch")),
    "a chain of getattr": lambda m: pickle.dumps(
        Calls(getattr, Calls(getattr, Path(m), "parent"), "touch")
    ),
    "open": lambda m: pickle.dumps(Calls(open, str(m), "w")),
    "Path.touch": lambda m: pickle.dumps(Calls(Path.touch, m)),
    "importlib": lambda m: chain("importlib import_module"),
    "partial": lambda m: chain("functools partial"),
    "attrgetter": lambda m: chain("operator attrgetter"),
    "methodcaller": lambda m: chain("operator methodcaller"),
    "runpy": lambda m: chain("runpy run_path"),
    "a name put together on the stack": lambda m: stack_global("posix", "system"),
    "a name inside an allowed module": lambda m: chain("numpy load"),
    "numpy memmap": lambda m: chain("numpy memmap"),
    "numpy vectorize": lambda m: chain("numpy vectorize"),
    "joblib Memory": lambda m: chain("joblib.memory Memory"),
    "a module's own import": lambda m: chain("sklearn.pipeline os"),
    "a dotted name": lambda m: stack_global("sklearn.pipeline", "np.load"),
    "an allowed class through its globals": lambda m: stack_global(
        "sklearn.pipeline", "Pipeline.fit.__globals__"
    ),
    "a foreign function in a transformer": lambda m: pickle.dumps(FunctionTransformer(os.system)),
    "cloudpickle": lambda m: chain("cloudpickle.cloudpickle _make_function"),
    "patsy": lambda m: chain("patsy.eval EvalEnvironment"),
    "a distribution with a text that runs": lambda m: distribution_that_runs(
        f"open({str(m)!r}, 'w').close()"
    ),
    "a persistent id": lambda m: b"\x80\x04\x8c\x01xQ.",
    "an extension code": lambda m: b"\x80\x02\x82\x01.",
    "a tree that leads back": lambda m: pickle.dumps(with_nodes(set_node("left_child", 0))),
    "a tree that leads out": lambda m: pickle.dumps(with_nodes(set_node("right_child", 10**6))),
    "a tree of an input it has not": lambda m: pickle.dumps(with_nodes(set_node("feature", 900))),
    "a threshold of NaN": lambda m: pickle.dumps(with_nodes(set_node("threshold", np.nan))),
    "an answer of NaN": lambda m: pickle.dumps(with_nodes(set_value)),
    "no model": lambda m: pickle.dumps({"a": 1}),
    "cut short": lambda m: pickle.dumps(fitted_tree())[:-40],
    "no pickle": lambda m: b"\x00\x01\x02 this is no pickle",
    "empty": lambda m: b"",
    "a compressed bomb": lambda m: gzip.compress(bytes(64 * 1024**2)) * 17,
    "an array larger than memory": lambda m: pickle.dumps(
        Calls(np.ndarray, (10**13,), np.dtype("f8"))
    ),
}


def test_a_distribution_runs_its_text_where_nothing_stands_in_for_it(tmp_path: Path) -> None:
    pickle.loads(distribution_that_runs(f"open({str(tmp_path / MARKER)!r}, 'w').close()"))
    assert (tmp_path / MARKER).exists()


@pytest.mark.parametrize("kind", PICKLES)
def test_a_hostile_pickle_is_refused_and_nothing_runs(kind: str, tmp_path: Path) -> None:
    marker = tmp_path / MARKER
    file = tmp_path / "model.pkl"
    file.write_bytes(PICKLES[kind](marker))

    with pytest.raises(Refused) as refused:
        formats.open_file(file, "pickle")

    assert_one_sentence(str(refused.value))
    assert not marker.exists()


def test_a_joblib_array_of_objects_is_opened_under_the_same_list(tmp_path: Path) -> None:
    marker, file = tmp_path / MARKER, tmp_path / "model.joblib"
    joblib.dump({"a": np.array([touching(marker)], dtype=object)}, file)

    with pytest.raises(Refused, match="not on the list"):
        formats.open_file(file, "pickle")

    assert not marker.exists()


def test_a_joblib_array_of_objects_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "model.joblib"
    joblib.dump({"a": np.array(["x", "y"], dtype=object)}, file)
    inner = pickle.dumps(np.array(["x", "y"], dtype=object), 5)
    assert inner in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(inner, pickle.dumps(["x", "y"], 5)))

    with pytest.raises(Refused, match="that is none"):
        formats.open_file(file, "pickle")


@pytest.mark.parametrize("compress", [0, 3, ("gzip", 3), ("lzma", 3), ("bz2", 3)])
def test_joblib_files_are_read_however_they_are_packed(compress: Any, tmp_path: Path) -> None:
    frame = pd.DataFrame(np.arange(40.0).reshape(20, 2), columns=["a", "b"])
    model = LogisticRegression().fit(frame, np.arange(20) > 9)  # keeps the names as objects
    joblib.dump(model, tmp_path / "model.joblib", compress=compress)

    opened = formats.open_file(tmp_path / "model.joblib", "pickle")

    opened.columns = ({"name": "a", "kind": "number"}, {"name": "b", "kind": "number"})
    answer = opened.ask("predict_proba", frame)
    assert np.array_equal(answer.values, model.predict_proba(frame))


def skops_file(tmp_path: Path, schema: dict[str, Any], **members: bytes) -> Path:
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("schema.json", json.dumps(schema))
        for name, data in members.items():
            archive.writestr(name.replace("_zip", ".zip"), data)
    return path


FUNCTION = {
    "__class__": "system",
    "__module__": "posix",
    "__loader__": "FunctionNode",
    "__id__": 1,
    "content": {"module_path": "posix", "function": "system"},
    "protocol": 2,
    "_skops_version": "0.16.0",
}


@pytest.mark.parametrize(
    ("schema", "members"),
    [
        (FUNCTION, {}),
        ({**FUNCTION, "__loader__": "TypeNode"}, {}),
        ({**FUNCTION, "__loader__": "NoSuchNode"}, {}),
        ({}, {}),
        (FUNCTION, {"inner_zip": b"PK"}),
    ],
)
def test_a_hostile_skops_file_is_refused(
    schema: dict[str, Any], members: dict[str, bytes], tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        formats.open_file(skops_file(tmp_path, schema, **members), "skops")

    assert_one_sentence(str(refused.value))


def test_a_skops_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "{}")
        archive.filelist[0].file_size = 2 * 1024**3  # what the directory of a bomb says

    with pytest.raises(Refused, match="1 GB"):
        formats.open_file(path, "skops")


def xgboost_document() -> dict[str, Any]:
    import xgboost

    rows = pd.DataFrame(np.arange(40.0).reshape(20, 2), columns=["a", "b"])
    model = xgboost.XGBClassifier(n_estimators=2, max_depth=2).fit(rows, np.arange(20) % 3 == 0)
    document: dict[str, Any] = json.loads(model.get_booster().save_raw("json"))
    return document


def tree_of(document: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = document["learner"]["gradient_booster"]["model"]["trees"][0]
    return tree


@pytest.mark.parametrize(
    ("column", "value", "what"),
    [
        ("left_children", 0, "leads back into itself"),
        ("right_children", 10**6, "out of itself"),
        ("split_indices", 77, "does not have"),
        ("split_conditions", float("nan"), "no number"),
    ],
)
def test_a_damaged_xgboost_tree_is_refused(
    column: str, value: float, what: str, tmp_path: Path
) -> None:
    document = xgboost_document()
    tree_of(document)[column][0] = value
    file = tmp_path / "model.json"
    file.write_text(json.dumps(document))

    with pytest.raises(Refused, match=what):
        formats.open_file(file, "xgboost")


@pytest.mark.parametrize("content", ["[]", "{", '{"learner": 1}', "[" * 100_000, "tree"])
@pytest.mark.parametrize("form", ["xgboost", "lightgbm"])
def test_what_is_no_booster_is_refused(content: str, form: str, tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(content)

    with pytest.raises(Refused):
        formats.open_file(file, form)


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("left_child", "0", "leads back"),
        ("right_child", "900", "out of itself"),
        ("split_feature", "9", "does not have"),
        ("threshold", "nan", "no number"),
        ("leaf_value", "nan", "no finite number"),
        ("num_leaves", "many", "not written as"),
    ],
)
def test_a_damaged_lightgbm_tree_is_refused(
    key: str, value: str, what: str, tmp_path: Path
) -> None:
    import lightgbm

    rows = np.random.default_rng(0).normal(size=(200, 2))
    data = lightgbm.Dataset(rows, (rows[:, 0] > 0).astype(float))
    model = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 2)
    lines = model.model_to_string().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"{key}="))
    first, *rest = lines[at].removeprefix(f"{key}=").split(" ")
    lines[at] = f"{key}={' '.join([value, *rest])}"
    assert first != value
    file = tmp_path / "model.txt"
    file.write_text("\n".join(lines))

    with pytest.raises(Refused, match=what):
        formats.open_file(file, "lightgbm")


@pytest.fixture
def logged(tmp_path: Path) -> Path:
    """A folder as MLflow logs a pickled estimator."""
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.pkl").write_bytes(pickle.dumps(LogisticRegression()))
    (folder / "MLmodel").write_text(
        "flavors:\n"
        "  python_function: {loader_module: mlflow.sklearn, model_path: model.pkl}\n"
        "  sklearn: {pickled_model: model.pkl, serialization_format: cloudpickle}\n"
    )
    return folder


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("pickled_model: model.pkl", "pickled_model: ../secret.pkl"),
        ("pickled_model: model.pkl", "pickled_model: /etc/passwd"),
        ("pickled_model: model.pkl", "pickled_model: absent.pkl"),
        ("flavors:", "flavors: !!python/object/apply:os.system [true]\nx:"),
        ("flavors:", "a: &a [x]\nb: *a\nflavors:"),
        ("flavors:", "nothing:"),
        ("flavors:", "flavors: [\n"),
    ],
)
def test_an_mlmodel_that_points_elsewhere_is_refused(old: str, new: str, logged: Path) -> None:
    model_file = logged / "MLmodel"
    model_file.write_text(model_file.read_text().replace(old, new, 1))

    with pytest.raises(OriginalRefused) as refused:
        gate.of_folder(logged, described.read(logged), run_its_code=False)

    assert_one_sentence(str(refused.value))


def test_a_model_with_code_of_its_own_waits_for_a_word(logged: Path) -> None:
    model_file = logged / "MLmodel"
    model_file.write_text(
        model_file.read_text().replace("{loader_module", "{code: code, loader_module")
    )
    says = described.read(logged)

    with pytest.raises(OriginalRefused, match="--run-its-code"):
        gate.of_folder(logged, says, run_its_code=False)

    assert gate.of_folder(logged, says, run_its_code=True).gate is gate.Gate.OWN_CODE


def test_no_opcode_of_a_harmless_model_is_refused(tmp_path: Path) -> None:
    """The list would be useless if it refused what people log."""
    file = tmp_path / "model.pkl"
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        data = pickle.dumps(fitted_tree(), protocol)
        assert any(op.name in ("GLOBAL", "STACK_GLOBAL") for op, *_ in pickletools.genops(data))
        file.write_bytes(data)
        assert formats.open_file(file, "pickle").methods


def assert_one_sentence(told: str) -> None:
    assert told.endswith(".")
    assert len(told) <= SENTENCE_CHARACTERS
    assert "\n" not in told
