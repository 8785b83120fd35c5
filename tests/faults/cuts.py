#!/usr/bin/env python3
"""What is cut off in the middle: agents, sessions, connections. One host is unreachable, nothing is left of what it was doing."""

import os
import subprocess
import threading

from support import FaultCase, main, wait_until


class Killed(FaultCase):
    def tearDown(self):
        self.kill_all("web2", "mito-agent|sleep 424")

    def during(self, tasks, pattern, act, hosts=("web1", "web2"), **options):
        """Runs the tasks; calls `act` once something that matches runs on web2."""
        errors = []

        def watch():
            try:
                if not wait_until(lambda: self.find("web2", pattern), 30):
                    raise AssertionError(f"{pattern} never ran")
                act()
            except Exception as e:  # noqa: BLE001 - told by the main thread
                errors.append(e)
                self.kill_all("web2", "mito-agent")

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            return self.run_tasks(tasks, hosts=hosts, **options)
        finally:
            thread.join()
            if errors:
                raise errors[0]

    def kill_all(self, host, pattern, number="KILL"):
        pids = self.pids(host, pattern)
        if pids:
            self.lab.exec(host, "kill", f"-{number}", *pids, check=False)
        return pids

    def long(self, more="", command="sleep 4242 & sleep 4243; wait"):
        """A long task on web2 only."""
        return f"  - {{name: long, shell: '{command}', when: inventory_hostname == 'web2'{more}}}\n"

    def assert_good(self, result, host="web1", tasks=2):
        self.assertEqual(result.of(host, "after")["stdout"], "after")
        self.assertEqual((result.stats[host]["ok"], result.stats[host]["failures"], result.stats[host]["unreachable"]), (tasks, 0, 0))

    def test_agent_killed_in_mid_task(self):
        # Nobody is left to end a whole group: what the agent had started itself goes with it.
        result = self.during(self.long(command="exec sleep 4243"), "sleep 4243", lambda: self.kill_all("web2", " mito-agent "))
        self.assert_unreachable(result, "web2", "the agent was killed", "out-of-memory killer")
        self.assert_good(result)
        self.assert_nothing_left("web1", "web2", pattern="mito-agent|sleep 4243")

    def test_agent_of_another_user_killed(self):
        result = self.during(self.long(", become: true, become_user: app", "exec sleep 4243"), "sleep 4243",
                             lambda: self.lab.exec("web2", "pkill", "-KILL", "-u", "app", "-x", "mito-agent"))
        self.assertEqual(result.code, 4, result.out + result.err)
        self.assert_unreachable(result, "web2")
        self.assert_good(result)
        self.assert_nothing_left("web1", "web2", pattern="mito-agent|sleep 4243")

    def test_session_killed_in_mid_task(self):
        result = self.during(self.long(), "sleep 4243", lambda: self.kill_all("web2", " sshd sshd: deploy"))
        message = self.assert_unreachable(result, "web2")
        self.assertRegex(message, "closed|reset|Connection")
        self.assert_good(result)
        self.assert_nothing_left("web1", "web2")

    def test_agent_killed_between_and_used_again(self):
        # A host that is taken back into the play gets a new connection.
        tasks = self.long(", ignore_unreachable: true", "exec sleep 4243") + "  - {name: again, command: echo again}\n"
        result = self.during(tasks, "sleep 4243", lambda: self.kill_all("web2", " mito-agent "))
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(result.of("web2", "again")["stdout"], "again")
        self.assertTrue(result.of("web2", "long")["unreachable"])
        self.assert_nothing_left("web2", pattern="mito-agent|sleep 4243")

    def test_the_command_itself_killed(self):
        result = self.during(self.long(), "sleep 4243", lambda: self.kill_all("web2", "^[0-9]+ sh .*sleep 4242"))
        one = result.of("web2", "long")
        self.assertTrue(one["failed"])
        self.assertEqual(one["rc"], -9)
        self.assert_good(result)

    def test_sshd_gone_altogether(self):
        self.addCleanup(self.lab.exec, "web2", "/usr/sbin/sshd")
        result = self.during(self.long(", ignore_unreachable: true") + "  - {name: again, command: echo again}\n", "sleep 4243",
                             lambda: self.kill_all("web2", " sshd "))
        self.assertEqual(result.code, 4)
        self.assertIn("Connection refused", result.of("web2", "again")["msg"])
        self.assert_good(result, tasks=3)
        self.assert_nothing_left("web1", "web2")


