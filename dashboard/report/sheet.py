"""Paper, letters and tags: all that is known of the library which writes the PDF.

y runs down the page. Every line is broken to its width, so that nothing runs off the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from dashboard.report.glyphs import FONT, LACKING, LONGEST, cut, faces, legible, runs_both_ways
from dashboard.report.styles import (
    BLACK,
    BOTTOM,
    FINE,
    HEADING,
    HEIGHT,
    LEFT,
    PALE,
    RIGHT,
    TOP,
    UNDER_HEADING,
    Style,
)


class Sheet:
    """A document while it is drawn. `y` is where the next thing begins."""

    def __init__(self, title: str, when: datetime, foot: str, pages: int) -> None:
        """`pages` is how many there will be, 0 if that is not known yet."""
        from fpdf import FPDF
        from fpdf.fonts import TTFFont
        from fpdf.prefs import ViewerPreferences

        self._pdf = FPDF(unit="mm", format="A4")
        for style, file in faces().items():
            self._pdf.add_font(FONT, style, file)
        fonts = [font for font in self._pdf.fonts.values() if isinstance(font, TTFFont)]
        self._files = [font.ttfont for font in fonts]
        self._letters = set.intersection(*({*font.cmap} for font in fonts))
        self.lacked = False
        self._foot, self._total = foot, pages
        self._pdf.alias_nb_pages("")
        self._pdf.set_auto_page_break(False)
        self._pdf.c_margin = 0
        self._pdf.set_title(self.clean(title))
        self._pdf.set_lang("en-GB")
        self._pdf.set_creator("Bedside")
        self._pdf.set_creation_date(when)
        self._pdf.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.y = TOP
        self.new_page()

    @property
    def pages(self) -> int:
        return self._pdf.pages_count

    def bytes(self) -> bytes:
        """The finished file."""
        return bytes(self._pdf.output())

    def close(self) -> None:
        """Let go of the fonts' files."""
        for file in self._files:
            file.close()

    # Space --------------------------------------------------------------------------------

    def new_page(self) -> None:
        self._pdf.add_page()
        self.y = TOP
        with self.artifact():
            self.line(LEFT, HEIGHT - 11, RIGHT, HEIGHT - 11, PALE)
            top = HEIGHT - 10.2
            self.write(LEFT, top, self.fitted(self._foot, RIGHT - LEFT - 30, FINE), FINE)
            self.write(RIGHT, top, f"Page {self.pages} of {self._total}", FINE, flush=1)

    def room(self, height: float) -> None:
        """Begin a new page if this one has no room for that."""
        if self.y + height > BOTTOM and self.y > TOP:
            self.new_page()

    # Text ---------------------------------------------------------------------------------

    def clean(self, text: str) -> str:
        """The text on one line, of letters the font has."""
        line = legible(text, self._letters)
        self.lacked = self.lacked or LACKING in line
        return line

    def lines(self, text: str, width: float, style: Style, longest: int = LONGEST) -> list[str]:
        """The text, broken to a width."""
        whole = cut(self.clean(text), longest)
        self._set(style)
        broken = self._pdf.multi_cell(
            max(width, 5), text=whole, align="L", dry_run=True, output="LINES"
        )
        assert isinstance(broken, list)
        return [str(line) for line in broken]

    def balanced(self, text: str, width: float, style: Style) -> list[str]:
        """The same number of lines, but none much shorter than the others."""
        best = self.lines(text, width, style)
        for narrower in range(int(width) - 4, int(width / 2), -4):
            tried = self.lines(text, narrower, style)
            if len(tried) > len(best):
                break
            best = tried
        return best

    def fitted(self, text: str, width: float, style: Style) -> str:
        """The text on one line, cut with an ellipsis where it is longer."""
        first, *rest = self.lines(text, width, style)
        if not rest:
            return first
        return self.lines(text, width - self.width("…", style), style)[0] + "…"

    def width(self, text: str, style: Style) -> float:
        self._set(style)
        return self._pdf.get_string_width(text)

    def write(self, x: float, top: float, line: str, style: Style, flush: float = 0) -> None:
        """One clean line. `flush`: 0 begins at x, 1 ends there, 0.5 has its middle there."""
        self._set(style)
        shift = flush * self._pdf.get_string_width(line) if flush else 0
        self._pdf.set_text_color(round(255 * style.ink))
        # The space is for those who listen or copy: else the last word runs into the next line's.
        self._pdf.text(x - shift, top + style.ascent, f"{_as_seen(line)} ")

    def block(self, x: float, top: float, width: float, text: str, style: Style) -> float:
        """A text in as many lines as it needs, as a paragraph; the y where it ends."""
        with self.tagged("P"):
            return self.written(x, top, self.lines(text, width, style), style)

    def written(self, x: float, top: float, lines: list[str], style: Style) -> float:
        """Lines one below the other; the y where they end."""
        for at, line in enumerate(lines):
            self.write(x, top + at * style.leading, line, style)
        return top + len(lines) * style.leading

    def paragraph(
        self,
        text: str,
        style: Style,
        x: float = LEFT,
        width: float = RIGHT - LEFT,
        above: float = 0,
        longest: int = LONGEST,
    ) -> None:
        """A text where the last thing ended, with some space above."""
        lines = self.lines(text, width, style, longest)
        self.y += above
        self.room(len(lines) * style.leading)
        with self.tagged("P"):
            self.y = self.written(x, self.y, lines, style)

    def section(self, needs: float) -> None:
        """Space above a section, on a page that has room for its heading and `needs` below it."""
        self.y += 2.6
        self.room(UNDER_HEADING + needs)

    def heading(self, text: str, x: float = LEFT, width: float = RIGHT - LEFT) -> None:
        """The name of a section under a rule."""
        with self.artifact():
            self.line(x, self.y, x + width, self.y)
        with self.tagged("H2"):
            self.write(x, self.y + 0.9, text, HEADING)
        self.y += UNDER_HEADING

    # Shapes -------------------------------------------------------------------------------

    def line(
        self, x1: float, y1: float, x2: float, y2: float, ink: float = BLACK, thick: float = 0.2
    ) -> None:
        self._pdf.set_line_width(thick)
        self._pdf.set_draw_color(round(255 * ink))
        self._pdf.line(x1, y1, x2, y2)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        fill: float | None = None,
        edge: float | None = None,
    ) -> None:
        """A rectangle, filled, outlined or both."""
        self._pdf.rect(x, y, width, height, style=self._dressed(fill, edge))

    def disc(
        self, x: float, y: float, radius: float, fill: float | None, edge: float | None
    ) -> None:
        """A circle around a point."""
        self._pdf.circle(x, y, radius, style=self._dressed(fill, edge))

    def hatched(self, x: float, y: float, width: float, height: float) -> None:
        """A rectangle of slanting lines, outlined."""
        with self._pdf.rect_clip(x, y, width, height):
            at = x - height
            while at < x + width:
                self.line(at, y + height, at + height, y, 0.2, 0.18)
                at += 0.9
        self.box(x, y, width, height, edge=0.2)

    # Structure ----------------------------------------------------------------------------

    @contextmanager
    def tagged(self, kind: str, alt: str | None = None) -> Iterator[None]:
        """What is drawn here is one element of the document, read in the order drawn.

        `kind` is a structure type of ISO 32000: H1, H2, P, Figure with `alt` for those who cannot
        see it. fpdf2 itself only tags pictures and links; this is how it does that.
        """
        number = self._pdf.struct_builder.next_mcid_for_page(self._pdf.page)
        spoken = self.clean(alt) if alt is not None else None
        self._pdf._add_marked_content(struct_type=f"/{kind}", mcid=number, alt_text=spoken)
        self._pdf._out(f"/{kind} <</MCID {number}>> BDC")
        yield
        self._pdf._out("EMC")

    @contextmanager
    def artifact(self) -> Iterator[None]:
        """What is drawn here says nothing that is not said elsewhere."""
        self._pdf._out("/Artifact BMC")
        yield
        self._pdf._out("EMC")

    def _set(self, style: Style) -> None:
        self._pdf.set_font(FONT, "B" if style.bold else "", style.size)

    def _dressed(self, fill: float | None, edge: float | None) -> str:
        if fill is not None:
            self._pdf.set_fill_color(round(255 * fill))
        if edge is not None:
            self._pdf.set_draw_color(round(255 * edge))
            self._pdf.set_line_width(0.2)
        return ("F" if fill is not None else "") + ("D" if edge is not None else "")


def _as_seen(line: str) -> str:
    """A line in the order its letters stand on paper, where some run from right to left."""
    if not runs_both_ways(line):
        return line
    from fpdf.bidi import BidiParagraph
    from fpdf.enums import TextDirection

    return BidiParagraph(line, base_direction=TextDirection.LTR).get_reordered_string()
