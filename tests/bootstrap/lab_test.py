#!/usr/bin/env python3
"""Agents and their hops on lab hosts, over ssh. Usage: lab_test.py MITO-LAB BOOTSTRAP-PROBE MITO-ACTOR [unittest arguments]"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "lab"))
sys.dont_write_bytecode = True
import lab  # noqa: E402

LAB, PROBE, ACTOR = (os.path.abspath(sys.argv.pop(1)) for _ in range(3))
EXTRA = ["nopy:nopython", "bare1:bare", "bareshm:bare,noexec-shm", "strict:noperl", "nowhere:bare", "noisy1:noisy",
         "tty:requiretty", "log:sudolog", "both:sudolog,requiretty", "counted:count", "hostile"]

# Become programs that copy, as site wrappers do; and sudoers of some hosts.
WRAPPERS = {
    "pipesudo": 'cat | sudo "$@" | cat',
    "mutesudo": 'cat | sudo "$@" 2>&1 | cat',
    "pipesu": 'cat | su "$@" | cat',
    "ptysudo": """q=; for a; do q="$q '$(printf %s "$a" | sed "s/'/'\\\\\\\\''/g")'"; done; exec script -qec "sudo $q" /dev/null""",
}
NO_SPACE = "mount -t tmpfs -o noexec,mode=755 none %s"


class Outcome:
    """What one run of the probe said."""

    def __init__(self, done):
        self.code, self.text = done.returncode, done.stdout + done.stderr
        self.results = [json.loads(text) for text in re.findall(r"^result +\S+ ms  (.*)$", self.text, re.M)]
        self.vias = re.findall(r"^(?:ready +\S+ ms  \S+|hop +\S+ ms ) (.*) uid \d+$", self.text, re.M)
        self.error = (re.findall(r"^(?:no hop|down) +\S+ ms  (.*?)(?: \| .*)?$", self.text, re.M) or [""])[0]
        took = re.findall(r"^no hop +(\S+) ms", self.text, re.M)
        self.seconds = float(took[0]) / 1000 if took else 0
        self.piped = "through its pipe" in self.text


def setUpModule():
    global HERE
    HERE = lab.Lab(LAB, hosts=1, extra=EXTRA, prefix="web")
    for name, text in WRAPPERS.items():
        for host in ("web1", "log"):
            HERE.exec(host, "sh", "-c", f"cat >/usr/local/bin/{name}; chmod 755 /usr/local/bin/{name}",
                      stdin=None, input="#!/bin/sh\n" + text + "\n")
    HERE.exec("bare1", "sh", "-c", "rm -f /usr/bin/gzip /usr/bin/xz /usr/bin/bzip2 /usr/bin/zstd /usr/bin/lzma")


def tearDownModule():
    HERE.down()


def probe(where, *arguments, module=("command", {"_raw_params": "id -un"}), seconds=40):
    user, host = where.split("@")
    argv = [PROBE, *arguments, "--module", module[0], json.dumps(module[1]), "--", "ssh", "-F", HERE.ssh_config,
            "-o", "BatchMode=yes", f"{user}@{host}"]
    return Outcome(subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=seconds))


class Case(unittest.TestCase):
    def up(self, where, *arguments, user, via=None, piped=None, **more):
        """The probe must get there, as `user`."""
        got = probe(where, *arguments, **more)
        self.assertEqual(got.code, 0, got.text)
        self.assertEqual(got.results[-1]["stdout"], user, got.text)
        if via is not None:
            self.assertEqual(got.vias[-1], via, got.text)
        if piped is not None:
            self.assertEqual(got.piped, piped, got.text)

    def refused(self, where, *arguments, error, within=8):
        """The last hop must fail with that message, and not by waiting for its time to be over."""
        got = probe(where, *arguments)
        self.assertEqual(got.code, 1, got.text)
        self.assertRegex(got.error, error, got.text)
        self.assertLess(got.seconds, within, got.text)


class Stage0(Case):
    def test_every_way_to_start(self):
        for host, via in (("web1", "python-memfd"), ("nopy", "perl-memfd"), ("bare1", "sh-file /dev/shm"),
                          ("bareshm", "sh-file /run/user/4201"), ("noisy1", "python-memfd")):
            with self.subTest(host):
                if host == "bareshm":
                    via = probe("deploy@" + host).vias[0]
                    self.assertRegex(via, "^sh-file /(?!dev/shm)")
                self.up("deploy@" + host, user="deploy", via=via)
                self.up("deploy@" + host, "--sudo", "app", user="app", via="direct")
        self.assertEqual(HERE.exec("bare1", "find", "/dev/shm", "/tmp", "/run", "-name", ".mito*").stdout, "")

    def test_every_login_shell(self):
        for user in ("deploy", "fishy", "tcshy", "zshy"):
            for host in ("web1", "nopy", "bare1"):
                if f"no user {user}" in HERE.warnings:
                    continue
                with self.subTest(user=user, host=host):
                    self.up(f"{user}@{host}", user=user)

    def test_the_full_image(self):
        for host in ("web1", "bare1"):
            got = probe("deploy@" + host, "--sudo", "app", module=("stat", {"path": "/etc/shadow"}))
            self.assertTrue(got.results[0]["stat"]["exists"], got.text)
            self.assertFalse(got.results[0]["stat"]["readable"], got.text)

    def test_no_executable_memory_files(self):
        done = HERE.exec("strict", "sh", "-c", "echo 2 >/proc/sys/vm/memfd_noexec", check=False)
        if done.returncode != 0:
            self.skipTest("the kernel has no vm.memfd_noexec")
        self.up("deploy@strict", user="deploy", via="python-file /dev/shm")
        self.up("deploy@strict", "--sudo", "app", user="app", via="python-file /dev/shm", piped=True)

    def test_no_place_at_all(self):
        places = ("/dev/shm", "/tmp", "/var/tmp", "/run", "/home/deploy")
        HERE.exec("nowhere", "sh", "-c", "cp -a /home/deploy/.ssh /root/kept;" + ";".join(NO_SPACE % p for p in places) +
                  ";mkdir -p /run/sshd; chmod 1777 /dev/shm /tmp /var/tmp;cp -a /root/kept /home/deploy/.ssh; chown deploy /home/deploy; echo 2 >/proc/sys/vm/memfd_noexec")
        got = probe("deploy@nowhere")
        self.assertEqual(got.error, "no place on the target lets the agent be executed", got.text)

    def test_memory_that_may_not_become_executable(self):
        """As under SELinux's deny_execmem: PR_SET_MDWE, which programs inherit."""
        code = ("import ctypes, os, sys\n"
                "if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0): sys.exit(77)\n"
                "os.execvp('sh', ['sh', '-c', sys.argv[1]])")
        if subprocess.run([sys.executable, "-c", code, "exit 0"], check=False).returncode == 77:
            self.skipTest("the kernel has no PR_SET_MDWE")
        got = Outcome(subprocess.run([PROBE, "--module", "command", '{"_raw_params": "echo on"}', "--", sys.executable, "-c", code],
                                     capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=40, check=False))
        self.assertEqual(got.results[0]["stdout"], "on", got.text)


