"""Figures and how they are printed: lines of a markdown table."""

import os
import platform
import statistics

from jobs import WARM_FACTS

HEAD = ["| job | tool | time | runs | ours is faster by | controller processor time | peak memory | bytes sent |",
        "|---|---|---|---|---|---|---|---|"]


class Figures:
    """All measurements of one tool (or yardstick) on one job."""

    def __init__(self):
        self.runs, self.extra, self.problem = [], None, None

    def median(self, key):
        return statistics.median(run[key] for run in self.runs) if self.runs else None


def shown(value, unit):
    if value is None:
        return ""
    if unit == "s":
        return "%.0f ms" % (value * 1000) if value < 0.5 else "%.2f s" % value if value < 20 else "%.1f s" % value
    if unit == "MB":
        return "%.1f MB" % (value / 1e6)
    return "%.1f KB" % (value / 1e3) if value < 1e6 else "%.2f MB" % (value / 1e6)


def ratio(figures, name):
    ours = figures["mito-actor"].median("seconds") if "mito-actor" in figures else None
    theirs = figures[name].median("seconds")
    return "" if not ours or not theirs or name == "mito-actor" else "%.1f ×" % (theirs / ours)


def rows(job, figures):
    """Lines of the table for one job."""
    for name, mine in figures.items():
        if mine.problem and not mine.runs:
            yield "| (%s) %s | %s | failed | | | | | |" % (job.key, job.title, name)
            continue
        extra = mine.extra or {}
        yield "| (%s) %s | %s | %s | %d | %s | %s | %s | %s |" % (
            job.key, job.title, name, shown(mine.median("seconds"), "s"), len(mine.runs), ratio(figures, name),
            shown(mine.median("cpu"), "s"), shown(extra.get("memory"), "MB"), shown(extra.get("bytes"), "bytes"))


def warm_rows(once, many):
    """Facts on an open connection: what each further `setup` task of a play adds."""
    for name in once:
        first, all_of_them = once[name].median("seconds"), many.get(name, Figures()).median("seconds")
        if first is not None and all_of_them is not None:
            yield "| (e) facts, warm: each further `setup` | %s | %s | | | | | |" % (
                name, shown((all_of_them - first) / WARM_FACTS, "s"))


def machine():
    model = "unknown processor"
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as stream:
        for line in stream:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return "%s, %d processors, Linux %s" % (model, os.cpu_count(), platform.release())
