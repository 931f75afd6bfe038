"""What a logged model says of itself in its ``MLmodel``, read as data: nothing in it is run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from model.errors import OriginalRefused

MODEL_FILE = "MLmodel"
LARGEST_BYTES = 4 * 1024**2
LARGEST_EXAMPLE_BYTES = 16 * 1024**2
MOST_EXAMPLE_ROWS = 1_000
FLAVOURS = ("sklearn", "xgboost", "lightgbm", "catboost", "statsmodels")
"""Those whose fitted object is asked itself: their `predict` through MLflow answers classes."""


class _WithoutAliases(yaml.SafeLoader):
    """Without aliases, by which a small text names itself a million times."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


@dataclass(frozen=True)
class Described:
    """The parts of an ``MLmodel`` that matter here; every text is somebody's."""

    flavours: Mapping[str, Mapping[str, Any]]
    signature: Mapping[str, Any] = field(default_factory=dict)
    example: Mapping[str, Any] = field(default_factory=dict)

    @property
    def flavour(self) -> str:
        """The library's own, or ``python_function``."""
        return next((name for name in FLAVOURS if name in self.flavours), "python_function")

    @property
    def own(self) -> Mapping[str, Any]:
        return self.flavours.get(self.flavour, {})

    @property
    def brings_code(self) -> bool:
        function = self.flavours.get("python_function", {})
        return bool(function.get("code") or self.own.get("code")) or self.flavour not in FLAVOURS


def read(folder: Path) -> Described:
    """Read the ``MLmodel`` of a folder.

    Raises
    ------
    OriginalRefused
        If there is none, or it is not what MLflow writes.
    """
    path = folder / MODEL_FILE
    if not path.is_file():
        raise OriginalRefused("The folder has no MLmodel, so it is no model that MLflow logged.")
    if path.stat().st_size > LARGEST_BYTES:
        raise OriginalRefused("Its MLmodel is too large to be one.")
    try:
        document = yaml.load(path.read_bytes(), Loader=_WithoutAliases)
        flavours = {str(name): dict(flavour or {}) for name, flavour in document["flavors"].items()}
        signature = dict(document.get("signature") or {})
        example = dict(document.get("saved_input_example_info") or {})
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        raise OriginalRefused("Its MLmodel is not readable as MLflow writes it.") from None
    return Described(flavours, signature, example)


def example(folder: Path, described: Described) -> pd.DataFrame | None:
    """The rows logged with the model; None if there are none that are a table."""
    name = str(described.example.get("artifact_path", ""))
    if described.example.get("type") != "dataframe" or not re.fullmatch(r"[\w.-]+", name):
        return None
    path = folder / name
    if not path.is_file() or path.stat().st_size > LARGEST_EXAMPLE_BYTES:
        return None
    try:
        document = json.loads(path.read_bytes())
        frame = pd.DataFrame(document["data"], columns=[str(c) for c in document["columns"]])
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return frame.head(MOST_EXAMPLE_ROWS) if len(frame) and frame.columns.is_unique else None