class Hops(Case):
    def test_descriptors_pass(self):
        for host in ("web1", "tty"):
            self.up("deploy@" + host, "--sudo", "root", user="root", via="direct", piped=False)
            self.up("sudoer@" + host, "--sudo", "app", "--password", "sudoer-pw", user="app", piped=False)
        self.up("plain@web1", "--su", "root", "--password", "root-pw", user="root", piped=False)

    def test_the_pipe_variant(self):
        """sudo that logs both directions, with a terminal required or not; programs that copy through pipes."""
        for host, exe in (("log", "sudo"), ("both", "sudo"), ("web1", "pipesudo"), ("web1", "mutesudo"), ("log", "pipesudo")):
            with self.subTest(host=host, exe=exe):
                self.up("deploy@" + host, "--sudo", "root", "--exe", exe, user="root", piped=True)
                self.up("sudoer@" + host, "--sudo", "app", "--password", "sudoer-pw", "--exe", exe, user="app", piped=True)
                self.refused("sudoer@" + host, "--sudo", "app", "--password", "bad", "--exe", exe, error="^Incorrect sudo password$")
                self.refused("sudoer@" + host, "--sudo", "app", "--exe", exe, error="^Missing sudo password$", within=3)
        self.up("plain@web1", "--su", "root", "--password", "root-pw", "--exe", "pipesu", user="root", piped=True)

    def test_a_terminal_between(self):
        self.up("deploy@web1", "--sudo", "app", "--exe", "ptysudo", user="app", piped=True)
        # Its prompt cannot be seen in the first attempt, which takes half of the time.
        self.up("sudoer@web1", "--sudo", "app", "--password", "sudoer-pw", "--exe", "ptysudo", "--timeout", "4", user="app", piped=True)

    def test_modules_behind_the_pipe(self):
        got = probe("deploy@log", "--sudo", "app", module=("stat", {"path": "/etc/shadow"}))
        self.assertTrue(got.results[0]["stat"]["exists"], got.text)

    def test_nested(self):
        for host, piped in (("web1", False), ("log", True)):
            with self.subTest(host):
                self.up("deploy@" + host, "--sudo", "root", "--sudo", "app", user="app", piped=piped)
                self.up("sudoer@" + host, "--sudo", "root", "--password", "sudoer-pw", "--su", "deploy", "--sudo", "app",
                        user="app", piped=piped)
        self.up("deploy@web1", "--sudo", "sudoer", "--exe", "pipesudo", "--sudo", "app", "--password", "sudoer-pw", "--exe", "pipesudo",
                user="app", piped=True)

    def test_login_shell_flags(self):
        for host, piped in (("web1", False), ("log", True)):
            for flags in ("-i", "-H -i", "-s"):
                with self.subTest(host=host, flags=flags):
                    self.up("deploy@" + host, "--sudo", "root", "--flags", flags, user="root", piped=piped)
                    self.up("sudoer@" + host, "--sudo", "root", "--password", "sudoer-pw", "--flags", flags, user="root", piped=piped)
        for user in ("fishy", "tcshy", "zshy"):
            if f"no user {user}" not in HERE.warnings:
                self.up("deploy@web1", "--sudo", user, "--flags", "-i", "--exe", "pipesudo", user=user, piped=True)
                self.up("root@web1", "--su", user, "--flags", "-", "--exe", "pipesu", user=user, piped=True)
                self.up("deploy@web1", "--sudo", user, "--flags", "-i", user=user, piped=False)
                self.up("root@web1", "--su", user, "--flags", "-", user=user, piped=False)

    def test_refusals(self):
        for exe in ("sudo", "pipesudo", "mutesudo"):
            with self.subTest(exe):
                self.refused("plain@web1", "--sudo", "root", "--password", "plain-pw", "--exe", exe, error="plain is not in the sudoers")
                self.refused("deploy@web1", "--sudo", "nobody-here", "--exe", exe, error="nobody-here")
                self.refused("sudoer@web1", "--sudo", "nobody-here", "--password", "sudoer-pw", "--exe", exe, error="nobody-here")
        self.refused("plain@web1", "--su", "root", "--password", "bad", error="^Incorrect su password$")
        self.refused("plain@web1", "--su", "root", "--password", "bad", "--exe", "pipesu", error="^Incorrect su password$")
        self.refused("plain@web1", "--su", "root", error="^Missing su password$", within=3)
        self.refused("plain@web1", "--su", "nobody-here", "--password", "x", error="nobody-here")
        self.refused("deploy@web1", "--sudo", "root", "--exe", "no-such-sudo", error="^no-such-sudo: No such file or directory$")

    def test_only_some_commands_allowed(self):
        self.sudoers("web1", "plain ALL=(ALL) NOPASSWD: /usr/bin/id")
        self.refused("plain@web1", "--sudo", "root", "--password", "plain-pw", error="^(?!.*MITO0 lost).*not allowed to execute")

    def sudoers(self, host, text):
        name = "/etc/sudoers.d/test"
        HERE.exec(host, "sh", "-c", f"umask 227; cat >{name}", stdin=None, input=text + "\n")
        self.addCleanup(HERE.exec, host, "rm", "-f", name)

    def test_target_password(self):
        self.sudoers("web1", "Defaults:sudoer targetpw")
        self.up("sudoer@web1", "--sudo", "plain", "--password", "plain-pw", user="plain")
        self.refused("sudoer@web1", "--sudo", "plain", "--password", "sudoer-pw", error="^Incorrect sudo password$")

    def test_lecture(self):
        HERE.exec("web1", "sh", "-c", "printf 'A lecture.\\nWith a colon:\\n\\n' >/etc/lecture")
        self.sudoers("web1", "Defaults lecture=always, lecture_file=/etc/lecture")
        self.up("sudoer@web1", "--sudo", "app", "--password", "sudoer-pw", user="app", piped=False)
        self.up("sudoer@web1", "--sudo", "app", "--password", "sudoer-pw", "--exe", "pipesudo", user="app", piped=True)
        self.refused("sudoer@web1", "--sudo", "app", "--password", "bad", error="^Incorrect sudo password$")

    def test_one_try(self):
        self.sudoers("web1", "Defaults passwd_tries=1")
        self.refused("sudoer@web1", "--sudo", "app", "--password", "bad", error="^Incorrect sudo password$")


