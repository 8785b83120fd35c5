#!/usr/bin/env python3
"""Fails on an include that the layer table of docs/architecture.md does not allow."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ALLOWED = {
    "core": [],
    "protocol": ["core"],
    "templating": ["core"],
    "engine": ["core", "templating"],
    "playbook": ["core", "templating", "engine"],
    "strategy": ["core", "engine", "playbook"],
    "modules": ["core"],
    "agent": ["core", "protocol", "modules"],
    "transport": ["core", "protocol"],
    "bootstrap": ["core", "protocol", "transport"],
    "actions": ["core", "templating", "engine", "playbook"],
    "report": ["core", "templating"],
}
ALLOWED["actors"] = [f for f in ALLOWED if f not in ("agent", "modules")]
ALLOWED["cli"] = ALLOWED["actors"] + ["actors"]
ONLY = {"libssh/": "transport", "yaml-cpp/": "playbook", "caf/": "actors"}


def main():
    bad, files = [], 0
    for folder, allowed in ALLOWED.items():
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if not name.endswith((".cpp", ".hpp")):
                    continue
                files += 1
                path = os.path.join(where, name)
                for number, line in enumerate(open(path, encoding="utf-8"), 1):
                    found = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
                    if not found:
                        continue
                    target = found.group(2)
                    top = target.split("/")[0]
                    place = "%s:%d" % (os.path.relpath(path, ROOT), number)
                    if found.group(1) == '"' and top in ALLOWED and top != folder and top not in allowed:
                        bad.append("%s: %s may not include %s" % (place, folder, target))
                    for prefix, owner in ONLY.items():
                        if target.startswith(prefix) and folder != owner:
                            bad.append("%s: only %s may include %s" % (place, owner, target))
    print("\n".join(bad))
    print("%d files read, %d faults" % (files, len(bad)))
    return 1 if bad or files < 100 else 0


sys.exit(main())
