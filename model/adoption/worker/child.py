"""The other end of the pipes: opens one model and answers for it until the pipe closes.

Run as ``python -I -c`` with this project's folder on the path. Before the first byte of the model
is read, the process has lost what it could do harm with; see `limits`.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from model.adoption.worker import frames, limits

MOST_WORDS = 200


def main() -> None:
    """Answer questions on standard input; what the model prints goes nowhere near the answers."""
    questions = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    warnings.simplefilter("ignore")
    Answering(questions, answers).until_the_end()


class Answering:
    """One model, and the pipes to the one who asks."""

    def __init__(
        self,
        questions: BinaryIO,
        answers: BinaryIO,
        give_up: Callable[[int], list[str]] = limits.give_up,
    ) -> None:
        self._questions, self._answers, self._give_up = questions, answers, give_up
        self._opened: Any = None

    def until_the_end(self) -> None:
        while (message := frames.read(self._questions)) is not None:
            head, body = message
            try:
                told, numbers = self.answer(head, body)
            except MemoryError:
                told, numbers = {"failed": "asked for more memory than it may have"}, b""
            except Exception as error:  # of somebody's types; their words may hold anything
                told, numbers = {"failed": f"stopped with {type(error).__name__}"}, b""
            self._answers.write(frames.packed(told, numbers))
            self._answers.flush()

    def answer(self, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        """What one question gets: a head, and numbers column by column."""
        if head["do"] == "open":
            return self._open(head), b""
        if head["do"] == "columns":
            self._opened.columns = tuple(head["columns"])
            return {"done": True}, b""
        if head["do"] == "transcribe":
            from model.adoption.opening import local

            return local.transcribed(self._opened, head, body), b""
        return self._ask(head, body)

    def _open(self, head: dict[str, Any]) -> dict[str, Any]:
        from model.adoption.opening import libraries
        from model.adoption.opening.refusal import Refused, StrangeType

        try:
            libraries.load(head["form"], head.get("flavour", ""))
            held = self._give_up(head["memory_bytes"])
            self._opened = _open(head)
            # Code of somebody's own may make its columns first; the fitted part then counts those.
            numbered = head["form"] != "folder" or head["flavour"] == "sklearn"
            return {"isolation": held, **_described(self._opened, numbered)}
        except Refused as refusal:
            return {"refused": str(refusal), "strange": isinstance(refusal, StrangeType)}

    def _ask(self, head: dict[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        import pyarrow as pa

        from model.adoption.opening.answers import NoTable

        frame = pa.ipc.open_stream(io.BytesIO(body)).read_all().to_pandas()
        try:
            found = self._opened.ask(head["method"], frame)
        except NoTable as problem:
            return {"failed": str(problem)}, b""
        except MemoryError:
            raise
        except Exception as error:  # a model may raise anything; its words may hold a patient
            return {"failed": f"stopped with {type(error).__name__}"}, b""
        numbers = found.values.astype("<f8").tobytes(order="F")
        return {"names": found.names, "texts": found.texts, "rows": len(frame)}, numbers


def _open(head: dict[str, Any]) -> Any:
    path = Path(head["path"])
    if head["form"] == "folder":
        from model.adoption.opening import own_code

        return own_code.open_folder(path, head["flavour"])
    if head["form"] == "own pickle":
        from model.adoption.opening import own_code

        return own_code.open_pickle(path)
    from model.adoption.opening import formats

    return formats.open_file(path, head["form"])


def _described(opened: Any, numbered: bool) -> dict[str, Any]:
    from model.adoption.opening import inputs, older

    return {
        "type": f"{type(opened.fitted).__module__}.{type(opened.fitted).__name__}",
        "last": _last(opened.fitted),
        "methods": list(opened.methods),
        "classes": list(opened.classes)[:MOST_WORDS],
        "regressor": opened.regressor,
        "objective": opened.objective,
        "inputs": inputs.known(opened.fitted, numbered=numbered),
        "count": inputs.count(opened.fitted),
        "environment": _environment(),
        "written_by": older.written_by(opened.fitted),
    }


def _last(fitted: Any) -> str:
    """The type of the step that predicts."""
    steps = getattr(fitted, "steps", None)
    return type(steps[-1][1] if steps else fitted).__name__


def _environment() -> dict[str, str]:
    """Python and the libraries that were needed to open it."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in ("numpy", "pandas", "sklearn", "xgboost", "lightgbm", "catboost", "interpret"):
        if name in sys.modules and hasattr(sys.modules[name], "__version__"):
            found[name] = str(sys.modules[name].__version__)
    if "statsmodels" in sys.modules:
        found["statsmodels"] = str(sys.modules["statsmodels"].__version__)
    return found
