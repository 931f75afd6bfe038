"""Ten visitors change values for half an hour: the memory of the app stays what it was.

The half hour may be another time: `BEDSIDE_ENDURANCE_MINUTES`; what is written down says which.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import patient_load
from benchmarks.side_by_side import servers

SESSIONS = 10
MINUTES = float(os.environ.get("BEDSIDE_ENDURANCE_MINUTES", "30"))


@pytest.mark.long
@pytest.mark.timeout(60 * (MINUTES + 30))
def test_ten_sessions_for_half_an_hour_leave_the_memory_flat(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    ours, _ = servers.both(tmp_path)
    load = asyncio.run(patient_load.measured(ours, MINUTES, SESSIONS))
    record_property(
        "measured",
        f"{load.growth_percent:+.1f} %: {load.megabytes[0]:.0f} MB, then at most "
        f"{max(load.megabytes):.0f} MB in {load.seconds / 60:.0f} min and {len(load.waited)} "
        "changes",
    )
    record_property("bound", f"+{patient_load.MOST_GROWTH_PERCENT:g} % in 30 min")
    assert load.growth_percent < patient_load.MOST_GROWTH_PERCENT
