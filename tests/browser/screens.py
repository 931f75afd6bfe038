"""The screens the app is looked at on, and what stands where on one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page


@dataclass(frozen=True)
class Screen:
    """What a window shows, in CSS pixels; `scale` device pixels make one of them."""

    name: str
    width: int
    height: int
    scale: int = 1
    is_touched: bool = False

    def opened(self, browser: Browser, theme: str = "light") -> Page:
        """A page of its own context on such a screen."""
        settings: dict[str, Any] = {
            "viewport": {"width": self.width, "height": self.height},
            "device_scale_factor": self.scale,
            "has_touch": self.is_touched,
            "is_mobile": self.is_touched,
            "color_scheme": theme,
        }
        return browser.new_context(**settings).new_page()


SCREENS = (
    Screen("390", 390, 844, scale=2, is_touched=True),
    Screen("768", 768, 1024),
    Screen("1280", 1280, 900),
    Screen("1920", 1920, 1080),
    Screen("zoomed", 640, 450, scale=2),  # a window of 1280 x 900 at 200 %
)

# Elements in every shadow root; whether one is seen whole, with nothing over it; who has the focus.
_EVERYWHERE = """
  const within = root => [...root.querySelectorAll('*')]
    .flatMap(e => e.shadowRoot ? [e, ...within(e.shadowRoot)] : [e]);
  const all = within(document);
  const isVisible = e => e.checkVisibility({visibilityProperty: true});
  const topmost = (x, y) => {
    let found = document.elementFromPoint(x, y);
    for (let inner; found?.shadowRoot && (inner = found.shadowRoot.elementFromPoint(x, y))
      && inner !== found;) found = inner;
    return found;
  };
  const isSeen = e => {
    if (!isVisible(e)) return false;
    const box = e.getBoundingClientRect();
    const isInside = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight + 1
      && box.right <= innerWidth + 1;
    const over = topmost(box.left + box.width / 2, box.top + box.height / 2);
    return isInside && (e.contains(over) || over?.contains(e) && over.matches('label, button'));
  };
  let focused = document.activeElement;
  while (focused?.shadowRoot?.activeElement) focused = focused.shadowRoot.activeElement;
  const named = e => (e?.closest('[role=radiogroup]') ?? e)?.getAttribute('aria-label') ?? '';
"""
EDITED = f"""() => {{ {_EVERYWHERE}
  const number = all.filter(e => e.matches('.bar strong, [data-testid=risk]')).find(isSeen);
  return {{field: named(focused), isSeen: isSeen(focused), number: number?.innerText ?? ''}};
}}"""
LAID_OUT = f"""() => {{ {_EVERYWHERE}
  const root = document.documentElement, main = document.querySelector('[data-testid=stMain]');
  const form = all.find(e => e.matches('.form'));
  const targets = form ? within(form).filter(e => isVisible(e)
    && e.matches('button, summary, select, input[type=text], .options label')) : [];
  return {{
    title: document.title,
    beyond: Math.max(root.scrollWidth - root.clientWidth, main.scrollWidth - main.clientWidth),
    headings: all.filter(e => /^H[1-6]$/.test(e.tagName) && isVisible(e))
      .map(e => Number(e.tagName[1])),
    statuses: all.filter(e => e.getAttribute('role') === 'status').map(e => e.textContent),
    form: form ? form.getBoundingClientRect().width : 0,
    heights: targets.map(e => e.getBoundingClientRect().height),
    frame: document.querySelector('.st-key-frame').innerText,
    links: [...document.querySelectorAll('.st-key-frame a')].map(e => [e.innerText, isSeen(e)]),
  }};
}}"""
INPUTS = f"""() => {{ {_EVERYWHERE}
  const told = ['aria-required', 'aria-invalid', 'inputmode', 'min', 'max', 'aria-valuemin',
    'aria-valuemax', 'aria-valuenow'];
  const fields = all.filter(e => e.matches('[role=spinbutton][id^=bedside], [role=radiogroup]')
    && e.getRootNode() !== document);
  return Object.fromEntries(fields.map(e => [named(e), {{
    ...Object.fromEntries(told.map(name => [name, e.getAttribute(name)])),
    described: (e.getAttribute('aria-describedby') ?? '').split(' ')
      .map(id => e.getRootNode().getElementById(id)?.textContent ?? null),
  }}]));
}}"""
