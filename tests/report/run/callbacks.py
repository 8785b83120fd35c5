#!/usr/bin/python3
"""Which callbacks are run, refused or named: settings from ansible.cfg and the environment."""

import os
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
PLAYBOOK = "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - debug: {msg: hello}\n"


class Run:
    """One run in a folder with the given files, an empty HOME and nothing else set."""

    def __init__(self, arguments=(), files=None, **variables):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in {"site.yml": PLAYBOOK, **(files or {})}.items():
                os.makedirs(os.path.join(folder, os.path.dirname(name)), exist_ok=True)
                with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                    stream.write(text)
            environment = {"PATH": os.environ["PATH"], "HOME": folder, "LC_ALL": "C.UTF-8", **variables}
            done = subprocess.run([PROGRAM, "run", "-i", "localhost,", *arguments, "site.yml"], cwd=folder, env=environment,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=90, check=False)
            self.rc, self.folder = done.returncode, folder
            self.out, self.err = done.stdout.decode(), done.stderr.decode()
            # Warnings are folded.
            self.said = " ".join(self.err.split())

    def check(self, rc, *needles):
        assert self.rc == rc, (self.rc, self.out, self.err)
        for needle in needles:
            assert needle in self.said, (needle, self.said)
        return self


def stdout_callbacks_that_there_are_not():
    for name, rc, text in (("dense", 1, "stdout_callback 'dense' is not supported yet"),
                           ("community.general.unixy", 1, "stdout_callback 'community.general.unixy' is not supported yet"),
                           ("no_such", 1, "Invalid callback for stdout specified: no_such")):
        run = Run(ANSIBLE_STDOUT_CALLBACK=name).check(rc, text, "stdout_callback can be default", "json", "yaml")
        assert run.out == "", run.out
    assert "PLAY [" in Run(ANSIBLE_STDOUT_CALLBACK="ansible.legacy.default").check(0).out


def python_plugins_are_named():
    plugin = {"callback_plugins/mine.py": "# Python\n", "other/theirs.py": "", "other/notes.txt": ""}
    run = Run(files=plugin, ANSIBLE_STDOUT_CALLBACK="mine")
    run.check(1, "stdout_callback 'mine' is a Python plugin (", "/callback_plugins/mine.py)")
    run = Run(files=plugin, ANSIBLE_CALLBACK_PLUGINS="other", ANSIBLE_CALLBACKS_ENABLED="timer,mine")
    run.check(0, "Skipping callback plugin 'mine' (", "Python callbacks are not supported yet", "/callback_plugins are Python and are not run: mine",
              "the callback plugins of other are Python and are not run: theirs")
    assert "Playbook run took" in run.out
    assert Run().check(0).err == ""


def unknown_ones_are_skipped():
    run = Run(ANSIBLE_CALLBACKS_ENABLED="no_such, timer").check(0, "[WARNING]: Skipping callback plugin 'no_such', unable to load")
    assert "Playbook run took" in run.out


def the_old_name():
    run = Run(ANSIBLE_CALLBACK_WHITELIST="timer").check(0, "[DEPRECATION WARNING]: ANSIBLE_CALLBACK_WHITELIST option, normalizing names to new "
                                                        "standard, use ANSIBLE_CALLBACKS_ENABLED instead. This feature will be removed from "
                                                        "ansible-core in version 2.15.")
    assert "Playbook run took" in run.out
    run = Run(files={"ansible.cfg": "[defaults]\ncallback_whitelist = timer\n"})
    run.check(0, "[DEPRECATION WARNING]: [defaults]callback_whitelist option,", "use callbacks_enabled instead")
    assert "Playbook run took" in run.out


def settings_in_the_file():
    text = """[defaults]
callbacks_enabled = timer, ansible.posix.profile_tasks
callback_result_format = yaml
force_color = true
log_path = the.log
[colors]
ok = bright blue
[callback_profile_tasks]
task_output_limit = 0
"""
    run = Run(("-v",), {"ansible.cfg": text}).check(0)
    assert "Playbook run took" in run.out and "\x1b[1;34m    msg: hello\x1b[0m" in run.out, run.out
    assert "debug ---" not in run.out, run.out


def values_that_are_wrong():
    Run(ANSIBLE_COLOR_OK="pink").check(5, 'Invalid value "pink"', "COLOR_ok", "colours are black")
    Run(ANSIBLE_CALLBACK_RESULT_FORMAT="xml").check(5, 'Invalid value "xml"', "json, yaml")
    Run(PROFILE_TASKS_TASK_OUTPUT_LIMIT="few").check(5, "task_output_limit 'few' is neither a number nor all")


def a_log_that_cannot_be_written():
    run = Run(ANSIBLE_LOG_PATH="/proc/no/log").check(0, "[WARNING]: log file at /proc/no/log is not writeable and we cannot create it, aborting")
    assert "PLAY RECAP" in run.out


def verbose_runs_name_files_and_options():
    run = Run(("-vvvv", "-f", "7"), ANSIBLE_CALLBACKS_ENABLED="timer,yaml").check(0)
    for line in ("No config file found; using defaults", "redirecting (type: callback) ansible.builtin.timer to ansible.posix.timer",
                 "Skipping callback 'oneline', as we already have a stdout callback.", "Positional arguments: site.yml", "verbosity: 4",
                 "tags: ('all',)", "inventory: ('localhost,',)", "forks: 7", "1 plays in site.yml"):
        assert "\n" + line + "\n" in "\n" + run.out, (line, run.out)


def main():
    failures = 0
    for test in (stdout_callbacks_that_there_are_not, python_plugins_are_named, unknown_ones_are_skipped, the_old_name, settings_in_the_file,
                 values_that_are_wrong, a_log_that_cannot_be_written, verbose_runs_name_files_and_options):
        try:
            test()
            print("%s: ok" % test.__name__)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failures += 1
            print("%s: FAILED: %s" % (test.__name__, error))
    return 1 if failures else 0


sys.exit(main())
