#!/usr/bin/env python3
"""Targets that lack something: no Python, no room, nothing executable, nothing writable."""

import os

from support import FaultCase, main

WORK = """
  - {name: raw, raw: echo raw}
  - {name: facts, setup: {gather_subset: [min]}}
  - {name: folder, file: {path: /var/lib/mito-faults, state: directory}, become: true}
  - {name: content, copy: {content: "hello\\n", dest: /var/lib/mito-faults/content, mode: "0644"}, become: true}
  - {name: file, copy: {src: big, dest: /var/lib/mito-faults/big}, become: true}
  - {name: look, stat: {path: /var/lib/mito-faults/big}}
"""


class Lacking(FaultCase):
    kinds = {"bare1": "bare", "nopy1": "nopython", "full1": "tmpfull", "ro1": "tmpro", "shm1": "noexec-shm",
             "worst1": "bare,noexec-shm,tmpro", "narrow1": "bare,noexec-shm,tmpfull"}
    extra = tuple(f"{name}:{kinds}" for name, kinds in kinds.items())

    def setUp(self):
        super().setUp()
        with open(self.path("big"), "wb") as file:
            file.write(os.urandom(2_000_000))

    def test_all_of_them_work(self):
        hosts = ["web1", *self.kinds]
        result = self.run_tasks(WORK, "-f", "10", hosts=hosts, timeout=120)
        self.assertEqual(result.code, 0, result.out + result.err)
        for host in hosts:
            with self.subTest(host=host):
                self.assert_whole(result, host, tasks=8)
                self.assertEqual(result.of(host, "raw")["stdout"].strip(), "raw")
                self.assertEqual(result.of(host, "facts")["ansible_facts"]["ansible_distribution"], "Debian")
                self.assertEqual(result.of(host, "look")["stat"]["size"], 2_000_000)
                self.assertEqual(result.of(host, "file")["checksum"], result.of(host, "look")["stat"]["checksum"])
        self.assert_nothing_left(*hosts)

    def test_nothing_stays_on_their_disks(self):
        hosts = ["web1", *self.kinds]
        self.run_tasks(WORK, "-f", "10", hosts=hosts, timeout=120)
        for host in hosts:
            found = self.lab.exec(host, "sh", "-c", "find /tmp /var/tmp /dev/shm /run /home /root -name '*mito*' 2>/dev/null; true").stdout
            self.assertEqual(found, "", host)

    def mount_noexec(self, host):
        script = ("for d in /dev/shm /tmp /var/tmp /home/deploy /run; do mount -t tmpfs -o noexec,mode=1777 tmpfs $d || exit 1; done; "
                  "mkdir -p /home/deploy/.ssh /run/sshd")
        keep = "tar -C /home/deploy -cf /root/home.tar .; "
        back = "; tar -C /home/deploy -xpf /root/home.tar; chown deploy: /home/deploy; chmod 755 /home/deploy"
        self.lab.exec(host, "sh", "-c", keep + script + back)
        self.addCleanup(self.lab.exec, host, "sh", "-c", "for d in /dev/shm /tmp /var/tmp /home/deploy /run; do umount $d; done")

    def test_nothing_may_be_executed(self):
        self.mount_noexec("bare1")
        result = self.run_tasks("", hosts=["web1", "bare1"])
        self.assert_unreachable(result, "bare1", "no place on the target lets the agent be executed", "Install python3 or perl")
        self.assert_whole(result)

    def test_a_memfd_needs_no_place(self):
        self.mount_noexec("web2")
        result = self.run_tasks("")
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assert_whole(result, "web2")

    def test_neither_python_nor_gzip(self):
        self.lab.exec("bare1", "sh", "-c", "mv $(command -v gzip) /root/gzip.away")
        self.addCleanup(self.lab.exec, "bare1", "mv", "/root/gzip.away", "/usr/bin/gzip")
        result = self.run_tasks("", hosts=["web1", "bare1"])
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assert_whole(result, "bare1")


class Disks(FaultCase):
    """/small on web2 has room for little."""

    def setUp(self):
        super().setUp()
        self.lab.exec("web1", "mkdir", "-p", "/small")
        self.lab.exec("web2", "sh", "-c", "mkdir -p /small && mount -t tmpfs -o size=200k tmpfs /small")
        for host in ("web1", "web2"):
            self.lab.exec(host, "sh", "-c", "echo old > /small/file; chown -R deploy /small")
        self.addCleanup(self.lab.exec, "web2", "umount", "/small")
        with open(self.path("big"), "wb") as file:
            file.write(os.urandom(1_000_000))
        with open(self.path("big.j2"), "w") as file:
            file.write("{{ 'x' * 1000000 }}")

    def assert_as_before(self):
        self.assertEqual(self.lab.exec("web2", "cat", "/small/file").stdout, "old\n")
        self.assertEqual(self.lab.exec("web2", "ls", "-A", "/small").stdout, "file\n")

    def full(self, task):
        result = self.run_tasks(f"  - {{name: big, {task}}}\n")
        self.assertEqual(result.code, 2, result.out + result.err)
        self.assert_failed(result, "web2", "big", "No space left on device")
        self.assert_whole(result, tasks=3)
        self.assert_as_before()

    def test_copy_to_a_full_disk(self):
        self.full("copy: {src: big, dest: /small/file}")

    def test_content_to_a_full_disk(self):
        self.full("copy: {content: \"{{ 'x' * 250000 }}\", dest: /small/file}")

    def test_template_to_a_full_disk(self):
        self.full("template: {src: big.j2, dest: /small/file}")

    def test_backup_on_a_full_disk(self):
        self.lab.exec("web2", "sh", "-c", "head -c 150000 /dev/zero > /small/file")
        result = self.run_tasks("  - {name: big, copy: {content: x, dest: /small/file, backup: true}}\n")
        self.assert_failed(result, "web2", "big")
        self.assert_whole(result, tasks=3)
        self.assertEqual(self.lab.exec("web2", "stat", "-c", "%s", "/small/file").stdout, "150000\n")

    def test_a_read_only_disk(self):
        self.lab.exec("web2", "mount", "-o", "remount,ro", "/small")
        result = self.run_tasks("  - {name: big, copy: {src: big, dest: /small/file}}\n")
        one = self.assert_failed(result, "web2", "big")
        self.assertRegex(one["msg"], "Read-only file system|not writable")
        self.assert_whole(result, tasks=3)
        self.assert_as_before()

    def test_a_folder_that_is_not_there(self):
        result = self.run_tasks("  - {name: big, copy: {src: big, dest: /small/no/such/file}}\n", hosts=["web2"])
        self.assert_failed(result, "web2", "big", "/small/no/such")
        self.assert_as_before()

    def test_nobody_else_loses_room(self):
        # The agent has nothing on the disk: the next task works on a disk without a free byte.
        self.lab.exec("web2", "sh", "-c", "cat /dev/zero > /small/fill 2>/dev/null; true")
        result = self.run_tasks("  - {name: there, command: stat -c %s /small/file}\n", hosts=["web2"])
        self.assertEqual(result.code, 0, result.out + result.err)
        self.assertEqual(result.of("web2", "there")["stdout"], "4")


if __name__ == "__main__":
    main()
