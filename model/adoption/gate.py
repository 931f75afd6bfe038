"""Which of the three gates a model goes through, decided from its files before any is opened."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from model.adoption.described import Described
from model.adoption.opening.refusal import OwnCodeNeeded
from model.errors import OriginalRefused


class Gate(StrEnum):
    """In the order of trust."""

    DATA = "read as data"
    RESTRICTED = "opened under a list of allowed types"
    OWN_CODE = "run with its own code"


@dataclass(frozen=True)
class Way:
    """How a model is opened: the gate, the file or folder, and the format it has."""

    gate: Gate
    path: Path
    form: str
    flavour: str = ""


FORMS = {
    ".json": (Gate.DATA, "xgboost"),
    ".ubj": (Gate.DATA, "xgboost"),
    ".xgb": (Gate.DATA, "xgboost"),
    ".txt": (Gate.DATA, "lightgbm"),
    ".lgb": (Gate.DATA, "lightgbm"),
    ".cbm": (Gate.DATA, "catboost"),
    ".cb": (Gate.DATA, "catboost"),
    ".skops": (Gate.DATA, "skops"),
    ".pkl": (Gate.RESTRICTED, "pickle"),
    ".pickle": (Gate.RESTRICTED, "pickle"),
    ".joblib": (Gate.RESTRICTED, "pickle"),
}
PICKLES = (".pkl", ".pickle", ".joblib")
ASKS_FOR_CODE = (
    "It brings its own code, and nothing of that was run. It runs only where somebody asks for it "
    "(--run-its-code), in a process of its own, without a network."
)


def of_file(path: Path, *, run_its_code: bool) -> Way:
    """The way to open a file that is no MLflow model.

    Raises
    ------
    OriginalRefused
        If nothing here reads such files.
    """
    gate, form = FORMS.get(path.suffix.lower(), (None, ""))
    if gate is None:
        raise OriginalRefused(
            f"{path.name} is not a kind of file that can be opened: {', '.join(FORMS)}."
        )
    if gate is Gate.RESTRICTED and run_its_code:
        return Way(Gate.OWN_CODE, path, "own pickle")
    if path.suffix.lower() == ".json" and b'"oblivious_trees"' in path.read_bytes():
        form = "catboost"
    return Way(gate, path, form)


def of_folder(folder: Path, described: Described, *, run_its_code: bool) -> Way:
    """The way to open what MLflow logged.

    Raises
    ------
    OriginalRefused
        If it needs its own code and nobody asked for that, or its files lie elsewhere.
    """
    flavour = described.flavour
    if run_its_code:
        return Way(Gate.OWN_CODE, folder, "folder", flavour)
    if described.brings_code:
        raise OwnCodeNeeded(ASKS_FOR_CODE)
    path = _inside(folder, str(_model_path(described)))
    suffix = path.suffix.lower()
    if described.own.get("serialization_format") == "skops" and suffix != ".lgb":
        return Way(Gate.DATA, path, "skops", flavour)
    if flavour in ("xgboost", "lightgbm", "catboost") and suffix not in PICKLES:
        gate, form = FORMS.get(suffix, (Gate.DATA, flavour))
        return Way(gate, path, form if form == "skops" else flavour, flavour)
    return Way(Gate.RESTRICTED, path, "pickle", flavour)


def _model_path(described: Described) -> object:
    own, function = described.own, described.flavours.get("python_function", {})
    named = {"sklearn": "pickled_model", "catboost": "model_path"}
    return own.get(named.get(described.flavour, "data")) or function.get(
        "model_path", function.get("data", "")
    )


def _inside(folder: Path, name: str) -> Path:
    """The file of that name inside the folder, and nowhere else."""
    parts = PurePosixPath(name).parts
    if not name or ".." in parts or name.startswith(("/", "\\")) or "\\" in name:
        raise OriginalRefused("Its MLmodel points to a file outside the model; it is not opened.")
    path = folder / name
    if path.is_dir():  # XGBoost and LightGBM keep one file in a folder
        files = [file for file in sorted(path.iterdir()) if file.suffix in FORMS]
        path = files[0] if files else path
    if path.is_symlink() or not path.is_file():
        raise OriginalRefused(f"Its MLmodel names {name:.80}, which is not among its files.")
    return path
