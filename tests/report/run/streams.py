#!/usr/bin/python3
"""Readers of the output that are slow, go away or have no room, and secrets that must not reach any output."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = os.path.abspath(sys.argv[1])
LONG = 90


class Folder:
    """A playbook in a folder of its own, and runs of it."""

    def __init__(self, text):
        self.folder = tempfile.TemporaryDirectory()
        self.path = self.folder.name
        with open(os.path.join(self.path, "site.yml"), "w", encoding="utf-8") as stream:
            stream.write(text.replace("@", self.path))

    def file(self, name):
        return os.path.join(self.path, name)

    def start(self, stdout, stderr, *arguments, **variables):
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("ANSIBLE_", "JUNIT_"))}
        environment.update(variables, LC_ALL="C.UTF-8")
        return subprocess.Popen([PROGRAM, "run", "-i", "localhost,", *arguments, self.file("site.yml")], cwd=self.path,
                                stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment)


PLAY = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
"""


def wait_for(condition, what):
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "waited for %s in vain" % what
        time.sleep(0.05)


def slow_reader():
    """More than a pipe holds is printed; the run comes to its last task while nobody reads, and nothing is lost."""
    with_marker = Folder(PLAY + """
    - debug: {msg: "{{ item }} {{ 'x' * 2000 }}"}
      loop: "{{ range(500) }}"
    - file: {path: "@/marker", state: touch}
""")
    process = with_marker.start(subprocess.PIPE, subprocess.STDOUT)
    wait_for(lambda: os.path.exists(with_marker.file("marker")), "the last task")
    out = process.communicate(timeout=LONG)[0].decode()
    assert process.returncode == 0, process.returncode
    assert [int(n) for n in re.findall(r'"msg": "(\d+) x{2000}"', out)] == list(range(500))
    assert "PLAY RECAP" in out and "ok=2 " in out


def reader_goes_away():
    """The run ends in good order: what runs is ended, what would come next is not started."""
    folder = Folder(PLAY + """
    - command: sleep 300
    - file: {path: "@/marker", state: touch}
""")
    process = folder.start(subprocess.PIPE, subprocess.DEVNULL)
    process.stdout.read(1)
    process.stdout.close()
    process.wait(timeout=LONG)
    assert process.returncode == 99, process.returncode
    assert not os.path.exists(folder.file("marker"))


def reader_goes_away_at_the_end():
    """What is done is done: the exit code stays."""
    folder = Folder(PLAY + """
    - file: {path: "@/marker", state: touch}
""")
    process = folder.start(subprocess.PIPE, subprocess.DEVNULL)
    wait_for(lambda: os.path.exists(folder.file("marker")) or process.poll() is not None, "the task")
    process.stdout.read()
    assert process.wait(timeout=LONG) == 0


def nobody_reads_stderr():
    folder = Folder(PLAY + """
    - fail: {msg: "to stderr"}
      ignore_errors: true
    - file: {path: "@/marker", state: touch}
""")
    reading, writing = os.pipe()
    os.close(reading)
    process = folder.start(subprocess.PIPE, writing, ANSIBLE_DISPLAY_FAILED_STDERR="1")
    os.close(writing)
    out = process.communicate(timeout=LONG)[0].decode()
    assert process.returncode == 0 and "ok=2 " in out, out
    assert os.path.exists(folder.file("marker"))


def no_room():
    folder = Folder(PLAY + """
    - file: {path: "@/marker", state: touch}
""")
    with open("/dev/full", "wb") as full:
        process = folder.start(full, subprocess.PIPE)
        err = process.communicate(timeout=LONG)[1].decode()
    assert process.returncode == 0 and os.path.exists(folder.file("marker"))
    assert err.count("the output cannot be written: No space left on device") == 1, err


def interrupt():
    """Ctrl-C: the message, the recap, the exit code; the log has them too."""
    folder = Folder(PLAY + """
    - file: {path: "@/marker", state: touch}
    - command: sleep 300
""")
    process = folder.start(subprocess.PIPE, subprocess.PIPE, ANSIBLE_LOG_PATH=folder.file("log"))
    wait_for(lambda: os.path.exists(folder.file("marker")), "the first task")
    process.send_signal(signal.SIGINT)
    out, err = (text.decode() for text in process.communicate(timeout=LONG))
    assert process.returncode == 99, process.returncode
    assert "User interrupted execution" in err and "PLAY RECAP" in out, (out, err)
    with open(folder.file("log"), encoding="utf-8") as log:
        assert "n=ansible | [ERROR]: User interrupted execution\n" in log.read()


def secrets():
    """no_log holds for every output at once, with every detail asked for."""
    folder = Folder(PLAY + """
    - name: hidden
      command: echo secret-1
      no_log: true
      register: out
    - name: hidden arguments and results
      command: sh -c 'echo secret-2; exit 1'
      no_log: true
      ignore_errors: true
    - name: hidden loop
      command: echo {{ item }}
      loop: [secret-3, secret-4]
      no_log: true
      loop_control: {label: "secret-5 {{ item }}"}
    - name: hidden by the item
      command: echo {{ item }}
      loop: [open, secret-6]
      no_log: "{{ item != 'open' }}"
    - name: hidden difference
      copy: {content: "secret-7\\n", dest: "@/file"}
      no_log: true
    - name: hidden by a variable
      debug: {msg: secret-8}
      vars: {hide: true}
      no_log: "{{ hide }}"
    - name: hidden skip
      command: echo secret-9
      when: "'secret-9' == ''"
      no_log: true
    - name: hidden retries
      command: echo secret-10
      until: false
      retries: 1
      delay: 0
      no_log: true
      ignore_errors: true
""")
    variables = {
        "ANSIBLE_LOG_PATH": folder.file("log"), "JUNIT_OUTPUT_DIR": folder.file("junit"), "ANSIBLE_CALLBACK_TREE_DIR": folder.file("tree"),
        "ANSIBLE_CALLBACKS_ENABLED": "junit,tree,timer,profile_tasks,profile_roles", "ANSIBLE_DISPLAY_ARGS_TO_STDOUT": "1",
        "ANSIBLE_SHOW_PER_HOST_START": "1",
    }
    for callback in ("default", "json", "yaml", "debug"):
        process = folder.start(subprocess.PIPE, subprocess.PIPE, "-vvvv", "--diff", ANSIBLE_STDOUT_CALLBACK=callback, **variables)
        out, err = (text.decode() for text in process.communicate(timeout=LONG))
        assert process.returncode == 0, (process.returncode, err)
        texts = {"stdout": out, "stderr": err}
        for root, _, names in os.walk(folder.path):
            for name in names:
                if name not in ("site.yml", "file"):
                    with open(os.path.join(root, name), encoding="utf-8") as stream:
                        texts[name] = stream.read()
        assert "log" in texts and "localhost" in texts and any(name.endswith(".xml") for name in texts), sorted(texts)
        for name, text in texts.items():
            assert "secret" not in text, "%s with %s: %s" % (name, callback, text[max(0, text.index("secret") - 300):][:400])
        assert "\x1b" not in texts["log"]


def main():
    failures = 0
    for test in (slow_reader, reader_goes_away, reader_goes_away_at_the_end, nobody_reads_stderr, no_room, interrupt, secrets):
        try:
            test()
            print("%s: ok" % test.__name__)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failures += 1
            print("%s: FAILED: %s" % (test.__name__, error))
    return 1 if failures else 0


sys.exit(main())
