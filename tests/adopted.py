"""Bundles of adopted versions: the numbers of one of ours, said to be somebody else's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from model.schema import Schema
from model.scoring import Additive, Golden, RiskModel
from model.scoring.certificate import Certificate
from model.scoring.origin import Origin

HASH = "ab" * 32
ORIGIN = Origin(
    kind="data",
    reference="models:/ward-score/2",
    files={"MLmodel": "cd" * 32, "model.pkl": HASH},
    gate="opened under a list of allowed types",
    isolation="apart",
    environment={"python": "3.11.7", "sklearn": "1.9.1"},
    background="24 made-up patients",
    rows_compared=10_020,
    largest_difference=2.5e-16,
)
CERTIFICATE = Certificate(
    reference=ORIGIN.reference,
    files=ORIGIN.files,
    environment=ORIGIN.environment,
    kind="sum",
    rows_compared=ORIGIN.rows_compared,
    example_rows=5,
    blanks=("chol",),
    tolerance=1e-9,
    largest_difference=ORIGIN.largest_difference,
)
PARTS = ("schema.json", "golden.json", "additive.json")


def on_a_scale(of_ours: Mapping[str, bytes], scale: str) -> dict[str, bytes]:
    """The same numbers, as if they added up on another scale, with golden patients of their own."""
    schema = Schema.from_json(of_ours["schema.json"])
    ours = Additive.from_json(of_ours["additive.json"])
    full = replace(ours.full, covariance=(), uncertainty=None)
    engine = Additive(ours.features, (full,), scale)
    golden = Golden.of(RiskModel(schema, engine), schema)
    made = files(of_ours)
    return made | {
        "additive.json": engine.to_json().encode(),
        "golden.json": golden.to_json().encode(),
    }


def files(
    of_ours: Mapping[str, bytes],
    origin: Origin = ORIGIN,
    certificate: Certificate | None = CERTIFICATE,
) -> dict[str, bytes]:
    """The files of a bundle that says it is adopted, with these documents about it."""
    made = {name: of_ours[name] for name in PARTS} | {"origin.json": origin.to_json().encode()}
    if certificate is not None:
        made[Certificate.FILE] = certificate.to_json().encode()
    return made
