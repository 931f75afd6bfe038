"""What words mean as answers: their opposite never, and where nobody could say, nothing."""

from __future__ import annotations

import pytest

from model.files.understanding import vocabulary, words
from tests.model.files.samples import SCHEMA

KNOWN = vocabulary.of(SCHEMA)

UNCLEAR = {
    "thal": """irreversible defect; irreversible; non-reversible; not reversible; abnormal;
        no reversible defect; nonreversible defect; no fixed defect; unfixed defect; not normal;
        partially reversible; normal?; ≠ normal; fixed (-); subnormal; defect""",
    "restecg": """no LV hypertrophy; no left ventricular hypertrophy; no hypertrophy; without LVH;
        no ST-T abnormality; no ST-T changes; ST-T wave normal; not normal; subnormal; LVH -;
        RV hypertrophy; right ventricular hypertrophy; hypotrophy; atrophy; - LVH; LVH?""",
    "cp": """no angina; not typical; untypical angina; non typical; symptomatic; not asymptomatic;
        no asymptomatic; no typical angina; unstable angina; chest pain; a typical angina;
        presymptomatic; with pain""",
    "fbs": """not greater than 120; not elevated; unelevated; not high; prediabetic; non-diabetic;
        abnormal; not below 120; not normal; above 102; ≥ 120; ≤ 120; greater than 100""",
    "exang": """not present; not positive; not absent; not induced; uninduced; unpresent; yes?;
        positive -; subpositive""",
    "slope": """not flat; not upsloping; no slope; unlevel; negative slope""",
    "sex": """not male; not female; unmale; non-female; female?; trans male; M/F""",
    "ca": """no one vessel; not three vessels; two?; four vessels""",
}
CLEAR = [
    ("thal", "reversable defct", 7),
    ("thal", "Reversible_Defect", 7),
    ("thal", "fixxed defect", 6),
    ("thal", "no defcet", 3),
    ("thal", "nromal", 3),
    ("restecg", "left ventricular hypertrofy", None),
    ("restecg", "left ventricular hypertrphy", 2),
    ("restecg", "right ventricular hypertrphy", None),
    ("cp", "4: asymptomatic", 4),
    ("cp", "asymtomatic", 4),
    ("cp", "Non-Anginal_pain", 3),
    ("cp", "typcal angina", 1),
    ("cp", "atypcal angina", 2),
    ("fbs", "greater then 120", None),
    ("fbs", "graeter than 120", 1),
    ("exang", "postive", 1),
    ("exang", "negatve", 0),
    ("slope", "upslopping", 1),
    ("slope", "downslopping", 3),
    ("sex", "femal", 0),
    ("sex", "femlae", 0),
]


def code(name: str, text: str) -> float | None:
    meaning = words.meanings([text], SCHEMA[name], KNOWN)[text]
    return None if meaning is None else meaning.code


@pytest.mark.parametrize("name", UNCLEAR)
def test_an_opposite_a_side_or_a_doubt_is_left_unclear(name: str) -> None:
    texts = [" ".join(each.split()) for each in UNCLEAR[name].split(";")]
    assert {text: code(name, text) for text in texts} == dict.fromkeys(texts)


@pytest.mark.parametrize(("name", "text", "meant"), CLEAR)
def test_a_slip_in_a_long_word_is_understood(name: str, text: str, meant: float | None) -> None:
    assert code(name, text) == meant


@pytest.mark.parametrize(
    "prefix", ["no ", "not ", "non-", "without ", "un", "ir", "a", "ab", "sub"]
)
def test_no_word_is_read_as_itself_behind_a_word_or_prefix_that_denies_it(prefix: str) -> None:
    for feature in SCHEMA.features:
        answers = {*KNOWN.of(feature.name).words.items()}
        for meant, said in answers:
            for word in said:
                denied = prefix + word
                exact = words.bare(denied).replace(" ", "")
                stated = {words.bare(x).replace(" ", "") for _, y in answers for x in y}
                if exact not in stated and word[0].isalpha():
                    assert code(feature.name, denied) != meant, denied