def run_play(tasks, limit, during=None):
    """mito-actor on some hosts; `during` is called while it runs. The CompletedProcess and the seconds that it took."""
    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/play.yml", "w", encoding="utf-8") as stream:
            stream.write("- hosts: all\n  gather_facts: false\n  tasks:\n" + "".join(f"    - {task}\n" for task in tasks))
        begin = time.monotonic()
        process = subprocess.Popen([ACTOR, "run", folder + "/play.yml", "-i", HERE.inventory, "--limit", limit],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env={**os.environ, "ANSIBLE_SSH_COMMON_ARGS": "-o UserKnownHostsFile=" + HERE.known_hosts})
        try:
            if during:
                during()
            output = process.communicate(timeout=120)[0]
        finally:
            process.kill()
        return process.returncode, output, time.monotonic() - begin


class Bytes(unittest.TestCase):
    def test_bytes_sent(self):
        """Twenty tasks over one connection: handshake, stage-0, image and requests."""
        before = HERE.bytes("counted")["to"]
        code, output, _ = run_play(["command: hostname"] * 20, "counted")
        self.assertEqual(code, 0, output)
        self.assertIn("ok=20 ", output)
        sent = HERE.bytes("counted")["to"] - before
        print(f"20 x command: {sent} bytes sent")
        self.assertLessEqual(sent, 60000)


