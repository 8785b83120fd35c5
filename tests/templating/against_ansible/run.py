#!/usr/bin/python3
"""Thousands of templates under ansible-core itself and under ours. Exit 77: no Ansible here.

run.py TEMPLATE_CONFORMANCE [--only NAME] [--keep FILE] [--seed N]: every case is asked of Ansible (oracle.py), the answers are written in
the form of the conformance corpora, and template_conformance says where ours differs."""
import argparse
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import oracle  # noqa: E402  (exits 77 where there is no Ansible)
import cases_expressions  # noqa: E402
import cases_filters  # noqa: E402
import cases_jinja  # noqa: E402
import cases_statements  # noqa: E402
from values import VARIABLES  # noqa: E402

sys.setrecursionlimit(2000)


def used(text):
    """Only the variables that a case names: rows stay small."""
    names = {n for n in VARIABLES if n in text}
    while True:
        more = {n for n in VARIABLES for u in names if n in json.dumps(VARIABLES[u]) and "{{" in json.dumps(VARIABLES[u])}
        if more <= names:
            break
        names |= more
    if "vars" in text or "undef" in text:
        names = set(VARIABLES)
    chosen = {n: VARIABLES[n] for n in VARIABLES if n in names}
    if "vars" in text:
        chosen["vars"] = "itself"  # the oracle puts the variables there
    return chosen


def all_cases():
    """(category, function, its arguments)"""
    for module in (cases_expressions, cases_filters, cases_statements, cases_jinja):
        for category, make in getattr(module, "TEMPLATES", {}).items():
            for case in make():
                text, files = case if isinstance(case, tuple) else (case, None)
                yield category, "playbook_row", (text, used(text), files)
        for category, make in getattr(module, "CONDITIONS", {}).items():
            for text in make():
                yield category, "condition_row", (text, used(text))
        for category, make in getattr(module, "JINJA", {}).items():
            for args in make():
                yield category, "jinja_row", args


def answer(job):
    number, category, function, args = job
    row = getattr(oracle, function)(*args)
    text = json.dumps({"id": number, "category": category, **row}, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", "\ufffd", text)  # a lone surrogate is U+FFFD to us


def main():
    p = argparse.ArgumentParser()
    p.add_argument("program")
    p.add_argument("--only", default="")
    p.add_argument("--keep")
    p.add_argument("--jobs", type=int, default=2)
    given = p.parse_args()
    wanted = [w for w in given.only.split(",") if w]
    jobs, seen = [], set()
    for category, function, args in all_cases():
        key = json.dumps([function, args], sort_keys=True)
        if (wanted and category not in wanted) or key in seen:
            continue
        seen.add(key)
        jobs.append((len(jobs), category, function, args))
    with concurrent.futures.ProcessPoolExecutor(given.jobs) as pool:
        rows = list(pool.map(answer, jobs, chunksize=100))
    kept = given.keep or os.path.join(tempfile.mkdtemp(), "cases.jsonl")
    with open(kept, "w") as f:
        f.write("\n".join(rows) + "\n")
    done = subprocess.run([os.path.abspath(given.program), "--verbose", kept])
    print(f"{len(rows)} cases")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
