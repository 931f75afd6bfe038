"""The proof that an adopted version's numbers are the model they were read off from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from model.errors import BundleRefused
from model.scoring.origin import Origin
from model.scoring.original import OriginalEngine
from model.scoring.tree_ensemble import TreeEnsemble

CERTIFICATE_VERSION = 1
PROOF_ROWS = 10_000
TOLERANCE = 1e-9
"""In risk, of libraries that count in double precision."""
SINGLE_TOLERANCE = 1e-6
"""Of libraries that count in single precision."""
NO_CERTIFICATE = (
    "This version says that its numbers are another model's, and no certificate proves it, so it "
    "is not used: adopt the original again."
)


@dataclass(frozen=True)
class Certificate:
    """What was compared, and how far the two were apart.

    reference, files, environment : of the original: where it was, the sha256 of each of its files,
    and Python and the libraries it was opened with. kind : what the model turned out to be: "sum"
    or "trees". rows_compared : hybrids of known values. example_rows : of those, rows logged with
    the model. blanks : the inputs that were blank in some. tolerance, largest_difference : in risk.
    """

    reference: str
    files: Mapping[str, str]
    environment: Mapping[str, str]
    kind: str
    rows_compared: int
    example_rows: int
    blanks: tuple[str, ...]
    tolerance: float
    largest_difference: float

    FILE: ClassVar[str] = "certificate.json"

    def to_document(self) -> dict[str, Any]:
        return {
            "certificate_version": CERTIFICATE_VERSION,
            **asdict(self),
            "blanks": list(self.blanks),
        }

    def to_json(self) -> str:
        return json.dumps(self.to_document(), indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The inverse of `to_document`.

        Raises
        ------
        ValueError
            If it is of another version or incomplete, or does not certify.
        """
        try:
            fields = dict(document)
            version = fields.pop("certificate_version")
            if version != CERTIFICATE_VERSION:
                raise ValueError(f"certificate version {version!r:.20}")
            certificate = cls(**{**fields, "blanks": tuple(fields["blanks"])})
            certified = certificate.largest_difference <= certificate.tolerance <= SINGLE_TOLERANCE
            enough = certificate.rows_compared >= PROOF_ROWS
            words = [certificate.reference, certificate.kind, *certificate.blanks]
            for pairs in (certificate.files, certificate.environment):
                words += [*pairs, *pairs.values()]
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"the certificate is incomplete: {error}") from error
        if not (certificate.largest_difference >= 0 and certified and enough):
            raise ValueError("the certificate does not certify")
        if not all(isinstance(word, str) for word in words):
            raise ValueError("the certificate holds what it cannot")
        return certificate

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The inverse of `to_json`; raises what `from_document` does."""
        document = json.loads(text)
        if not isinstance(document, dict):
            raise ValueError("the certificate is incomplete")
        return cls.from_document(document)


def among(files: Mapping[str, bytes], origin: Origin | None) -> Certificate | None:
    """The certificate of a bundle whose numbers were read off from another model; None of others.

    Raises
    ------
    BundleRefused
        If there is none: what nobody proved is not shown.
    ValueError
        If it does not certify, or is of another model than the one the bundle says.
    """
    numbers = OriginalEngine.FILE not in files
    adopted = origin is not None and (numbers or origin.kind == "data")
    if not adopted and TreeEnsemble.FILE not in files:
        return None
    if origin is None or Certificate.FILE not in files:
        raise BundleRefused(NO_CERTIFICATE)
    certificate = Certificate.from_json(files[Certificate.FILE])
    if not numbers or origin.kind != "data":
        raise ValueError("it says that it is numbers, and it is asked, or the other way round")
    if (certificate.reference, certificate.files) != (origin.reference, origin.files):
        raise ValueError("the certificate is of another original")
    told = certificate.rows_compared, certificate.largest_difference
    if told != (origin.rows_compared, origin.largest_difference):
        raise ValueError("the certificate proves something else than the version says")
    return certificate
