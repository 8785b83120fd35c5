"""Compares two captures of one case. Pure: no files but the list of volatile values, no processes."""

import difflib
import fnmatch
import json
import re

import yaml

SHOWN = 160
PLACE = re.compile(r"\.(?:ya?ml|ini):\d+:\d+")


class Volatile:
    """volatile.yml: values that differ between two runs of one program. Their presence and type still count."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as stream:
            lists = yaml.safe_load(stream)
        for name in ("document", "keys", "unreachable", "unordered", "facts", "text"):
            for entry in lists[name]:
                if not entry.get("reason"):
                    raise ValueError("%s: an entry of %s has no reason: %s" % (path, name, entry))
        self.document = {entry["key"] for entry in lists["document"]}
        self.keys = {entry["key"] for entry in lists["keys"]}
        self.unreachable = {entry["key"] for entry in lists["unreachable"]}
        self.unordered = {entry["key"] for entry in lists["unordered"]}
        self.facts = [entry["key"] for entry in lists["facts"]]
        self.texts = [(re.compile(entry["pattern"]), entry["becomes"]) for entry in lists["text"]]
        # With -v the output holds results as JSON: the same keys, as text.
        keys = "|".join(sorted(key for key in self.keys if "/" not in key))
        self.shown_key = re.compile(r'("(?:%s)": )("(?:[^"\\]|\\.)*"|[-\d.]+)' % keys)

    def text(self, text):
        for pattern, becomes in self.texts:
            text = pattern.sub(becomes, text)
        return self.shown_key.sub(r"\1<volatile>", text)

    def _is_fact(self, key):
        return any(fnmatch.fnmatchcase(key, pattern) for pattern in self.facts)

    def value(self, value, parent=""):
        """`value`, found below the key `parent`, with every volatile part replaced by a name of its type."""
        if isinstance(value, dict):
            unreachable = value.get("unreachable") is True
            return {self.text(key): self._item(parent, key, item, unreachable) for key, item in value.items()}
        if isinstance(value, list):
            return [self.value(item, parent) for item in value]
        if isinstance(value, str):
            return self.text(value)
        return value

    def _item(self, parent, key, item, unreachable):
        value = item is not None and not isinstance(item, (dict, list))
        named = key in self.keys or parent + "/" + key in self.keys or (unreachable and key in self.unreachable)
        if (value and named) or (parent == "ansible_facts" and self._is_fact(key)):
            return "<volatile %s>" % type(item).__name__
        if key in self.unordered and isinstance(item, list):
            item = sorted(item, key=repr)
        return self.value(item, key)


class Difference:
    """One place where the sides differ. `where` is a path: play/task/host/key/…, or output:LINE, rc, recap/…"""

    def __init__(self, where, ansible, ours):
        self.where, self.ansible, self.ours = where, ansible, ours

    def __str__(self):
        return "%s\n      ansible: %s\n      ours:    %s" % (self.where, _short(self.ansible), _short(self.ours))


class Absent:
    """Stands for a key or item that one side does not have."""

    def __repr__(self):
        return "(absent)"


ABSENT = Absent()


def _short(value):
    text = repr(value) if isinstance(value, (Absent, str)) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= SHOWN else text[:SHOWN] + "… (%d characters)" % len(text)


def compare_values(where, ansible, ours):
    """Differences between two values, each at the deepest key that differs. Types count: 1 is not true or 1.0."""
    if isinstance(ansible, dict) and isinstance(ours, dict):
        found = []
        for key in sorted(set(ansible) | set(ours)):
            found += compare_values(where + "/" + key, ansible.get(key, ABSENT), ours.get(key, ABSENT))
        return found
    if isinstance(ansible, list) and isinstance(ours, list) and len(ansible) == len(ours):
        found = []
        for index, (left, right) in enumerate(zip(ansible, ours)):
            found += compare_values("%s/%d" % (where, index), left, right)
        return found
    if type(ansible) is type(ours) and ansible == ours:
        return []
    return [Difference(where, ansible, ours)]


def _tasks(document):
    """All (label, hosts) of a document, in order; the label names play and task."""
    tasks = []
    for number, play in enumerate(document["plays"]):
        for index, task in enumerate(play["tasks"]):
            label = "%d %s/%d %s" % (number, play["play"]["name"], index, task["task"]["name"])
            tasks.append((label, task["hosts"]))
    return tasks


def _heads(document, volatile):
    """Plays and tasks without results: their names, paths, order and number."""
    return [{"play": _without(play["play"], volatile),
             "tasks": [_without(task["task"], volatile) for task in play["tasks"]]} for play in document["plays"]]


def _without(head, volatile):
    return {key: volatile.value(item) for key, item in head.items() if key not in volatile.document}


def compare_documents(ansible, ours, volatile):
    """Differences in what the json callback reports."""
    if ansible is None or ours is None:
        return [] if ansible is ours else [Difference("document", ansible, ours)]
    found = compare_values("plays", _heads(ansible, volatile), _heads(ours, volatile))
    left, right = _tasks(ansible), _tasks(ours)
    matcher = difflib.SequenceMatcher(None, [task[0] for task in left], [task[0] for task in right], autojunk=False)
    for start_left, start_right, length in matcher.get_matching_blocks():
        for step in range(length):
            label, hosts = left[start_left + step]
            found += compare_values(label, volatile.value(hosts), volatile.value(right[start_right + step][1]))
    found += compare_values("recap", ansible["stats"], ours["stats"])
    for key in sorted((set(ansible) | set(ours)) - {"plays", "stats"}):
        found += compare_values(key, ansible.get(key, ABSENT), ours.get(key, ABSENT))
    return found


COLOUR = re.compile(r"\x1b\[[0-9;]*m")
RESULT = re.compile(r"(?:ok|changed|fatal|failed|skipping|included|ASYNC [A-Z ]+|FAILED - RETRYING)[:(] ?\[([^]\s]+)")


INCLUDED = re.compile(r"^((?:\x1b\[[0-9;]*m)?included: .* for )(\S+(?:, \S+)*?)((?: => .*)?(?:\x1b\[[0-9;]*m)?)$", re.MULTILINE)


def in_host_order(text):
    """`text` with the results below each heading sorted by host; results of one host keep their order.

    Hosts of one task end in any order, also in two runs of Ansible, and so are those that include a file named. A result is its line, with what belongs to it:
    a diff before it; the lines of its JSON and `...ignoring` after it.
    """
    text = INCLUDED.sub(lambda m: m.group(1) + ", ".join(sorted(m.group(2).split(", "))) + m.group(3), text)
    done, records, before = [], [], []
    open_json = False

    def flush():
        done.extend(line for _, lines in sorted(records, key=lambda record: record[0]) for line in lines)
        done.extend(before)
        records.clear()
        before.clear()

    for line in text.splitlines(keepends=True):
        plain = COLOUR.sub("", line).rstrip("\n")
        found = RESULT.match(plain)
        if found and not open_json:
            records.append((found.group(1), before + [line]))
            before = []
            open_json = plain.endswith("=> {")
        elif records and (open_json or plain == "...ignoring") and not before:
            records[-1][1].append(line)
            open_json = open_json and plain != "}"
        elif re.match(r"(PLAY|TASK|RUNNING HANDLER) ", plain):
            flush()
            done.append(line)
        else:
            before.append(line)
    flush()
    return "".join(done)


def compare_texts(name, ansible, ours, volatile):
    """Differences between two outputs, one per run of changed lines."""
    left = in_host_order(volatile.text(ansible)).splitlines(keepends=True)
    right = in_host_order(volatile.text(ours)).splitlines(keepends=True)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    return [Difference("%s:%d" % (name, start + 1), "".join(left[start:end]), "".join(right[start_right:end_right]))
            for kind, start, end, start_right, end_right in matcher.get_opcodes() if kind != "equal"]


def compare(case, ansible, ours, volatile):
    """All differences between two captures."""
    found = [] if ansible.rc == ours.rc else [Difference("rc", ansible.rc, ours.rc)]
    found += compare_documents(ansible.document, ours.document, volatile)
    if case.compare_output:
        found += compare_texts("output", ansible.stdout, ours.stdout, volatile)
    if case.compare_stderr:
        found += compare_texts("stderr", ansible.stderr, ours.stderr, volatile)
    for name in sorted(set(ansible.files) | set(ours.files)):
        found += compare_texts("file " + name, ansible.files.get(name, ""), ours.files.get(name, ""), volatile)
    if case.compare_files and not ansible.files:
        found.append(Difference("files", "(nothing that compare-files names)", sorted(ours.files)))
    return found


def judge(case, differences):
    """Problems of a case, as texts: what is not accepted, and what is accepted but did not occur."""
    used = set()
    problems = []
    for difference in differences:
        accepted = [index for index, entry in enumerate(case.differences) if _accepts(entry, difference)]
        used.update(accepted)
        if not accepted:
            problems.append(str(difference))
    for index, entry in enumerate(case.differences):
        if index not in used:
            problems.append("differences.yml: no longer occurs: %s (%s)" % (entry["at"], entry["reason"]))
    return problems


def judge_refusal(case, ours):
    """Problems of a case that our side must refuse: before any play, naming the thing and its place in a file."""
    said = ours.stdout + ours.stderr
    problems = []
    if ours.rc == 0 or ours.document is not None or "PLAY [" in said:
        problems.append("no longer refused (exit code %d): remove the file `refused`" % ours.rc)
    elif case.refused[0] not in said or not PLACE.search(said):
        problems.append("the refusal does not name %s with file:line:column: %s" % (case.refused[0], said[-600:]))
    return problems


def _accepts(entry, difference):
    if not fnmatch.fnmatchcase(difference.where, entry["at"]):
        return False
    return "text" not in entry or any(re.search(entry["text"], side if isinstance(side, str) else _short(side))
                                      for side in (difference.ansible, difference.ours))
