from __future__ import annotations

import csv
import hashlib
import math
from collections import Counter
from pathlib import Path

import pytest

from model import studies
from model.studies import source_files

SOURCE = studies.find("heart-disease").source
UCI = Path(__file__).parents[3].parent / "shared" / "uci"
COLUMNS = "site age sex cp trestbps chol fbs restecg thalach exang oldpeak slope ca thal num"
SITES = ["cleveland", "hungary", "switzerland", "va"]


def rows(site: str | None = None) -> list[dict[str, str]]:
    with SOURCE.table.open(newline="", encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if site in (None, row["site"])]


def test_the_pinned_hash_is_the_table_s() -> None:
    assert hashlib.sha256(SOURCE.table.read_bytes()).hexdigest() == SOURCE.sha256


def test_the_table_is_written_plainly() -> None:
    content = SOURCE.table.read_bytes()
    assert content.decode("ascii").split("\n")[0] == COLUMNS.replace(" ", ",")
    assert content.endswith(b"\n")
    assert not any(mark in content for mark in (b"\r", b'"', b" ", b"?", b"\n\n"))


def test_the_sites_stand_in_the_order_declared() -> None:
    assert [original.site for original in SOURCE.originals] == SITES
    assert list(dict.fromkeys(row["site"] for row in rows())) == SITES


@pytest.mark.parametrize(
    ("site", "count", "healthy", "diseased", "blank"),
    [
        ("cleveland", 303, 164, 139, 6),
        ("hungary", 294, 188, 106, 782),
        ("switzerland", 123, 8, 115, 273),
        ("va", 200, 51, 149, 698),
    ],
)
def test_each_site_has_its_published_counts(
    site: str, count: int, healthy: int, diseased: int, blank: int
) -> None:
    patients = rows(site)
    outcomes = [row["num"] for row in patients]
    assert len(patients) == count
    assert outcomes.count("0") == healthy
    assert count - outcomes.count("0") == diseased
    assert sum(value == "" for row in patients for value in row.values()) == blank


@pytest.mark.parametrize(
    ("site", "column", "text", "count"),
    [
        ("cleveland", "ca", "", 4),
        ("cleveland", "thal", "", 2),
        ("hungary", "ca", "", 291),
        ("hungary", "thal", "", 266),
        ("hungary", "slope", "", 190),
        ("switzerland", "ca", "", 118),
        ("switzerland", "chol", "0", 123),
        ("va", "ca", "", 198),
        ("va", "thal", "", 166),
        ("va", "slope", "", 102),
        ("va", "chol", "0", 49),
        ("va", "trestbps", "0", 1),
        ("cleveland", "chol", "0", 0),
        ("hungary", "chol", "0", 0),
    ],
)
def test_blanks_and_raw_zeros_are_where_they_should_be(
    site: str, column: str, text: str, count: int
) -> None:
    assert sum(row[column] == text for row in rows(site)) == count


def test_cleveland_has_every_grade_of_disease_and_297_complete_rows() -> None:
    patients = rows("cleveland")
    grades = Counter(row["num"] for row in patients)
    assert [grades[grade] for grade in "01234"] == [164, 55, 36, 35, 13]
    assert sum(all(row.values()) for row in patients) == 297


@pytest.mark.parametrize(
    ("column", "codes"),
    [
        ("sex", "01"),
        ("cp", "1234"),
        ("fbs", "01"),
        ("restecg", "012"),
        ("exang", "01"),
        ("slope", "123"),
        ("ca", "0123"),
        ("thal", "367"),
        ("num", "01234"),
    ],
)
def test_codes_are_uci_s(column: str, codes: str) -> None:
    assert {row[column] for row in rows()} - {""} == set(codes)


def test_only_st_depression_has_decimals_and_every_value_is_a_number() -> None:
    for row in rows():
        for column, value in row.items():
            if column != "site" and value:
                assert math.isfinite(float(value))
                assert column == "oldpeak" or value.isdecimal()


def test_the_source_names_its_licence_and_investigators() -> None:
    assert SOURCE.licence == "CC BY 4.0"
    assert "10.24432/C52P4X" in SOURCE.citation
    assert all(name in SOURCE.citation for name in ("Janosi", "Steinbrunn", "Pfisterer", "Detrano"))


def test_the_readme_beside_the_table_tells_every_hash_and_column() -> None:
    text = (SOURCE.table.parent / "README.md").read_text(encoding="utf-8")
    assert all(original.sha256 in text for original in SOURCE.originals)
    assert all(f"`{column}`" in text for column in COLUMNS.split())


@pytest.mark.skipif(not UCI.is_dir(), reason="the original UCI files are not here")
def test_every_value_equals_the_original_files() -> None:
    assert source_files.verify(SOURCE, UCI).endswith(": 920 rows, 12,880 values.")
