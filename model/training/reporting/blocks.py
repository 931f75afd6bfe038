"""A readable report as a list of sections, written as Markdown or as HTML from the same words."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MARK = re.compile(r"([\\`*_|<>]|(?<=\])\()")

NUMBER = re.compile(r"−?[\d.]+ \[.*\]|\d+ \(.*\)")


@dataclass(frozen=True)
class Text:
    """A paragraph; `strong` is one nobody should miss."""

    text: str
    strong: bool = False

    def markdown(self) -> str:
        return f"**{_plain(self.text)}**" if self.strong else _plain(self.text)

    def html(self) -> str:
        return f'<p class="strong">{escape(self.text)}</p>' if self.strong else _p(self.text)


@dataclass(frozen=True)
class Bullets:
    """Sentences in a list."""

    items: Sequence[str]

    def markdown(self) -> str:
        return "\n".join(f"- {_plain(each)}" for each in self.items)

    def html(self) -> str:
        return "<ul>" + "".join(f"<li>{escape(each)}</li>" for each in self.items) + "</ul>"


@dataclass(frozen=True)
class Columns:
    """A table: names of its columns, and rows of text. The first column names the row.

    `strong` : rows nobody should miss, by their place.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    strong: frozenset[int] = frozenset()

    def markdown(self) -> str:
        lines = [self.names, ["---"] * len(self.names)]
        for at, row in enumerate(self.rows):
            cells = [_plain(cell) for cell in row]
            lines.append([f"**{cell}**" for cell in cells] if at in self.strong else cells)
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def html(self) -> str:
        head = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.names)
        return (
            f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>'
            + "".join(self._row(at, row) for at, row in enumerate(self.rows))
            + "</tbody></table></div>"
        )

    def _row(self, at: int, row: Sequence[str]) -> str:
        first, *rest = row
        cells = "".join(
            f'<td class="number">{escape(cell)}</td>'
            if NUMBER.fullmatch(cell)
            else f"<td>{escape(cell)}</td>"
            for cell in rest
        )
        opened = '<tr class="strong">' if at in self.strong else "<tr>"
        return f'{opened}<th scope="row">{escape(first)}</th>{cells}</tr>'


@dataclass(frozen=True)
class Answers:
    """Questions with what is asked and what is answered."""

    entries: Sequence[tuple[str, str, str]]

    def markdown(self) -> str:
        return "\n\n".join(
            f"**{_plain(name)}.** *{_plain(question)}*\n\n{_plain(answer)}"
            for name, question, answer in self.entries
        )

    def html(self) -> str:
        return (
            "<dl>"
            + "".join(
                f"<dt>{escape(name)} <span>{escape(question)}</span></dt><dd>{escape(answer)}</dd>"
                for name, question, answer in self.entries
            )
            + "</dl>"
        )


Block = Text | Bullets | Columns | Answers


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it. `key` is how a figure finds its place beside it."""

    key: str
    heading: str
    blocks: Sequence[Block]

    def markdown(self) -> str:
        return "\n\n".join([f"## {self.heading}", *(block.markdown() for block in self.blocks)])


def markdown(title: str, subtitle: str, sections: Iterable[Section]) -> str:
    """The whole report as Markdown."""
    head = [f"# {_plain(title)}", _plain(subtitle)]
    return "\n\n".join([*head, *(each.markdown() for each in sections)]) + "\n"


def escape(text: str) -> str:
    """Text that HTML shows as it is, a number and its per cent sign on one line."""
    return re.sub(r"(?<=\d) %", "\N{NO-BREAK SPACE}%", html.escape(text))


def _p(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return MARK.sub(r"\\\1", text)
