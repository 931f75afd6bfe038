"""The README and the guides: what they point to exists, what they tell to type is understood."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model import studies
from model.__main__ import COMMANDS, main
from model.commands.arguments import parser
from model.intake import check_patient
from tests.test_house import MODULES, ROOMS

ROOT = Path(__file__).parents[1]
CODE_GUIDES = ("CONTRIBUTING.md", "docs/architecture.md")
"""For who changes the code."""
GENERATED = ("docs/faults.md", "docs/licences.md")
GUIDES = (
    "README.md",
    "CONTRIBUTING.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md")),
)
TEXTS = {guide: (ROOT / guide).read_text() for guide in GUIDES}
ASSIGNED = re.compile(r"([A-Z][A-Z_]+)=(\S*)")
OTHER_SETTINGS = {"ARGS", "PYTHONPATH"}
"""What may be set beside the settings of the app: for make, and for Python."""


def blocks(text: str) -> Iterator[str]:
    """The fenced `sh` blocks of a guide."""
    yield from re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def lines(text: str) -> Iterator[list[str]]:
    """Every command of a guide's `sh` blocks, in words."""
    for block in blocks(text):
        begun = ""
        for line in block.replace("\\\n", " ").splitlines():
            begun += line
            try:
                words = shlex.split(begun, comments=True)
            except ValueError:  # a quotation mark that the next line closes
                begun += "\n"
                continue
            if words:
                yield words
            begun = ""
        assert not begun, "a quotation mark is left open"


TYPED = sorted({(guide, shlex.join(words)) for guide in GUIDES for words in lines(TEXTS[guide])})


def settings() -> set[str]:
    """Every setting the app or a command reads."""
    named = re.compile(r"\bBEDSIDE_[A-Z_]+[A-Z]\b|\bMLFLOW_TRACKING_URI\b")
    readme = TEXTS["README.md"]  # which names every setting and no other: see test_house
    return set(named.findall(readme)) | OTHER_SETTINGS


def require_understood(words: Sequence[str]) -> None:
    """Read one command as what it is for would; fails if it is nothing that can be read."""
    given, rest = {}, list(words)
    while rest and (found := ASSIGNED.fullmatch(rest[0])):
        given[found[1]] = found[2]
        rest.pop(0)
    assert set(given) <= settings()
    program, *arguments = rest
    program = program.removeprefix(".venv/bin/")
    READERS[program](arguments)


def _python(arguments: Sequence[str]) -> None:
    if list(arguments[:2]) == ["-m", "model"]:
        typed = list(arguments[2:])
        end = typed.index(">") if ">" in typed else len(typed)
        assert parser().parse_args(typed[:end]).command in COMMANDS
    elif arguments[0] == "-m":
        assert list(arguments) == ["-m", "venv", ".venv"]
    else:
        assert [*ROOT.glob(arguments[0]), *ROOT.glob(f"docs/examples/*/{arguments[0]}")]


def _make(arguments: Sequence[str]) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    target, *further = arguments
    assert target in targets
    for argument in further:
        found = ASSIGNED.fullmatch(argument.partition(" ")[0])
        assert found is not None
        assert found[1] in OTHER_SETTINGS
        parser().parse_args([target, *shlex.split(argument.partition("=")[2])])


def _pip(arguments: Sequence[str]) -> None:
    assert arguments[0] == "install"
    locks = [name for name in arguments if name.endswith(".txt")]
    asked = [name for name in arguments[1:] if not name.startswith("-") and name not in locks]
    assert all((ROOT / name).exists() for name in locks)
    declared = (ROOT / "pyproject.toml").read_text()
    assert all(f'"{requirement}"' in declared for requirement in asked)
    assert locks or asked


def _mlflow(arguments: Sequence[str]) -> None:
    """By MLflow's own parser; nothing of it is run."""
    import click
    from mlflow.cli import cli

    command: click.Command = cli
    rest = list(arguments)
    while isinstance(command, click.Group):
        known = command.get_command(click.Context(command), rest[0])
        assert known is not None, f"MLflow has no {rest[0]}"
        command, rest = known, rest[1:]
    # Without asking whether a folder that is named exists.
    options = [word for word in rest if word.startswith("-")]
    offered = {name for parameter in command.params for name in parameter.opts}
    assert set(options) <= offered