class Cut(FaultCase):
    extra = ("far:delay=50ms",)

    def setUp(self):
        super().setUp()
        with open(self.path("big"), "wb") as file:
            for _ in range(100):
                file.write(os.urandom(1 << 20))
        self.lab.exec("far", "sh", "-c", "rm -rf /home/deploy/to; mkdir /home/deploy/to; echo old > /home/deploy/to/file; chown -R deploy /home/deploy/to")

    def run_with(self, act, tasks, **options):
        before = self.lab.bytes("far")["to"]

        def watch():
            if wait_until(lambda: self.lab.bytes("far")["to"] > before + 5_000_000, 30):
                act()

        thread = threading.Thread(target=watch)
        thread.start()
        result = self.run_tasks(tasks, hosts=["web1", "far"], timeout=150, **options)
        thread.join()
        return result

    def assert_as_before(self):
        self.assert_nothing_left("far")
        self.assertEqual(self.lab.exec("far", "cat", "/home/deploy/to/file").stdout, "old\n")
        self.assertEqual(self.lab.exec("far", "ls", "-A", "/home/deploy/to").stdout, "file\n")

    COPY = "  - {name: copy, copy: {src: big, dest: /home/deploy/to/file}, when: inventory_hostname == 'far'}\n"

    def test_connection_cut_while_a_file_is_copied(self):
        result = self.run_with(lambda: self.lab.cut("far"), self.COPY)
        message = self.assert_unreachable(result, "far")
        self.assertRegex(message, "reset|closed|Connection")
        self.assertEqual(result.of("web1", "after")["stdout"], "after")
        self.assert_as_before()

    def test_deadline_while_a_file_is_copied(self):
        result = self.run_tasks(self.COPY.replace("when:", "timeout: 1, when:"), hosts=["web1", "far"], timeout=150)
        self.assertEqual(result.code, 2, result.out + result.err)
        self.assert_failed(result, "far", "copy", "expected time frame (1)")
        self.assertEqual(result.of("web1", "after")["stdout"], "after")
        self.assert_as_before()

    def test_source_cut_short_while_it_is_copied(self):
        result = self.run_with(lambda: os.truncate(self.path("big"), 6_000_000), self.COPY)
        self.assertEqual(result.code, 2, result.out + result.err)
        self.assert_failed(result, "far", "copy", "shorter")
        self.assert_as_before()

    def test_a_connection_that_freezes(self):
        # Packets are acknowledged, nothing arrives: only words of the peer prove that it is there.
        tasks = "  - {name: long, command: sleep 4242, when: inventory_hostname == 'far'}\n"

        def freeze():
            if wait_until(lambda: self.find("far", "sleep 4242"), 30):
                self.lab.freeze("far")

        thread = threading.Thread(target=freeze)
        thread.start()
        self.addCleanup(self.lab.thaw, "far")
        patience = self.lab_args + " -o ServerAliveInterval=2"
        result = self.run_tasks(tasks, hosts=["web1", "far"], timeout=60, variables={"far": f"ansible_ssh_common_args='{patience}'"})
        thread.join()
        self.assert_unreachable(result, "far", "not responding")
        self.assertEqual(result.of("web1", "after")["stdout"], "after")
        # The agent hears nothing of us and ends itself when its lease is over.
        self.assertTrue(wait_until(lambda: not self.find("far", "sleep 4242|mito-agent"), 90), self.processes("far"))


if __name__ == "__main__":
    main()
