"""The columns of a file with the input each seems to be, to be corrected, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.markdown import note, plain
from model.files.understanding import proposal as proposals
from model.files.understanding.codings import difference
from model.files.understanding.columns import ColumnProposal
from model.files.understanding.mapping import ColumnMapping, FileMapping, positions
from model.files.understanding.names import Confidence
from model.files.understanding.proposal import Proposal
from model.files.understanding.sample import Sample
from model.schema import NOT_MEASURED
from model.tables.wording import shown

MOST_COLUMNS = 200
LISTED_COLUMNS = 8
NONE = "none; kept as it came"
SURENESS = {
    Confidence.CHOSEN: "your choice",
    Confidence.SURE: "sure",
    Confidence.LIKELY: "likely",
    Confidence.UNSURE: "unsure: choose",
}
LEAVE = "cannot be read; its rows are rejected"
OWN_CODING = "as this study has them"


def render(sample: Sample, proposal: Proposal, digest: str) -> FileMapping | None:
    """Draw the proposal; the mapping as it stands with every correction, None if it cannot be."""
    chosen = _table(sample, proposal, digest)
    doubled = {name for name in chosen.values() if name}
    if len(doubled) < sum(name is not None for name in chosen.values()):
        st.warning("Two columns are read as the same input. Choose one of them.")
        return None
    changed = proposals.make(sample, proposal.schema, chosen) if chosen else proposal
    mapping = changed.mapping
    if coding := _coding(changed, digest):
        mapping = replace(mapping, coding="" if coding == OWN_CODING else coding)
    columns = [_remedies(each, digest) for each in changed.settled]
    _left_out(changed)
    return replace(mapping, columns=tuple(columns))


def _table(sample: Sample, proposal: Proposal, digest: str) -> dict[int, str | None]:
    """The columns and their inputs; returns the choices that differ from what was proposed."""
    schema = proposal.schema
    by_place = {each.at: each for each in proposal.columns}
    settled = {each.at for each in proposal.settled}
    names = sample.first if proposal.header else positions(len(sample.first))
    order = sorted(range(len(names)), key=lambda at: (at not in by_place, at))[:MOST_COLUMNS]
    labels = {feature.name: f"{feature.label} ({feature.name})" for feature in schema.features}
    places = sorted(order)
    rows = [
        {
            "Column in your file": names[at],
            "In it": " · ".join(by_place[at].samples if at in by_place else _some(sample, at)),
            "Read as": labels[by_place[at].feature.name] if at in settled else NONE,
            "How sure": _sure(proposal, by_place.get(at), names[at]),
        }
        for at in places
    ]
    table = pd.DataFrame(rows)
    edited = st.data_editor(
        table,
        hide_index=True,
        height="content" if len(rows) <= 15 else 560,
        disabled=["Column in your file", "In it", "How sure"],
        column_config={
            "Read as": st.column_config.SelectboxColumn(
                options=[*labels.values(), NONE], required=True, width="medium"
            ),
            "How sure": st.column_config.TextColumn(width="small"),
        },
        key=f"batch.columns.{digest[:12]}",
    )
    back = {label: name for name, label in labels.items()}
    return {
        at: back.get(now)
        for at, now, before in zip(places, edited["Read as"], table["Read as"], strict=True)
        if now != before
    }


def _some(sample: Sample, at: int) -> list[str]:
    texts = (row[at].strip() for row in sample.rows[:50] if at < len(row))
    return [text[:30] for text in dict.fromkeys(texts) if text][:4]


def _sure(proposal: Proposal, column: ColumnProposal | None, name: str) -> str:
    if column is not None:
        perhaps = f"{SURENESS[column.confidence]} {column.feature.name}"
        return perhaps if column in proposal.unsure else SURENESS[column.confidence]
    if name in proposal.rivals:
        return f"also like {proposal.rivals[name]}"
    return "an outcome" if name in proposal.outcomes else ""


def _coding(proposal: Proposal, digest: str) -> str:
    """The coding of the codes: what it does to three patients, or which of several it is."""
    fit, schema = proposal.fit, proposal.schema
    if fit.mixed is not None:
        st.warning(plain(str(fit.mixed)))
        return ""
    if fit.is_ours:
        return ""
    if fit.offered is not None:
        st.markdown(plain(f"The codes are in another coding: {fit.offered.label}. It alone fits."))
        _examples(proposal)
        return fit.offered.name
    if not fit.near:
        st.warning("The codes fit no coding that is known. Correct them in the file.")
        return ""
    labels = {each.coding.name: each.coding.label for each in fit.near}
    said = difference(fit)
    return st.radio(
        plain(f"More than one coding fits, so none is proposed. {said} Which is it?"),
        [OWN_CODING, *labels],
        format_func=lambda name: plain(str(labels.get(name, name))),
        key=f"batch.coding.{digest[:12]}.{schema.study}",
    )


def _examples(proposal: Proposal) -> None:
    rows: dict[int, dict[str, object]] = {}
    for each in proposal.examples:
        row = rows.setdefault(each.row, {"Row": each.row})
        row[each.feature.label] = f"{each.written} → {each.read}"
    if rows:
        st.dataframe(
            pd.DataFrame([*rows.values()]),
            hide_index=True,
            height="content",
            alt="Three rows: each code as it stands, and the answer it is read as",
        )


def _remedies(column: ColumnProposal, digest: str) -> ColumnMapping:
    """What is proposed for what stands in a column; the owner may leave any of it."""
    mapping, feature = column.mapping, column.feature
    key = f"batch.{digest[:12]}.{column.at}.{feature.name}"
    spoken = [f"{shown(t)} → {feature.in_words(c)}" for t, c in mapping.words if c is not None]
    if spoken:
        st.markdown(plain(f"{feature.label}: {', '.join(spoken)}."))
    words = [pair for pair in mapping.words if pair[1] is not None]
    for mark in column.marks:
        rows = _rows_with(column, mark)
        said = f"{feature.label}: {shown(mark)} means not measured ({rows:,} rows)"
        if st.checkbox(plain(said), value=True, key=f"{key}.{mark}"):
            words.append((mark, None))
    if column.unit is not None:
        said = f"{feature.label} is in {column.unit.name}, converted to {feature.unit}"
        if not st.checkbox(plain(said), value=True, key=f"{key}.unit"):
            mapping = replace(mapping, unit="")
    if column.above is not None:
        st.markdown(plain(f"{feature.label}: a number above {column.above:g} is read as yes."))
    words += _unclear(column, key)
    return replace(mapping, words=tuple(words))


def _rows_with(column: ColumnProposal, mark: str) -> int:
    content = column.content
    if mark in content.words:
        return content.words[mark]
    try:
        return content.numbers.get(float(mark), 0)
    except ValueError:
        return 0


def _unclear(column: ColumnProposal, key: str) -> Iterator[tuple[str, float | None]]:
    """Words that nobody could read: their owner may."""
    feature = column.feature
    if not feature.is_coded:
        if column.unread:
            said = (
                f"{feature.label}: {column.unread:,} cells are no number; their rows are rejected."
            )
            st.markdown(plain(said))
        return
    answers: Mapping[str, float | None] = {
        **{code.label: code.value for code in feature.codes},
        NOT_MEASURED: None,
    }
    for word in column.unclear:
        picked = st.selectbox(
            plain(f"{feature.label}: what does “{shown(word)}” mean?"),
            [LEAVE, *answers],
            key=f"{key}.{word}",
        )
        if picked in answers:
            yield word, answers[picked]


def _left_out(proposal: Proposal) -> None:
    """What is not read, by name: nothing that looks like an input is dropped in silence."""
    said = []
    if proposal.absent:
        labels = ", ".join(feature.label for feature in proposal.absent)
        said.append(f"No column, so not measured in any patient: {labels}.")
    for name, columns in proposal.apart.items():
        listed = ", ".join(map(shown, columns[:LISTED_COLUMNS]))
        label = proposal.schema[name].label
        said.append(f"{label} lies in several columns ({listed}). Write it as one column {name}.")
    maybe = [f"{shown(each.column)} (perhaps {each.feature.label})" for each in proposal.unsure]
    maybe += [f"{shown(name)} (also like {of})" for name, of in proposal.rivals.items()]
    if maybe:
        said.append(f"Not read unless you choose it above: {', '.join(maybe)}.")
    rest = len(proposal.kept) - len(proposal.rivals)
    if rest > 0:
        many = f"{rest:,} other columns are kept as they came."
        said.append(many if rest > 1 else "1 other column is kept as it came.")
    for sentence in said:
        st.markdown(note(plain(sentence)))
