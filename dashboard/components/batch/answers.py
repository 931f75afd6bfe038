"""What stands in a file's columns and means an answer, nothing, or a unit; to be corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from dashboard.markdown import label, plain
from model.files.understanding.columns import ColumnProposal
from model.files.understanding.mapping import ColumnMapping
from model.files.understanding.names import Confidence
from model.schema import NOT_MEASURED
from model.tables.wording import shown

LEAVE = "not read: rows rejected"
FEW_WORDS = 12
"""Words that are shown at once; more of them lie folded, unless one is not sure."""
MOST_WORDS = 12
"""Words of one column that may be corrected here, the commonest first; a mapping holds them all."""
LABEL_PIXELS, FIELD_PIXELS = 130, 192

Answers = Mapping[str, float | None]


def render(columns: Sequence[ColumnProposal], key: str) -> tuple[ColumnMapping, ...]:
    """The columns as they would be agreed to, with what their owner chose."""
    spoken = [each for each in columns if _words(each)]
    count = sum(len(_words(each)) for each in spoken)
    doubted = any(_is_doubted(each) for each in spoken)
    mappings = {each.at: each.mapping for each in columns}
    if spoken:
        title = f"What the words mean ({count:,} in {len(spoken):,} columns)"
        with st.expander(title, expanded=doubted or count <= FEW_WORDS):
            for each in spoken:
                mappings[each.at] = _corrected(each, f"batch.word.{key}.{each.at}")
    for each in columns:
        mappings[each.at] = _remedied(each, mappings[each.at], f"batch.{key}.{each.at}")
    return tuple(mappings[each.at] for each in columns)


def _words(column: ColumnProposal) -> list[str]:
    """The words of a column that have a meaning to be agreed to; those without one first, then the
    commonest.
    """
    if not column.feature.is_coded:
        return []
    meant = {text for text, code in column.mapping.words if code is not None}
    words = meant | {*column.unclear} | {*column.two_sided}
    return sorted(words, key=lambda text: (text in meant, -_rows_with(column, text), text))


def _is_doubted(column: ColumnProposal) -> bool:
    sure = (meaning and meaning.confidence for meaning in column.meanings.values())
    return bool(column.unclear or column.two_sided) or any(
        each == Confidence.LIKELY for each in sure
    )


def _corrected(column: ColumnProposal, key: str) -> ColumnMapping:
    """A field for each word, with what it is proposed to mean."""
    feature, mapping = column.feature, column.mapping
    answers: Answers = {
        **{code.label: code.value for code in feature.codes},
        NOT_MEASURED: None,
    }
    meant = {text: code for text, code in mapping.words if code is not None}
    by_code = {code: answer for answer, code in answers.items()}
    marks = {text: None for text, code in mapping.words if code is None}
    unread = [*mapping.unclear]
    words = _words(column)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f"**{plain(feature.label)}**", width=LABEL_PIXELS)
        for text in words[:MOST_WORDS]:
            proposed = by_code[meant.get(text)] if text in {**meant, **marks} else LEAVE
            options = [*answers, LEAVE]
            rows = _rows_with(column, text)
            picked = st.selectbox(
                label(f"“{shown(text)}”, {rows:,} {'row' if rows == 1 else 'rows'}"),
                options,
                index=options.index(proposed),
                key=f"{key}.{feature.name}.{text}",
                width=FIELD_PIXELS,
            )
            if picked == proposed:
                continue
            meant.pop(text, None)
            marks.pop(text, None)
            unread = [word for word in unread if word != text]
            code = answers.get(picked)
            if picked not in answers:
                unread.append(text)
            elif code is None:
                marks[text] = None
            else:
                meant[text] = code
    if len(words) > MOST_WORDS:
        rest = len(words) - MOST_WORDS
        st.markdown(f"{rest:,} rarer words are read as proposed; the mapping lists them.")
    return replace(mapping, words=(*meant.items(), *marks.items()), unclear=tuple(unread))


def _remedied(column: ColumnProposal, mapping: ColumnMapping, key: str) -> ColumnMapping:
    """Marks, unit and limit that are proposed; the owner may leave any of them."""
    feature = column.feature
    key = f"{key}.{feature.name}"
    left = set()
    for mark in (each for each in column.marks if each not in column.two_sided):
        rows = _rows_with(column, mark)
        said = f"{feature.label}: {shown(mark)} means not measured ({rows:,} rows)"
        if not st.checkbox(plain(said), value=True, key=f"{key}.{mark}"):
            left.add(mark)
    if column.unit is not None:
        said = f"{feature.label} is in {column.unit.name}, converted to {feature.unit}"
        if not st.checkbox(plain(said), value=True, key=f"{key}.unit"):
            mapping = replace(mapping, unit="")
    elif len(column.units) > 1:
        units = [feature.unit, *(unit.name for unit in column.units)]
        asked = f"{feature.label} may be in more than one unit. Which is it?"
        unit = st.selectbox(label(asked), units, key=f"{key}.units", width=320)
        mapping = replace(mapping, unit="" if unit == feature.unit else unit)
    if column.above is not None:
        st.markdown(plain(f"{feature.label}: a number above {column.above:g} is read as yes."))
    if column.unread and not feature.is_coded:
        said = f"{feature.label}: {column.unread:,} cells are no number; their rows are rejected."
        st.markdown(plain(said))
    words = tuple(pair for pair in mapping.words if pair[1] is not None or pair[0] not in left)
    return replace(mapping, words=words)


def _rows_with(column: ColumnProposal, text: str) -> int:
    content = column.content
    if text in content.words:
        return content.words[text]
    try:
        return content.numbers.get(float(text), 0)
    except ValueError:
        return 0
