"""YAML of unknown origin as plain values, with the line each key stands in.

One pass over the parser's events: nothing is built for a tag, an alias ends the reading, and so do
too many levels or bytes. Words are read as YAML 1.2 reads them: ``no`` is a word, not false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from yaml import events

from model.errors import StudyRefused

LARGEST_BYTES = 1_000_000
DEEPEST_LEVELS = 20

Path: TypeAlias = tuple["str | int | float", ...]

PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Longer runs of digits are words: a number no study needs, and Python's own limit far away.
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]{1,20}|[0-9]{1,20}(\.[0-9]{0,20})?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass
class Marked:
    """A document's value, and the line (from 1) of each of its parts by their path."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Where a part stands; of one that is not there, where the part it belongs in does."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def load(data: bytes, name: str) -> Marked:
    """Read one YAML document; `name` is the file's, for messages.

    Raises
    ------
    StudyRefused
        If it is too large, no UTF-8, no YAML, or uses what a declaration has no use for.
    """
    if len(data) > LARGEST_BYTES:
        raise StudyRefused(
            f"{name} has {len(data):,} bytes; a study has at most {LARGEST_BYTES:,}. The table of "
            "patients does not belong in it: name its file under data.table."
        )
    try:
        return _Reading(name, yaml.parse(data.decode("utf-8-sig"), Loader=PARSER)).document()
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise StudyRefused(f"{name}, line {line}: is not UTF-8. Save it as UTF-8.") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise StudyRefused(f"{name}, line {line}: is not YAML ({error.problem}).") from None
    except yaml.YAMLError:
        raise StudyRefused(
            f"{name} holds signs that no YAML file may hold. Remove control characters."
        ) from None


class _Reading:
    """One reading of one document, event by event."""

    def __init__(self, name: str, stream: Iterator[events.Event]) -> None:
        self._name, self._stream = name, stream
        self._marked = Marked()

    def document(self) -> Marked:
        next(self._stream)  # the stream's own start
        if isinstance(event := next(self._stream), events.StreamEndEvent):
            raise StudyRefused(f"{self._name} is empty.")
        self._marked.value = self._value(next(self._stream), ())
        next(self._stream)  # the document's end
        if not isinstance(event := next(self._stream), events.StreamEndEvent):
            raise self._refused(event, "a second document begins. A file holds one study")
        return self._marked

    def _value(self, event: events.Event, path: Path) -> Any:
        if isinstance(event, events.AliasEvent) or getattr(event, "anchor", None):
            raise self._refused(event, "anchors and aliases (& and *) are not read. Write it out")
        tag = getattr(event, "tag", None)
        if tag and not isinstance(event, events.ScalarEvent):
            raise self._refused(event, f"the tag {tag} is not read. Remove it")
        if len(path) > DEEPEST_LEVELS:
            raise self._refused(event, f"is more than {DEEPEST_LEVELS} levels deep")
        self._marked.lines.setdefault(path, _line(event))
        if isinstance(event, events.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(path)
        return self._scalar(event)

    def _mapping(self, path: Path) -> dict[str | int | float, Any]:
        made: dict[str | int | float, Any] = {}
        while not isinstance(event := next(self._stream), events.MappingEndEvent):
            key = self._scalar(event) if isinstance(event, events.ScalarEvent) else None
            if key is None or isinstance(key, bool):
                raise self._refused(event, "a key has to be a word or a number; put it in quotes")
            if key in made:
                first = self._marked.line((*path, key))
                raise self._refused(event, f"{key} stands here again; line {first} has it already")
            self._marked.lines[*path, key] = _line(event)
            made[key] = self._value(next(self._stream), (*path, key))
        return made

    def _sequence(self, path: Path) -> list[Any]:
        made: list[Any] = []
        while not isinstance(event := next(self._stream), events.SequenceEndEvent):
            made.append(self._value(event, (*path, len(made))))
        return made

    def _scalar(self, event: events.Event) -> Any:
        if not isinstance(event, events.ScalarEvent):
            raise self._refused(event, "is neither a value, a list nor a key with its own keys")
        if event.tag is not None or event.anchor is not None:
            what = "a tag" if event.tag is not None else "an anchor"
            raise self._refused(event, f"{what} is not read. Remove it")
        text: str = event.value
        if event.style not in (None, ""):  # in quotes, or a block: a text whatever it looks like
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text

    def _refused(self, event: events.Event, what: str) -> StudyRefused:
        return StudyRefused(f"{self._name}, line {_line(event)}: {what}.")


def _line(event: events.Event) -> int:
    """The line (from 1) an event begins in."""
    return event.start_mark.line + 1 if event.start_mark else 1
