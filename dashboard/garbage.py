"""Garbage collection out of a clinician's way.

Streamlit would collect everything after every run of a script: with pandas, plotly and MLflow
loaded that was four fifths of the processor time of one changed value
(`benchmarks/patient_change.py`), so `.streamlit/config.toml` turns it off. What is loaded once
stays for good and is set aside here; the rest is collected while nobody waits.
"""

from __future__ import annotations

import gc
import time

LOOK_SECONDS = 20.0
QUIET_SHARE = 0.05  # of one processor: below it nobody is waiting for an answer
LATEST_SECONDS = 300.0  # after so long it is collected, quiet or not


def set_aside() -> None:
    """What is in memory now is looked at by no later collection."""
    gc.collect()
    gc.freeze()


def collect_when_quiet() -> None:
    """Collect in quiet moments, for as long as the process lives."""
    collected, spent = time.monotonic(), time.process_time()
    while True:
        time.sleep(LOOK_SECONDS)
        now, used = time.monotonic(), time.process_time()
        quiet = used - spent < QUIET_SHARE * LOOK_SECONDS
        if quiet or now - collected > LATEST_SECONDS:
            gc.collect()
            collected = now
        spent = time.process_time()
