"""Twenty people hand in ten thousand patients each at once: each gets all of their own back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Error, Page, expect

from model.registry.registry import Registry
from model.studies.cohort import Cohort
from tests.browser.test_batch import TRIES, taken
from tests.browser.visits import Furnished, app, chromium
from tests.stores import STUDY, Store

PEOPLE, PATIENTS = 20, 10_000
MINUTES = 20
PATIENCE = 60_000 * MINUTES  # milliseconds


@pytest.mark.long
@pytest.mark.timeout(60 * MINUTES)
def test_twenty_files_of_ten_thousand_at_once_come_back_each_to_its_own(
    store: Store,
    cohort: Cohort,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    place = Furnished.prepared(tmp_path)
    place.store = store
    files = [written(cohort, person, tmp_path) for person in range(PEOPLE)]
    with app(place), chromium() as browser:
        pages = [browser.new_context().new_page() for _ in range(PEOPLE)]
        for page, file in zip(pages, files, strict=True):
            page.goto(f"http://localhost:{place.port}/batch")
            page.locator("input[type=file]").set_input_files(file, timeout=PATIENCE)
        for page in pages:
            page.get_by_role("button", name=f"Score {PATIENTS:,} patients").click(timeout=PATIENCE)
        results = [scored(page, tmp_path / f"scored-{at}.csv") for at, page in enumerate(pages)]
    model = Registry(store.uri).open(f"models:/{STUDY}@champion")
    for file, result in zip(files, results, strict=True):
        given, told = pd.read_csv(file), pd.read_csv(result)
        pd.testing.assert_frame_equal(told[[*given.columns]], given)
        rows = given.drop(columns="id").astype(float)
        np.testing.assert_allclose(told["risk"], model.assess(rows).risk, rtol=0, atol=1e-9)
    record_property("measured", f"{len(results)} files, all right")
    record_property("bound", f"{PEOPLE} files")


def written(cohort: Cohort, person: int, folder: Path) -> Path:
    """The training patients drawn again and again, each with the name of whose they are."""
    rows = cohort.rows.sample(PATIENTS, replace=True, random_state=person, ignore_index=True)
    rows.insert(0, "id", [f"ward {person}, patient {at}" for at in rows.index])
    path = folder / f"ward-{person}.csv"
    rows.to_csv(path, index=False)
    return path


def scored(page: Page, path: Path) -> Path:
    expect(page.get_by_text("Work list by heart-disease v1")).to_be_visible(timeout=PATIENCE)
    for _ in range(TRIES - 1):  # the browser breaks one off that the page is drawn anew over
        with suppress(Error):
            taken(page, "CSV").save_as(path)
            return path
    taken(page, "CSV").save_as(path)
    return path
