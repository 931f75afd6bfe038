"""Which column of a file is which input: by exact names, or as its owner agreed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from model import limits
from model.errors import FileRefused
from model.files.understanding import levels, questions, vocabulary
from model.files.understanding import names as known_names
from model.files.understanding.mapping import FileMapping
from model.files.understanding.names import Confidence, NameMatch, plain_name
from model.intake.issue import Finding, Severity
from model.schema import Schema
from model.tables.wording import shown

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
    unsure = _require_no_other(names, schema, places, left_alone)
    absent = [feature for feature in schema.features if feature.name not in places]
    if needed := [feature for feature in absent if feature.required]:
        listed = ", ".join(f"{feature.name} ({feature.label})" for feature in needed)
        raise FileRefused(
            "required-column-missing",
            f"Missing, and needed for every patient: {listed}. Add "
            f"{'it' if len(needed) == 1 else 'them'}.",
            column=needed[0].name,
        )
    notes = (*_notes(names, places, mapping), *_perhaps(names, schema, unsure))
    return Header(tuple(names), places, notes)


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
) -> Sequence[NameMatch]:
    """No column may look like an input that no column is taken for; gives those that may be one."""
    taken = {*places.values()}
    matches = known_names.match(names, schema)
    for feature, columns in levels.apart(names, matches, schema).items():
        rest = [names[at] for at in columns if plain_name(names[at]) not in left_alone]
        if feature not in places and rest:
            listed = ", ".join(f"“{shown(name)}”" for name in rest[:LISTED_COLUMNS])
            raise FileRefused(
                "several-columns",
                f"{listed} seem to hold {schema[feature].label} ({feature}) between them. Write it "
                f"as one column {feature} with one value for each patient, and drop these.",
                column=feature,
            )
    others = [
        match
        for match in matches.found
        if match.feature not in places
        and match.at not in taken
        and plain_name(names[match.at]) not in left_alone
    ]
    looks = [match for match in others if match.confidence > Confidence.UNSURE]
    if looks:
        raise _near_miss(names, schema, looks)
    return others


def _near_miss(names: Sequence[str], schema: Schema, looks: Sequence[NameMatch]) -> FileRefused:
    """That columns look like inputs under other names, and what to do."""
    pairs = [
        f"“{shown(names[match.at])}” seems to be {schema[match.feature].label} ({match.feature})"
        for match in looks[:LISTED_COLUMNS]
    ]
    known = vocabulary.of(schema)
    turned = [
        f"“{shown(names[match.at])}”"
        for match in looks
        if any(
            number != code
            for number, code in questions.numbers_asked(
                names[match.at], schema[match.feature], known
            ).items()
        )
    ]
    several = len(looks) > 1
    other = f", or rename {'them' if several else 'it'}" if not turned else ""
    because = f" Another name for {turned[0]} would turn its answers around." if turned else ""
    return FileRefused(
        "near-miss",
        f"{len(looks)} column{'s are' if several else ' is'} not named as in this study: "
        f"{'; '.join(pairs)}. Agree to {'these' if several else 'this'}{other}: nothing is dropped "
        f"unasked.{because}",
        column=looks[0].feature,
    )


def _perhaps(
    names: Sequence[str], schema: Schema, unsure: Sequence[NameMatch]
) -> Iterator[Finding]:
    """What is not read, and may be an input that the file seems to lack."""
    if not unsure:
        return
    listed = "; ".join(
        f"“{shown(names[match.at])}” may be {schema[match.feature].label} ({match.feature})"
        for match in unsure[:LISTED_COLUMNS]
    )
    what = f"Not read: {listed}. Where that is meant, rename it, or agree to it for the whole file."
    yield Finding(Severity.FLAGGED, "perhaps-an-input", what)


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
