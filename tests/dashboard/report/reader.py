"""Reads a report back: its letters from the drawing instructions, by the fonts' own tables."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"^(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL | re.MULTILINE)
STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)


def text(pdf: bytes) -> str:
    """All that is printed, in the order of reading, blanks as one space."""
    return " ".join(" ".join(pages(pdf)).split())


def pages(pdf: bytes) -> list[str]:
    """What is printed on each page."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    fonts = {
        name.decode(): _letters(objects, int(number))
        for body in objects.values()
        if b"/Font" in body
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body)
    }
    return [
        _printed(_stream(objects[_reference(body, b"Contents")]), fonts)
        for body in objects.values()
        if re.search(rb"/Type /Page\b", body)
    ]


def heights(pdf: bytes) -> list[float]:
    """How far above the lower edge of its page each line stands, in points."""
    contents = (_stream(body) for _, body in OBJECT.findall(pdf) if STREAM.search(body))
    found = (re.findall(rb"BT [\d.-]+ ([\d.-]+) Td", content) for content in contents)
    return [float(height) for page in found for height in page]


def properties(pdf: bytes) -> str:
    """What a file says of itself without being opened: its title, dates and the like."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    found = re.search(rb"/Info (\d+) 0 R", pdf)
    assert found is not None
    strings = re.findall(rb"\(((?:\\.|[^\\()])*)\)", objects[int(found[1])], re.DOTALL)
    return " ".join(
        _unescaped(each).decode("utf-16" if each[:1] == b"\xfe" else "latin-1") for each in strings
    )


def structure(pdf: bytes) -> list[str]:
    """The kinds of its elements, in the order of reading."""
    return [kind.decode() for kind in re.findall(rb"/S /(\w+)\n/Type /StructElem", pdf)]


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    """From the codes of a font to what they stand for."""
    table = _stream(objects[_reference(objects[font], b"ToUnicode")])
    pairs = re.findall(rb"<([0-9A-F]{4})> <([0-9A-F]+)>\n", table)
    return {int(code, 16): bytes.fromhex(to.decode()).decode("utf-16-be") for code, to in pairs}


def _printed(content: bytes, fonts: dict[str, dict[int, str]]) -> str:
    said, letters = [], dict[int, str]()
    for font, shown in SHOWN.findall(content):
        if font:
            letters = fonts[font.decode()]
        else:
            codes = _unescaped(shown)
            said.append(
                "".join(
                    letters[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2)
                )
            )
    return "".join(said)


def _unescaped(string: bytes) -> bytes:
    known = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
    return re.sub(rb"\\(.)", lambda found: known.get(found[1], found[1]), string, flags=re.DOTALL)


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found is not None
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]


def _reference(body: bytes, key: bytes) -> int:
    found = re.search(rb"/" + key + rb" (\d+) 0 R", body)
    assert found is not None
    return int(found[1])
