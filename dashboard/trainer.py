"""Trains the reference model of a study, in a process of its own."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

from dashboard.progress import Stage, follow
from model.errors import TrainingFailed

TRAIN = (sys.executable, "-m", "model", "train", "--progress", "json")


class Trainer:
    """At most one training at a time; whoever asks sees the same progress.

    `command` is what runs, with ``--study NAME`` at its end, in the working directory of the app
    and with `environment`: it prints a JSON object ``{"stage", "done"}`` a line on standard error.
    """

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = TRAIN) -> None:
        self._environment = environment
        self._command = command
        self._lock = threading.Lock()
        self._stage: Stage | None = None
        self._failure: str | None = None

    def start(self, study: str, table: bytes | None = None, *options: str) -> None:
        """Start a training of a study's model unless one is running.

        Parameters
        ----------
        study : its name, or the path of its file.
        table : its patients, if they are in no file: they go to the training through a pipe.
        options : more of the command's own.
        """
        with self._lock:
            if self._stage is not None:
                return
            self._stage, self._failure = Stage("Starting", 0.0), None
        threading.Thread(target=self._run, args=(study, table, options), daemon=True).start()

    @property
    def stage(self) -> Stage | None:
        """Where the training is; None when none is running."""
        return self._stage

    @property
    def failure(self) -> TrainingFailed | None:
        """Why the last training failed; None once another is started."""
        return TrainingFailed(self._failure) if self._failure else None

    def _run(self, study: str, table: bytes | None, options: Sequence[str]) -> None:
        given = () if table is None else ("--data", "-")
        try:
            with subprocess.Popen(
                (*self._command, *options, *given, "--study", study),
                stdin=subprocess.DEVNULL if table is None else subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=self._environment,
            ) as process:
                assert process.stderr is not None  # asked for above
                if process.stdin is not None and table is not None:
                    # Read whole before anything is reported, so neither side waits for the other.
                    with contextlib.suppress(BrokenPipeError):  # what it said is told below
                        process.stdin.write(table)
                        process.stdin.close()
                last = follow(process.stderr, self._reached)
            if process.returncode != 0:
                self._failure = f"The training stopped before its end. {last}".strip()
        except OSError as error:
            self._failure = f"The training could not be started ({type(error).__name__})."
        finally:
            self._stage = None

    def _reached(self, stage: Stage) -> None:
        self._stage = stage
