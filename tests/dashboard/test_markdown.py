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


DOI = "https://doi.org/10.24432/C52P4X"


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        (f"UCI, {DOI}. Licence", rf"UCI, [https\://doi.org/10.24432/C52P4X]({DOI}). Licence"),
        ("no address *here*", r"no address \*here\*"),
        (
            f"https://evil.example {DOI}",
            rf"https\:{J}//evil.example [https\://doi.org/10.24432/C52P4X]({DOI})",
        ),
        ("https://doi.org.evil.example/10.1234/a", rf"https\:{J}//doi.org.evil.example/10.1234/a"),
        (
            f"{DOI}](https://evil.example)",
            rf"[https\://doi.org/10.24432/C52P4X]({DOI})\]\(https\:{J}//evil.example\)",
        ),
    ],
)
def test_a_doi_is_a_link_and_nothing_else_becomes_one(outside: str, shown: str) -> None:
    assert markdown.linked(outside) == shown


@pytest.mark.parametrize(
    "outside",
    [
        "![](https://evil.example/a.png)",
        "[click](https://evil.example)",
        "https://evil.example",
        "www.evil.example",
        "**bold**",
        "`code`",
        "# heading",
        ":material/home:",
        ":red[text]",
        "<b>",
        "nurse@evil.example",
        "1. first",
        "- item",
        "a | b",
        "$x$",
    ],
)
def test_a_label_with_markup_in_it_is_shown_letter_by_letter(outside: str) -> None:
    assert markdown.label(outside) == markdown.plain(outside) != outside


@pytest.mark.parametrize("outside", ["Cholesterol (mg/dL)", "ST depression, mm", "Asymptomatic"])
def test_a_label_without_markup_is_what_a_screen_reader_reads(outside: str) -> None:
    assert markdown.label(outside) == outside


def test_what_would_be_typed_stays_one_piece_of_code() -> None:
    assert markdown.code("train --study a`b\nc") == "`train --study a'b c`"
