#!/usr/bin/env python3
"""Exit codes, messages and texts of the program itself; no target but this machine. Usage: exit_codes.py MITO-ACTOR"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

PROGRAM = os.path.abspath(sys.argv.pop(1))


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="mito-cli.")
        os.mkdir(os.path.join(self.dir, "home"))
        os.chmod(self.dir, 0o755)

    def tearDown(self):
        shutil.rmtree(self.dir)

    def write(self, name, text, mode=0o644):
        path = os.path.join(self.dir, name)
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def start(self, *arguments, program=PROGRAM, env=None):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("ANSIBLE_")}
        environment.update({"HOME": os.path.join(self.dir, "home"), **(env or {})})
        return subprocess.run([program, *arguments], cwd=self.dir, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    def play(self, tasks, *arguments, header="", inventory="localhost,", **options):
        self.write("p.yml", f"- hosts: all\n  gather_facts: false\n  connection: local\n{header}  tasks:\n{tasks}")
        return self.start("run", "p.yml", "-i", inventory, *arguments, **options)

    def check(self, done, code, *parts, where="stderr"):
        text = getattr(done, where)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        for part in parts:
            self.assertIn(part, text)
        return text


class Usage(Case):
    def test_without_a_command(self):
        self.check(self.start(), 2, "usage: mito-actor COMMAND", "  run ")
        self.check(self.start("nonsense"), 2, "no command 'nonsense'", "mito-actor help")

    def test_help_and_version(self):
        for arguments in (["help"], ["--help"], ["-h"]):
            self.check(self.start(*arguments), 0, "usage: mito-actor COMMAND", where="stdout")
        for arguments in (["run", "--help"], ["run", "-h"], ["help", "run"]):
            self.check(self.start(*arguments), 0, "usage: mito-actor run", "--inventory", where="stdout")
        for arguments in (["version"], ["--version"]):
            self.check(self.start(*arguments), 0, "mito-actor ", where="stdout")

    def test_options_that_are_wrong(self):
        self.check(self.start("run", "--nonsense"), 2, "--nonsense", "`mito-actor run --help` lists the options")
        self.check(self.start("run"), 2, "name at least one playbook")
        self.check(self.start("run", "-i"), 2, "--inventory")
        self.check(self.play("  - debug:\n", "-f", "0"), 1, "--forks) must be >= 1")
        self.check(self.play("  - debug:\n", "-T", "soon"), 2, "--timeout: 'soon' is not a number of seconds")

    def test_completion_is_bash(self):
        text = self.check(self.start("completion"), 0, "complete ", where="stdout")
        done = subprocess.run(["bash", "-c", text + "\nCOMP_WORDS=(mito-actor run --for) COMP_CWORD=2; _mito_actor; echo ${COMPREPLY[*]}"],
                              capture_output=True, text=True, check=True)
        self.assertEqual(done.stdout.split(), ["--forks", "--force-handlers"])
        self.assertEqual(done.stderr, "")

    def test_man_page_is_roff(self):
        text = self.check(self.start("man", "run"), 0, ".SH OPTIONS", where="stdout")
        self.check(self.start("man", "nonsense"), 2, "no command 'nonsense'")
        if not shutil.which("groff"):
            return
        done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-k"], input=text, capture_output=True, text=True, check=True)
        self.assertEqual(done.stderr, "")
        self.assertIn("--inventory", re.sub(".\x08", "", done.stdout))  # bold is struck twice


class Outcomes(Case):
    def test_all_is_well(self):
        self.check(self.play("  - command: 'true'\n"), 0, "localhost                  : ok=1    changed=1", where="stdout")

    def test_failed(self):
        self.check(self.play("  - command: 'false'\n"), 2, "failed=1", where="stdout")

    def test_ignored_and_rescued(self):
        self.check(self.play("  - command: 'false'\n    ignore_errors: true\n"), 0, "ignored=1", where="stdout")
        self.check(self.play("  - block:\n    - command: 'false'\n    rescue:\n    - debug:\n"), 0, "rescued=1", where="stdout")

    def test_unreachable(self):
        inventory = self.write("hosts", "a ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1\nb\n")
        text = self.check(self.play("  - command: 'true'\n", inventory=inventory), 4, "unreachable=1", where="stdout")
        self.assertIn("b                          : ok=1    changed=1    unreachable=0", text)

    def test_failed_and_unreachable(self):
        inventory = self.write("hosts", "a ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1\nb\n")
        self.check(self.play("  - command: 'false'\n", inventory=inventory), 4, "failed=1", where="stdout")

    def test_a_play_that_nobody_is_in(self):
        self.write("p.yml", "- hosts: nobody\n  tasks:\n  - debug:\n")
        done = self.start("run", "p.yml", "-i", "localhost,")
        self.check(done, 0, "no hosts matched", where="stdout")
        self.check(done, 0, "Could not match supplied host pattern, ignoring: nobody")

    def test_a_limit_that_nobody_meets(self):
        self.check(self.play("  - debug:\n", "-l", "nobody"), 1, "does not match any hosts")

    def test_the_second_book_does_not_follow_a_failure(self):
        self.write("q.yml", "- hosts: all\n  gather_facts: false\n  tasks:\n  - debug: {msg: second book}\n")
        done = self.play("  - command: 'false'\n", "q.yml")
        self.check(done, 2)
        self.assertNotIn("second book", done.stdout)

    def test_called_as_ansible_playbook(self):
        link = os.path.join(self.dir, "ansible-playbook")
        os.symlink(PROGRAM, link)
        self.write("p.yml", "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n  - command: 'false'\n")
        self.check(self.start("p.yml", "-i", "localhost,", program=link), 2, "failed=1", where="stdout")
        self.check(self.start("--nonsense", program=link), 2, "`ansible-playbook --help`")

    def test_a_reader_that_goes_away_is_no_crash(self):
        self.write("p.yml", "- hosts: all\n  gather_facts: false\n  connection: local\n  tasks:\n" + "  - debug: {msg: line}\n" * 400)
        run = subprocess.Popen([PROGRAM, "run", "p.yml", "-i", "localhost,"], cwd=self.dir, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        run.stdout.readline()
        run.stdout.close()
        code = run.wait(60)
        run.stderr.close()
        self.assertNotIn(code, (-signal.SIGSEGV, -signal.SIGABRT, -signal.SIGPIPE))


class BadInput(Case):
    def test_no_such_playbook(self):
        self.check(self.start("run", "none.yml", "-i", "localhost,"), 1, "the playbook: none.yml could not be found")

    def test_broken_yaml_shows_the_line(self):
        self.write("p.yml", "- hosts: all\n  tasks:\n  - debug: {msg: hi\n  - debug:\n")
        self.check(self.start("run", "p.yml", "-i", "localhost,"), 4, "p.yml:4:", "  - debug:", "^")

    def test_unknown_module_and_keyword(self):
        self.check(self.play("  - {name: x, commend: ls}\n"), 4, "p.yml:5:", "commend")
        self.check(self.play("  - debug:\n    wen: true\n"), 4, "p.yml:6:", "wen")
        self.check(self.play("  - debug:\n", header="  becom: true\n"), 4, "p.yml:4:", "becom")

    def test_all_that_is_wrong_is_said_at_once(self):
        text = self.check(self.play("  - commend: ls\n  - debug:\n    wen: true\n  - debug: {msg: '{{ a | nofilter }}'}\n"), 4)
        for part in ("commend", "wen", "nofilter"):
            self.assertIn(part, text)

    def test_a_module_is_refused_before_anything_runs(self):
        marker = os.path.join(self.dir, "marker")
        self.check(self.play(f"  - command: touch {marker}\n  - commend: ls\n"), 4)
        self.assertFalse(os.path.exists(marker))

    def test_extra_vars(self):
        self.check(self.play("  - debug:\n", "-e", "{broken"), 4)
        self.check(self.play("  - debug:\n", "-e", "@none.yml"), 4, "none.yml")

    def test_configuration(self):
        self.write("ansible.cfg", "forks = 3\n")
        self.check(self.play("  - debug:\n"), 5, "ansible.cfg:1", "before any [section]")
        self.write("ansible.cfg", "[defaults]\nstdout_callback = fancy\n")
        self.check(self.play("  - debug:\n"), 5, "stdout_callback 'fancy' is not supported yet")
        self.write("ansible.cfg", "[defaults]\nnever_heard_of = 1\n")
        self.check(self.play("  - debug:\n"), 0, "never_heard_of")
        os.chmod(self.dir, 0o777)
        self.check(self.play("  - debug:\n"), 0, "world writable directory")

    def test_a_run_time_error_ends_with_one(self):
        self.check(self.play("  - command: 'true'\n    notify: nobody\n"), 1, "'nobody' was not found")


if __name__ == "__main__":
    unittest.main(verbosity=2)
