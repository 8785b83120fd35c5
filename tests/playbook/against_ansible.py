#!/usr/bin/python3
"""Our inventories, host patterns, task lists and argument strings beside ansible-core's. Exit 77: no Ansible here.

ansible-core's own classes answer in this process; only --list-tasks goes through its command line."""
import concurrent.futures
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

DUMP = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))
CASES = os.path.join(HERE, "cases")
SCRATCH = tempfile.mkdtemp()
os.environ["ANSIBLE_CONFIG"] = os.path.join(SCRATCH, "ansible.cfg")
os.environ["ANSIBLE_NOCOLOR"] = "1"
os.environ["ANSIBLE_DEPRECATION_WARNINGS"] = "0"
os.environ["ANSIBLE_LOCAL_TEMP"] = SCRATCH
open(os.environ["ANSIBLE_CONFIG"], "w").close()
try:
    from ansible import constants as C
    from ansible.errors import AnsibleError
    from ansible.inventory.manager import InventoryManager
    from ansible.parsing.ajson import AnsibleJSONEncoder
    from ansible.parsing.dataloader import DataLoader
    from ansible.parsing.splitter import parse_kv
    from ansible.utils.display import Display
    from ansible.vars.manager import VariableManager
except ImportError:
    print("ansible-core is not installed: skipped")
    sys.exit(77)

failures = checks = 0
said = []
Display.warning = lambda self, msg, formatted=False: said.append(" ".join(msg.split()))
INTERNAL = C.INTERNAL_STATIC_VARS if hasattr(C, "INTERNAL_STATIC_VARS") else frozenset()
INTERNAL = set(INTERNAL) | {
    "ansible_diff_mode", "ansible_config_file", "ansible_facts", "ansible_forks", "ansible_inventory_sources",
    "ansible_limit", "ansible_playbook_python", "ansible_run_tags", "ansible_skip_tags", "ansible_verbosity",
    "ansible_version", "inventory_dir", "inventory_file", "inventory_hostname", "inventory_hostname_short", "groups",
    "group_names", "omit", "playbook_dir", "hostvars", "ansible_check_mode", "vars"}


def run(*argv, cwd=None):
    done = subprocess.run(argv, capture_output=True, text=True, cwd=cwd)
    return done.returncode, done.stdout, done.stderr


def check(what, theirs, ours):
    global failures, checks
    checks += 1
    if theirs != ours:
        failures += 1
        print(f"DIFFERENT {what}\n  ansible: {theirs!r}\n  ours:    {ours!r}")


def plain(text):
    """Without Python's class names and addresses: we name types as Python's users do."""
    text = re.sub(r"<class '[^']*'>", "TYPE", text)
    return re.sub(r"\b(list|dict|str|int|float|NoneType)$", "TYPE", text)


def our_warnings(text):
    return sorted(set(plain(" ".join(w.split())) for w in text.split("[WARNING]: ")[1:] if "Failed to parse" not in w))


def their_warnings():
    return sorted(set(plain(w) for w in said if "Failed to parse" not in w))


def load(folder, sources):
    said.clear()
    loader = DataLoader()
    loader.set_basedir(folder)
    return loader, InventoryManager(loader=loader, sources=[s if "," in s else os.path.join(folder, s) for s in sources])


def inventory(folder, *sources):
    name = f"inventory {os.path.basename(folder)} {sources}"
    loader, theirs = load(folder, sources)
    variables = VariableManager(loader=loader, inventory=theirs)
    paths = [s if "," in s else os.path.join(folder, s) for s in sources]
    code, out, err = run(DUMP, "inventory", *paths, "--basedir", folder, cwd=folder)
    if code != 0:
        return check(name, "read", err)
    ours = json.loads(out)
    hostvars = {}
    for host in theirs.hosts.values():
        got = variables.get_vars(host=host, include_hostvars=False)
        hostvars[host.name] = json.loads(json.dumps({k: v for k, v in got.items() if k not in INTERNAL},
                                                    cls=AnsibleJSONEncoder))
    for host, got in hostvars.items():
        check(f"{name} host {host}", got, ours["hostvars"].get(host))
    check(name + " hosts", list(hostvars), list(ours["hostvars"]))
    groups = {g.name: {"hosts": [h.name for h in g.hosts], "children": [c.name for c in g.child_groups]}
              for g in theirs.groups.values()}
    check(name + " groups", groups, ours["groups"])
    check(name + " warnings", their_warnings(), our_warnings(err))