def _curl(arguments: Sequence[str]) -> None:
    """The patients asked about are such as the form would take."""
    asked = json.loads(arguments[list(arguments).index("-d") + 1])
    schema = studies.find(studies.DEFAULT).schema
    for patient in asked["dataframe_records"]:
        assert len(check_patient(patient, schema).rows) == 1
    assert set(asked["params"]) <= {"explain"}
    assert any(re.fullmatch(r"http://127\.0\.0\.1:\d+/invocations", word) for word in arguments)


def _streamlit(arguments: Sequence[str]) -> None:
    assert arguments[0] == "run"
    assert (ROOT / arguments[1]).is_file()


def _docker(arguments: Sequence[str]) -> None:
    assert arguments[0] in ("build", "run")
    assert (ROOT / "Dockerfile").is_file()
    if arguments[0] == "run":
        assert f"docker {shlex.join(arguments)}" in (ROOT / "Dockerfile").read_text()


def _export(arguments: Sequence[str]) -> None:
    for argument in arguments:
        assert argument.partition("=")[0] in settings()


def _copy(arguments: Sequence[str]) -> None:
    source, target = arguments
    assert source != target


READERS = {
    "python": _python,
    "python3": _python,
    "make": _make,
    "pip": _pip,
    "mlflow": _mlflow,
    "curl": _curl,
    "streamlit": _streamlit,
    "docker": _docker,
    "export": _export,
    "cp": _copy,
}


@pytest.mark.parametrize(("guide", "command"), TYPED)
def test_what_a_guide_tells_to_type_is_understood(guide: str, command: str) -> None:
    require_understood(shlex.split(command))


@pytest.mark.parametrize(
    "command",
    [
        "python -m model teach",
        "python -m model train --estimators forest",
        "python -m model score patients.csv",
        "python -m model promote models:/ward/2",
        "python docs/examples/nothing.py",
        "make everything",
        'make train ARGS="--estimators forest"',
        "mlflow models server",
        "mlflow db upgrade --backup sqlite:///mlflow.db",
        "streamlit run dashboard/main.py",
        "pip install somebody-elses",
        "export BEDSIDE_NOTHING=true",
        "BEDSIDE_NOTHING=true streamlit run dashboard/app.py",
        """curl http://127.0.0.1:1/invocations -d '{"dataframe_records": [{"age": 300}]}'""",
        "rm -r docs",
    ],
)
def test_a_command_that_does_not_exist_is_seen(command: str) -> None:
    with pytest.raises((AssertionError, KeyError, SystemExit)):
        require_understood(shlex.split(command))


def test_commands_are_told_apart() -> None:
    text = "make run   # it's the app\npip install \\\n  'a b'\n\ncurl -d '{\n}'\n"
    text = f"```sh\n{text}```\n```\nnot typed\n```\n"
    assert [*lines(text)] == [["make", "run"], ["pip", "install", "a b"], ["curl", "-d", "{\n}"]]


def test_every_command_has_its_place_in_the_guides() -> None:
    table = TEXTS["docs/data-scientists-guide.md"].partition("## Every command")[2]
    named = set(re.findall(r"^\| `python -m model ([a-z]+(?: [a-z]+)?)\b", table, re.MULTILINE))
    assert named == {" ".join(reversed(command.split())) for command in COMMANDS}


