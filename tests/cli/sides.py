"""Runs one shell command with Ansible's programs and with ours under their names, in equal folders."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

PROGRAMS = ("ansible-vault", "ansible-config")
SYSTEM = "/usr/bin:/bin"


class Sides:
    """`prepare(folder)` fills a fresh folder before each run. Exits with 77 where a program of Ansible is missing."""

    def __init__(self, ours, program, prepare):
        if not os.path.exists("/usr/bin/" + program):
            print("skipped: no /usr/bin/" + program)
            sys.exit(77)
        self.prepare, self.failed, self.count = prepare, 0, 0
        self.work = tempfile.mkdtemp(prefix="mito-sides-")
        links = os.path.join(self.work, "bin")
        os.mkdir(links)
        for name in PROGRAMS:
            os.symlink(os.path.abspath(ours), os.path.join(links, name))
        self.paths = {"ansible": SYSTEM, "ours": links + ":" + SYSTEM}

    def run(self, side, command):
        folder = os.path.join(self.work, "here")
        shutil.rmtree(folder, ignore_errors=True)
        os.mkdir(folder, 0o755)
        self.prepare(folder)
        environment = {"PATH": self.paths[side], "HOME": os.path.join(self.work, "home"), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, start_new_session=True, timeout=120)
        files = {name: os.lstat(os.path.join(folder, name)).st_mode for name in sorted(os.listdir(folder))}
        out, err = (text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
        return done.returncode, out, self.tidy(err), files

    @staticmethod
    def tidy(err):
        """Without what Python's getpass adds and without names of temporary files."""
        err = re.sub(r".*GetPassWarning.*\n.*fallback_getpass.*\n", "", err)
        return re.sub(r"ansible-local-\w+/[\w.]+", "<temporary>", err)

    def check(self, name, command, only_code=False):
        """`only_code`: the texts are of the parser of options or of help, which are worded our way."""
        self.count += 1
        theirs, ours = self.run("ansible", command), self.run("ours", command)
        for what, a, b in zip(("exit code", "stdout", "stderr", "files"), theirs, ours):
            if a == b or (only_code and what != "exit code"):
                continue
            if what == "stdout" and a.startswith("usage: "):
                continue  # help in front of an error
            self.failed += 1
            print("FAIL %s: %s\n  ansible: %r\n  ours:    %r" % (name, what, a, b))
            return

    def finish(self):
        shutil.rmtree(self.work, ignore_errors=True)
        print("%d cases, %d failed" % (self.count, self.failed))
        return 1 if self.failed or not self.count else 0
