"""Who is looking, where the operator has visitors log in."""

from __future__ import annotations

import streamlit as st

from dashboard.audit_trail import NOBODY


def name() -> str:
    """The login name of this session, or ``local``."""
    return str(st.user.get("email") or NOBODY) if st.user.get("is_logged_in") else NOBODY
