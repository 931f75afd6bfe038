"""Which column of a file is which input: exact names only, and a suggestion for near misses."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from model.errors import FileRefused
from model.intake.issue import Finding, Severity
from model.schema import Feature, Schema

ALIKE = str.maketrans("асеорхукіԁһпвтмнαορντικ", "aceopxykidhnbtmnaopvtik")
"""Letters of other alphabets that look like ours."""
SIMILAR = 0.8
SHORT = 3  # letters; names this short are near too many others


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


def plain_name(written: str) -> str:
    """A header without the spaces around it and without capitals."""
    return written.replace("\ufeff", "").strip().casefold()


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


def understand(names: Sequence[str], schema: Schema) -> Header:
    """Match headers with the inputs of a study.

    Raises
    ------
    FileRefused
        If a needed column is not there, one is there twice, or one that is not known looks like
        one that is missing.
    """
    read = _reading(schema)
    inputs = {read(name): name for name in schema.names}
    plain = [read(name) for name in names]
    for at, name in enumerate(plain):
        if not name and at > 0:
            raise FileRefused("unnamed-column", f"Column {at + 1} has no name. Name or remove it.")
        if name in plain[:at]:
            raise FileRefused(
                "column-twice",
                f"Column {_shown(names[at])} is there more than once. Keep the right one.",
                column=inputs.get(name),
            )
    places = {name: plain.index(key) for key, name in inputs.items() if key in plain}
    absent = [feature for feature in schema.features if feature.name not in places]
    for name in names:
        if read(name) not in inputs and (near := _near(name, absent)):
            raise FileRefused(
                "near-miss",
                f"Column {_shown(name)} is not known. Is it {near.label} ({near.name})? Then name "
                f"it {near.name}; if not, give it another name.",
                column=near.name,
            )
    if needed := [feature for feature in absent if feature.required]:
        listed = ", ".join(f"{feature.name} ({feature.label})" for feature in needed)
        raise FileRefused(
            "required-column-missing",
            f"Missing, and needed for every patient: {listed}. Add "
            f"{'it' if len(needed) == 1 else 'them'}.",
            column=needed[0].name,
        )
    return Header(tuple(names), places, tuple(_notes(names, places)))


def _notes(names: Sequence[str], places: dict[str, int]) -> Iterator[Finding]:
    if reworded := [name for name, at in places.items() if names[at] != name]:
        what = f"Headers written in another way, read as: {', '.join(reworded)}."
        yield Finding(Severity.NORMALISED, "header", what)
    others = len(names) - len(places)
    if others:
        what = f"{others} other column{'s are' if others > 1 else ' is'} kept as it came."
        what = what.replace("kept as it came", "kept as they came") if others > 1 else what
        yield Finding(Severity.NORMALISED, "other-columns", what)


def _near(written: str, absent: Sequence[Feature]) -> Feature | None:
    """The missing input a header seems to mean."""
    name = _skeleton(written)
    if not name:
        return None
    for feature in absent:
        if name in map(_skeleton, (feature.name, feature.label, *feature.also_called)):
            return feature
    for feature in absent:
        long = min(len(name), len(feature.name)) > SHORT
        if long and difflib.SequenceMatcher(None, name, feature.name).ratio() >= SIMILAR:
            return feature
    return None


def _skeleton(name: str) -> str:
    """What a name looks like: letters and digits, without accents, of one alphabet."""
    spread = unicodedata.normalize("NFKD", name).casefold().translate(ALIKE)
    return "".join(letter for letter in spread if letter.isalnum())


def _shown(name: str) -> str:
    """Somebody's text inside a sentence of ours."""
    bare = "".join(letter if letter.isprintable() else " " for letter in name).strip()
    return f"“{bare[:40]}”"
