"""What the fault tests share: a lab, the real mito-actor with a hard time bound, and checks of what must never be lost.

A script is called as: SCRIPT.py BUILD-FOLDER [unittest arguments]; it exits 77 where the lab cannot run.
"""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lab"))
import lab  # noqa: E402

BUILD = os.path.abspath(sys.argv.pop(1)) if len(sys.argv) > 1 else ""
ACTOR = os.path.join(BUILD, "mito-actor")
MITO_LAB = os.path.join(BUILD, "mito-lab")

HEAD = """
- hosts: all
  gather_facts: false
  tasks:
  - {name: before, command: echo before}
"""
TAIL = "  - {name: after, command: echo after}\n"


def wait_until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    return condition()


class Result:
    """One finished run with the json output."""

    def __init__(self, code, out, err, seconds, max_rss_kib):
        self.code, self.out, self.err, self.seconds, self.max_rss_kib = code, out, err, seconds, max_rss_kib
        start = out.find("{\n")
        self.report = json.loads(out[start:]) if start >= 0 else {"plays": [], "stats": {}}
        self.stats = self.report["stats"]

    def of(self, host, task=None):
        """The host's results by task name, or that of one task."""
        found = {}
        for play in self.report["plays"]:
            for one in play["tasks"]:
                if host in one["hosts"]:
                    found[one["task"]["name"]] = one["hosts"][host]
        return found if task is None else found[task]


