"""What a version says of itself, where it comes from, and what to do if it gives no number."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import caching, markdown, text
from dashboard.components.shell import choice, handover
from dashboard.selection import GO_TO, Selection
from dashboard.services import Services
from model.errors import BedsideError, FilesGone, ModelError
from model.evaluation.wording import METRICS, shown
from model.registry.described import GONE
from model.registry.versions import Version, What

PANEL = 320  # pixels; where two do not fit, they come one under the other
NO_CODE = (
    "Somebody else logged it, and nobody adopted it yet. This app runs no code of a model it does "
    "not know, so it gives no number."
)


def render(services: Services, selection: Selection, version: Version) -> None:
    """Its title and `Use`, the next step, description, metrics, inputs, tags, origin."""
    in_use = selection.version is not None and _same(selection.version, version)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            named = " · ".join(part for part in (version.title, version.estimator) if part)
            st.markdown(f"**{markdown.plain(named)}**", width="stretch")
            if version.reference:
                st.button(
                    "In use ●" if in_use else "Use",
                    disabled=in_use,
                    on_click=choice.use,
                    args=(version,),
                    key="use",
                )
        body(services, version, in_use=in_use)


def body(services: Services, version: Version, *, in_use: bool = True) -> None:
    """All of it but title and button, for a page that has those already."""
    next_step(services, version, in_use)
    if version.description:
        st.text(version.description)
    if version.quick:
        st.warning(markdown.plain(version.quick))
    if version.eligibility is not None:
        st.markdown(markdown.plain(f"When it was trained: {text.eligibility(version.eligibility)}"))
    panels = st.grid(2, min_column_width=PANEL)
    if version.metrics:
        panels.dataframe(
            _metrics(version), hide_index=True, height="content", alt="Metrics of this version"
        )
    panels.dataframe(_origin(version), hide_index=True, alt="Where this version comes from")
    if version.tags:
        panels.dataframe(_pairs(version.tags, "Tag"), hide_index=True, alt="Tags of this version")
    if version.parameters:
        panels.dataframe(
            _pairs(version.parameters, "Parameter"),
            hide_index=True,
            alt="Parameters of the training run",
        )
    _link(services, version)
    if version.scores:
        if st.toggle("Inputs and model card", key="version.card"):
            _card(services, version)
    elif version.reference and version.status != GONE:
        _takes(services, version)


def next_step(services: Services, version: Version, in_use: bool) -> None:
    """Of a version that gives no number: why, and the one thing to do about it."""
    if version.scores:
        return
    if version.can_be_adopted and (gone := _files_gone(services, version)):
        st.error(markdown.plain(gone))
    elif version.can_be_adopted and services.adopts:
        st.markdown(NO_CODE)
        to = (version,) if in_use else ()  # another one is ticked, on the page that does it
        st.button("Adopt it", type="primary", on_click=_go_to_adopting, args=to, key="adopt")
    elif version.can_be_adopted:
        st.markdown(f"{NO_CODE} Adopt it:")
        st.code(version.adopt_command, language="shell", wrap_lines=True)
    elif version.status == GONE:
        st.error("Its files are gone from where the server says they are. Restore them to use it.")
    elif version.status:
        st.warning(markdown.plain(f"It gives no number: {version.status}."))
    else:
        st.info("This run logged no model: there is nothing to adopt.")


def _go_to_adopting(in_use: Version | None = None) -> None:
    """To the part of the Models page that does it, which says what it does first."""
    st.session_state[handover.DO] = handover.ADOPT
    if in_use is not None:
        st.session_state[GO_TO] = "Models", in_use


def _files_gone(services: Services, version: Version) -> str:
    """What to say if its files are not there any more; blank if they are."""
    address = services.registry.shown_address
    try:
        caching.interface(services.registry, address, version.reference, version)
    except FilesGone as error:
        return str(error)
    except BedsideError:
        pass  # told where its inputs would stand
    return ""


def _takes(services: Services, version: Version) -> None:
    """The inputs by its signature."""
    address = services.registry.shown_address
    try:
        found = caching.interface(services.registry, address, version.reference, version)
    except BedsideError as error:
        st.markdown(markdown.note(markdown.plain(str(error))))
        return
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Column": column.name,
                    "Takes": column.kind.value,
                    "Needed": "needed" if column.required else "",
                }
                for column in found.columns
            ]
        ),
        hide_index=True,
        height="content",
        alt="What this version takes, by its signature",
    )


def _link(services: Services, version: Version) -> None:
    link = caching.run_link(
        services.registry, services.registry.shown_address, version.run_id, version
    )
    if link:
        st.link_button("The run in MLflow", link)


def _card(services: Services, version: Version) -> None:
    try:
        model = caching.loaded(services, version)
    except ModelError as error:
        st.error(markdown.plain(str(error)))
        return
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Input": feature.label,
                    "Column": feature.name,
                    "Unit": feature.unit,
                    "Needed": "needed" if feature.required else "",
                    "Allowed": feature.allowed,
                    "Trained on": str(feature.trained or ""),
                }
                for feature in model.schema.features
            ]
        ),
        hide_index=True,
        height="content",
        alt="Inputs of this version",
    )
    card = model.card
    if card is None:
        st.markdown("No model card was made for it.")
        return
    for title, told in (
        ("Intended use", (card.intended_use,)),
        ("Not for", card.out_of_scope),
        ("Limits", card.limits),
    ):
        st.markdown(f"## {markdown.plain(title)}", anchors=False)
        st.markdown("\n".join(f"- {markdown.plain(sentence)}" for sentence in told))
    st.markdown(markdown.note("The whole card of the version in use is on the About page."))


def _metrics(version: Version) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Metric": METRICS.get(name, name),
                "Value [95 % interval]": shown(metric),
            }
            for name, metric in version.metrics.items()
        ]
    )


def _pairs(told: Mapping[str, str], head: str) -> pd.DataFrame:
    return pd.DataFrame(list(told.items()), columns=[head, "Value"])


def _origin(version: Version) -> pd.DataFrame:
    told = {
        "Aliases": ", ".join(version.aliases),
        "Experiment": "" if version.what is What.REGISTERED else version.study,
        "Made (UTC)": f"{version.created:%-d %b %Y, %H:%M}",
        "Author": version.author,
        "Reference": version.reference,
        "Run": version.run_id,
        "Git commit": version.git_commit,
        "Data sha256": version.data_sha256,
    }
    return pd.DataFrame(
        [{"Origin": name, "Value": value} for name, value in told.items() if value],
        columns=["Origin", "Value"],
    )


def _same(one: Version, other: Version) -> bool:
    return (one.reference, one.run_id) == (other.reference, other.run_id)
