#!/usr/bin/python3
"""The comparison itself: it must see every kind of difference, and be blind only to what volatile.yml names."""

import copy
import os
import sys
import types
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
try:
    from harness.compare import Volatile, compare, compare_texts, in_host_order, judge, judge_refusal
    from harness.sides import Capture, document_in
except ImportError as missing:
    print("skipped: %s (package python3-yaml)" % missing)
    sys.exit(77)

VOLATILE = Volatile(os.path.join(HERE, "volatile.yml"))
CASE = types.SimpleNamespace(compare_output=True, compare_stderr=False, differences=[])


def document():
    result = {"changed": True, "rc": 0, "start": "a", "stdout": "x", "results": [{"item": 1}, {"item": 2}]}
    return {"plays": [{"play": {"id": "1", "name": "p", "path": "x:1", "duration": {}},
                       "tasks": [{"task": {"id": "2", "name": "t", "path": "x:2"}, "hosts": {"web1": result}}]}],
            "stats": {"web1": {"ok": 1, "failures": 0}}, "custom_stats": {}, "global_custom_stats": {}}


def found(change, left_out="ok: [web1]\n", right_out="ok: [web1]\n"):
    right = copy.deepcopy(document())
    change(right)
    return [difference.where for difference in
            compare(CASE, Capture(0, document(), left_out, ""), Capture(0, right, right_out, ""), VOLATILE)]


def result_of(doc):
    return doc["plays"][0]["tasks"][0]["hosts"]["web1"]


class Documents(unittest.TestCase):
    def test_equal(self):
        self.assertEqual(found(lambda doc: None), [])

    def test_volatile_value_but_not_its_absence_or_type(self):
        self.assertEqual(found(lambda doc: result_of(doc).update(start="b")), [])
        self.assertEqual(found(lambda doc: result_of(doc).pop("start")), ["0 p/0 t/web1/start"])
        self.assertEqual(found(lambda doc: result_of(doc).update(start=1)), ["0 p/0 t/web1/start"])

    def test_values_types_and_keys(self):
        self.assertEqual(found(lambda doc: result_of(doc).update(rc=False)), ["0 p/0 t/web1/rc"])
        self.assertEqual(found(lambda doc: result_of(doc).update(rc=0.0)), ["0 p/0 t/web1/rc"])
        self.assertEqual(found(lambda doc: result_of(doc).update(more=None)), ["0 p/0 t/web1/more"])
        self.assertEqual(found(lambda doc: result_of(doc)["results"][1].update(item=3)),
                         ["0 p/0 t/web1/results/1/item"])
        self.assertEqual(found(lambda doc: result_of(doc)["results"].pop()), ["0 p/0 t/web1/results"])

    def test_hosts_tasks_and_recap(self):
        self.assertEqual(found(lambda doc: doc["plays"][0]["tasks"][0]["hosts"].clear()), ["0 p/0 t/web1"])
        self.assertEqual(found(lambda doc: doc["plays"][0]["tasks"].pop()), ["plays/0/tasks"])
        self.assertEqual(found(lambda doc: doc["plays"][0]["play"].update(name="q")), ["plays/0/play/name"])
        self.assertEqual(found(lambda doc: doc["stats"]["web1"].update(ok=2)), ["recap/web1/ok"])

    def test_message_of_an_unreachable_host(self):
        left, right = ({"unreachable": True, "msg": text, "changed": False} for text in ("one", "two"))
        self.assertEqual(VOLATILE.value(left), VOLATILE.value(right))
        self.assertNotEqual(VOLATILE.value(dict(left, unreachable=False)), VOLATILE.value(dict(right, unreachable=False)))

    def test_no_document_on_one_side(self):
        left, right = Capture(0, document(), "", ""), Capture(0, None, "", "")
        self.assertEqual([item.where for item in compare(CASE, left, right, VOLATILE)], ["document"])

    def test_exit_code(self):
        left, right = Capture(2, document(), "", ""), Capture(0, document(), "", "")
        self.assertEqual([item.where for item in compare(CASE, left, right, VOLATILE)], ["rc"])

    def test_facts(self):
        def facts(free, system, parent="ansible_facts"):
            return VOLATILE.value({parent: {"ansible_memfree_mb": free, "ansible_system": system}})
        self.assertEqual(facts(1, "Linux"), facts(2, "Linux"))
        self.assertNotEqual(facts(1, "Linux"), facts(1, "BSD"))
        self.assertNotEqual(facts(1, "Linux", "other"), facts(2, "Linux", "other"))


