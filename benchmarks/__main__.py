"""Every benchmark, one after the other, and one table: what is claimed, what was measured.

    python -m benchmarks [NAME ...]

Each runs in a process of its own. Exits with 1 if a claim does not hold or a script fails.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.claims import TABLE, Claim

HERE = Path(__file__).parent
NOT_SCRIPTS = {"__main__", "claims"}


def scripts() -> list[str]:
    """The names of all, in alphabetical order."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_SCRIPTS)


def run(name: str, table: Path) -> int:
    """Its exit code; what it claims is added to `table`."""
    print(f"== {name}", flush=True)
    variables = {**os.environ, TABLE: str(table)}
    script = [sys.executable, "-m", f"benchmarks.{name}"]
    return subprocess.run(script, cwd=HERE.parent, env=variables, check=False).returncode


def main() -> int:
    asked = sys.argv[1:] or scripts()
    if unknown := set(asked) - set(scripts()):
        print(f"There is no {', '.join(sorted(unknown))}; there are: {', '.join(scripts())}.")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "claims"
        codes = {name: run(name, table) for name in asked}
        lines = table.read_text().splitlines() if table.exists() else []
    print(f"\n{'benchmark':21s} {'claim':60s} {'bound':>18s} {'measured':>9s}")
    for line in lines:
        fields = json.loads(line)
        name = fields.pop("script")
        claim = Claim(**fields)
        figures = f"{claim.limit:>18s} {claim.measured:9.3g}"
        print(f"{name:21s} {claim.what:60s} {figures}  {claim.verdict}")
    failed = [name for name, code in codes.items() if code != 0]
    if failed:
        print(f"Not everything holds: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
