"""Files of 20 MB, as large as the app takes: patients in each kind of file, and no patients."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator

import numpy as np

MEGABYTE = 1024 * 1024
UPLOAD_BYTES = 20 * MEGABYTE  # `maxUploadSize` of .streamlit/config.toml
HEADER = b"age,sex,cp,trestbps,chol,thalach,oldpeak,note\n"
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
    'package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/'
    'worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.worksheet+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
    '<sheet name="patients" sheetId="1" r:id="b"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
    '2006/relationships"><Relationship Id="b" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}


def _rows(letters: int) -> Iterator[bytes]:
    """Patients without end, each with a note of so many letters that no other has."""
    drawn = np.random.default_rng(0)
    while True:
        for age in drawn.integers(30, 80, 1_000):
            note = drawn.bytes(letters // 2).hex().encode()
            yield b"%d,%d,4,130,240,150,1.5,n%s" % (age, age % 2, note)


def _csv(letters: int) -> bytes:
    file, rows = io.BytesIO(), _rows(letters)
    file.write(HEADER)
    while file.tell() < UPLOAD_BYTES - 8 * letters:
        file.write(next(rows) + b"\n")
    return file.getvalue()


def patients_as_csv() -> bytes:
    return _csv(8)


def long_notes_as_csv() -> bytes:
    return _csv(10_000)


def one_line_as_csv() -> bytes:
    return HEADER + b"x" * (UPLOAD_BYTES - len(HEADER))


def commas_as_csv() -> bytes:
    return HEADER + b"," * (UPLOAD_BYTES - len(HEADER))


def an_open_quotation_mark_as_csv() -> bytes:
    return HEADER + b'54,1,4,130,240,150,1.5,"' + b"x\n" * (UPLOAD_BYTES // 2 - 100)


def _workbook(letters: int, packing: int) -> bytes:
    """A workbook whose archive comes to 20 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", packing, compresslevel=1) as archive:
        for name, text in PARTS.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(SHEET + _row(HEADER.strip()))
            rows = _rows(letters)
            while file.tell() < UPLOAD_BYTES - MEGABYTE:
                sheet.write(_row(next(rows)))
            sheet.write(b"</sheetData></worksheet>")
    return file.getvalue()


def _row(line: bytes) -> bytes:
    return b"<row>%s</row>" % b"".join(map(_cell, line.split(b",")))


def _cell(text: bytes) -> bytes:
    if text[:1].isdigit():
        return b"<c><v>%s</v></c>" % text
    return b'<c t="inlineStr"><is><t>%s</t></is></c>' % text


def patients_as_workbook() -> bytes:
    return _workbook(8, zipfile.ZIP_STORED)


def long_notes_as_workbook() -> bytes:
    return _workbook(10_000, zipfile.ZIP_DEFLATED)


def a_record_of_many_results() -> bytes:
    """A health record with one result after the other."""
    code = {"coding": [{"system": "http://loinc.org", "code": "2093-3"}]}
    one = {"resource": {"resourceType": "Observation", "status": "final", "code": code}}
    entry = json.dumps(one).encode() + b","
    begin = b'{"resourceType": "Bundle", "type": "collection", "entry": ['
    return begin + entry * (UPLOAD_BYTES // len(entry) - 1) + b"{}]}"


def a_record_of_empty_lists() -> bytes:
    return b'{"resourceType": "Bundle", "entry": [' + b"[]," * (UPLOAD_BYTES // 3 - 30) + b"[]]}"


UPLOADS: dict[str, Callable[[], bytes]] = {
    f"{each.__name__.replace('_', ' ')}{end}": each
    for end, kind in (
        (
            "",
            (
                patients_as_csv,
                long_notes_as_csv,
                one_line_as_csv,
                commas_as_csv,
                an_open_quotation_mark_as_csv,
                patients_as_workbook,
                long_notes_as_workbook,
            ),
        ),
        (".json", (a_record_of_many_results, a_record_of_empty_lists)),
    )
    for each in kind
}
