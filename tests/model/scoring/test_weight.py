from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
HEAVY = ("mlflow", "plotly", "scipy", "shap", "sklearn", "skops", "streamlit")

SCRIPT = """
import json, sys
from pathlib import Path
from model.scoring import LoadedModel

model = LoadedModel.open(Path(sys.argv[1]), sys.argv[2])
answer = model.assess(model.golden.rows, explain=True)
assert answer.explanation is not None
loaded = sorted({name.partition(".")[0] for name in sys.modules})
sys.stdout.write(json.dumps([len(answer.risk), loaded]))
"""


def test_opening_scoring_and_explaining_import_nothing_heavy(
    bundle_folder: tuple[Path, str],
) -> None:
    folder, digest = bundle_folder
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), digest],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    count, loaded = json.loads(done.stdout)
    assert count >= 24
    assert "model" in loaded
    assert not set(HEAVY) & set(loaded)
