"""No order of clicks and no network shows one patient and another's number.

Several browsers at once choose examples, type, switch units and versions, clear and reload, behind
a network that is late and sometimes cut; the app is ended and started again in between. Whenever a
number stands on a page and is not struck out, it is the one of the values on that page.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pytest
from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import Error as BrowserError

from model.registry.registry import Registry
from model.scoring import LoadedModel
from model.studies import Study
from tests.browser.slow_network import SlowNetwork
from tests.browser.visits import FLAGS, Furnished, Running, chromium_path
from tests.model.fhir.records import visit
from tests.stores import STUDY, Store

pytestmark = pytest.mark.browser

INTERLEAVINGS = int(os.environ.get("BEDSIDE_INTERLEAVINGS", "40"))  # 500 take half an hour
BROWSERS = 5
LATEST_SECONDS = 0.5
RESTARTS = -(-INTERLEAVINGS // 100)
QUIET_SECONDS = 300.0  # at most; a busy machine that restarts the app needs many
BLANK_SECONDS = 15.0  # a page whose scripts were cut off stays blank: people load it again
FIRST_PAGE_SECONDS = 250.0
ROUNDING = 0.75  # percentage points: whole numbers, and a number shown in another unit

# Everything in one look, so that nothing moves in between.
LOOK = """() => {
  const roots = [...document.querySelectorAll('*')].map(e => e.shadowRoot).filter(Boolean);
  const find = what => roots.flatMap(root => [...root.querySelectorAll(what)]);
  const values = {}, units = {};
  for (const input of find('input[role=spinbutton]')) {
    const name = input.id.replace('bedside-', '');
    if (input.value.trim() !== '') values[name] = input.value;
    const unit = input.parentElement.querySelector('select');
    if (unit) units[name] = unit.value;
  }
  for (const radio of find('input[type=radio]:checked'))
    values[radio.name.replace('bedside-', '')] = radio.value;
  const risk = find('[data-testid=risk]')[0];
  const refused = find('[aria-invalid=true]').length;
  const by = find('.by')[0]?.innerText ?? '';
  return {values, units, refused, risk: risk ? risk.innerText : null, by,
          asked: find('.asked')[0]?.innerText ?? '', fields: find('input').length,
          blank: !document.querySelector('[data-testid=stApp]')
            || document.body.innerText.includes('dynamically imported module'),
          stale: document.body.classList.contains('bedside-stale')};
}"""

BELONGS = "Yes, one of them"
NUMBERS = {
    "age": ["45", "57", "62,0", "71"],
    "trestbps": ["110", "131", "148", "170"],
    "chol": ["198", "241", "302", "6,2"],
    "oldpeak": ["0", "0,5", "1.4", "3,2"],
    "thalach": ["96", "118", "150", "172"],
}
CHOICES = {"sex": ["0", "1"], "cp": ["1", "2", "4"], "thal": ["3", "7"], "ca": ["0", "2"]}


@dataclass
class Seen:
    """What happened, for all browsers together."""

    bursts: int = 0
    numbers: int = 0
    wrong: list[str] = field(default_factory=list)
    restless: list[str] = field(default_factory=list)


@dataclass
class Clinician:
    """One browser and one hand at it."""

    page: Page
    expected: Callable[[dict[str, Any]], float | None]
    seen: Seen
    random: random.Random
    stories: Sequence[str]

    async def burst(self) -> None:
        """One to four acts, hardly a moment apart, and then a quiet look."""
        with suppress(BrowserError):
            if await self.page.get_by_text(BELONGS).is_visible():  # asked again after a reload
                await self.page.get_by_text(BELONGS).click(timeout=2000)
        acts = [self._act() for _ in range(self.random.randint(1, 4))]
        told = []
        for name, act in acts:
            told.append(name)
            try:
                await act()
            except BrowserError:
                told[-1] += " (not possible)"  # the page was being drawn: as for anybody
            await self._look(told)
            await asyncio.sleep(self.random.choice((0.0, 0.03, 0.1, 0.3)))
        await self._until_quiet(told)
        self.seen.bursts += 1

    def _act(self) -> tuple[str, Callable[[], Any]]:
        page, rng = self.page, self.random
        field_name = rng.choice([*NUMBERS])
        kind = rng.choices(
            ["example", "type", "choose", "unit", "import", "clear", "version", "reload"],
            [30, 30, 16, 10, 6, 6, 5, 3],
        )[0]
        if kind == "example":
            story = rng.choice(self.stories)
            return f"example {story}", lambda: self._example(story)
        if kind == "type":
            text = rng.choice(NUMBERS[field_name])
            return f"{field_name}={text}", lambda: self._type(field_name, text)
        if kind == "choose":
            name = rng.choice([*CHOICES])
            code = rng.choice(CHOICES[name])
            radio = page.locator(f'input[name="bedside-{name}"][value="{code}"]')
            return f"{name}={code}", lambda: radio.click(timeout=2000, force=True)
        if kind == "unit":
            unit = rng.choice(("mg/dL", "mmol/L"))
            switch = page.get_by_role("combobox", name="Unit of cholesterol")
            return unit, lambda: switch.select_option(unit, timeout=2000)
        if kind == "import":
            return "import", self._import
        if kind == "clear":
            button = page.get_by_role("button", name="Clear", exact=True)
            return "clear", lambda: button.click(timeout=2000)
        if kind == "version":
            return "version", self._version
        return "reload", page.reload

    async def _example(self, story: str) -> None:
        await self.page.get_by_text("Examples", exact=True).click(timeout=2000)
        await self.page.get_by_role("button", name=story, exact=True).click(timeout=2000)

    async def _import(self) -> None:
        text = self.page.get_by_role("textbox", name="Or the text of the record")
        if not await text.is_visible():
            await self.page.get_by_text("From an electronic record").first.click(timeout=2000)
        await text.fill(visit().decode(), timeout=8000)  # drawn by the server, when it is asked for
        await self.page.get_by_role("button", name="Fill in the form").click(timeout=2000)

    async def _type(self, name: str, text: str) -> None:
        box = self.page.locator(f"#bedside-{name}")
        await box.fill(text, timeout=2000)
        if self.random.random() < 0.6:
            await box.press("Enter", timeout=2000)

    async def _version(self) -> None:
        box = self.page.get_by_role("combobox", name="Version")
        await box.click(timeout=2000)
        options = self.page.get_by_role("option")
        await options.nth(self.random.randint(0, 1)).click(timeout=2000)

    async def _until_quiet(self, told: list[str]) -> None:
        """Until the page is at rest: a number for its values, or why there is none."""
        if not await self.rests_within(QUIET_SECONDS, told):
            shown = await self.page.locator("body").inner_text()
            self.seen.restless.append(f"{' > '.join(told)}: {await self._look(told)}, {shown}")

    async def rests_within(self, seconds: float, told: list[str]) -> bool:
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        drawn = loop.time()
        while loop.time() < end:
            seen = await self._look(told)
            if seen and seen["fields"] and not seen["stale"] and (seen["risk"] or seen["asked"]):
                return True
            if seen and not seen["blank"]:
                drawn = loop.time()
            elif loop.time() - drawn > BLANK_SECONDS:
                drawn = loop.time()
                with suppress(BrowserError):
                    await self.page.reload()
            await asyncio.sleep(0.15)
        return False

    async def _look(self, told: list[str]) -> dict[str, Any] | None:
        try:
            look: dict[str, Any] = await self.page.evaluate(LOOK)
        except BrowserError:
            return None
        if look["risk"] is None:
            return look
        self.seen.numbers += 1
        try:
            expected = self.expected(look)
        except ValueError:
            expected = None
        shown = {"under 1 %": 0.3, "over 99 %": 99.7}.get(look["risk"])
        shown = float(look["risk"].removesuffix(" %")) if shown is None else shown
        if expected is None or abs(100 * expected - shown) > ROUNDING:
            self.seen.wrong.append(f"{' > '.join(told)}: {look}, expected {expected}")
        return look


def answers(store: Store) -> Callable[[dict[str, Any]], float | None]:
    """answers(look): the risk by the version named with the number, for exactly the values."""
    registry = Registry(store.uri)
    models: dict[int, LoadedModel] = {
        version.number: registry.load(version) for version in registry.versions(STUDY)
    }

    def expected(look: dict[str, Any]) -> float | None:
        number = int(look["by"].partition(" v")[2])
        model = models[number]
        values = {}
        for name, text in look["values"].items():
            value = float(text.replace(",", "."))
            if look["units"].get(name) == "mmol/L":
                value /= 0.02586
            values[name] = value
        if look["refused"]:
            return None
        row = pd.DataFrame([{name: values.get(name) for name in model.schema.names}], dtype=float)
        if row[list(model.schema.required)].isna().any(axis=None):
            return None
        return float(model.assess(row).risk[0])

    return expected


async def work(seen: Seen, place: Furnished, store: Store, study: Study) -> None:
    network = SlowNetwork(place.port, LATEST_SECONDS, seed=1)
    expected = answers(store)
    running = Running(place)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=[*FLAGS])
        try:
            async with network.listening():
                await asyncio.gather(
                    *(
                        _clinician(browser, network.port, expected, seen, study, seed)
                        for seed in range(BROWSERS)
                    ),
                    _trouble(seen, network, running),
                )
        finally:
            await browser.close()
            running.stop()


async def _clinician(
    browser: Browser,
    port: int,
    expected: Callable[[dict[str, Any]], float | None],
    seen: Seen,
    study: Study,
    seed: int,
) -> None:
    page = await browser.new_page(viewport={"width": 1280, "height": 1000})
    stories = [example.story for example in study.examples]
    clinician = Clinician(page, expected, seen, random.Random(seed), stories)
    with suppress(BrowserError):  # the network is cut from the first moment on
        await page.goto(f"http://localhost:{port}/")
    assert await clinician.rests_within(FIRST_PAGE_SECONDS, ["first page"]), "it never came"
    while seen.bursts < INTERLEAVINGS:
        await clinician.burst()


async def _trouble(seen: Seen, network: SlowNetwork, running: Running) -> None:
    """The network is cut now and then; the app ends and starts again."""
    due = [INTERLEAVINGS * (at + 1) // (RESTARTS + 1) for at in range(RESTARTS)]
    rng = random.Random(2)
    while seen.bursts < INTERLEAVINGS:
        await asyncio.sleep(rng.uniform(4.0, 9.0))
        network.cut()
        if due and seen.bursts >= due[0]:
            due.pop(0)
            await asyncio.to_thread(running.restart)


@pytest.mark.timeout(1200 + 6 * INTERLEAVINGS)
def test_a_number_is_always_the_one_of_the_values_beside_it(
    store: Store, study: Study, tmp_path_factory: pytest.TempPathFactory
) -> None:
    place = Furnished.prepared(tmp_path_factory.mktemp("interleavings"))
    place.store = store
    seen = Seen()
    asyncio.run(work(seen, place, store, study))
    assert seen.wrong == []
    assert seen.restless == []
    assert seen.bursts >= INTERLEAVINGS
    assert seen.numbers > INTERLEAVINGS / 2  # or nothing was looked at
