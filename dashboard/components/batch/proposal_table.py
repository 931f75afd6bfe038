"""The columns of a file with the input each seems to be, to be corrected, and what follows."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import streamlit as st

from dashboard.components.batch import answers, coding_choice
from dashboard.markdown import note, plain
from model.files.reading.preview import preview
from model.files.understanding import proposal as proposals
from model.files.understanding.columns import ColumnProposal
from model.files.understanding.mapping import FileMapping, positions
from model.files.understanding.names import Confidence
from model.files.understanding.proposal import Proposal
from model.files.understanding.sample import Sample
from model.schema import Schema
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


def render(sample: Sample, proposal: Proposal, key: str) -> FileMapping | None:
    """Draw the proposal; the mapping as it stands with every correction, None if it cannot be.

    key : of the fields, the same for the same table of the same file.
    """
    chosen = _table(sample, proposal, key)
    doubled = {name for name in chosen.values() if name}
    if len(doubled) < sum(name is not None for name in chosen.values()):
        st.warning("Two columns are read as the same input. Choose one of them.")
        return None
    changed = proposals.make(sample, proposal.schema, chosen) if chosen else proposal
    coding = coding_choice.render(changed, key)
    columns = answers.render(changed.settled, key)
    mapping = replace(changed.mapping, coding=coding, columns=columns)
    _preview(sample, mapping, changed.schema, _asked_about(changed, mapping))
    _left_out(changed)
    return mapping


def _table(sample: Sample, proposal: Proposal, key: str) -> dict[int, str | None]:
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
            "Read as": labels[by_place[at].feature.name] if at in settled else NONE,
            "In it": " · ".join(by_place[at].samples if at in by_place else _some(sample, at)),
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
        key=f"batch.columns.{key}",
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


def _asked_about(proposal: Proposal, mapping: FileMapping) -> set[tuple[str, str]]:
    """Words of inputs whose meaning is open, or was corrected: they are shown before others."""
    found = set()
    for each in proposal.settled:
        before, after = each.mapping, mapping.by_feature[each.feature.name]
        corrected = {*before.words} ^ {*after.words}
        open_words = {*each.unclear, *each.two_sided, *(text for text, _ in corrected)}
        found |= {(each.feature.name, text) for text in open_words}
    return found


def _preview(
    sample: Sample, mapping: FileMapping, schema: Schema, words: set[tuple[str, str]]
) -> None:
    """Three patients before and after, with every choice as it stands."""
    shown = preview(sample, mapping, schema, words)
    if not shown.inputs:
        return
    table = {"Input": [each.feature.label for each in shown.inputs]}
    for at, row in enumerate(shown.rows):
        table[f"Row {row}"] = [_told(each.written[at], each.read[at]) for each in shown.inputs]
    st.markdown(note("Three patients of the file, as it stands and as it would be read:"))
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        height="content",
        alt="Three rows: what stands in each column, and what it is read as",
    )


def _told(written: str, read: str) -> str:
    return read if written.casefold() == read.casefold() else f"{written} → {read}"


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
