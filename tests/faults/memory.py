"""In a process of its own: what is said of each hostile file, and how far memory rose.

python -m tests.faults.memory SOUND_BUNDLE PATH…    bundles, estimators and files of patients
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from model.errors import BedsideError
from model.fhir import reading
from model.files.check_file import examine
from model.scoring import LoadedModel, estimator_file

STATUS = Path("/proc/self/status")


def peak_megabytes() -> float:
    """Of this program alone: `getrusage` begins at the peak of whoever started it."""
    (line,) = (each for each in STATUS.read_text().splitlines() if each.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def main(sound: Path, hostile: list[Path]) -> None:
    schema = LoadedModel.open(sound).schema  # with everything a first model imports
    estimator_file.load((sound / "estimator.skops").read_bytes())
    before = peak_megabytes()
    for path in hostile:
        begun = time.monotonic()
        outcome: dict[str, object] = {"name": path.name, "said": said_of(path, schema)}
        outcome |= {"seconds": time.monotonic() - begun, "megabytes": peak_megabytes() - before}
        sys.stdout.write(json.dumps(outcome) + "\n")


def said_of(path: Path, schema: object) -> str:
    try:
        if path.is_dir():
            LoadedModel.open(path)
        if path.suffix == ".skops":
            estimator_file.load(path.read_bytes())
        if path.suffix == ".json":
            reading.read(path.read_bytes(), schema)  # type: ignore[arg-type]
    except BedsideError as error:
        return str(error)
    if path.is_dir() or path.suffix in (".skops", ".json"):
        return ""
    with path.open("rb") as file:
        report = examine(file, schema)  # type: ignore[arg-type]
    return str(report.refusal or f"{report.rows:,} rows were read.")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [Path(each) for each in sys.argv[2:]])
