"""Somebody's text inside Markdown: shown as text, never as markup."""

from __future__ import annotations

import re

MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+\-!|$~:&])")
# What Streamlit still turns into a link, an icon or a dash after the escapes are gone: it looks
# for these in the finished text, so only a character between their own keeps them as they are.
MAGIC = re.compile(
    r"(?i)(?:https?:)(?=//)|www(?=\.)|(?<=\w)(?=@)|:(?=material/)"
    r"|(?<!\S)[<>~-](?=(?:-|>|=|->)(?!\S))"
)
NUMBERED = re.compile(r"^(\d+)(?=[.)])")
WORD_JOINER = "\u2060"


def plain(outside: str) -> str:
    """Somebody's text, so that Markdown shows it letter by letter, on one line."""
    line = MAGIC.sub(lambda found: found.group() + WORD_JOINER, " ".join(outside.split()))
    return NUMBERED.sub(r"\1\\", MARKUP.sub(r"\\\1", line))


def note(markdown: str) -> str:
    """Small print, in a grey that can still be read: `st.caption` fades below 4.5:1."""
    return f":small[:gray[{markdown}]]"


def badge(outside: str, colour: str, icon: str = "") -> str:
    """Somebody's text as a coloured label, in Markdown."""
    return f":{colour}-badge[{icon}{' ' if icon else ''}{plain(outside)}]"
