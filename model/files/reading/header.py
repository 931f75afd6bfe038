"""Which column of a file is which input: by exact names, or as its owner agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from model import limits
from model.errors import FileRefused
from model.files.understanding import names as known_names
from model.files.understanding.mapping import FileMapping, shown
from model.files.understanding.names import Confidence, plain_name
from model.intake.issue import Finding, Severity
from model.schema import Schema

LISTED_COLUMNS = 20
"""Columns that a refusal names one by one."""


@dataclass(frozen=True)
class Header:
    """The columns of a file.

    names : as written. places : of each input that is there, its column. findings : what was
    understood of it.
    """

    names: tuple[str, ...]
    places: dict[str, int]
    findings: tuple[Finding, ...] = ()

    @property
    def others(self) -> tuple[int, ...]:
        """Columns that are none of the study's; they are the caller's, and are kept."""
        return tuple(at for at in range(len(self.names)) if at not in self.places.values())


def recognised(names: Sequence[str], schema: Schema) -> int:
    """How many of these headers are inputs of the study."""
    read = _reading(schema)
    known = {read(name) for name in schema.names}
    return sum(read(name) in known for name in names)


def own_name(written: str, schema: Schema) -> str:
    """The name of the input a header stands for; of another column its own, plainly."""
    read = _reading(schema)
    return {read(name): name for name in schema.names}.get(read(written), read(written))


def _reading(schema: Schema) -> Callable[[str], str]:
    """How headers are compared: without capitals, unless that makes two inputs one."""
    plain = {plain_name(name) for name in schema.names}
    return plain_name if len(plain) == len(schema.names) else _as_written


def _as_written(written: str) -> str:
    return written.replace("\ufeff", "").strip()


def understand(names: Sequence[str], schema: Schema, mapping: FileMapping | None = None) -> Header:
    """Match headers with the inputs of a study: by their exact names, or by a mapping.

    Raises
    ------
    FileRefused
        If a needed column is not there, one is there twice, or some that are not known look like
        ones that are missing: then with all of them at once.
    """
    _require_few_and_short(names)
    read = _reading(schema)
    inputs = {read(name): name for name in schema.names}
    plain = [read(name) for name in names]
    seen: set[str] = set()
    for at, name in enumerate(plain):
        if not name and at > 0:
            raise FileRefused("unnamed-column", f"Column {at + 1} has no name. Name or remove it.")
        if name in seen:
            raise FileRefused(
                "column-twice",
                f"Column “{shown(names[at])}” is there more than once. Keep the right one.",
                column=inputs.get(name),
            )
        seen.add(name)
    if mapping is not None:
        places = mapping.places(names)
        left_alone = {plain_name(name) for name in mapping.kept}
    else:
        # The first of each name: there is no second one any more.
        first = {name: at for at, name in enumerate(plain)}
        places = {name: first[key] for key, name in inputs.items() if key in first}
        left_alone = set()
    _require_no_other(names, schema, places, left_alone)
    absent = [feature for feature in schema.features if feature.name not in places]
    if needed := [feature for feature in absent if feature.required]:
        listed = ", ".join(f"{feature.name} ({feature.label})" for feature in needed)
        raise FileRefused(
            "required-column-missing",
            f"Missing, and needed for every patient: {listed}. Add "
            f"{'it' if len(needed) == 1 else 'them'}.",
            column=needed[0].name,
        )
    return Header(tuple(names), places, tuple(_notes(names, places, mapping)))


def _require_few_and_short(names: Sequence[str]) -> None:
    """Before names are compared, which takes longer the more and the longer they are."""
    if len(names) > limits.COLUMNS:
        raise FileRefused(
            "too-many-columns",
            f"The file has {len(names):,} columns; at most {limits.COLUMNS:,} are read. Keep those "
            "of the study.",
        )
    for at, name in enumerate(names):
        if len(name) > limits.COLUMN_NAME_CHARACTERS:
            raise FileRefused(
                "endless-name",
                f"The name of column {at + 1} is longer than {limits.COLUMN_NAME_CHARACTERS:,} "
                "characters. Shorten it; the first line must hold the names of the columns.",
            )


def _require_no_other(
    names: Sequence[str], schema: Schema, places: dict[str, int], left_alone: set[str]
) -> None:
    """No column may look like an input that no column is taken for."""
    taken = {*places.values()}
    looks = [
        each
        for each in known_names.match(names, schema).found
        if each.feature not in places
        and each.at not in taken
        and each.confidence > Confidence.UNSURE
        and plain_name(names[each.at]) not in left_alone
    ]
    if not looks:
        return
    pairs = [
        f"“{shown(names[each.at])}” seems to be {schema[each.feature].label} ({each.feature})"
        for each in looks[:LISTED_COLUMNS]
    ]
    several = len(looks) > 1
    raise FileRefused(
        "near-miss",
        f"{len(looks)} column{'s are' if several else ' is'} not named as in this study: "
        f"{'; '.join(pairs)}. Agree to {'these' if several else 'this'}, or rename "
        f"{'them' if several else 'it'}: nothing is dropped unasked.",
        column=looks[0].feature,
    )


def _notes(
    names: Sequence[str], places: dict[str, int], mapping: FileMapping | None
) -> Iterator[Finding]:
    if reworded := [name for name, at in places.items() if names[at] != name]:
        how = "read as agreed" if mapping else "written in another way, read as"
        what = f"Headers {how}: {', '.join(reworded)}."
        yield Finding(Severity.NORMALISED, "header", what)
    others = len(names) - len(places)
    if others:
        what = f"{others} other column{'s are' if others > 1 else ' is'} kept as it came."
        what = what.replace("kept as it came", "kept as they came") if others > 1 else what
        yield Finding(Severity.NORMALISED, "other-columns", what)
