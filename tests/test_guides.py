"""The README and the guides: what they point to exists, what they tell to type is understood."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence

import pytest

from dashboard.settings import Settings
from model import studies
from model.__main__ import COMMANDS
from model.commands.arguments import parser
from model.intake import check_patient
from model.registry import conventions
from tests.guides import GUIDES, ROOT, TEXTS, lines
from tests.test_house import MODULES, ROOMS

CODE_GUIDES = ("CONTRIBUTING.md", "docs/architecture.md")
"""For who changes the code."""
WITH_LINKS = (
    *GUIDES,
    "CHANGELOG.md",
    "model/studies/data/README.md",
    *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*/*.md")),
)
ASSIGNED = re.compile(r"([A-Z][A-Z_]+)=(\S*)")
OTHER_SETTINGS = {"ARGS", "PYTHONPATH"}
"""What may be set beside the settings of the app: for make, and for Python."""

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


ONLY_READ = {
    "curl": "needs a server; tests/contract/test_serving.py asks one",
    "docker": "needs Docker, and the network for what is installed",
    "make": "makes an environment of its own from the network, and then runs what is typed here",
    "mlflow": "changes a store in the reader's own folder; its options are MLflow's to test",
    "pip": "installs from the network; what is asked for is what pyproject.toml names",
    "streamlit": "stands until it is ended; tests/web/test_running_server.py starts it",
    "export": "is the shell's own",
    "cp": "is the shell's own",
}
"""What a test cannot run, or not in seconds. `python -m model` runs, in `test_guide_commands`."""
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


def test_what_is_only_read_is_not_ours() -> None:
    assert {*READERS} - {*ONLY_READ} == {"python", "python3"}
    told = {path for reason in ONLY_READ.values() for path in re.findall(r"tests/\S+", reason)}
    assert [path for path in told if not (ROOT / path).is_file()] == []


def test_commands_are_told_apart() -> None:
    text = "make run   # it's the app\npip install \\\n  'a b'\n\ncurl -d '{\n}'\n"
    text = f"```sh\n{text}```\n```\nnot typed\n```\n"
    assert [*lines(text)] == [["make", "run"], ["pip", "install", "a b"], ["curl", "-d", "{\n}"]]


def test_every_command_has_its_place_in_the_guides() -> None:
    table = TEXTS["docs/data-scientists-guide.md"].partition("## Every command")[2]
    named = set(re.findall(r"^\| `python -m model ([a-z]+(?: [a-z]+)?)\b", table, re.MULTILINE))
    assert named == {" ".join(reversed(command.split())) for command in COMMANDS}


# Settings ------------------------------------------------------------------------------------

SETTING = re.compile(r"\b(?:BEDSIDE|MLFLOW)_[A-Z_]+[A-Z]\b")
IN_THE_CODE = {name for source in MODULES.values() for name in SETTING.findall(source)}
OF_A_TEST = {"BEDSIDE_INTERLEAVINGS"}
SET_BY_MLFLOW = {"MLFLOW_RUN_ID"}
"""For the process that `mlflow run` starts; nobody sets it."""


def test_every_setting_in_the_guides_is_one_the_code_knows_and_the_other_way_round() -> None:
    """Those of the app stand in the README's table as well: see test_house."""
    named = set(SETTING.findall("\n".join(TEXTS.values())))
    fields = {f"BEDSIDE_{field.upper()}" for field in Settings.model_fields} - {
        "BEDSIDE_TRACKING_URI"  # read under MLflow's own name
    }
    assert named - OF_A_TEST == (IN_THE_CODE | fields) - SET_BY_MLFLOW


def test_what_a_test_reads_is_still_read() -> None:
    source = "".join(path.read_text() for path in (ROOT / "tests" / "browser").glob("*.py"))
    assert {name for name in OF_A_TEST if name in source} == OF_A_TEST


def test_the_operator_reads_what_mlflow_s_client_is_given() -> None:
    rows = re.findall(r"^\| `(MLFLOW_\w+)` \| `(\w+)` \|", TEXTS["docs/operators-guide.md"], re.M)
    assert dict(rows) == dict(conventions.CLIENT_SETTINGS)


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


@pytest.mark.parametrize("guide", WITH_LINKS)
def test_a_link_leads_somewhere(guide: str) -> None:
    found = re.findall(r"\]\(([^)\s]+)\)", (ROOT / guide).read_text())
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
