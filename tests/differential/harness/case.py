"""A case: one folder, read into one object. README.md lists the files a folder may hold."""

import fnmatch
import hashlib
import os
import shlex

import yaml

DEFAULT_HOSTS = 1


def _read(path, default=""):
    if not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def _lines(text):
    """The lines that say something: no blank ones, no # comments."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def _switch(text, default):
    """First word of a one-word file: yes or no. The rest of the file is its reason."""
    words = text.replace(":", " ").split()
    if not words:
        return default
    if words[0] not in ("yes", "no"):
        raise ValueError("expected yes or no, got " + words[0])
    return words[0] == "yes"


class Case:
    """What a case folder says. Raises ValueError or OSError if the folder is not well-formed."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.name = os.path.basename(self.folder)
        self.args = _lines(self._file("args"))
        self.env = dict(line.split("=", 1) for line in _lines(self._file("env")))
        self.hosts = int(self._file("hosts").strip() or DEFAULT_HOSTS)
        self.lab_args = shlex.split(" ".join(_lines(self._file("lab"))))
        self.setup_host = self._file("setup-host")
        self.setup = self._path("setup")
        self.expect_rc = int(self._file("expect-rc").strip() or 0)
        self.compare_output = _switch(self._file("compare-output"), True)
        self.compare_stderr = _switch(self._file("compare-stderr"), False)
        self.compare_files = _lines(self._file("compare-files"))
        self.refused = self._refused()
        self.own_lab = bool(self.lab_args) or bool(self._path("fresh-hosts"))
        self.differences = self._differences()
        self.playbook = [] if not self._path("playbook.yml") else ["playbook.yml"]
        if not self.playbook and not self.args:
            raise ValueError("neither playbook.yml nor args")

    def _file(self, name):
        return _read(os.path.join(self.folder, name))

    def _path(self, name):
        path = os.path.join(self.folder, name)
        return path if os.path.exists(path) else None

    def _differences(self):
        entries = yaml.safe_load(self._file("differences.yml")) or []
        for entry in entries:
            unknown = set(entry) - {"at", "text", "reason"}
            if unknown or not entry.get("at") or not entry.get("reason"):
                raise ValueError("differences.yml: each entry is {at, reason} or {at, text, reason}")
        return entries

    def _refused(self):
        """(what our side must name, why) of a case that it does not support yet; None otherwise."""
        lines = _lines(self._file("refused"))
        if not lines:
            return None
        if len(lines) != 2:
            raise ValueError("refused: one line with what must be named, one with the reason")
        return tuple(lines)

    def inventories(self):
        """Names of the case's own inventories, in order."""
        return sorted(name for name in os.listdir(self.folder) if name.startswith("inventory"))

    def digest(self):
        """Changes whenever something that either side could read changes; what is only compared does not count."""
        sums = hashlib.sha256()
        for root, folders, files in os.walk(self.folder):
            folders.sort()
            for name in sorted(files):
                path = os.path.join(root, name)
                if name == "differences.yml" and root == self.folder:
                    continue
                sums.update(os.path.relpath(path, self.folder).encode() + b"\0%o\0" % os.lstat(path).st_mode)
                if not os.path.islink(path):
                    with open(path, "rb") as stream:
                        sums.update(stream.read())
        return sums.hexdigest()


def load_cases(folder, patterns):
    """All cases whose name holds one of the `patterns` (shell patterns or plain parts, separated by commas), sorted."""
    names = sorted(name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name)))
    if patterns:
        names = [name for name in names
                 if any(part in name or fnmatch.fnmatchcase(name, part) for part in patterns.split(","))]
    cases = []
    for name in names:
        try:
            cases.append(Case(os.path.join(folder, name)))
        except (ValueError, OSError, yaml.YAMLError) as error:
            raise ValueError("case %s: %s" % (name, error)) from error
    return cases