class Faults(unittest.TestCase):
    """One bad host beside a good one: it is unreachable with a message that says why, soon, and alone."""

    def bad_host(self, host, message, within=20, tasks=("command: hostname",), during=None):
        code, output, seconds = run_play(tasks, "web1," + host, during)
        self.assertEqual(code, 4, output)
        self.assertRegex(output, message)
        self.assertRegex(output, rf"fatal: \[{host}\]: UNREACHABLE!")
        self.assertRegex(output, rf"{host} +: ok=\d+ +changed=\d+ +unreachable=1")
        self.assertRegex(output, rf"web1 +: ok={len(tasks)} .*unreachable=0 +failed=0")
        self.assertLess(seconds, within, output)

    def rc(self, text):
        HERE.exec("hostile", "sh", "-c", "cat >/home/deploy/.bashrc", stdin=None, input=text + "\n")
        self.addCleanup(HERE.exec, "hostile", "sh", "-c", ": >/home/deploy/.bashrc")

    def test_garbage_frames(self):
        self.rc("printf '\\000\\364MITO1\\n'; head -c 5000 /dev/urandom | tr '\\000-\\017' '\\377'; exec sleep 60")
        self.bad_host("hostile", "the agent sent .*; its connection was closed")

    def test_a_flood(self):
        self.rc("exec cat /dev/zero")
        self.bad_host("hostile", "the login wrote more than 64 KiB and started no agent")

    def test_no_hello(self):
        self.rc("echo Hold on...; exec sleep 60")
        self.bad_host("hostile", "no agent started within 15 s; the login said: Hold on", within=40)

    def test_an_agent_that_is_killed(self):
        def kill():
            wait_for(lambda: HERE.exec("hostile", "pgrep", "-x", "sleep", check=False).returncode == 0)
            HERE.exec("hostile", "pkill", "-KILL", "-x", "mito-agent")
        self.bad_host("hostile", "the agent was killed|agent", tasks=["shell: test $(hostname) = web1 || sleep 60"], during=kill)
        self.assertNotEqual(HERE.exec("hostile", "pgrep", "-x", "sleep", check=False).returncode, 0)

    def test_a_connection_that_is_cut(self):
        def cut():
            wait_for(lambda: HERE.exec("counted", "pgrep", "-x", "sleep", check=False).returncode == 0)
            HERE.cut("counted")
        self.bad_host("counted", "UNREACHABLE", tasks=["shell: test $(hostname) = web1 || sleep 60"], during=cut)
        # Nothing of ours goes on there.
        wait_for(lambda: HERE.exec("counted", "pgrep", "-x", "sleep|mito-agent", check=False).returncode != 0)


def wait_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("it did not come about in time")
        time.sleep(0.05)


if __name__ == "__main__":
    try:
        lab.Lab(LAB, hosts=1).down()
    except lab.Skipped as why:
        print(why)
        sys.exit(lab.SKIPPED)
    unittest.main(verbosity=2)
