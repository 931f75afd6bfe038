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
DOI = re.compile(r"(https://doi\.org/10\.\d{4,9}/[A-Za-z0-9._/-]*[A-Za-z0-9])")
NUMBERED = re.compile(r"^(\d+)(?=[.)])")
RISKY = re.compile(r"[\\`*_{}\[\]<>#!|$~:&@]|//|www\.|^[-+]|^\d+[.)]|--|->|<-")
"""In a label, what may begin markup; brackets, signs and dots alone do not."""
WORD_JOINER = "\u2060"
PLACE = "\ue000"  # of a link, while the text around it is escaped
BACKSLASH = r"\\\1"


def plain(outside: str) -> str:
    """Somebody's text, so that Markdown shows it letter by letter, on one line."""
    line = MAGIC.sub(lambda found: found.group() + WORD_JOINER, " ".join(outside.split()))
    return NUMBERED.sub(r"\1\\", MARKUP.sub(BACKSLASH, line))


def linked(outside: str) -> str:
    """Somebody's text with every DOI in it as a link, the rest letter by letter.

    Nothing else becomes one: a DOI lies at https://doi.org, and holds no character that ends a
    link.
    """
    told = plain(DOI.sub(PLACE, outside.replace(PLACE, "")))
    for doi in DOI.findall(outside):
        told = told.replace(PLACE, f"[{MARKUP.sub(BACKSLASH, doi)}]({doi})", 1)
    return told


def label(outside: str) -> str:
    """Somebody's text as the label of a field or a button: as it is where nothing in it is markup,
    since a screen reader reads labels before the escapes are gone.
    """
    line = " ".join(outside.split())
    return plain(line) if RISKY.search(line) else line


def code(outside: str) -> str:
    """Somebody's text as it would be typed."""
    return f"`{' '.join(outside.split()).replace('`', chr(39))}`"


def note(markdown: str) -> str:
    """Small print, in a grey that can still be read: `st.caption` fades below 4.5:1."""
    return f":small[:gray[{markdown}]]"


def badge(outside: str, colour: str, icon: str = "") -> str:
    """Somebody's text as a coloured label, in Markdown."""
    return f":{colour}-badge[{icon}{' ' if icon else ''}{plain(outside)}]"
