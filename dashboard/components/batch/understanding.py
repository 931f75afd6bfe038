"""How a file seems to be meant, as one table to confirm; nothing is read so unasked."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import streamlit as st

from dashboard.batch_run import Upload
from dashboard.components.batch import patients_file, proposal_table
from dashboard.markdown import note, plain
from model.errors import FileRefused, InputError
from model.files.reading.beginning import beginning
from model.files.understanding import mapping_file, proposal
from model.files.understanding.mapping import FileMapping
from model.files.understanding.sample import Sample
from model.schema import Schema

SEEN, AGREED, OWN_MAPPING = "batch.seen", "batch.agreed", "batch.own_mapping"


@dataclass(frozen=True)
class Seen:
    """The beginning of a file, and what it says; of the session that handed it in."""

    key: tuple[object, ...]
    sample: Sample
    proposal: proposal.Proposal


def render(upload: Upload, schema: Schema, *, scored: bool) -> bool:
    """The table to confirm, or what was agreed to; whether an answer is still awaited.

    scored : whether the file was scored as it came: then nobody is asked any more.
    """
    if upload.mapping is not None or upload.convert:
        _told(upload, schema)
        return False
    if scored:
        return False
    seen = _seen(upload, schema)
    if seen is None or not seen.proposal.is_needed:
        return False
    with st.container(border=True):
        st.markdown("## How this file seems to be meant", anchors=False)
        st.markdown(
            note(
                "Read from its names, words and numbers. Correct what is wrong; nothing is read "
                "this way before you agree."
            )
        )
        current = proposal_table.render(
            seen.sample, seen.proposal, f"{upload.digest[:12]}.{seen.sample.sheet}"
        )
        if current is not None:
            _offer(upload, schema, current, seen)
    return True


def forget() -> None:
    """Nothing of a file that was removed is kept; what was agreed to is, for the next one."""
    st.session_state.pop(SEEN, None)


def _seen(upload: Upload, schema: Schema) -> Seen | None:
    """What the file says, looked at once; None of one that is no table."""
    key = (upload.digest, upload.sheet, schema.study, schema.names)
    held: Seen | None = st.session_state.get(SEEN)
    if held is None or held.key != key:
        try:
            sample = beginning(io.BytesIO(upload.content), schema, upload.sheet)
        except FileRefused:
            st.session_state.pop(SEEN, None)
            return None
        held = Seen(key, sample, proposal.make(sample, schema))
        st.session_state[SEEN] = held
    return held


def _offer(upload: Upload, schema: Schema, current: FileMapping, seen: Seen) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Read the file this way",
            type="primary",
            icon=":material/check:",
            on_click=_agree,
            args=(upload, current, seen.sample),
            key="batch.agree",
        )
        earlier = _earlier(seen.sample)
        if earlier is not None and earlier != current:
            st.button(
                "As the last file of this shape",
                on_click=_agree,
                args=(upload, earlier, seen.sample),
                help="What you agreed to before, for a file with the same columns.",
                key="batch.agree_again",
            )
        _download(current, schema, upload)
        with st.popover("Use a mapping", width="content"):
            st.file_uploader(
                "Mapping (.yaml)",
                type=["yaml", "yml"],
                key=OWN_MAPPING,
                on_change=_take,
                args=(upload, schema),
                help="One that was downloaded here, or drafted by “check --propose”.",
            )
            if refused := st.session_state.pop(f"{OWN_MAPPING}.refused", ""):
                st.error(plain(refused))


def _told(upload: Upload, schema: Schema) -> None:
    """What was agreed to, and the way back."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if upload.mapping is None:
            st.markdown("Converted, as you asked.", width="stretch")
        else:
            count = len(upload.mapping.columns)
            st.markdown(f"Read as you agreed: {count} columns.", width="stretch")
            _download(upload.mapping, schema, upload)
        st.button(
            "Undo",
            on_click=patients_file.hold,
            args=(upload.as_it_came(),),
            icon=":material/undo:",
            help="Back to the file as it came.",
            key="batch.undo",
        )


def _download(mapping: FileMapping, schema: Schema, upload: Upload) -> None:
    st.download_button(
        "Download this mapping",
        data=mapping_file.to_yaml(mapping, schema),
        file_name=f"{schema.study}-mapping.yaml",
        mime="application/yaml",
        on_click="ignore",
        icon=":material/download:",
        help="Names, words and codes, and no patient: for the next file of this shape, here or "
        "with “score --map”.",
        key="batch.mapping",
    )


def _agree(upload: Upload, mapping: FileMapping, sample: Sample) -> None:
    st.session_state[AGREED] = {**st.session_state.get(AGREED, {}), sample.first: mapping}
    patients_file.hold(upload.mapped(mapping))


def _earlier(sample: Sample) -> FileMapping | None:
    """What was agreed to for these columns, read from the sheet that is asked about now."""
    held: FileMapping | None = st.session_state.get(AGREED, {}).get(sample.first)
    return replace(held, sheet=sample.sheet) if held is not None else None


def _take(upload: Upload, schema: Schema) -> None:
    handed_in = st.session_state.get(OWN_MAPPING)
    if handed_in is None:
        return
    try:
        patients_file.hold(upload.mapped(mapping_file.from_yaml(handed_in.getvalue(), schema)))
    except InputError as error:
        st.session_state[f"{OWN_MAPPING}.refused"] = str(error)
