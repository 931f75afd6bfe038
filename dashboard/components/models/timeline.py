"""Every promotion of a model, the newest first: when, from which version to which, by whom, why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from model.evaluation.wording import NONE
from model.registry.versions import Version


def render(versions: Sequence[Version]) -> None:
    """A table; one sentence where nothing was ever promoted here."""
    made = sorted(
        (
            (promotion.when, version, promotion)
            for version in versions
            for promotion in version.promotions
        ),
        key=lambda entry: entry[0],
        reverse=True,
    )
    st.markdown("## Promotions so far", anchors=False)
    if not made:
        st.markdown("None was recorded here.")
        return
    rows = [
        {
            "When (UTC)": _time(when),
            "Alias": promotion.alias,
            "To": version.label,
            "From": f"v{promotion.before}" if promotion.before else NONE,
            "Who": promotion.who,
            "Reason": promotion.reason,
        }
        for when, version, promotion in made
    ]
    st.dataframe(pd.DataFrame(rows), hide_index=True, height="content", alt="Promotions so far")


def _time(written: str) -> str:
    try:
        return f"{datetime.fromisoformat(written):%-d %b %Y, %H:%M}"
    except ValueError:
        return written  # a tag anybody may have edited
