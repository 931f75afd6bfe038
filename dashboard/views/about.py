"""About: what the chosen version is for, what it is not for, and how its numbers are made."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version as installed

import streamlit as st

from dashboard.components.shell import adopted, seen_version, version_details
from dashboard.markdown import linked, note, plain
from dashboard.selection import Selection
from dashboard.services import Chosen, Services
from dashboard.text import NO_INTERVAL, interval_meaning
from model.evaluation.glossary import glossary
from model.evaluation.wording import moment
from model.schema import RESEARCH_USE
from model.scoring.documents import Card, Gap

SHOWN_LIBRARIES = ("streamlit", "mlflow", "scikit-learn", "pandas", "plotly", "numpy")


def render(services: Services, selection: Selection) -> None:
    """The model card of the chosen version, in plain words."""
    if seen_version.render(services, selection, "About"):
        return
    chosen = selection.required()
    if chosen.model.origin is not None:
        adopted.render(chosen)
        return
    st.markdown("# About this model", anchors=False)
    st.warning(RESEARCH_USE)
    card = chosen.model.card
    if card is None:
        st.info(
            "No model card is known for this model: what it is for, and whom it learned from, only "
            "its author can say."
        )
        version_details.body(services, chosen.version)
        return
    _card(chosen, card)


def _card(chosen: Chosen, card: Card) -> None:
    bundle = chosen.bundle
    st.markdown("## Intended use", anchors=False)
    st.write(plain(card.intended_use))
    st.write(plain(card.intended_users))
    st.markdown("## Not for", anchors=False)
    _bullets(card.out_of_scope)
    st.markdown("## The patients it learned from", anchors=False)
    st.write(plain(card.population))
    if card.data is not None:
        st.markdown(note(linked(f"{card.data.citation} Licence: {card.data.licence}.")))
    st.markdown("## How the numbers are made", anchors=False)
    st.write(plain(card.estimator.about))
    st.write(
        f"{plain(bundle.engine.attribution)} The metrics come from repeated cross-validation: "
        "every prediction in them is of a patient the fit had not seen. Every version is checked "
        "when it loads: its files against the hashes recorded at training, its answers against "
        "golden patients logged with it."
    )
    _gaps(card.gaps)
    st.markdown("## Limits", anchors=False)
    _bullets(card.limits)
    _against(card)
    _coverage(chosen.model.has_interval, card)
    if st.toggle(
        "The whole model card, with the answers to TRIPOD+AI and PROBAST+AI", key="about.whole"
    ):
        _whole(bundle.source.files["model_card.json"])
    _glossary()
    st.markdown("## Software versions", anchors=False)
    manifest = bundle.manifest
    st.markdown(
        note(
            plain(
                f"Model {chosen.version.title} ({chosen.version.model_id}), trained "
                f"{moment(manifest.created_at)} at commit {manifest.git_commit[:12]} with "
                + ", ".join(f"{name} {number}" for name, number in manifest.libraries.items())
                + ". This app: "
                + ", ".join(f"{name} {installed(name)}" for name in SHOWN_LIBRARIES)
                + "."
            )
        )
    )


def _glossary() -> None:
    st.markdown("## Words used here", anchors=False)
    with st.expander("Glossary"):
        _bullets([f"{term}: {meaning}." for term, meaning in glossary().items()])


def _gaps(found: Sequence[Gap]) -> None:
    """What nobody has written of the study, all of it; a version from before has no list."""
    if not found:
        return
    st.markdown("## Not documented yet", anchors=False)
    st.warning(
        f"The study's file has {len(found)} gap{'s' if len(found) > 1 else ''}. Read the numbers "
        "with that in mind."
    )
    with st.expander("All gaps"):
        _bullets([f"{gap.question} ({gap.key})" for gap in found])


def _against(card: Card) -> None:
    st.markdown("## Against clinical expectation", anchors=False)
    _bullets(card.against_expectation or ("None was found.",))


def _coverage(is_claimed: bool, card: Card) -> None:
    st.markdown("## What a patient's interval means", anchors=False)
    st.write(plain(interval_meaning(card.interval_coverage) if is_claimed else NO_INTERVAL))


def _whole(card: bytes) -> None:
    """Every section of the card, one behind the other."""
    # When asked for: seconds to import.
    from model.training.reporting.finished_card import FinishedCard
    from model.training.reporting.readable import sections

    try:
        whole = FinishedCard.from_json(card)
    except ValueError as error:
        st.error(
            plain(f"The whole card cannot be shown ({error}). Train the model again to have it.")
        )
        return
    for section in sections(whole):
        with st.expander(plain(section.heading)):
            for block in section.blocks:
                st.markdown(block.markdown())


def _bullets(items: Sequence[str]) -> None:
    st.markdown("\n".join(f"- {plain(item)}" for item in items))