class Terminal:
    """A program on a pseudo-terminal of its own, its session's leader."""

    def __init__(self, argv, cwd, env):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(argv[0], argv, env)
        self.text = ""
        self.code = None

    def read(self, seconds):
        """False at the end."""
        if not select.select([self.fd], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self.fd, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)

    def expect(self, pattern, seconds=30):
        """Waits for text that matches, from the last match on."""
        end = time.monotonic() + seconds
        while not (match := re.search(pattern, self.text)):
            if time.monotonic() > end or not self.read(0.2):
                raise AssertionError(f"no {pattern!r} in:\n{self.text}")
        self.text = self.text[match.end():]
        return match

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, seconds=30):
        """The exit code; what is printed meanwhile goes to `text`."""
        end = time.monotonic() + seconds
        while self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                self.end()
                raise AssertionError(f"still running after {seconds} s:\n{self.text}")
            elif not self.read(0.05):
                time.sleep(0.02)
        while self.read(0) and select.select([self.fd], [], [], 0)[0]:
            pass
        return self.code

    def end(self):
        if self.code is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.code = -signal.SIGKILL
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class FaultCase(unittest.TestCase):
    """A lab for the class: `hosts` stock hosts web1 … and `extra` ones. web1 is the host that nothing happens to."""

    hosts = 2
    extra = ()
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.lab = lab.Lab(MITO_LAB, hosts=cls.hosts, extra=cls.extra)
        cls.addClassCleanup(cls.lab.down)
        with open(cls.lab.inventory) as file:
            cls.lines = file.read().splitlines()

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="mito-faults.")
        self.addCleanup(shutil.rmtree, self.dir)
        os.mkdir(os.path.join(self.dir, "home"))

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def path(self, name):
        return os.path.join(self.dir, name)

    @property
    def lab_args(self):
        """OpenSSH options that keep the account's own files out of it."""
        return f"-F none -o UserKnownHostsFile={self.lab.known_hosts} -o IdentityAgent=none"

    def inventory(self, hosts, variables=(), add=()):
        """The lab's inventory with these hosts only; `variables`: host → more of its line; `add`: more lines of hosts."""
        variables = dict(variables)
        out, section = [], ""
        for line in self.lines:
            if line.startswith("["):
                section = line
            name = line.split(" ", 1)[0]
            if section == "[lab]" and name and not line.startswith("["):
                if name not in hosts:
                    continue
                line += " " + variables.get(name, "")
            out.append(line)
            if line == "[lab]":
                out.extend(add)
        out.append(f"ansible_ssh_common_args='{self.lab_args}'")
        return self.write("hosts.ini", "\n".join(out) + "\n")

    def environment(self, **more):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("ANSIBLE_", "SSH_"))}
        return {**env, "HOME": self.path("home"), "LC_ALL": "C.UTF-8", **more}

    def command(self, tasks, *arguments, inventory=None, hosts=("web1", "web2"), variables=(), add=(), book=None):
        self.write("book.yml", book if book is not None else HEAD + tasks + TAIL)
        inventory = inventory or self.inventory(hosts, variables, add)
        return [ACTOR, "run", self.path("book.yml"), "-i", inventory, *arguments]

    def run_tasks(self, tasks, *arguments, timeout=60, env=None, **options):
        """A run to its end with the json output, without a terminal. A run that does not end in time fails the test."""
        argv = self.command(tasks, *arguments, **options)
        with open(self.path("out"), "w+b") as out, open(self.path("err"), "w+b") as err:
            begin = time.monotonic()
            run = subprocess.Popen(argv, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
                                   env=self.environment(ANSIBLE_STDOUT_CALLBACK="json", **(env or {})))
            most = 0
            while run.poll() is None:
                most = max(most, self.memory_kib(run.pid))
                if time.monotonic() - begin > timeout:
                    os.killpg(run.pid, signal.SIGKILL)
                    run.wait()
                    self.fail(f"still running after {timeout} s: {self.texts(out, err)}")
                time.sleep(0.01)
            text, errors = self.texts(out, err)
        self.assertGreaterEqual(run.returncode, 0, errors)
        return Result(run.returncode, text, errors, time.monotonic() - begin, most)

    @staticmethod
    def memory_kib(pid):
        """The most that the program had at one time, as far as the last look saw it."""
        try:
            with open(f"/proc/{pid}/status") as file:
                return int(re.search(r"VmHWM:\s+(\d+)", file.read() + "VmHWM: 0").group(1))
        except OSError:
            return 0

    @staticmethod
    def texts(*files):
        out = []
        for file in files:
            file.seek(0)
            out.append(file.read().decode(errors="replace"))
        return out

    def start(self, tasks, *arguments, env=None, **options):
        """The same on a terminal, with the default output."""
        argv = self.command(tasks, *arguments, **options)
        terminal = Terminal(argv, self.dir, self.environment(TERM="xterm", ANSIBLE_NOCOLOR="1", **(env or {})))
        self.addCleanup(terminal.end)
        return terminal

    # --- what must hold

    def assert_whole(self, result, host="web1", tasks=2):
        """Nothing of a host that had no trouble is lost."""
        self.assertIn(host, result.stats, result.out + result.err)
        stats = result.stats[host]
        self.assertEqual((stats["ok"], stats["failures"], stats["unreachable"], stats["skipped"]), (tasks, 0, 0, 0), result.out)
        self.assertEqual(result.of(host, "before")["stdout"], "before")
        self.assertEqual(result.of(host, "after")["stdout"], "after")

    def assert_unreachable(self, result, host, *parts, code=4):
        self.assertEqual(result.code, code, result.out + result.err)
        self.assertEqual(result.stats[host]["unreachable"], 1, result.out)
        last = list(result.of(host).values())[-1]
        self.assertTrue(last.get("unreachable"), last)
        for part in parts:
            self.assertIn(part, last["msg"])
        return last["msg"]

    def assert_failed(self, result, host, task, *parts):
        one = result.of(host, task)
        self.assertTrue(one.get("failed"), one)
        self.assertFalse(one.get("unreachable"), one)
        for part in parts:
            self.assertIn(part, one["msg"])
        return one

    def processes(self, host):
        """Command lines and names of all that runs in the host: "pid name command line"."""
        script = ("for p in /proc/[0-9]*; do read -r name < $p/comm 2>/dev/null || continue; "
                  "echo \"${p#/proc/} $name $(tr '\\0' ' ' < $p/cmdline 2>/dev/null)\"; done")
        return self.lab.exec(host, "sh", "-c", script).stdout.splitlines()

    def find(self, host, pattern):
        return [line for line in self.processes(host) if re.search(pattern, line) and "for p in" not in line]

    def pids(self, host, pattern):
        return [line.split(" ", 1)[0] for line in self.find(host, pattern)]

    def assert_nothing_left(self, *hosts, pattern=r"mito-agent|sleep [0-9]{4}"):
        """No agent and nothing that a task started runs on any more."""
        for host in hosts:
            wait_until(lambda: not self.find(host, pattern))
            self.assertEqual(self.find(host, pattern), [], host)


def main():
    if not (os.path.exists(ACTOR) and os.path.exists(MITO_LAB)):
        sys.exit(f"usage: {sys.argv[0]} BUILD-FOLDER with mito-actor and mito-lab in it")
    try:
        lab.Lab(MITO_LAB, hosts=1).down()
    except lab.Skipped as reason:
        print(reason)
        sys.exit(lab.SKIPPED)
    unittest.main(verbosity=2)
