"""The UCI Heart Disease data: four sites, 920 patients. See `model/studies/data/README.md`."""

from __future__ import annotations

from pathlib import Path

from model.studies.source import DataSource, Original

UCI = "https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease"


def _original(site: str, filename: str, sha256: str) -> Original:
    return Original(site, filename, f"{UCI}/{filename}", sha256)


SOURCE = DataSource(
    table=Path(__file__).parents[1] / "data" / "heart_disease.csv",
    sha256="40da73d60b7102e6677f121e2eadfc6ed8f30090975086fccd6628eab5aa2eff",
    site_column="site",
    training_site="cleveland",
    outcome_column="num",
    originals=(
        _original(
            "cleveland",
            "processed.cleveland.data",
            "a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8",
        ),
        _original(
            "hungary",
            "processed.hungarian.data",
            "d1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796",
        ),
        _original(
            "switzerland",
            "processed.switzerland.data",
            "834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314",
        ),
        _original(
            "va",
            "processed.va.data",
            "e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f",
        ),
    ),
    licence="CC BY 4.0",
    citation=(
        "Janosi, A., Steinbrunn, W., Pfisterer, M., & Detrano, R. (1989). Heart Disease "
        "[Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C52P4X"
    ),
    url="https://doi.org/10.24432/C52P4X",
)
