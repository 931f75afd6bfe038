"""A patient from an electronic record, with an account of every part of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from model.fhir import observation as observations
from model.fhir import resource_library
from model.fhir.account import Fate, Row, Understood
from model.fhir.dates import Moment, completed_years
from model.fhir.document import Contents, Json, opened
from model.fhir.resource_library import Library, fault
from model.fhir.value import Found, Ignored, taken
from model.schema import PATIENT, Feature, Schema

AHEAD = timedelta(days=1)  # clocks and time zones differ
LONG_AGO = timedelta(days=365)
MOST_UNREAD = 20  # kinds of unread things that get a row of their own

OLDER = "Older than the one that is used."
UNDATED = "Has no date, and another one has."
TWO = "Another one of the same time says something else, and nothing tells which is right."
OWN_ENTRY = "The patient's own entry in the record is used."


@dataclass
class _Account:
    """What is written down while a record is read."""

    found: list[Found] = field(default_factory=list)
    ignored: list[Row] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)

    def leave(self, each: Found, why: str) -> None:
        self.ignored.append(Row(each.source, each.found, Fate.IGNORED, why))


def read(
    data: bytes,
    schema: Schema,
    *,
    today: date | None = None,
    library: Callable[[], Library] = resource_library.library,
) -> Understood:
    """A patient from a FHIR R4 Bundle, or from a RiskAssessment as this program writes it.

    Only what cannot be mistaken is taken. An observation counts if its status says it is a result
    and its subject is the one patient of the record. A number needs a UCUM unit that goes with its
    code. Of several observations of an input the latest by effective date is used; two of the same
    time that differ are both left out. Age is that on the day of the newest result used, or today.
    A value outside what is plausible is taken all the same: the form refuses it beside its field,
    where somebody can see it and put it right.

    Raises
    ------
    RecordRefused
        If the whole cannot be read without guessing; nothing is taken then.
    ExtraMissing
        If the library is not installed.
    """
    today = today or date.today()
    resources = library()
    contents = opened(data, resources)
    account = _Account(ignored=list(contents.remarks))
    _observe(contents, schema, today, resources, account)
    used = _settle(contents.patient, schema, today, account)
    rows = [_row(used[name], used) for name in schema.names if name in used]
    rows += [*account.ignored, *_unread(account.unread + contents.others)]
    values = {name: used[name].value for name in schema.names if name in used}
    return Understood(values, tuple(rows), _newest(used.values()))


def _observe(
    contents: Contents, schema: Schema, today: date, resources: Library, account: _Account
) -> None:
    known = observations.index(schema)
    for observation in contents.observations:
        found = list(observations.parts(observation, known))
        account.unread.update(observations.unread(observation, known))
        if not found:
            continue
        when = observations.moment(observation)
        wrong = observations.obstacle(observation, contents.references)
        if wrong is None and (why := fault(resources.observation, observation)) is not None:
            wrong = f"Cannot be read: {why}."
        if wrong is None and when is not None and when.first > today + AHEAD:
            wrong = "Dated in the future."
        for part in found:
            try:
                if wrong is not None:
                    raise Ignored(wrong)
                if len({other.feature.name for other in found if other.body is part.body}) > 1:
                    raise Ignored("Has codes of several inputs.")
                account.found.append(taken(part, schema, when))
            except Ignored as reason:
                said = observations.shown(part.body, when)
                name = observations.source(part)
                account.ignored.append(Row(name, said, Fate.IGNORED, str(reason)))


def _settle(patient: Json, schema: Schema, today: date, account: _Account) -> dict[str, Found]:
    """The one value of each input; the others are left, each with the reason."""
    chosen: dict[str, Found] = {}
    for feature in schema.features:
        candidates = [found for found in account.found if found.feature.name == feature.name]
        latest = _latest(candidates, account)
        if latest is not None:
            chosen[feature.name] = latest
    for feature in schema.features:
        others = [observation for name, observation in chosen.items() if name != feature.name]
        on, is_known = _newest(others) or today, feature.name in chosen
        entry = _own_entry(patient, feature, on, account, is_known=is_known)
        if entry is not None:
            if feature.name in chosen:
                account.leave(chosen[feature.name], OWN_ENTRY)
            chosen[feature.name] = entry
    return chosen


def _latest(candidates: list[Found], account: _Account) -> Found | None:
    dated = [candidate for candidate in candidates if candidate.moment is not None] or candidates
    newest = [
        candidate for candidate in dated if not any(_is_after(other, candidate) for other in dated)
    ]
    agreed = len({candidate.value for candidate in newest}) == 1
    for candidate in candidates:
        if candidate not in dated:
            account.leave(candidate, UNDATED)
        elif candidate not in newest:
            account.leave(candidate, OLDER)
        elif not agreed:
            account.leave(candidate, TWO)
        elif candidate is not newest[0]:
            account.leave(candidate, "Says the same as the one that is used.")
    return newest[0] if newest and agreed else None


def _is_after(one: Found, other: Found) -> bool:
    return bool(one.moment and other.moment and one.moment.is_after(other.moment))


def _own_entry(
    patient: Json, feature: Feature, on: date, account: _Account, *, is_known: bool
) -> Found | None:
    """What the patient's own entry says of an input, where one is declared.

    That it says nothing is only told of an input that no observation gives either.
    """
    coding = next((coding for coding in feature.codings if coding.system == PATIENT), None)
    if coding is None:
        return None
    name, said = f"{feature.label} ({coding.display})", patient.get(coding.code)
    found = Found(feature, name, str(said or "not given"), None, 0.0)
    if said is None:
        if not is_known:
            account.leave(found, f"The record has no {coding.display}.")
    elif feature.is_coded:
        meant = {term.code: code.value for code in feature.codes for term in code.terms}
        if said in meant:
            return replace(found, value=float(meant[said]))
        known = " or ".join(code.label.lower() for code in feature.codes)
        account.leave(found, f"The study knows {known} only. Choose it in the form.")
    elif (born := Moment.of(said)) is None or (years := completed_years(born, on)) is None:
        account.leave(found, "Not exact enough to tell the age. Type it in.")
    elif years < 0:
        account.leave(found, "After the day of the newest result.")
    else:
        how = f"completed years on {on.isoformat()}"
        return replace(found, value=float(years), fate=Fate.CONVERTED, how=how)
    return None


def _row(used: Found, others: dict[str, Found]) -> Row:
    feature, newest = used.feature, _newest(others.values())
    remarks = [used.note]
    if newest is not None and used.moment and newest - used.moment.last > LONG_AGO:
        remarks.append("More than a year older than the newest result.")
    if feature.plausible is not None and used.value not in feature.plausible:
        remarks.append("Not plausible: the form refuses it beside its field.")
    said = feature.described(used.value) + (f" ({used.how})" if used.how else "")
    return Row(used.source, used.found, used.fate, " ".join(filter(None, [f"{said}.", *remarks])))


def _newest(used: Iterable[Found]) -> date | None:
    return max(
        (observation.moment.last for observation in used if observation.moment is not None),
        default=None,
    )


def _unread(unread: Counter[str]) -> Iterator[Row]:
    for name, count in unread.most_common(MOST_UNREAD):
        yield Row(name, f"{count} ×", Fate.IGNORED, "Not an input of this study.")
    rest = len(unread) - MOST_UNREAD
    if rest > 0:
        yield Row(f"{rest} other kinds", "", Fate.IGNORED, "Not an input of this study.")
