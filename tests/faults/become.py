#!/usr/bin/env python3
"""sudo that refuses: a failure of that host's task, at once and in sudo's words; no password is ever shown."""

from support import FaultCase, main

WHO = "  - {name: who, command: id -un, become: true}\n"


class Become(FaultCase):
    hosts = 3
    extra = ("tty:requiretty",)
    sudoer = "ansible_user=sudoer ansible_password=sudoer-pw ansible_ssh_private_key_file=/nonexistent"
    plain = "ansible_user=plain ansible_password=plain-pw ansible_ssh_private_key_file=/nonexistent"

    def check(self, variables, *parts, seconds=15):
        result = self.run_tasks(WHO, "-vvvv", variables={"web2": variables}, timeout=60)
        self.assertEqual(result.code, 2, result.out + result.err)
        one = self.assert_failed(result, "web2", "who")
        text = str(one.get("msg")) + str(one.get("module_stderr", ""))
        for part in parts:
            self.assertIn(part, text)
        self.assert_whole(result, tasks=3)
        self.assertEqual(result.of("web1", "who")["stdout"], "root")
        self.assertEqual(result.stats["web2"]["failures"], 1)
        self.assertLess(result.seconds, seconds)
        for secret in ("wr0ng", "sudoer-pw", "plain-pw"):
            self.assertNotIn(secret, result.out + result.err)
        return text

    def test_wrong_password(self):
        self.check(self.sudoer + " ansible_become_password=wr0ng", "Incorrect sudo password")

    def test_no_password(self):
        self.check(self.sudoer, "Missing sudo password")

    def test_user_not_in_sudoers(self):
        self.check(self.plain + " ansible_become_password=plain-pw", "not in the sudoers file")

    def test_no_such_user(self):
        self.check("ansible_become_user=nobody-here", "nobody-here")

    def test_no_such_program(self):
        self.check("ansible_become_exe=/no/such/sudo", "/no/such/sudo")

    def test_a_program_that_says_nothing(self):
        # Neither a prompt nor an end: the hop's own time is up after 20 s.
        self.lab.exec("web2", "sh", "-c", "printf '#!/bin/sh\\nexec sleep 4242\\n' > /usr/local/bin/mute; chmod 755 /usr/local/bin/mute")
        text = self.check("ansible_become_exe=/usr/local/bin/mute", seconds=45)
        self.assertNotEqual(text, "")
        self.assert_nothing_left("web1", "web2")

    def test_a_program_that_prints_without_end(self):
        self.lab.exec("web2", "sh", "-c", "printf '#!/bin/sh\\nexec cat /dev/zero\\n' > /usr/local/bin/flood; chmod 755 /usr/local/bin/flood")
        text = self.check("ansible_become_exe=/usr/local/bin/flood", seconds=45)
        self.assertLess(len(text), 5000)
        self.assert_nothing_left("web1", "web2", pattern="mito-agent|flood|cat /dev/zero")

    def test_a_right_password_is_not_shown(self):
        result = self.run_tasks(WHO, "-vvvv", variables={"web2": self.sudoer + " ansible_become_password=sudoer-pw"})
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(result.of("web2", "who")["stdout"], "root")
        self.assertNotIn("sudoer-pw", result.out + result.err)

    def test_requiretty(self):
        result = self.run_tasks(WHO, hosts=["web1", "tty"])
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(result.of("tty", "who")["stdout"], "root")

    def test_a_refusal_is_not_the_end_of_the_connection(self):
        tasks = ("  - {name: bad, command: id -un, become: true, become_user: nobody-here, ignore_errors: true}\n" + WHO +
                 "  - {name: plain, command: id -un}\n")
        result = self.run_tasks(tasks)
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(result.of("web2", "who")["stdout"], "root")
        self.assertEqual(result.of("web2", "plain")["stdout"], "deploy")


if __name__ == "__main__":
    main()
