#!/usr/bin/env python3
"""What the lab promises, checked on a real one. Usage: self_test.py PATH-OF-mito-lab"""

import json
import os
import pty
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402

PROGRAM = os.path.abspath(sys.argv.pop(1))
EXTRA = ["shoal:fish", "bare1:bare", "nopy:nopython", "noperl1:noperl", "far:delay=180ms", "counted:count",
         "closed:refuse", "mute:silent", "late:slow=1s", "noisy1:noisy", "shm:noexec-shm", "full:tmpfull",
         "ro:tmpro", "tty:requiretty", "log:sudolog", "few:maxsessions=1", "web2:noperl"]


def links():
    return {line.split(":")[1].strip().split("@")[0] for line in subprocess.run(
        ["ip", "-o", "link"], capture_output=True, text=True, check=True).stdout.splitlines()}


def pids_of(directory):
    """Processes that name the directory in their command line or hold a file in it."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline", "rb") as file:
                line = file.read().decode(errors="replace")
            held = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            continue
        if int(pid) != os.getpid() and (directory in line or any(h.startswith(directory) for h in held)):
            found.append((pid, line))
    return found


def alive(state):
    pids = [state["supervisor"]] + [one["pid"] for one in state["hosts"].values()]
    return [pid for pid in pids if os.path.exists(f"/proc/{pid}")]


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


def on_pty(argv, answers, seconds=20):
    """Runs argv on a terminal of its own; answers each prompt in turn. Returns (exit code, output)."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execvp(argv[0], argv)
    output, rest, end = "", list(answers), time.monotonic() + seconds
    while time.monotonic() < end:
        if not select.select([fd], [], [], 0.5)[0]:
            continue
        try:
            data = os.read(fd, 4096)
        except OSError:
            break
        if not data:
            break
        output += data.decode(errors="replace")
        if rest and rest[0][0] in output.lower():
            os.write(fd, rest.pop(0)[1].encode() + b"\n")
    else:
        os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), output


