"""The models logged in a study's experiment, registered or not, a page at a time."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import caching
from dashboard.components.models import paging
from dashboard.selection import Selection
from dashboard.services import Services

KEY = "logged"


def render(services: Services, selection: Selection) -> None:
    """The page shown, each with the version it was registered as."""
    study = selection.study
    address = services.registry.shown_address
    found = caching.logged(services.registry, address, study, paging.token(KEY, study))
    if not found.models:
        st.info("No model was logged in the experiment of this name.")
        return
    numbers = {version.model_id: f"v{version.number}" for version in selection.versions}
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Model id": each.model_id,
                    "Name": each.name,
                    "Logged (UTC)": f"{each.created:%Y-%m-%d %H:%M}",
                    "Estimator": each.estimator,
                    "Status": each.status,
                    "Version": numbers.get(each.model_id, "not registered or not finished"),
                    "Run": each.run_id,
                }
                for each in found.models
            ]
        ),
        hide_index=True,
        height="content",
        alt="Logged models",
    )
    paging.turn(KEY, found.next_token, f"{len(found.models)} models")
