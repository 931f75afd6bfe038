"""An error of this program's, as one sentence with a code: on the page, and in the log.

The text of an exception may hold a patient's value, and so may the lines of a traceback. Both
places get its type and where it was raised; the code tells which line of the log belongs to which
page.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from pathlib import Path

from model.errors import BedsideError

log = logging.getLogger("bedside")

ROOT = Path(__file__).parents[1]
CODE_LETTERS = 6
STREAMLIT_LOG = "streamlit.error_util"
"""Where Streamlit writes whole tracebacks, before it asks anybody."""


def place_of(error: BaseException) -> str:
    """Where it was raised: the innermost line of this project, and the innermost of all."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "an unknown place"
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)]
    places = []
    for frame in [*ours[-1:], frames[-1]]:
        path = Path(frame.filename)
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-2:])
        places.append(f"{shown}:{frame.lineno} in {frame.name}")
    return ", raised at ".join(dict.fromkeys(places))


def code_of(error: BaseException) -> str:
    """The same for the same error at the same place."""
    told = f"{type(error).__name__} {place_of(error)}"
    return hashlib.sha256(told.encode()).hexdigest()[:CODE_LETTERS].upper()


def sentence(error: BaseException) -> str:
    """For the page: what happened, and what to do."""
    return (
        f"This page broke off because of an error in this program (code {code_of(error)}). Nothing "
        "you entered was changed. Choose another page or version on the left, and report the code "
        "to whoever runs this app."
    )


def as_ours(error: Exception) -> BedsideError:
    """One of our errors as it is; any other recorded, and as its sentence."""
    if isinstance(error, BedsideError):
        return error
    record(error)
    return BedsideError(sentence(error))


def record(error: BaseException) -> None:
    """A line in the log: code, type and place; no text, no value."""
    log.error("Error %s: %s at %s", code_of(error), type(error).__name__, place_of(error))


class WithoutValues(logging.Filter):
    """Keeps the text and the traceback of an error out of a log that would write both."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            record.msg = "Error %s: %s at %s"
            record.args = (code_of(error), type(error).__name__, place_of(error))
            record.exc_info = record.exc_text = None
        return True


def keep_values_out_of_logs() -> None:
    """Guard the log Streamlit writes uncaught errors to; once is enough."""
    streamlit = logging.getLogger(STREAMLIT_LOG)
    if not any(isinstance(given, WithoutValues) for given in streamlit.filters):
        streamlit.addFilter(WithoutValues())
