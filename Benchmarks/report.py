"""Turns the JSON lines of one benchmark run into one table.

    cat lines.jsonl | python3 Benchmarks/report.py [--markdown docs/benchmarks.md]

A line is {"row": id, "who": name, UNIT: number, "detail": text}, where UNIT is the unit that rows.json gives
the row (ns, ratio, bytes, requests_per_second, steps_per_second), or {"row": id, "who": name, "missing": reason}. Other numbers
in a line ("allocations", "ring_bytes", …) can be named by a target. rows.json says which rows and peers a run
owes; what was not delivered is named with its reason.

A line {"sweep": id, "size": number, "series": name, "unit": unit, "value": number} is one point of a curve; rows.json
says which curves a run owes.

A target holds at most one bound on one number of ours:
    max / min      the bound
    of             the number it binds; without it the row's own figure
    relative_to    a peer: the bound is on ours ÷ that peer's figure
    plus           a number of our line that is added to the bound
"""

import argparse
import datetime
import json
import os
import platform
import sys
from pathlib import Path

COLUMNS = ["row", "ours", "peer", "peer's figure", "ours ÷ peer", "target", "met?"]
MISSING = "missing"


def read_lines(stream):
    """{(row, who): line} and {sweep: {size: {series: text}}}.

    A figure wins over a `missing` line, and the first reason over later ones.
    """
    lines, sweeps = {}, {}
    for number, text in enumerate(stream, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if "sweep" in line:
                point = sweeps.setdefault(line["sweep"], {}).setdefault(line["size"], {})
                point[line["series"]] = shown(line["value"], line["unit"])
                continue
            key = (line["row"], line["who"])
        except (ValueError, KeyError, TypeError):
            print(f"report: input line {number} is not a benchmark line: {text.strip()[:120]}", file=sys.stderr)
            continue
        if MISSING not in line or key not in lines:
            lines[key] = line
    return lines, sweeps


def figure(line, unit):
    value = (line or {}).get(unit)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def shown(value, unit):
    if unit == "ns":
        for size, name in ((1e9, "s"), (1e6, "ms"), (1e3, "µs")):
            if value >= size:
                return f"{value / size:.2f} {name}"
        return f"{value:.1f} ns"
    if unit in ("requests_per_second", "steps_per_second"):
        return f"{value:,.0f}/s"
    if unit == "bytes":
        if value >= 1e6:
            return f"{value / 1e6:,.1f} MB"
        return f"{value:,.0f} B"
    if unit == "count":
        return f"{value:,g}"
    return f"{value:.2f} ×"


def is_met(target, ours, unit, peer):
    """True, False, or None when a number the target needs was not measured."""
    value = figure(ours, target.get("of", unit))
    addend = figure(ours, target["plus"]) if "plus" in target else 0
    divisor = figure(peer, unit) if "relative_to" in target else 1
    if value is None or addend is None or not divisor:
        return None
    value /= divisor
    return value <= target["max"] + addend if "max" in target else value >= target["min"] + addend


def met_word(answer):
    return {True: "yes", False: "no", None: "not measured"}[answer]


def table_of(row, lines, our_name):
    """The cells of one row: its absolute targets first, then one line for each peer."""
    unit = row["unit"]
    ours = lines.get((row["id"], our_name))
    our_figure = figure(ours, unit)
    our_text = MISSING if our_figure is None else shown(our_figure, unit)

    cells = []
    for target in row["targets"]:
        if "relative_to" not in target:
            number = figure(ours, target["of"]) if "of" in target else None
            words = target["words"] + (f" ({number:g} measured)" if number else "")
            cells.append(["—", "—", "—", words, met_word(is_met(target, ours, unit, None))])

    for peer in row["peers"]:
        line = lines.get((row["id"], peer["who"]))
        peer_figure = figure(line, unit)
        peer_text = MISSING if peer_figure is None else shown(peer_figure, unit)
        ratio = f"{our_figure / peer_figure:.3g}" if our_figure is not None and peer_figure else "—"
        targets = [t for t in row["targets"] if t.get("relative_to") == peer["who"]]
        words = ", ".join(t["words"] for t in targets) or "—"
        met = ", ".join(met_word(is_met(t, ours, unit, line)) for t in targets) or "—"
        cells.append([peer["who"], peer_text, ratio, words, met])

    titled = [["", "", *rest] for rest in cells or [["—"] * (len(COLUMNS) - 2)]]
    titled[0][:2] = [row["title"], our_text]
    return titled


def missing_of(row, lines, our_name):
    """(who, reason) for every figure the row owes and did not get."""
    for peer in [{"who": our_name}, *row["peers"]]:
        line = lines.get((row["id"], peer["who"]))
        if figure(line, row["unit"]) is None:
            reason = (line or {}).get(MISSING) or peer.get("unavailable") or "no figure in this run"
            yield peer["who"], reason


def machine():
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    except OSError:
        pass
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{model}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}{load}"