def hosts(folder, source, pattern, limit=""):
    name = f"hosts {source} {pattern!r} {limit!r}"
    _, manager = load(folder, [source])
    said.clear()
    try:
        if limit:
            manager.subset(limit)
        theirs = [h.name for h in manager.get_hosts(pattern)]
    except (AnsibleError, IndexError):  # the latter is a bug of theirs: "!" alone
        theirs = "error"
    path = source if "," in source else os.path.join(folder, source)
    code, out, err = run(DUMP, "hosts", pattern, limit, path, cwd=folder)
    check(name, theirs, out.split() if code == 0 else "error")
    if theirs != "error":
        check(name + " warnings", sorted(set(w for w in their_warnings() if "Could not match" in w)),
              sorted(set(w for w in our_warnings(err) if "Could not match" in w)))


# What we say in other words, and why: the list of free-form modules is ours to leave out; YAML errors start with what is
# wrong instead of with what was tried.
REWORDED = ("this task 'ping' has extra params", "We were unable to read either as JSON nor YAML")


def tasks(name):
    folder = os.path.join(CASES, "playbooks")
    return (name, run("ansible-playbook", "-i", "localhost,", "--list-tasks", name, cwd=folder),
            run(DUMP, "tasks", name, cwd=folder))


def sorted_tags(text):
    return re.sub(r"TAGS: \[(.*?)\]", lambda m: "TAGS: " + ",".join(sorted(re.split(", ?", m[1]))), text).strip()


def compare_tasks(name, theirs, ours):
    check(f"tasks {name} accepted", theirs[0] == 0, ours[0] == 0)
    check(f"tasks {name} meant", name.startswith("okay-"), theirs[0] == 0)
    if theirs[0] == 0:
        return check(f"tasks {name}", sorted_tags(theirs[1]), sorted_tags(ours[1]))
    first = plain(theirs[2].splitlines()[0].replace("ERROR! ", ""))
    if first.startswith(REWORDED):
        return None
    mine = plain(ours[2])
    first = first.split("TYPE")[0]
    check(f"tasks {name} error", first, first if first in mine else mine)
    place = re.search(r"error appears to be in '[^']*': line (\d+), column (\d+)", theirs[2])
    if place:
        # Ansible shows where the mapping starts, we show the key: the same line or a later one.
        line = re.search(r":(\d+):(\d+): error", ours[2])
        check(f"tasks {name} has a place", True, bool(line) and int(line[1]) >= int(place[1]))
    return None


def arguments(text, raw):
    try:
        theirs = parse_kv(text, check_raw=raw)
    except Exception:
        theirs = "error"
    code, out, _ = run(DUMP, "args", str(int(raw)), text)
    check(f"args {text!r} {raw}", theirs, json.loads(out) if code == 0 else "error")


with concurrent.futures.ThreadPoolExecutor(2) as pool:
    listings = pool.map(tasks, sorted(os.listdir(os.path.join(CASES, "playbooks"))))
    for listing in listings:
        compare_tasks(*listing)
for case in sorted(os.listdir(os.path.join(CASES, "inventory"))):
    path = os.path.join(CASES, "inventory", case)
    os.chdir(path)
    sources = [line for line in open("sources").read().split("\n") if line]
    for line in sources:
        inventory(path, *line.split())
    if os.path.exists("patterns"):
        for line in filter(None, open("patterns").read().split("\n")):
            pattern, _, limit = line.partition("\t")
            hosts(path, sources[0].split()[0], pattern, limit)
for line in filter(None, open(os.path.join(CASES, "arguments")).read().split("\n")):
    text = line.encode().decode("unicode_escape")
    arguments(text, False)
    arguments(text, True)
shutil.rmtree(SCRATCH, ignore_errors=True)
print(f"{checks} comparisons, {failures} different")
sys.exit(1 if failures else 0)
