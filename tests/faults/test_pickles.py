"""A model that is a pickle is not loaded in our process, whoever asks MLflow for it."""

from __future__ import annotations

from pathlib import Path

import pytest


class Marks:
    """Touches a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._path,)


def test_mlflow_loads_no_pickle_where_our_settings_hold(tmp_path: Path) -> None:
    import cloudpickle
    import mlflow
    import yaml
    from mlflow.exceptions import MlflowException

    marker, model = tmp_path / "executed", tmp_path / "model"
    model.mkdir()
    (model / "model.pkl").write_bytes(cloudpickle.dumps(Marks(marker)))
    described = {
        "flavors": {
            "python_function": {"loader_module": "mlflow.sklearn", "model_path": "model.pkl"},
            "sklearn": {"pickled_model": "model.pkl", "serialization_format": "cloudpickle"},
        }
    }
    (model / "MLmodel").write_text(yaml.safe_dump(described))
    for load in (mlflow.pyfunc.load_model, mlflow.sklearn.load_model):
        with pytest.raises(MlflowException):
            load(str(model))
        assert not marker.exists()