class Texts(unittest.TestCase):
    def test_every_byte_counts(self):
        self.assertEqual(found(lambda doc: None, "ok: [web1]\n", "ok: [web1]\n\n"), ["output:2"])
        self.assertEqual(found(lambda doc: None, "ok: [web1]\n", "ok: [web1] \n"), ["output:1"])

    def test_results_with_v(self):
        line = 'changed: [web1] => {"changed": true, "delta": "0:00:0%d.1", "rc": %d}\n'
        self.assertEqual(compare_texts("o", line % (1, 0), line % (2, 0), VOLATILE), [])
        self.assertEqual(len(compare_texts("o", line % (1, 0), line % (1, 1), VOLATILE)), 1)

    def test_host_order(self):
        head, one, two = "TASK [x] ***\n", 'ok: [a] => {\n    "msg": "1"\n}\n', "fatal: [b]: FAILED! => {}\n...ignoring\n"
        self.assertEqual(in_host_order(head + two + one), head + one + two)
        self.assertEqual(in_host_order(head + one + head + two), head + one + head + two)
        self.assertEqual(in_host_order("--- before\nok: [b]\nok: [a]\n\n"), "ok: [a]\n--- before\nok: [b]\n\n")
        self.assertEqual(in_host_order("ok: [a] => (item=2)\nok: [a] => (item=1)\n"),
                         "ok: [a] => (item=2)\nok: [a] => (item=1)\n")

    def test_document_in_output(self):
        self.assertEqual(document_in('Using no config\n{\n "plays": []\n}\n'), {"plays": []})
        self.assertIsNone(document_in("ERROR! {\n"))
        self.assertIsNone(document_in('{"plays": ['))


class Refused(unittest.TestCase):
    def problems(self, rc, doc, err):
        return judge_refusal(types.SimpleNamespace(refused=("serial", "later")), Capture(rc, doc, "", err))

    def test_refused_by_name_and_place(self):
        self.assertEqual(self.problems(4, None, "a/playbook.yml:3:5: serial is not supported"), [])

    def test_everything_else_is_a_problem(self):
        self.assertEqual(len(self.problems(4, None, "serial is not supported")), 1)
        self.assertEqual(len(self.problems(4, None, "a/playbook.yml:3:5: no")), 1)
        self.assertEqual(len(self.problems(0, document(), "")), 1)


class Accepted(unittest.TestCase):
    def judged(self, entries, change):
        case = types.SimpleNamespace(compare_output=True, compare_stderr=False, differences=entries)
        right = document()
        change(right)
        captures = Capture(0, document(), "", ""), Capture(0, right, "", "")
        return judge(case, compare(case, *captures, VOLATILE))

    def test_accepted(self):
        entry = {"at": "*/web1/rc", "reason": "r"}
        self.assertEqual(self.judged([entry], lambda doc: result_of(doc).update(rc=1)), [])

    def test_only_what_is_named(self):
        entry = {"at": "*/web1/rc", "text": "^2$", "reason": "r"}
        problems = self.judged([entry], lambda doc: result_of(doc).update(rc=1))
        self.assertEqual(len(problems), 2)

    def test_no_longer_occurs(self):
        problems = self.judged([{"at": "rc", "reason": "r"}], lambda doc: None)
        self.assertEqual(len(problems), 1)
        self.assertIn("no longer occurs", problems[0])


if __name__ == "__main__":
    unittest.main()
