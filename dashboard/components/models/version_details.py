"""What a version says of itself, and where it comes from."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching, markdown, text
from dashboard.components.shell import sidebar
from dashboard.services import Services
from model.errors import ModelError
from model.registry.versions import State, Version

PANEL = 320  # pixels; where two do not fit, they come one under the other


def render(services: Services, version: Version, *, in_use: bool) -> None:
    """Its title and `Use`, description, eligibility, metrics, origin; parameters if asked for."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{markdown.plain(version.title)}** · {markdown.plain(version.estimator)}",
                width="stretch",
            )
            st.button(
                "In use ●" if in_use else "Use",
                disabled=in_use,
                on_click=sidebar.use,
                args=(version,),
                key="use",
            )
        if version.description:
            st.text(version.description)
        if version.state is State.FOREIGN:
            st.write(
                "It carries its own code, which this app does not run. It answers on the Patient "
                "page, through an endpoint of its own."
            )
        if version.eligibility is not None:
            st.write(markdown.plain(text.eligibility(version.eligibility)))
        panels = st.grid(2, min_column_width=PANEL)
        if version.metrics:
            panels.dataframe(
                _metrics(version), hide_index=True, height="content", alt="Metrics of this version"
            )
        panels.dataframe(_origin(version), hide_index=True, alt="Where this version comes from")
        if version.tags:
            panels.dataframe(_tags(version), hide_index=True, alt="Tags of this version")
        _promotions(version)
        _run(services, version)
        if version.state is State.READY and st.toggle(
            "What it takes, and its model card", key="version.card"
        ):
            _card(services, version)


def _run(services: Services, version: Version) -> None:
    if not version.run_id:
        return
    if st.toggle("Its training run", key="version.parameters"):
        address = services.registry.shown_address
        found = caching.run(services.registry, address, version.run_id)
        st.dataframe(
            pd.DataFrame(found.parameters.items(), columns=["Parameter", "Value"]),
            hide_index=True,
            alt="Parameters of the training run",
        )
        if found.link:
            st.link_button("The run in MLflow", found.link)


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
                    "Input": each.label,
                    "Column": each.name,
                    "Unit": each.unit,
                    "Needed": "needed" if each.required else "",
                    "Allowed": each.allowed,
                    "Trained on": str(each.trained or ""),
                }
                for each in model.schema.features
            ]
        ),
        hide_index=True,
        height="content",
        alt="Inputs of this version",
    )
    card = model.card
    for title, told in (
        ("Intended use", [card["intended_use"]]),
        ("Not for", card["out_of_scope"]),
        ("Limits", card["limits"]),
    ):
        st.markdown(f"##### {title}", anchors=False)
        st.markdown("\n".join(f"- {markdown.plain(each)}" for each in told))
    st.markdown(markdown.note("The whole card of the version in use is on the About page."))


def _tags(version: Version) -> pd.DataFrame:
    return pd.DataFrame(version.tags.items(), columns=["Tag", "Value"])


def _promotions(version: Version) -> None:
    for made in reversed(version.promotions):
        before = f", instead of v{made.before}" if made.before else ""
        said = f"Made {made.alias} {made.when} by {made.who}{before}: {made.reason}"
        st.markdown(markdown.note(markdown.plain(said)))


def _metrics(version: Version) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Metric": text.METRICS.get(name, name),
                "Value [95 % interval]": text.interval(metric),
            }
            for name, metric in version.metrics.items()
        ]
    )


def _origin(version: Version) -> pd.DataFrame:
    told = {
        "Run": version.run_id,
        "Model id": version.model_id,
        "Git commit": version.git_commit,
        "Data sha256": version.data_sha256,
        "Author": version.author,
    }
    return pd.DataFrame(
        [{"Origin": name, "Value": value} for name, value in told.items() if value],
        columns=["Origin", "Value"],
    )
