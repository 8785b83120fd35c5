"""Runs a case on one side and gives back what it did: exit code, results, output."""

import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TIMEOUT = 240
# Files that shape a capture: a capture made with other ones is not compared.
SHAPING = ("sides.py", "hosts.py", "ansible.cfg", "record/mito_record.py")

COMMON_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8", "TZ": "UTC", "ANSIBLE_NOCOWS": "1", "ANSIBLE_PIPELINING": "1",
    "ANSIBLE_CONFIG": os.path.join(HERE, "ansible.cfg"), "ANSIBLE_HOST_KEY_CHECKING": "1",
    "ANSIBLE_RETRY_FILES_ENABLED": "0",
}
KEPT_VARIABLES = ("PATH", "HOME", "USER", "LOGNAME", "SHELL")


class Capture:
    """What a run did. `document` is the json callback's, or None where a run ended before any play.

    `files`: what the case wants compared of what the run left in its scratch folder, by name."""

    def __init__(self, rc, document, stdout, stderr, files=None):
        self.rc, self.document, self.stdout, self.stderr, self.files = rc, document, stdout, stderr, files or {}

    def as_json(self):
        return {"rc": self.rc, "document": self.document, "stdout": self.stdout, "stderr": self.stderr, "files": self.files}


def local_names(case, lab, work):
    """A function that replaces this run's own addresses and paths by names, in a text."""
    names = [(re.escape(case.folder), "<case>"), (re.escape(work), "<work>")]
    if lab:
        names.append((re.escape(lab.folder), "<lab>"))
        names += [(r"(?<![\d.])%s(?![\d]|\.\d)" % re.escape(address), "<%s>" % name)
                  for name, address in lab.addresses.items()]
        # Router and broadcast addresses: each lab has a network of its own.
        networks = {address.rsplit(".", 1)[0] for address in lab.addresses.values()}
        names += [(r"(?<![\d.])%s\.(?=\d)" % re.escape(network), "<network>.") for network in sorted(networks)]

    def replace(text):
        for pattern, name in names:
            text = re.sub(pattern, name, text)
        return text
    return replace


def in_strings(value, replace):
    """`value` with `replace` applied to each string and key in it."""
    if isinstance(value, str):
        return replace(value)
    if isinstance(value, list):
        return [in_strings(item, replace) for item in value]
    if isinstance(value, dict):
        return {replace(key): in_strings(item, replace) for key, item in value.items()}
    return value


def document_in(text):
    """The json callback's document in a stdout that may begin with other lines; None if there is none."""
    start = 0 if text.startswith("{") else text.find("\n{") + 1
    if not text.startswith("{", start):
        return None
    try:
        return json.JSONDecoder().raw_decode(text, start)[0]
    except ValueError:
        return None


def files_of(case):
    """The texts of the files that the case's patterns name; of a name with a time in it, only that it has one."""
    found = {}
    for pattern in case.compare_files:
        for path in sorted(glob.glob(os.path.join(scratch(case), pattern))):
            with open(path, encoding="utf-8", errors="replace") as stream:
                found[re.sub(r"\d{9,}\.\d+", "<time>", os.path.relpath(path, scratch(case)))] = stream.read()
    return found


def _run(command, case, environment):
    """Exit code, stdout and stderr; -1 and a line on stderr after TIMEOUT seconds. Leaves no process behind."""
    process = subprocess.Popen(command, cwd=case.folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        out, err = process.communicate(timeout=TIMEOUT)
        rc = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        out, err = process.communicate()
        rc, err = -1, err + b"\n(ended: no result after %d s)\n" % TIMEOUT
    return rc, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")


class Side:
    """One of the two commands. `ansible`: one run with the recording callback; else one run per output."""

    def __init__(self, name, command, recording):
        self.name, self.command, self.recording = name, command, recording

    def _environment(self, case, lab, work):
        environment = {key: os.environ[key] for key in KEPT_VARIABLES if key in os.environ}
        environment.update(COMMON_ENVIRONMENT, ANSIBLE_HOME=os.path.join(work, "home"))
        if lab:
            environment.update(lab.environment())
        environment.update(case.env)
        return environment

    def _arguments(self, case, lab, work):
        arguments = []
        if lab:
            inventory = os.path.join(work, "lab.ini")
            lab.write_inventory(case, inventory)
            arguments += ["-i", inventory]
        for name in case.inventories():
            arguments += ["-i", name]
        return [*self.command, *arguments, *case.args, *case.playbook]

    def _prepare(self, case, lab):
        shutil.rmtree(scratch(case), ignore_errors=True)
        os.makedirs(scratch(case))
        if lab:
            lab.prepare(case)

    def run(self, case, lab):
        """Raises LabError if the hosts cannot be prepared."""
        work = tempfile.mkdtemp(prefix="md-")
        try:
            environment = self._environment(case, lab, work)
            command = self._arguments(case, lab, work)
            replace = local_names(case, lab, work)
            self._prepare(case, lab)
            if self.recording:
                record = os.path.join(work, "record.json")
                enabled = [*filter(None, [case.env.get("ANSIBLE_CALLBACKS_ENABLED")]), "mito_record"]
                environment.update(MITO_RECORD_FILE=record, ANSIBLE_CALLBACK_PLUGINS=os.path.join(HERE, "record"),
                                   ANSIBLE_CALLBACKS_ENABLED=",".join(enabled))
                rc, out, err = _run(command, case, environment)
                files = files_of(case)
                document = None
                if os.path.exists(record):
                    with open(record, encoding="utf-8") as stream:
                        document = json.load(stream)
            else:
                rc, out, err = _run(command, case, environment)
                files = files_of(case)
                self._prepare(case, lab)
                json_rc, json_out, json_err = _run(command, case, {**environment, "ANSIBLE_STDOUT_CALLBACK": "json"})
                document = document_in(json_out)
                if json_rc != rc:
                    err += "\n(exit code with the json callback: %d)\n%s" % (json_rc, json_err)
                    rc = json_rc
            return Capture(rc, in_strings(document, replace), replace(out), replace(err), in_strings(files, replace))
        finally:
            shutil.rmtree(work, ignore_errors=True)
            shutil.rmtree(scratch(case), ignore_errors=True)


def scratch(case):
    """The controller's folder that a case with `connection: local` may write to."""
    return os.path.join("/tmp/mito-differential", case.name)


class Cache:
    """Captures of Ansible's side, by everything that they depend on."""

    def __init__(self, folder, facts):
        self.folder, self.sums = folder, hashlib.sha256("\0".join(facts).encode())
        for name in SHAPING:
            with open(os.path.join(HERE, name), "rb") as stream:
                self.sums.update(stream.read())

    def _path(self, case):
        sums = self.sums.copy()
        sums.update(case.digest().encode())
        key = sums.hexdigest()[:24]
        return os.path.join(self.folder, "%s-%s.json" % (case.name, key))

    def get(self, case):
        try:
            with open(self._path(case), encoding="utf-8") as stream:
                return Capture(**json.load(stream))
        except (OSError, ValueError, TypeError):
            return None

    def put(self, case, capture):
        os.makedirs(self.folder, exist_ok=True)
        partial = self._path(case) + ".%d" % os.getpid()
        with open(partial, "w", encoding="utf-8") as stream:
            json.dump(capture.as_json(), stream)
        os.replace(partial, self._path(case))
