"""Thin wrappers of mito-lab for test scripts. Usage:

    with lab.Lab(program, hosts=3, extra=["far:delay=180ms"]) as here:
        here.ssh("web1", "true"); here.exec("web1", "touch", "/x"); here.inventory
"""

import json
import os
import shutil
import subprocess

SKIPPED = 77


class Skipped(Exception):
    """mito-lab cannot run here (no root, or no namespaces)."""


class Lab:
    """A running lab; its files are attributes. Ends with the with-block or with down()."""

    def __init__(self, program=None, hosts=3, extra=(), dir=None, prefix="web", subnet=None):
        self.program = program or os.environ.get("MITO_LAB") or shutil.which("mito-lab")
        command = [self.program, "up", "--hosts", str(hosts), "--prefix", prefix]
        for one in extra:
            command += ["--host", one]
        if dir:
            command += ["--dir", str(dir)]
        if subnet:
            command += ["--subnet", subnet]
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode == SKIPPED:
            raise Skipped(done.stderr.strip())
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip())
        self.warnings = done.stderr
        self.dir = done.stdout.strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.down()

    def path(self, name):
        """A file of the lab: inventory.ini, id_rsa, known_hosts, passwords, ..."""
        return os.path.join(self.dir, name)

    inventory = property(lambda self: self.path("inventory.ini"))
    ssh_config = property(lambda self: self.path("ssh_config"))
    key = property(lambda self: self.path("id_ed25519"))
    known_hosts = property(lambda self: self.path("known_hosts"))

    @property
    def state(self):
        with open(self.path("state.json")) as file:
            return json.load(file)

    @property
    def passwords(self):
        with open(self.path("passwords")) as file:
            return dict(line.split() for line in file)

    def down(self):
        subprocess.run([self.program, "down", "--dir", self.dir], check=True)

    def exec(self, host, *argv, check=True, **options):
        """Runs argv as root inside the host; the CompletedProcess with text output."""
        command = [self.program, "exec", "--dir", self.dir, host, "--", *argv]
        options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, **options}
        return subprocess.run(command, check=check, **options)

    def ssh(self, host, command, user="deploy", options=(), **run_options):
        """Runs a command line through ssh(1); the CompletedProcess with text output."""
        argv = ["ssh", "-F", self.ssh_config, "-o", "BatchMode=yes", *options, f"{user}@{host}", command]
        run_options = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL, **run_options}
        return subprocess.run(argv, **run_options)

    def _ask(self, command, host):
        argv = [self.program, command, "--dir", self.dir, host]
        return subprocess.run(argv, check=True, stdout=subprocess.PIPE, text=True).stdout

    def bytes(self, host):
        """Bytes {"to": N, "from": N} through the host's proxy since the start."""
        return json.loads(self._ask("bytes", host))

    def cut(self, host):
        self._ask("cut", host)

    def freeze(self, host):
        self._ask("freeze", host)

    def thaw(self, host):
        self._ask("thaw", host)
