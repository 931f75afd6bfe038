"""Both pages in the system's Chromium: how a patient is filled in, and what a page did then.

`OBSERVER` runs before a page's own scripts. It counts every mutation of the document and of every
shadow tree, and every layout shift, those that follow an input included: a form is nothing but
inputs (https://web.dev/articles/cls leaves them out of its own score).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.side_by_side.servers import Side
from tests.browser.visits import FLAGS, chromium_path

PATIENT = "Man of 57, typical angina, findings that disagree"
AGES = ("45", "65")
PATIENCE = 60_000  # milliseconds
# The bare page would report each visit to Streamlit's makers: no name but these is found.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"

OBSERVER = """
window.seen = {mutations: 0, shift: 0, moved: {}, begun: null, painted: null};
(() => {
  const seen = window.seen, roots = [];
  const all = {subtree: true, childList: true, characterData: true, attributes: true};
  seen.number = () => {
    for (const root of roots) {
      const risk = root.querySelector('[data-testid=risk]');
      if (risk && root.host.isConnected)
        return root.querySelector('.whom').textContent + risk.textContent;
    }
    return [...document.querySelectorAll('h1')]
      .map(heading => heading.textContent).find(text => /^\\d+\\.\\d %$/.test(text)) ?? null;
  };
  const observer = new MutationObserver(records => {
    seen.mutations += records.length;
    if (seen.begun === null || seen.painted !== null) return;
    const number = seen.number();
    if (number === null || number === seen.before) return;
    seen.painted = 0; // the frame that shows it is awaited
    requestAnimationFrame(() => { seen.painted = performance.now() - seen.begun; });
  });
  observer.observe(document, all);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (how) {
    const root = attach.call(this, how);
    roots.push(root);
    observer.observe(root, all);
    return root;
  };
  seen.restart = () => {
    Object.assign(seen, {mutations: 0, shift: 0, moved: {}, begun: null, painted: null,
                         before: seen.number()});
  };
  addEventListener('keydown', event => {
    if (event.key === 'Enter') seen.begun ??= performance.now();
  }, true);
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      seen.shift += entry.value;
      for (const {node} of entry.sources) {
        const name = node?.nodeType === 1 ? (node.dataset.testid || node.className || node.tagName)
          : node?.parentElement?.className ?? 'gone';
        seen.moved[name] = (seen.moved[name] ?? 0) + 1;
      }
    }
  }).observe({type: 'layout-shift'});
})();
"""
FIELD = "role=spinbutton[name=/^Age/]"
OPTION = ".form [role=radiogroup] input[type=radio]"
QUIET = 900  # milliseconds after a number: the page tells a screen reader after 600


@dataclass(frozen=True)
class Change:
    """What one changed value did. `moved` names what shifted, and how often."""

    milliseconds: float
    mutations: int
    shift: float
    moved: dict[str, int]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = [*FLAGS, ALONE]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser
        browser.close()


def context(browser: Browser) -> BrowserContext:
    """A browser that was never here: nothing is in its cache."""
    made = browser.new_context(viewport={"width": 1280, "height": 900})
    made.add_init_script(OBSERVER)
    return made


def fill(page: Page, side: Side) -> None:
    """The first number of a page just opened: an example on ours, the one field on the other."""
    if side.name == "ours":
        page.get_by_text("Yes, one of them").click(timeout=PATIENCE)
        page.get_by_text("Examples", exact=True).click(timeout=PATIENCE)
        page.get_by_text(PATIENT).click()
    else:
        type_age(page, "57", PATIENCE)
    page.wait_for_function("() => window.seen.number() !== null", timeout=PATIENCE)


def usable(page: Page) -> float:
    """Waits for a field one can type into; the `time.perf_counter` then."""
    page.wait_for_selector(FIELD, timeout=PATIENCE)
    return time.perf_counter()


def type_age(page: Page, age: str, patience: float = 10_000) -> None:
    box = page.locator(FIELD)
    box.fill(age, timeout=patience)
    box.press("Enter")


def change(page: Page, at: int) -> Change:
    """Type another age and Enter; what the page did until it was quiet again.

    The time is that from the Enter to the frame with the new number.
    """
    page.bring_to_front()
    page.evaluate("() => window.seen.restart()")
    type_age(page, AGES[at % 2])
    page.wait_for_function("() => window.seen.painted > 0", timeout=PATIENCE)
    return _seen(page)


def choices(page: Page) -> list[Change]:
    """On our page: every option of every question chosen once; the times are not taken."""
    made = []
    for option in page.locator(OPTION).all():
        if option.is_checked():
            continue
        page.evaluate("() => window.seen.restart()")
        option.locator("xpath=..").click()
        page.wait_for_function("() => window.seen.number() !== null", timeout=PATIENCE)
        made.append(_seen(page))
    return made


def _seen(page: Page) -> Change:
    """What has happened since the start, once the page is quiet."""
    page.wait_for_timeout(QUIET)
    painted, mutations, shift, moved = page.evaluate(
        "() => [seen.painted, seen.mutations, seen.shift, seen.moved]"
    )
    return Change(painted or 0.0, mutations, shift, moved)