def test_a_study_is_drafted_and_checked_as_its_guide_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command of the guide that neither trains nor asks a store."""
    random = np.random.default_rng(1)
    age, pulse = random.integers(30, 90, 400), random.integers(50, 130, 400)
    died = (random.random(400) < 1 / (1 + np.exp(6 - age / 10))).astype(int)
    table = pd.DataFrame({"age": age, "pulse": pulse, "died": died})
    for name in ("cohort.csv", "export.csv", "patients.csv"):
        table.to_csv(tmp_path / name, index=False)
    (tmp_path / "dictionary.csv").write_text(
        '"Variable / Field Name","Form Name","Field Type","Field Label"\n'
        "age,visit,text,Age\npulse,visit,text,Pulse\ndied,visit,yesno,Died\n"
    )
    monkeypatch.chdir(tmp_path)
    ran = set()
    for words in lines(TEXTS["docs/own-study.md"]):
        chosen = words[3:]
        if ">" in chosen or chosen[0] in ("train", "promote", "score"):
            continue
        again = ["--force"] if chosen[:2] == ["study", "new"] and Path("ward.yaml").exists() else []
        assert main([*chosen, *again], {}) == 0, capsys.readouterr()
        ran.add(" ".join(chosen[:2]))
    assert {"study new", "study check", "data describe", "check patients.csv"} <= ran
    assert main(["study", "schema"], {}) == 0


# What the guides point to --------------------------------------------------------------------


@pytest.mark.parametrize("guide", CODE_GUIDES)
def test_what_a_guide_to_the_code_points_to_exists(guide: str) -> None:
    paths = re.findall(r"`((?:model|dashboard|tests|docs|benchmarks)/[\w./-]*)`", TEXTS[guide])
    assert len(paths) > 10
    made_up = {
        "model/estimators/NAME.py",
        "dashboard/views/TITLE.py",
        "model/studies/declared/NAME.yaml",
    }
    assert [path for path in paths if path not in made_up and not (ROOT / path).exists()] == []


def anchors(text: str) -> set[str]:
    """The places of a page that a link can name."""
    bare = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", bare, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("guide", [guide for guide in GUIDES if guide not in GENERATED])
def test_a_link_leads_somewhere(guide: str) -> None:
    found = re.findall(r"\]\(([^)\s]+)\)", TEXTS[guide])
    for link in found:
        if re.match(r"https?:|mailto:", link):
            continue
        name, _, place = link.partition("#")
        target = (ROOT / guide).parent / name if name else ROOT / guide
        assert target.exists(), link
        assert not place or place in anchors(target.read_text()), link


def test_the_readme_leads_to_every_guide() -> None:
    linked = set(re.findall(r"\]\(([^)#\s]+)", TEXTS["README.md"]))
    assert {guide for guide in GUIDES if guide != "README.md"} <= linked


def test_the_readme_stays_short() -> None:
    assert len(TEXTS["README.md"].split()) <= 1_150


@pytest.mark.parametrize(
    "guide", [guide for guide in GUIDES if guide not in ("README.md", "docs/licences.md")]
)
def test_a_guide_opens_with_what_its_reader_wants(guide: str) -> None:
    opening = TEXTS[guide].split("\n\n")[1]
    assert opening.startswith("You ")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (
            "model/training/export/exporter.py",
            ("EXPORTERS", "ACCEPTED", "accepts", "read_off", "kept_of", "free_parameters"),
        ),
        ("model/files/results/writers.py", ("KINDS",)),
        ("dashboard/views/__init__.py", ("PAGES",)),
        ("model/scoring/estimator_file.py", ("TRUSTED",)),
        ("model/scoring/scorer.py", ("def assess",)),
    ],
)
def test_the_one_place_of_a_recipe_is_where_it_says(path: str, names: tuple[str, ...]) -> None:
    source = (ROOT / path).read_text()
    assert [name for name in names if name not in source] == []


@pytest.mark.parametrize(
    ("guide", "words"),
    [
        ("docs/clinicians-guide.md", "Working out the number for the values in the form"),
        ("docs/clinicians-guide.md", "Connection lost"),
        ("docs/clinicians-guide.md", "Read the file this way"),
        ("docs/clinicians-guide.md", "Show as 100 patients"),
        ("docs/clinicians-guide.md", "Explain the fields"),
        ("docs/clinicians-guide.md", "From an electronic record (FHIR)"),
        ("docs/clinicians-guide.md", "Columns a file may have"),
        ("docs/clinicians-guide.md", "Until then you go on with"),
        ("docs/clinicians-guide.md", "Compare with version"),
        ("docs/data-scientists-guide.md", "One patient under all"),
        ("docs/data-scientists-guide.md", "Score a file with all"),
        ("docs/own-study.md", "Train and open the form"),
        ("docs/operators-guide.md", "mlflow db upgrade"),
        ("docs/operators-guide.md", "mlflow migrate-filestore"),
    ],
)
def test_words_on_the_screen_are_those_of_the_program(guide: str, words: str) -> None:
    shown = [*MODULES.values(), *(path.read_text() for path in (ROOT / "dashboard").rglob("*.js"))]
    assert words in TEXTS[guide]
    assert any(words in source for source in shown)


def test_the_architecture_names_the_rooms_in_their_order() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = text.partition("## The rooms")[2].partition("Inside rooms")[0]
    named = re.findall(r"^\| `((?:model|dashboard)\.\w+)`", table, re.MULTILINE)
    named += re.findall(r", `((?:model|dashboard)\.\w+)`", table)
    ranks = [ROOMS[name] for name in re.findall(r"^\| `(model\.\w+)`", table, re.MULTILINE)]
    assert len(named) > 20
    assert set(named) >= {room for room in ROOMS if room.startswith("model.")} - {"model.__main__"}
    assert ranks == sorted(ranks)
