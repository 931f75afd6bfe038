from __future__ import annotations

import re

import pytest

from dashboard import markdown
from tests.dashboard.fakes import read

J = markdown.WORD_JOINER


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("plain words, 12.5 and 3/4", "plain words, 12.5 and 3/4"),
        ("**bold** _it_", r"\*\*bold\*\* \_it\_"),
        ("<b>html</b> &amp;", r"\<b\>html\</b\> \&amp;"),
        ("[a](b) ![c](d)", r"\[a\]\(b\) \!\[c\]\(d\)"),
        ("`code` $x$ ~~s~~ # | +", r"\`code\` \$x\$ \~\~s\~\~ \# \| \+"),
        (":red[x] :smile:", r"\:red\[x\] \:smile\:"),
        ("https://a.example", rf"https\:{J}//a.example"),
        ("see HTTP://a.example", rf"see HTTP\:{J}//a.example"),
        ("www.a.example", rf"www{J}.a.example"),
        ("nurse@ward.example", rf"nurse{J}@ward.example"),
        (":material/home:", rf"\:{J}material/home\:"),
        ("a -> b <- c <-> d -- e", rf"a \-{J}\> b \<{J}\- c \<{J}\-\> d \-{J}\- e"),
        ("a >= b ~= c", rf"a \>{J}= b \~{J}= c"),
        ("--source sqlite:///a.db", r"\-\-source sqlite\:///a.db"),
        ("1. first", r"1\. first"),
        ("2) second", r"2\) second"),
        ("title\n=====\n    code", "title ===== code"),
        ("", ""),
    ],
)
def test_markdown_shows_somebodys_text_letter_by_letter(outside: str, shown: str) -> None:
    assert markdown.plain(outside) == shown
    assert read(markdown.plain(outside)) == re.sub(r"\s+", " ", outside)