class Running(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = lab.Lab(PROGRAM, hosts=3, extra=EXTRA)

    @classmethod
    def tearDownClass(cls):
        cls.lab.down()

    def out(self, host, command, **options):
        done = self.lab.ssh(host, command, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def test_key_login_of_every_user(self):
        for user, shell in (("root", 0), ("deploy", 0), ("sudoer", 0), ("plain", 0), ("fishy", "fish"),
                            ("tcshy", "tcsh"), ("zshy", "zsh")):
            if shell and not shutil.which(shell):
                self.assertIn(f"no user {user}", self.lab.warnings)
                continue
            with self.subTest(user):
                self.assertEqual(self.out("web1", "whoami", user=user), user)
        self.assertNotEqual(self.lab.ssh("web1", "true", user="app").returncode, 0)

    def test_every_key(self):
        for key in ("id_rsa", "id_ecdsa", "id_ed25519"):
            done = subprocess.run(["ssh", "-i", self.lab.path(key), "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
                                   "-o", f"UserKnownHostsFile={self.lab.known_hosts}", "-o", "StrictHostKeyChecking=yes",
                                   "deploy@" + self.lab.state["hosts"]["web3"]["ansible_host"], "hostname"],
                                  capture_output=True, text=True, stdin=subprocess.DEVNULL)
            self.assertEqual(done.stdout, "web3\n", done.stderr)
        with open(self.lab.path("passphrase")) as file:
            passphrase = file.read().strip()
        code, output = on_pty(["ssh-keygen", "-y", "-f", self.lab.path("id_ed25519_enc")], [("passphrase", passphrase)])
        self.assertEqual(code, 0, output)

    def test_password_login(self):
        for user in ("plain", "sudoer"):
            for method in ("password", "keyboard-interactive"):
                argv = ["ssh", "-F", self.lab.ssh_config, "-o", f"PreferredAuthentications={method}",
                        "-o", "NumberOfPasswordPrompts=1", f"{user}@web1", "echo I am $(whoami)"]
                code, output = on_pty(argv, [("assword:", self.lab.passwords[user])])
                self.assertEqual((code, f"I am {user}" in output), (0, True), output)
                code, output = on_pty(argv, [("assword:", "wrong")])
                self.assertEqual(code, 255, output)

    def test_sudo(self):
        self.assertEqual(self.out("web1", "sudo -n whoami"), "root")
        self.assertEqual(self.out("web1", "sudo -n -u app whoami"), "app")
        self.assertNotEqual(self.lab.ssh("web1", "sudo -n true", user="sudoer").returncode, 0)
        self.assertEqual(self.out("web1", "echo sudoer-pw | sudo -S -p '' whoami", user="sudoer"), "root")
        self.assertNotEqual(self.lab.ssh("web1", "echo plain-pw | sudo -S -p '' whoami", user="plain").returncode, 0)
        self.assertNotEqual(self.lab.ssh("tty", "sudo -n true").returncode, 0)
        self.assertEqual(self.out("tty", "sudo -n whoami", options=["-tt"]), "root")
        self.out("log", "sudo -n true")
        self.assertIn("seq", self.lab.exec("log", "ls", "/var/log/sudo-io").stdout)

    def test_isolation(self):
        for where in ("/etc", "/tmp", "/run", "/dev/shm", "/home/deploy"):
            name = f"{where}/lab-self-test-{os.getpid()}"
            self.lab.exec("web1", "touch", name)
            self.assertFalse(os.path.exists(name), name)
            self.assertNotEqual(self.lab.exec("web2", "test", "-e", name, check=False).returncode, 0, name)
            self.assertEqual(self.lab.exec("web1", "test", "-e", name).returncode, 0, name)
        self.assertEqual(self.out("web1", "hostname"), "web1")
        self.assertNotEqual(self.out("web1", "cat /etc/machine-id"), self.out("web3", "cat /etc/machine-id"))
        self.assertIn("lab-init", self.lab.exec("web1", "cat", "/proc/1/comm").stdout)
        self.assertEqual(self.lab.exec("web1", "sh", "-c", "exit 41", check=False).returncode, 41)

    def test_shells_and_interpreters(self):
        if shutil.which("fish"):
            self.assertEqual(self.out("shoal", "echo $FISH_VERSION | string match -r '^[0-9]'"), "3")
        find = "command -v python3 >/dev/null && echo python; command -v perl >/dev/null && echo perl; true"
        for host, expected in (("web1", "python perl"), ("nopy", "perl"), ("noperl1", "python"), ("bare1", ""),
                               ("web2", "python")):
            self.assertEqual(" ".join(self.out(host, find).split()), expected, host)
        self.assertTrue(os.path.exists("/usr/bin/perl"))
        self.assertEqual(self.out("web1", "true"), "")
        self.assertIn("noisy host", self.out("noisy1", "true"))

    def test_file_systems(self):
        script = "cp /bin/true /dev/shm/t && /dev/shm/t"
        self.assertEqual(self.lab.exec("web1", "sh", "-c", script).returncode, 0)
        self.assertEqual(self.lab.exec("shm", "sh", "-c", script, check=False).returncode, 126)
        self.assertIn("No space", self.lab.exec("full", "cp", "/etc/hostname", "/tmp/x", check=False).stderr)
        self.assertIn("Read-only", self.lab.exec("ro", "sh", "-c", "echo x > /tmp/x", check=False).stderr)

    def test_sshd_settings(self):
        for host, sessions in (("web1", 10), ("few", 1)):
            self.assertIn(f"\nmaxsessions {sessions}\n", self.lab.exec(host, "/usr/sbin/sshd", "-T").stdout)
        with open(self.lab.state["hosts"]["web1"]["sshd_log"]) as log:
            self.assertIn("Server listening", log.read())

    def test_delay(self):
        address = self.lab.state["hosts"]["far"]["ansible_host"]
        with socket.create_connection((address, 22)) as one:
            begin = time.monotonic()
            one.sendall(b"SSH-2.0-test\r\n")
            one.recv(100)
            # The TCP handshake and the banner: two round trips.
            self.assertGreaterEqual(time.monotonic() - begin, 0.36)
        code = f"ssh -F {self.lab.ssh_config} far cat"
        with subprocess.Popen(code.split(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0) as cat:
            cat.stdin.write(b"ready\n")
            cat.stdout.read(6)
            times = []
            for _ in range(5):
                begin = time.monotonic()
                cat.stdin.write(b"x\n")
                cat.stdout.read(2)
                times.append(time.monotonic() - begin)
            cat.stdin.close()
        self.assertGreaterEqual(min(times), 0.18)
        self.assertLess(min(times), 0.28)
        size = 20_000_000
        begin = time.monotonic()
        done = self.lab.ssh("far", f"head -c {size} /dev/zero", text=False)
        self.assertEqual(len(done.stdout), size)
        self.assertLess(time.monotonic() - begin, 15)

    def test_count_and_faults(self):
        before = self.lab.bytes("counted")
        self.assertEqual(before, {"to": 0, "from": 0})
        self.assertEqual(len(self.lab.ssh("counted", "head -c 100000 /dev/zero", text=False).stdout), 100000)
        after = self.lab.bytes("counted")
        self.assertTrue(100000 < after["from"] < 120000 and 1000 < after["to"] < 20000, after)
        argv = ["ssh", "-F", self.lab.ssh_config, "counted", "cat"]
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              bufsize=0) as cat:
            cat.stdin.write(b"one\n")
            self.assertEqual(cat.stdout.read(4), b"one\n")
            self.lab.freeze("counted")
            cat.stdin.write(b"two\n")
            self.assertEqual(select.select([cat.stdout], [], [], 0.5)[0], [])
            self.lab.thaw("counted")
            self.assertEqual(cat.stdout.read(4), b"two\n")
            self.lab.cut("counted")
            self.assertEqual(cat.wait(10), 255)
        with self.assertRaises(subprocess.CalledProcessError):
            self.lab.bytes("web1")

    def test_refuse_silent_slow(self):
        hosts = self.lab.state["hosts"]
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection((hosts["closed"]["ansible_host"], 22), 5)
        with socket.create_connection((hosts["mute"]["ansible_host"], 22), 5) as one:
            one.sendall(b"SSH-2.0-test\r\n")
            self.assertEqual(select.select([one], [], [], 1.0)[0], [])
        begin = time.monotonic()
        with socket.create_connection((hosts["late"]["ansible_host"], 22), 5) as one:
            self.assertTrue(one.recv(4) == b"SSH-" and time.monotonic() - begin >= 1.0)


class Lifetime(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="mito-lab-self.")
        self.uplink = None

    def tearDown(self):
        if os.path.exists(self.dir) and os.listdir(self.dir):
            subprocess.run([PROGRAM, "down", "--dir", self.dir], check=False)
        elif os.path.exists(self.dir):
            os.rmdir(self.dir)

    def assert_nothing_left(self, state):
        self.assertTrue(wait_until(lambda: not alive(state)), alive(state))
        self.assertTrue(wait_until(lambda: not os.path.exists(self.dir)))
        self.assertTrue(wait_until(lambda: state["uplink"] not in links()))
        self.assertTrue(wait_until(lambda: not pids_of(self.dir)), pids_of(self.dir))
        with open("/proc/mounts") as mounts:
            self.assertNotIn(self.dir, mounts.read())

    def test_up_and_down(self):
        begin = time.monotonic()
        here = lab.Lab(PROGRAM, hosts=3, dir=self.dir)
        self.assertLess(time.monotonic() - begin, 5)
        state = here.state
        self.assertEqual(len(alive(state)), 4)
        self.assertIn(state["uplink"], links())
        here.down()
        self.assert_nothing_left(state)
        here.down()

    def test_two_labs_at_once(self):
        with lab.Lab(PROGRAM, hosts=1, dir=self.dir) as one, lab.Lab(PROGRAM, hosts=1) as other:
            self.assertNotEqual(one.state["subnet"], other.state["subnet"])
            self.assertEqual(other.ssh("web1", "hostname").stdout, "web1\n")

    def test_run(self):
        done = subprocess.run([PROGRAM, "run", "--hosts", "1", "--dir", self.dir, "--", "sh", "-c",
                               "cat $MITO_LAB_DIR/state.json; ssh -F $MITO_LAB_DIR/ssh_config web1 exit 9"],
                              stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.assertEqual(done.returncode, 9)
        self.assert_nothing_left(json.loads(done.stdout))

    def killed_by(self, number):
        argv = [PROGRAM, "run", "--hosts", "2", "--dir", self.dir, "--", "sh", "-c",
                "cat $MITO_LAB_DIR/state.json; echo; echo; exec sleep 600"]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as run:
            text = ""
            for line in run.stdout:
                if line == "\n":
                    break
                text += line
            run.send_signal(number)
            code = run.wait(15)
        self.assert_nothing_left(json.loads(text))
        return code

    def test_signals(self):
        self.assertEqual(self.killed_by(signal.SIGTERM), 128 + signal.SIGTERM)
        self.assertEqual(self.killed_by(signal.SIGINT), 128 + signal.SIGINT)

    def test_sigkill_of_run(self):
        self.assertEqual(self.killed_by(signal.SIGKILL), -signal.SIGKILL)

    def test_sigkill_of_the_supervisor(self):
        here = lab.Lab(PROGRAM, hosts=2, dir=self.dir)
        state = here.state
        os.kill(state["supervisor"], signal.SIGKILL)
        here.down()
        self.assert_nothing_left(state)

    def test_errors(self):
        for argv, code in ((["up", "--hosts", "1", "--host", "x:nonsense"], 2), (["exec", "--dir", self.dir], 2),
                           (["up", "--hosts", "1", "--subnet", "10.1.2.3"], 1), (["down", "--dir", "/etc"], 1)):
            done = subprocess.run([PROGRAM, *argv], capture_output=True, text=True)
            self.assertEqual(done.returncode, code, done.stderr)
            self.assertIn("mito-lab: ", done.stderr)
        self.assertEqual(subprocess.run([PROGRAM, "up", "--help"], capture_output=True).returncode, 0)


if __name__ == "__main__":
    try:
        lab.Lab(PROGRAM, hosts=1).down()
    except lab.Skipped as reason:
        print(reason)
        sys.exit(lab.SKIPPED)
    unittest.main(verbosity=2)
