"""The keys of the form's fields: a field that the program fills is a new field.

A browser sends the values of all its fields with every message. One that left before the
program's values arrived brings the old ones back, for the keys it knows; the keys of the fields
now shown are others, so it changes nothing, and no number is worked out from it.
"""

from __future__ import annotations

import secrets

import streamlit as st

FIELD, TOKENS = "patient.", "patient_field_tokens"
TOKEN_BYTES = 6  # so many that no browser still has a key from before a restart


def key(name: str) -> str:
    """The key of the field of a feature, as it is shown now."""
    tokens: dict[str, str] = st.session_state.setdefault(TOKENS, {})
    if name not in tokens:
        tokens[name] = secrets.token_hex(TOKEN_BYTES)
    return f"{FIELD}{name}.{tokens[name]}"


def refill(name: str, value: float | None) -> None:
    """Show a new field in the place of the old one, holding a value: for callbacks."""
    st.session_state.pop(key(name), None)
    del st.session_state[TOKENS][name]
    st.session_state[key(name)] = value
