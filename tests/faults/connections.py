#!/usr/bin/env python3
"""Hosts that cannot be reached or are not who they say: each unreachable alone, with a text that says why and what to do."""

import os
import subprocess
import unittest

from support import FaultCase, lab, main


class Connecting(FaultCase):
    extra = ("closed:refuse", "mute:silent")

    def test_name_does_not_resolve(self):
        result = self.run_tasks("", hosts=["web1"], add=["nowhere ansible_host=no-such-host.invalid"])
        self.assert_unreachable(result, "nowhere", "Could not resolve hostname no-such-host.invalid")
        self.assert_whole(result)

    def test_port_closed(self):
        result = self.run_tasks("", hosts=["web1", "closed"])
        self.assert_unreachable(result, "closed", "Connection refused")
        self.assert_whole(result)

    def test_an_sshd_that_says_nothing(self):
        result = self.run_tasks("", "-T", "3", hosts=["web1", "mute"])
        self.assert_unreachable(result, "mute", "timed out")
        self.assert_whole(result)
        self.assertGreaterEqual(result.seconds, 3)
        self.assertLess(result.seconds, 20)

    def test_an_address_that_nobody_has(self):
        result = self.run_tasks("", "-T", "3", hosts=["web1"], add=["gone ansible_host=10.213.7.250"])
        self.assert_unreachable(result, "gone", "10.213.7.250")
        self.assert_whole(result)

    def test_wrong_key(self):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path("wrong")], check=True)
        result = self.run_tasks("", variables={"web2": f"ansible_ssh_private_key_file={self.path('wrong')}"})
        self.assert_unreachable(result, "web2", "Permission denied", f"keys tried: {self.path('wrong')}")
        self.assert_whole(result)

    def test_wrong_login_password(self):
        result = self.run_tasks("", variables={"web2": "ansible_user=plain ansible_password=wr0ng-secret ansible_ssh_private_key_file=/nonexistent"})
        message = self.assert_unreachable(result, "web2", "Permission denied")
        self.assertNotIn("wr0ng-secret", result.out + result.err + message)
        self.assert_whole(result)

    def test_many_that_fail_in_many_ways(self):
        add = [f"nowhere{n} ansible_host=no-such-host-{n}.invalid" for n in range(20)]
        result = self.run_tasks("", "-T", "3", hosts=["web1", "web2", "closed", "mute"], add=add)
        self.assertEqual(result.code, 4)
        self.assertEqual(sum(one["unreachable"] for one in result.stats.values()), 22)
        self.assert_whole(result)
        self.assert_whole(result, "web2")


class HostKeys(FaultCase):
    def known(self, text=""):
        return self.write("known", text)

    def with_known(self, text=""):
        return {"web2": f"ansible_ssh_common_args='-F none -o IdentityAgent=none -o UserKnownHostsFile={self.known(text)}'"}

    def key_line(self, host):
        address = self.lab.state["hosts"][host]["ansible_host"]
        with open(self.lab.known_hosts) as file:
            return address, [line for line in file if address in line.split(" ", 1)[0].split(",")][0]

    def sshd_log(self, host):
        with open(self.lab.state["hosts"][host]["sshd_log"]) as file:
            return file.read()

    def test_changed_key_is_refused_and_nothing_is_sent(self):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.path("other")], check=True)
        with open(self.path("other.pub")) as file:
            key = " ".join(file.read().split()[:2])
        address, _ = self.key_line("web2")
        before = self.sshd_log("web2")
        for checking in ("True", "False"):
            with self.subTest(host_key_checking=checking):
                result = self.run_tasks("", variables=self.with_known(f"{address} {key}\n"),
                                        env={"ANSIBLE_HOST_KEY_CHECKING": checking})
                if checking == "True":
                    self.assert_unreachable(result, "web2", "REMOTE HOST IDENTIFICATION HAS CHANGED", self.path("known") + ":1")
                    log = self.sshd_log("web2")[len(before):]
                    for word in ("Accepted", "Failed", "userauth", "Postponed"):
                        self.assertNotIn(word, log)
                self.assert_whole(result)
                with open(self.path("known")) as file:
                    self.assertEqual(file.read(), f"{address} {key}\n")

    def test_unknown_key_without_a_terminal(self):
        result = self.run_tasks("", variables=self.with_known())
        message = self.assert_unreachable(result, "web2", "host key")
        self.assertRegex(message, r"known_hosts|ssh-keyscan|StrictHostKeyChecking|host_key_checking")
        self.assert_whole(result)
        with open(self.path("known")) as file:
            self.assertEqual(file.read(), "")

    def test_unknown_key_with_checking_off(self):
        result = self.run_tasks("", variables=self.with_known(), env={"ANSIBLE_HOST_KEY_CHECKING": "False"})
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assert_whole(result, "web2")

    def test_accept_new(self):
        variables = {"web2": self.with_known()["web2"].replace("-F none", "-F none -o StrictHostKeyChecking=accept-new")}
        result = self.run_tasks("", variables=variables)
        self.assertEqual(result.code, 0, result.out + result.err)
        address, line = self.key_line("web2")
        with open(self.path("known")) as file:
            kept = file.read()
        self.assertEqual(kept.split()[1:3], line.split()[1:3])
        # From now on it is known.
        variables["web2"] = variables["web2"].replace("accept-new", "yes")
        self.assertEqual(self.run_tasks("", variables=variables).code, 0)

    def test_asked_and_yes(self):
        run = self.start("", variables=self.with_known())
        run.expect("The authenticity of host .*\n(?s:.*)Are you sure you want to continue connecting")
        run.type("what?\n")
        run.expect("Please type 'yes', 'no' or the fingerprint: ")
        run.type("yes\n")
        self.assertEqual(run.wait(), 0, run.text)
        _, line = self.key_line("web2")
        with open(self.path("known")) as file:
            self.assertEqual(file.read().split()[1:3], line.split()[1:3])

    def test_asked_and_no(self):
        run = self.start("", variables=self.with_known())
        run.expect("Are you sure you want to continue connecting")
        run.type("no\n")
        self.assertEqual(run.wait(), 4)
        self.assertRegex(run.text, r"web1 +: ok=2 ")
        self.assertRegex(run.text, r"web2 +: ok=0 .*unreachable=1")
        self.assertIn("Host key verification failed", run.text)

    def test_ctrl_c_at_the_question(self):
        run = self.start("", variables=self.with_known())
        run.expect("Are you sure you want to continue connecting")
        run.type("\x03")
        self.assertEqual(run.wait(10), 99)
        self.assertIn("PLAY RECAP", run.text)

    def test_nobody_answers_the_question(self):
        # The question waits for a person, the other hosts do not.
        run = self.start("", variables=self.with_known())
        run.expect("Are you sure you want to continue connecting")
        run.expect("changed: \\[web1\\]")
        run.type("yes\n")
        self.assertEqual(run.wait(), 0)


