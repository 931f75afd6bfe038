"""A study's file: what is read, and that every mistake is told with its line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import StudyRefused
from model.studies import marked_yaml, reading

SMALLEST = """\
format: bedside-study/1
name: ward-fever
title: Ward fever
outcome:
  label: serious infection
  among_patients: have a serious infection
  timing: now
inputs:
  pulse: {label: Pulse, group: Bedside, plausible: [30, 250]}
  rigor: {label: Rigor, group: Bedside, codes: {0: No, 1: Yes}}
"""


def refused(text: str | bytes) -> str:
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(StudyRefused) as told:
        reading.parse(data, "ward.yaml")
    return str(told.value)


def changed(old: str, new: str) -> str:
    assert old in SMALLEST
    return SMALLEST.replace(old, new)


def test_the_smallest_study_is_read_and_words_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "ward.yaml"
    path.write_text(SMALLEST)
    study = reading.read(path)
    assert study.schema.names == ("pulse", "rigor")
    assert [code.label for code in study.schema["rigor"].codes] == ["No", "Yes"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (changed("title: Ward fever\n", ""), "line 1, title: is missing."),
        (changed("label: Pulse", "lable: Pulse"), "line 9, inputs.pulse.lable: is no key that"),
        (changed("[30, 250]", "[30, high]"), "line 9, inputs.pulse.plausible.1: has to be a"),
        (changed("[30, 250]", "[250, 30]"), "line 9, inputs.pulse.plausible: the first number"),
        (changed("[30, 250]", "[30, .inf]"), "line 9, inputs.pulse.plausible.1: has to be a"),
        (changed("[30, 250]", "[30, 1e999]"), "line 9, inputs.pulse.plausible.1: has to be a"),
        (changed("[30, 250]", "30"), "line 9, inputs.pulse.plausible: has to be a list."),
        (changed("title: Ward fever", "title: 2024"), "line 3, title: has to be text; put it in"),
        (changed("title: Ward fever", "title: [a]"), "line 3, title: has to be text"),
        (changed("1: Yes}", "1: true}"), "line 10, inputs.rigor.codes.1: has to be"),
        (changed("0: No, 1: Yes", "a: No, 1: Yes"), "line 10, inputs.rigor.codes"),
        (changed("0: No, 1: Yes", "0: No"), "line 10, inputs.rigor.codes: has one answer"),
        (changed("0: No, 1: Yes", "0: No, 1: no"), "'no' stands for more than one answer"),
        (changed("codes: {0: No, 1: Yes}", "help: x"), "line 10, inputs.rigor: has neither"),
        (changed("name: ward-fever", "name: Ward Fever"), "line 2, name: "),
        (changed("bedside-study/1", "bedside-study/9"), "line 1, format: "),
        (SMALLEST + "ratios: [{numerator: pulse, denominator: bp}]\n", "line 11, ratios.0.den"),
        (SMALLEST + "examples: [{story: s, values: {rigor: 4}}]\n", "line 11, examples.0.values.r"),
        (SMALLEST + "title: Again\n", "line 11: title stands here again; line 3 has it already."),
        ("- 1\n", "ward.yaml is no study"),
        ("name\n", "ward.yaml is no study"),
        ("", "ward.yaml is empty."),
        ("a: [1\n", "ward.yaml, line 2: is not YAML"),
        ("a: 1\n---\nb: 1\n", "line 2: a second document begins"),
        (b"a: \xff\n", "line 1: is not UTF-8"),
        (b"a: \x01\n", "control characters"),
        ("a: !!python/object/apply:os.system [ls]\n", "line 1: the tag tag:yaml.org,2002:python"),
        ("a: !!str 1\n", "line 1: a tag is not read"),
        ("? [a]\n: 1\n", "line 1: a key has to be a word or a number"),
        ("true: 1\n", "line 1: a key has to be a word or a number"),
        ("[" * 5000 + "]" * 5000, "line 1: is more than 20 levels deep"),
        ("a: " + "9" * 10_000, "ward.yaml"),
    ],
)
def test_a_mistake_is_told_with_line_and_key(text: str | bytes, told: str) -> None:
    assert told in refused(text)


def test_aliases_that_grow_to_billions_are_refused_at_the_first() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "line 1: anchors and aliases" in refused(bomb)


def test_ten_megabytes_are_refused_by_their_size(tmp_path: Path) -> None:
    path = tmp_path / "ward.yaml"
    path.write_bytes(SMALLEST.encode() + b"# " + b"x" * 10_000_000)
    with pytest.raises(StudyRefused, match="a study has at most 1,000,000"):
        reading.read(path)


def test_many_mistakes_are_told_in_part(tmp_path: Path) -> None:
    told = refused(SMALLEST + "".join(f"key{n}: 1\n" for n in range(30))).splitlines()
    assert len(told) == reading.MISTAKES_SHOWN + 1
    assert told[-1] == "... and 22 more."


def test_no_value_is_in_a_message() -> None:
    assert "Smith" not in refused(changed("[30, 250]", "[30, Smith]"))


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudyRefused, match=r"ward\.yaml cannot be read: No such file"):
        reading.read(tmp_path / "ward.yaml")


def test_words_are_read_as_yaml_1_2_reads_them() -> None:
    marked = marked_yaml.load(b"a: no\nb: on\nc: 1:30\nd: 010\ne: 2024-01-01\nf: ~\n", "x")
    assert list(marked.value.values()) == ["no", "on", "1:30", 10, "2024-01-01", None]