def curves(plan, sweeps):
    """(title, heading, lines) of every curve; a point that was not measured is named."""
    for sweep in plan["sweeps"]:
        points = sweeps.get(sweep["id"], {})
        series = list(dict.fromkeys(name for point in points.values() for name in point))
        lines = [[f"{size:,}", *(point.get(name, MISSING) for name in series)] for size, point in sorted(points.items())]
        yield sweep["title"], [sweep["size"], *series], lines or [[MISSING]]


def plain(heading, table):
    widths = [max(len(line[column]) for line in [heading, *table]) for column in range(len(heading))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in [heading, rule, *table]
    )


def markdown_table(heading, table):
    def line_of(cells):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return [line_of(heading), line_of(["---"] * len(heading)), *map(line_of, table)]


def markdown(table, growth, missing, details):
    head = [
        "# Benchmarks",
        "",
        f"Written by `./scripts/bench` on {datetime.date.today()}: {machine()}. All figures are of one run; on a shared",
        "machine the absolute times move, the ratios much less. For times, bytes and ratios of cost, ours ÷ peer below 1 is",
        "better; for requests and steps per second, above 1.",
        "",
    ]
    notes = ["", "## What was measured", "", *(f"- {detail}" for detail in details), ""]
    if missing:
        notes += ["## What is missing", "", *(f"- {reason}" for reason in missing), ""]
    curve_lines = ["", "## How cost grows"]
    for title, heading, points in growth:
        curve_lines += ["", title + ":", "", *markdown_table(heading, points)]
    return "\n".join([*head, *markdown_table(COLUMNS, table), *curve_lines, *notes])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--markdown", type=Path, help="also write the table as Markdown to this file")
    parser.add_argument("--rows", type=Path, default=Path(__file__).with_name("rows.json"))
    options = parser.parse_args()

    plan = json.loads(options.rows.read_text(encoding="utf-8"))
    lines, sweeps = read_lines(sys.stdin)
    growth = list(curves(plan, sweeps))
    known = {row["id"] for row in plan["rows"]}
    for row_id, who in lines:
        if row_id not in known:
            print(f"report: {who} sent the row {row_id!r}, which rows.json does not have", file=sys.stderr)

    table = [cells for row in plan["rows"] for cells in table_of(row, lines, plan["ours"])]
    details = [
        f"{row['title']}, {who}: {line['detail']}"
        for row in plan["rows"]
        for (row_id, who), line in lines.items()
        if row_id == row["id"] and line.get("detail")
    ]
    missing = [
        f"{row['title']}, {who}: {reason}" for row in plan["rows"] for who, reason in missing_of(row, lines, plan["ours"])
    ]
    print(plain(COLUMNS, table))
    for title, heading, points in growth:
        print("", title, plain(heading, points), sep="\n")
    if missing:
        print("\nmissing:", *missing, sep="\n  ")
    if options.markdown:
        options.markdown.parent.mkdir(parents=True, exist_ok=True)
        options.markdown.write_text(markdown(table, growth, missing, details), encoding="utf-8")


if __name__ == "__main__":
    main()
