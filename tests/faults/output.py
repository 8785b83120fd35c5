#!/usr/bin/env python3
"""Output without end and output that is no text: bounded, told clearly, and nobody else's concern."""

import json

from support import FaultCase, main

MIB = 1 << 20


class Output(FaultCase):
    def on_web2(self, action, more=""):
        return f"  - {{name: much, {action}, when: inventory_hostname == 'web2'{more}}}\n"

    def watched(self, tasks, limit_mib, **options):
        """Runs with a look at the agents' memory on web2."""
        result = self.run_tasks(tasks, timeout=120, **options)
        self.assertLess(result.max_rss_kib, limit_mib * 1024)
        self.assertEqual(result.of("web1", "after")["stdout"], "after")
        self.assertEqual(result.stats["web1"]["failures"] + result.stats["web1"]["unreachable"], 0)
        return result

    def test_200_mb_of_a_command(self):
        for command in ("head -c 200000000 /dev/zero", "yes | head -c 200000000", "head -c 200000000 /dev/urandom >&2"):
            with self.subTest(command=command):
                result = self.watched(self.on_web2(f"shell: '{command}'"), 150)
                self.assertEqual(result.code, 2, result.out[:3000] + result.err[:3000])
                one = self.assert_failed(result, "web2", "much", "past the limit", "send it to a file")
                self.assertLess(len(json.dumps(one)), 2 * MIB)
                self.assert_nothing_left("web1", "web2")

    def test_output_without_end(self):
        result = self.watched(self.on_web2("shell: cat /dev/zero"), 150)
        self.assert_failed(result, "web2", "much", "past the limit", "send it to a file")
        self.assert_nothing_left("web2", pattern="mito-agent|cat /dev/zero")

    def test_raw_without_end(self):
        result = self.watched(self.on_web2("raw: cat /dev/zero"), 150)
        self.assert_failed(result, "web2", "much", "past the limit", "send it to a file")
        self.assert_nothing_left("web2", pattern="mito-agent|cat /dev/zero")

    def test_output_that_just_fits(self):
        result = self.watched(self.on_web2("shell: 'yes x | tr -d [:space:] | head -c 20000000'"), 800)
        self.assertEqual(result.code, 0, result.err[:3000] + result.out[:3000])
        self.assertEqual(len(result.of("web2", "much")["stdout"]), 20_000_000)

    def test_output_that_grows_on_its_way(self):
        # Each of these bytes takes six in JSON.
        result = self.watched(self.on_web2("shell: head -c 20000000 /dev/zero"), 300)
        self.assertEqual(result.code, 2, result.err[:3000])
        self.assert_failed(result, "web2", "much", "larger than 64 MiB")

    def test_slurp_of_a_file_that_is_too_large(self):
        self.lab.exec("web2", "sh", "-c", "head -c 200000000 /dev/zero > /var/tmp/large; chmod 644 /var/tmp/large")
        self.addCleanup(self.lab.exec, "web2", "rm", "/var/tmp/large")
        result = self.watched(self.on_web2("slurp: {src: /var/tmp/large}"), 200)
        self.assertEqual(result.code, 2)
        one = self.assert_failed(result, "web2", "much", "larger than 47 MiB", "/var/tmp/large")
        self.assertLess(len(json.dumps(one)), 5000)
        result = self.watched(self.on_web2("slurp: {src: /dev/zero}"), 200)
        self.assert_failed(result, "web2", "much", "larger than 47 MiB")

    def test_bytes_that_are_no_text(self):
        command = r"printf \"a\\\\000b\\\\377\\\\376\\\\300\\\\257\\\\355\\\\240\\\\200c\\\\033[31m\\\\r\\\\n\"; head -c 5000 /dev/urandom >&2"
        result = self.watched(self.on_web2(f'shell: "{command}"') + "  - {name: next, command: echo next}\n", 100)
        self.assertEqual(result.code, 0, result.out[-3000:] + result.err[:3000])
        one = result.of("web2", "much")
        self.assertTrue(one["stdout"].startswith("a\0b\ufffd"), ascii(one["stdout"]))
        self.assertIn("c\x1b[31m", one["stdout"])
        self.assertGreater(len(one["stderr"]), 1000)
        self.assertEqual(result.of("web2", "next")["stdout"], "next")

    def test_bytes_of_the_terminal_stay_in_the_result(self):
        run = self.start(self.on_web2(r"""shell: "printf '\\033]0;owned\\007'" """), "-v")
        self.assertEqual(run.wait(), 0)
        self.assertIn("owned", run.text)
        self.assertNotIn("\x1b]0", run.text)

    def test_a_line_of_ten_million_in_an_error(self):
        result = self.watched(self.on_web2("shell: 'yes y | tr -d [:space:] | head -c 10000000 >&2; exit 3'"), 800)
        self.assertEqual(result.code, 2, result.err[:3000])
        one = result.of("web2", "much")
        self.assertEqual((one["rc"], len(one["stderr"])), (3, 10_000_000))


if __name__ == "__main__":
    main()
