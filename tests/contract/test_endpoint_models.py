"""Models somebody else logged with MLflow, two versions of which ship other code under one name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pandas as pd
import pytest

from model.endpoints.endpoint import Endpoint
from model.endpoints.endpoint_model import EndpointModel
from model.endpoints.invocations import Invocations
from model.endpoints.signature_schema import SignatureSchema
from model.errors import SignatureRefused
from model.registry import model_server
from model.registry.registry import Registry
from model.registry.signature import Column, Kind
from model.registry.versions import Kind as VersionKind
from tests import stores
from tests.servers import environment
from tests.stores import FOREIGN, Store

pytestmark = pytest.mark.server

WARD = "ward-score"
MARKER = "loaded"

EXAMPLE = ((1.2, 60, "A"), (4.5, 71, "ICU"))
# By number of version: the slope its code holds, and how it gives its answers.
VERSIONS = {
    1: (0.5, "risk"),
    2: (2.0, "np.column_stack([1 - risk, risk])"),
}

LOG = f"""
from pathlib import Path
import mlflow, pandas as pd
from mlflow.models import infer_signature

example = pd.DataFrame({EXAMPLE}, columns=["lactate", "age", "ward"])
signature = infer_signature(example, pd.Series([0.1, 0.2]))
mlflow.set_experiment("{WARD}")

# Modules of one name with other code, one of them imported only when the model is asked.
for number, (slope, answer) in {VERSIONS}.items():
    Path("ward_formula.py").write_text(f"SLOPE = {{slope}}\\n")
    Path("ward_score.py").write_text(f'''
import numpy as np
from pathlib import Path

class Score:
    def predict(self, rows, params=None):
        from ward_formula import SLOPE
        log_odds = SLOPE * rows["lactate"] - 2 + (rows["ward"] == "ICU")
        risk = np.asarray(1 / (1 + np.exp(-log_odds)))
        return {{answer}}

def _load_pyfunc(path):
    Path({{str(Path("{MARKER}").absolute())!r}}).touch()
    return Score()
''')
    mlflow.pyfunc.log_model(
        name="model",
        loader_module="ward_score",
        code_paths=["ward_score.py", "ward_formula.py"],
        pip_requirements=["numpy"],
        signature=signature,
        registered_model_name="{WARD}",
        input_example=example,
    )
    Path("ward_formula.py").unlink()
    Path("ward_score.py").unlink()
Path("{MARKER}").unlink(missing_ok=True)
"""


def risk(number: int, lactate: float, ward: str) -> float:
    """What a version answers, by the code it was logged with."""
    slope, _ = VERSIONS[number]
    return float(1 / (1 + np.exp(-(slope * lactate - 2 + (ward == "ICU")))))


@pytest.fixture(scope="module")
def wards(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store with two versions somebody else logged."""
    copied = store.copy(tmp_path_factory.mktemp("wards") / "store")
    done = stores.python("-c", LOG, store=copied)
    assert done.returncode == 0, done.stderr
    return copied


@pytest.fixture(scope="module")
def served(wards: Store) -> Iterator[dict[int, EndpointModel]]:
    """Each version at an endpoint of its own, both at once."""
    registry = Registry(wards.uri)
    with ExitStack() as stack:
        found = {}
        for number in VERSIONS:
            version = registry.resolve(f"models:/{WARD}/{number}")
            server = stack.enter_context(
                model_server.served(version.reference, environment(wards.uri), environment="local")
            )
            there = Invocations(Endpoint(f"{WARD}/{number}", server.url))
            found[number] = EndpointModel(
                there, SignatureSchema.of(registry.interface(version), WARD)
            )
        yield found


def test_they_are_listed_as_seen(wards: Store) -> None:
    registry = Registry(wards.uri)
    assert WARD in registry.studies()
    assert {each.kind for each in registry.versions(WARD)} == {VersionKind.SEEN}


@pytest.mark.parametrize("number", VERSIONS)
def test_the_form_comes_from_the_signature_and_nothing_is_run(wards: Store, number: int) -> None:
    marker = wards.folder / MARKER
    before = marker.exists()
    registry = Registry(wards.uri)
    takes = registry.interface(registry.resolve(f"models:/{WARD}/{number}"))
    assert takes.columns == (
        Column("lactate", Kind.NUMBER, True),
        Column("age", Kind.WHOLE, True),
        Column("ward", Kind.TEXT, True),
    )
    assert takes.example == EXAMPLE
    assert marker.exists() == before


def test_a_model_without_a_signature_says_so(store: Store) -> None:
    registry = Registry(store.uri)
    with pytest.raises(SignatureRefused, match="has no signature"):
        registry.interface(registry.resolve(f"models:/{FOREIGN}/1"))


def rows(*patients: tuple[float, int, str]) -> pd.DataFrame:
    """Patients as they are after the checks: the words of the example by their numbers."""
    words = sorted({ward for _, _, ward in EXAMPLE})
    coded = [(lactate, age, words.index(ward)) for lactate, age, ward in patients]
    return pd.DataFrame(coded, columns=["lactate", "age", "ward"], dtype=float)


def test_two_versions_with_other_code_under_one_name_give_their_own_answers(
    served: dict[int, EndpointModel], wards: Store
) -> None:
    for _ in range(3):  # by turns: neither may take over the other's code
        for number, model in served.items():
            answer = model.assess(rows((3.5, 61, "ICU"), (0.4, 61, "A"))).risk
            expected = [risk(number, 3.5, "ICU"), risk(number, 0.4, "A")]
            np.testing.assert_allclose(answer, expected, rtol=0, atol=1e-12)
    assert (wards.folder / MARKER).exists()  # their code did run, elsewhere


def test_contributions_are_against_the_example_and_add_up(served: dict[int, EndpointModel]) -> None:
    found = served[2].assess(rows((3.0, 61, "ICU")), explain=True)
    why = found.explanation
    assert why is not None
    mean = np.mean([2.0 * lactate - 2 + (ward == "ICU") for lactate, _, ward in EXAMPLE])
    assert why.base[0] == pytest.approx(mean, abs=1e-9)
    total = why.base[0] + why.contributions.iloc[0].sum()
    assert 1 / (1 + np.exp(-total)) == pytest.approx(found.risk[0], abs=1e-9)
    assert found.risk[0] == pytest.approx(risk(2, 3.0, "ICU"), abs=1e-12)
    assert why.contributions.loc[0, "age"] == pytest.approx(0, abs=1e-9)  # it does not look at it
