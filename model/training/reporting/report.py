"""The report of a training: model card and figures as one HTML file that asks no host for anything.

plotly.js lies in the file, once. A content security policy forbids the page to load or send
anything, so that this is kept even where plotly.js could do otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping

from plotly import io

from model.evaluation.figures import Figure, figures
from model.scoring.documents import Evaluation
from model.training.reporting import readable
from model.training.reporting.blocks import Columns, Section, escape
from model.training.reporting.finished_card import FinishedCard

CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "displayModeBar": False,
    "responsive": True,
}
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
    "img-src data: blob:; base-uri 'none'; form-action 'none'"
)
BESIDE: Mapping[str, tuple[str, ...]] = {
    "headline": ("calibration",),
    "subgroups": ("subgroups",),
    "discrimination": ("roc", "precision_recall"),
    "instability": ("instability",),
    "decision": ("decision",),
}
"""Which figures stand beside which section."""
WIDE = 5  # columns of a table beside which no figure fits

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #14212e; line-height: 1.5;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1280px; margin: 0 auto; padding: 24px 28px 64px; }
header p { color: #4a5866; margin-top: 0; }
h1 { font-size: 1.75rem; margin: 0 0 4px; }
h2 { font-size: 1.2rem; margin: 0 0 8px; }
main { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 40px; }
header, section { grid-column: 1 / -1; }
section { border-top: 1px solid #d5dce3; padding: 22px 0 12px; min-width: 0; }
#use, #not-for { grid-column: auto; }
.pair { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); gap: 12px 40px; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 12px 40px; }
p, li, dd { overflow-wrap: anywhere; }
p { margin: 0 0 10px; max-width: 75ch; }
p.strong { font-weight: 600; border-left: 4px solid #d55e00; padding: 2px 0 2px 12px; }
ul { margin: 0 0 10px; padding-left: 20px; max-width: 80ch; }
.table { overflow-x: auto; margin: 0 0 12px; }
table { border-collapse: collapse; width: 100%; font-size: .875rem;
  font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0;
  border-bottom: 1px solid #e3e8ed; }
thead th { color: #4a5866; font-weight: 600; border-bottom-color: #8c96a0; }
tbody th { font-weight: 500; }
.number { white-space: nowrap; }
tr.strong > * { font-weight: 700; }
dt { font-weight: 600; margin-top: 14px; }
dt span { font-weight: 400; color: #4a5866; }
dd { margin: 2px 0 0; max-width: 95ch; }
figure { margin: 0 0 8px; min-width: 0; }
figure h3 { font-size: 1rem; margin: 0 0 4px; }
figcaption { font-size: .875rem; color: #3c4a58; max-width: 70ch; }
@media (max-width: 900px) {
  .pair, .two, main { grid-template-columns: minmax(0, 1fr); }
}
@media print { main { max-width: none; padding: 0; } figure, tr { break-inside: avoid; } }
"""


def html(card: FinishedCard, evaluation: Evaluation) -> str:
    """The report as one self-contained page.

    Parameters
    ----------
    card, evaluation : the model card and the evaluation it was made from.
    """
    drawn = {figure.key: figure for figure in figures(evaluation)}
    title = escape(readable.title(card))
    sections = list(readable.sections(card))
    leads = next(each.key for each in sections if each.key in BESIDE)  # plotly.js comes with it
    body = "".join(_section(each, drawn, each.key == leads) for each in sections)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main>"
        f"<header><h1>{title}</h1><p>{escape(readable.subtitle(card))}</p></header>"
        f"{body}</main></body></html>\n"
    )


def _section(section: Section, drawn: Mapping[str, Figure], first: bool) -> str:
    """Text with its figures beside it; a wide table runs below both."""
    wide = [each for each in section.blocks if isinstance(each, Columns) and len(each.names) > WIDE]
    text = "".join(each.html() for each in section.blocks if each not in wide)
    found = [drawn[key] for key in BESIDE.get(section.key, ())]
    plots = "".join(_figure(each, first and at == 0) for at, each in enumerate(found))
    if len(found) > 1:
        text += f'<div class="two">{plots}</div>'
    elif found:
        text = f'<div class="pair"><div>{text}</div><div>{plots}</div></div>'
    below = "".join(each.html() for each in wide)
    return f'<section id="{section.key}"><h2>{escape(section.heading)}</h2>{text}{below}</section>'


def _figure(figure: Figure, with_plotly: bool) -> str:
    plot = io.to_html(
        {"data": figure.data, "layout": figure.layout},
        config=CONFIG,
        include_plotlyjs=with_plotly,
        full_html=False,
        div_id=f"figure-{figure.key}",
    )
    words = escape(figure.words)
    return (
        f'<figure><h3>{escape(figure.title)}</h3><div role="img" aria-label="{words}">{plot}</div>'
        f"<figcaption>{escape(figure.caption or figure.words)}</figcaption></figure>"
    )