class HostileLogins(FaultCase):
    """What the login of user `plain` on web2 prints is not what an agent says."""

    login = {"web2": "ansible_user=plain ansible_password=plain-pw ansible_ssh_private_key_file=/nonexistent"}

    def force(self, command):
        """The account's login shell runs this instead of what is asked for."""
        self.install("#!/bin/sh\nexec " + command + "\n")

    def install(self, program):
        self.lab.exec("web2", "tee", "/usr/local/bin/hostile", input=program, stdin=None)
        self.lab.exec("web2", "chmod", "755", "/usr/local/bin/hostile")
        self.lab.exec("web2", "sed", "-i", "s,^\\(plain:.*:\\).*,\\1/usr/local/bin/hostile,", "/etc/passwd")

    def script(self, python):
        self.install("#!/usr/bin/python3\n" + python)

    def hostile(self, *parts, timeout=60):
        result = self.run_tasks("", variables=self.login, timeout=timeout)
        message = self.assert_unreachable(result, "web2", *parts)
        self.assert_whole(result)
        self.assertLess(result.max_rss_kib, 200 * 1024)
        self.assertLess(len(message), 5000)
        return message

    def test_noise_without_end(self):
        self.force("cat /dev/urandom")
        self.hostile("wrote more than 64 KiB and started no agent", "rc files")

    def test_a_login_that_says_no(self):
        self.force("/usr/sbin/nologin")
        self.hostile("This account is currently not available.")

    def test_nothing_that_a_login_prints_steers_the_terminal(self):
        self.install("#!/bin/sh\n" + r"printf '\033]0;owned\007\033[2Jno'; printf 'err\033[2J' >&2; exit 3" + "\n")
        run = self.start("", "-vvv", variables=self.login)
        self.assertEqual(run.wait(), 4)
        self.assertIn("owned", run.text)
        for sequence in ("\x1b]0", "\x1b[2J", "\x07"):
            self.assertNotIn(sequence, run.text)

    def test_a_login_that_ends_at_once(self):
        self.force("/bin/true")
        self.hostile("the agent ended", "Does the login run commands?")
        self.force("/bin/false")
        self.hostile("the agent ended with status 1", "Does the login run commands?")

    def test_a_login_that_reads_and_says_nothing(self):
        self.force("cat > /dev/null")
        self.hostile("no agent started within 15 s", timeout=60)

    def test_frames_of_garbage(self):
        self.script(r"import os; os.write(1, b'\0\xf4MITO1\n' + os.urandom(100000)); os.read(0, 1)")
        self.hostile("the agent sent ")

    def test_a_frame_without_end(self):
        self.script("import os, struct\n"
                    r"os.write(1, b'\0\xf4MITO1\n' + struct.pack('>IHBBI', 0x7fffffff, 0, 1, 0, 0))" "\n"
                    "while True: os.write(1, bytes(65536))\n")
        self.hostile("the agent sent ")

    def test_a_hello_that_never_ends(self):
        self.script("import os, struct, time\n"
                    r"os.write(1, b'\0\xf4MITO1\n' + struct.pack('>IHBBI', 1000, 0, 1, 0, 0) + b'x')" "\n"
                    "time.sleep(1000)\n")
        self.hostile("no agent started within 15 s")

    def test_an_echo(self):
        # All that we send comes back: no login of a person's would do worse.
        self.force("cat")
        self.hostile()


if __name__ == "__main__":
    main()
