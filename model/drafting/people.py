"""Whether a column names people, said of how its answers are written."""

from __future__ import annotations

import re

from model.drafting.columns import Column, Kind
from model.drafting.odd_cells import share
from model.drafting.words import plain

PEOPLE_SHARE = 0.5
_TITLE = re.compile(
    r"(?i:dr|prof|mr|mrs|ms|miss|mx|herr|frau|hr|fr|sr|sra|mme|mlle|dott|schwester|sister|nurse)\b\.?"
    r"\s+[A-ZÀ-Þ].*"
)
_NAMED = re.compile(
    r"[A-ZÀ-Þ][\w'’-]+,\s*[A-ZÀ-Þ][\w'’.-]*(?:\s[A-ZÀ-Þ][\w.]*)?|(?:[A-ZÀ-Þ]\.\s*)+[A-ZÀ-Þ][\w'’-]+"
)
_TWO_NAMES = re.compile(r"[A-ZÀ-Þ][a-zß-ÿ'’-]+(?:\s[A-ZÀ-Þ]\.?)?\s[A-ZÀ-Þ][a-zß-ÿ'’-]+")
_STAFF = re.compile(
    r"(.* )?(gp|doctor|physician|surgeon|consultant|clinician|nurse|operator|provider|referrer"
    r"|practitioner|anaesthetist|anesthetist|hausarzt|arzt|operateur|kin|contact)( name)?"
)


def why_people(column: Column) -> str:
    """Why a column names people, as a sentence; "" if it does not. No cell is in it."""
    if column.kind not in (Kind.TEXT, Kind.WORDS):
        return ""
    texts = [str(level).strip() for level in column.levels]
    are_named = share(texts, _TITLE) + share(texts, _NAMED) > PEOPLE_SHARE
    if are_named or _STAFF.fullmatch(plain(column.name)):
        return "Looks like names of people. Leave it out, or write a code in place of each."
    return ""


def may_be_people(column: Column) -> bool:
    """Whether most answers are two words that begin with capitals, as names of people are."""
    if column.kind is not Kind.WORDS:
        return False
    return share([str(level).strip() for level in column.levels], _TWO_NAMES) > PEOPLE_SHARE
