"""The safety report as a page for the wall: A4, readable in black and white. Called by `hipbot safety report --html`."""

from __future__ import annotations

from html import escape
from typing import Iterable, Sequence

from hipbot.proof.page import Floor, Page, Table

STYLE = """
@page { size: A4; margin: 14mm 13mm; }
body { font: 9.5pt/1.35 system-ui, sans-serif; color: #000; background: #fff; max-width: 184mm; margin: 6mm auto; }
h1 { font-size: 20pt; margin: 0 0 1mm; } h2 { font-size: 11pt; margin: 5mm 0 1mm; break-after: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3mm 4mm; margin: 0; } dt { font-weight: 600; } dd { margin: 0; }
.verdict { border: 1.2pt solid #000; padding: 2.5mm 4mm; margin: 4mm 0; font-size: 13pt; font-weight: 700; }
.verdict.not { border-width: 4pt; }
table { border-collapse: collapse; width: 100%; } th { text-align: left; border-bottom: 1.2pt solid #000; }
td, th { padding: .6mm 2mm .6mm 0; vertical-align: top; } td { border-bottom: .3pt solid #999; } tr { break-inside: avoid; }
.n { text-align: right; font-variant-numeric: tabular-nums; } tr.all td { font-weight: 700; border-top: .8pt solid #000; }
.two { columns: 2; column-gap: 8mm; } .two section { break-inside: avoid; } .two h2:first-child { margin-top: 0; }
.miss { font-weight: 700; } li { margin-bottom: .6mm; }
.sign { display: flex; gap: 10mm; margin-top: 9mm; } .sign p { flex: 1; border-top: .8pt solid #000; padding-top: 1mm; margin: 0; }
"""


def as_html(found: Page) -> str:
    """One file, without anything from elsewhere."""
    first, *others = found.tables
    says = "All floors hold." if found.holds else "Not all floors hold: this must not go live."
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in found.facts)
    misses = "".join(f"<li>{escape(miss)}</li>" for miss in found.misses) or "<li>Nothing.</li>"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Safety report</title><style>{STYLE}</style></head><body>
<h1>Safety report</h1>
<dl>{facts}</dl>
<p class="verdict{"" if found.holds else " not"}">{says}</p>
{_floors(found.floors)}
{_table(first)}
<div class="two">{"".join(map(_table, others))}</div>
<h2>Not as it should be: {len(found.misses)}</h2><ul>{misses}</ul>
<div class="sign"><p>Read by</p><p>Registration</p><p>Date</p></div>
</body></html>
"""


def _floors(floors: Iterable[Floor]) -> str:
    rows = [(f.name, f.wanted, f.got, "holds" if f.holds else "DOES NOT HOLD") for f in floors]
    return _table(Table("What must hold", ("", "must be", "is", ""), tuple(rows)))


def _table(table: Table) -> str:
    numeric = [bool(table.rows) and all(r[i].isdigit() or not r[i] for r in table.rows) for i in range(len(table.head))]
    head = _row("th", table.head, numeric)
    body = "".join(
        f"<tr{_whole(row)}>{_row('td', row, numeric, table.head[-1] in ('missed', 'shown'))}</tr>" for row in table.rows
    )
    return f"<section><h2>{escape(table.title)}</h2><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></section>"


def _whole(row: Sequence[str]) -> str:
    return ' class="all"' if "all" in row[:2] else ""


def _row(tag: str, cells: Sequence[str], numeric: Sequence[bool], last_is_bad: bool = False) -> str:
    marked = ""
    for i, (cell, number) in enumerate(zip(cells, numeric)):
        kinds = ["n"] * number + ["miss"] * (last_is_bad and i == len(cells) - 1 and cell != "0")
        marked += f"<{tag}{_class(kinds)}>{escape(cell)}</{tag}>"
    return marked


def _class(kinds: Sequence[str]) -> str:
    return f' class="{" ".join(kinds)}"' if kinds else ""
