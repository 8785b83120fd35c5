#!/usr/bin/env python3
"""Ctrl-C and its like: everything on the targets is ended, the recap is shown, exit code 99; the second one leaves at once."""

import os
import signal
import subprocess
import time

from support import FaultCase, main, wait_until

LONG = """
  - name: long
    shell: "sleep 4242 & (trap '' TERM INT HUP; sleep 4243) & sleep 4244; wait"
  - {name: never, shell: touch /tmp/never}
"""


class Interrupts(FaultCase):
    hosts = 3
    extra = ("far:delay=50ms", "mute:silent")
    where = ("web1", "web2", "web3")

    def tearDown(self):
        for host in self.where:
            pids = self.pids(host, "mito-agent|sleep 424")
            if pids:
                self.lab.exec(host, "kill", "-KILL", *pids, check=False)

    def running(self, host, count=3):
        return len(self.pids(host, r"\bsleep 424[0-9]")) >= count

    def wait_running(self, hosts=where):
        for host in hosts:
            self.assertTrue(wait_until(lambda: self.running(host), 30), f"{host}: {self.processes(host)}")

    def assert_ended(self, hosts=where):
        self.assert_nothing_left(*hosts)
        for host in hosts:
            self.assertNotEqual(self.lab.exec(host, "test", "-e", "/tmp/never", check=False).returncode, 0)

    def assert_recap(self, text, hosts=where):
        self.assertIn("User interrupted execution", text)
        self.assertIn("PLAY RECAP", text)
        for host in hosts:
            self.assertRegex(text, rf"{host} +: ok=1 ")

    def background(self, tasks, *arguments, **options):
        """Without a terminal; signals are sent by number."""
        argv = self.command(tasks, *arguments, **options)
        run = subprocess.Popen(argv, cwd=self.dir, env=self.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, start_new_session=True)

        def end():
            if run.poll() is None:
                run.kill()
            run.wait()
            run.stdout.close()
        self.addCleanup(end)
        return run

    def test_ctrl_c_on_a_terminal(self):
        run = self.start(LONG, hosts=self.where)
        self.wait_running()
        run.type("\x03")
        self.assertEqual(run.wait(15), 99)
        self.assert_recap(run.text)
        self.assert_ended()

    def test_signals_to_the_process(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(signal=number.name):
                run = self.background(LONG, hosts=self.where)
                self.wait_running()
                run.send_signal(number)
                text, _ = run.communicate(timeout=15)
                self.assertEqual(run.returncode, 99, text)
                self.assert_recap(text)
                self.assert_ended()

    def test_accounts_behind_sudo(self):
        run = self.background(LONG, "-b", "--become-user", "app", hosts=self.where)
        self.wait_running()
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)
        self.assert_ended()

    def test_more_hosts_than_forks(self):
        run = self.background(LONG, "-f", "1", hosts=self.where)
        self.wait_running(["web1"])
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)
        self.assert_ended()

    def test_while_it_connects(self):
        run = self.background("", "-T", "100", hosts=["web1", "mute"], book="- hosts: all\n  gather_facts: false\n  tasks:" + LONG)
        self.wait_running(["web1"])
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)
        self.assertIn("PLAY RECAP", text)
        self.assert_ended(["web1"])

    def test_while_a_file_is_copied(self):
        with open(self.path("big"), "wb") as file:
            file.truncate(300_000_000)
        self.lab.exec("far", "sh", "-c", "rm -rf /home/deploy/to; mkdir /home/deploy/to; chown deploy /home/deploy/to")
        before = self.lab.bytes("far")["to"]
        run = self.background("  - {name: copy, copy: {src: big, dest: /home/deploy/to/file}}\n", hosts=["far"])
        self.assertTrue(wait_until(lambda: self.lab.bytes("far")["to"] > before + 3_000_000, 30))
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)
        self.assert_nothing_left("far")
        self.assertEqual(self.lab.exec("far", "ls", "-A", "/home/deploy/to").stdout, "")

    def test_while_it_pauses_or_tries_again(self):
        for task in ("pause: {seconds: 1000}", "{name: r, command: 'false', until: false, retries: 9, delay: 1000}"):
            with self.subTest(task=task):
                run = self.background(f"  - {task}\n", hosts=["web1"])
                time.sleep(1.5)
                run.send_signal(signal.SIGINT)
                text, _ = run.communicate(timeout=15)
                self.assertEqual(run.returncode, 99, text)
                self.assertIn("PLAY RECAP", text)

    def test_a_frozen_connection_does_not_hold_it(self):
        run = self.background("  - {name: long, command: sleep 4242}\n", hosts=["far"])
        self.assertTrue(wait_until(lambda: self.running("far", 1), 30))
        self.lab.freeze("far")
        self.addCleanup(self.lab.thaw, "far")
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)

    def test_local_processes_end_too(self):
        mark = str(4_000_000 + os.getpid())
        run = self.background("", book=f"- hosts: localhost\n  gather_facts: false\n  connection: local\n  tasks:\n  - shell: sleep {mark} & sleep {mark}; wait\n",
                              inventory="localhost,")

        def alive():
            return subprocess.run(["pgrep", "-cf", f"^sleep {mark}"], stdout=subprocess.PIPE, text=True).stdout.strip()
        self.assertTrue(wait_until(lambda: alive() == "2"))
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)
        self.assertTrue(wait_until(lambda: alive() == "0"))

    LOOKUP = "  - {name: stuck, debug: {msg: \"{{ lookup('pipe', 'trap \\\"\\\" INT; sleep 77') }}\"}}\n"

    def test_the_second_leaves_at_once(self):
        run = self.start(self.LOOKUP, hosts=["web1"])
        run.expect(r"TASK \[stuck\]")
        time.sleep(0.5)
        run.type("\x03")
        run.expect("User interrupted execution")
        begin = time.monotonic()
        run.type("\x03")
        self.assertEqual(run.wait(5), 99)
        self.assertLess(time.monotonic() - begin, 3)

    def test_the_second_signal_leaves_at_once(self):
        run = self.background(self.LOOKUP, hosts=["web1"])
        time.sleep(2)
        run.send_signal(signal.SIGINT)
        time.sleep(0.5)
        run.send_signal(signal.SIGINT)
        run.wait(5)
        self.assertEqual(run.returncode, 99)

    def test_lookups_get_the_signal_too(self):
        run = self.start("  - {name: stuck, debug: {msg: \"{{ lookup('pipe', 'sleep 77') }}\"}}\n", hosts=["web1"])
        run.expect(r"TASK \[stuck\]")
        time.sleep(0.5)
        run.type("\x03")
        self.assertEqual(run.wait(10), 99)

    def test_before_the_run(self):
        inventory = self.write("slow", "#!/bin/sh\nexec sleep 77\n", 0o755)
        run = self.start("", inventory=inventory)
        time.sleep(1)
        run.type("\x03")
        self.assertEqual(run.wait(5), 99)
        self.assertIn("User interrupted execution", run.text)

    def test_no_further_play(self):
        book = "- hosts: all\n  gather_facts: false\n  tasks:\n  - {name: before, command: echo}" + LONG + "- hosts: all\n  tasks:\n  - {name: second, command: touch /tmp/never}\n"
        run = self.background("", book=book, hosts=self.where)
        self.wait_running()
        run.send_signal(signal.SIGINT)
        text, _ = run.communicate(timeout=15)
        self.assertEqual(run.returncode, 99, text)
        self.assertNotIn("second", text)
        self.assert_ended()


if __name__ == "__main__":
    main()
