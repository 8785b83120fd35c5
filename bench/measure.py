"""Runs one command and says what it cost the controller. Linux only; start it as a program of its own:

    measure.py [--memory] [--output FILE] -- command…     (prints one line of JSON)

Time ends when the command ends. Processor time counts the command and all it started, daemons too: this program
is the subreaper, ends what is left (such as OpenSSH's connection masters), and reaps everything.
"""

import argparse
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.02
GRACE_SECONDS, KILL_SECONDS = 0.3, 5


def descendants(root):
    """Process ids below root, by the kernel's lists of children."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        try:
            for task in os.listdir("/proc/%d/task" % pid):
                with open("/proc/%d/task/%s/children" % (pid, task), encoding="ascii") as stream:
                    waiting += [int(word) for word in stream.read().split()]
        except OSError:
            continue
        if pid != root:
            found.append(pid)
    return found


def proportional_memory(pid):
    """Bytes of memory of a process; shared pages count by their share."""
    try:
        with open("/proc/%d/smaps_rollup" % pid, encoding="ascii") as stream:
            for line in stream:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


class Sampler(threading.Thread):
    """Notes the highest sum of memory over all descendants."""

    def __init__(self):
        super().__init__(daemon=True)
        self.peak, self.samples, self.over = 0, 0, threading.Event()

    def run(self):
        pause = SAMPLE_SECONDS
        while not self.over.wait(pause):
            begin = time.monotonic()
            self.peak = max(self.peak, sum(proportional_memory(pid) for pid in descendants(os.getpid())))
            self.samples += 1
            # Looking at hundreds of processes takes long: never more than a twentieth of the time.
            pause = max(SAMPLE_SECONDS, 19 * (time.monotonic() - begin))


def end_leftovers():
    """Waits for what the command left running, and after a moment ends it (OpenSSH's connection masters stay)."""
    begin = time.monotonic()
    told = set()
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid != 0:
            continue
        waited = time.monotonic() - begin
        for child in descendants(os.getpid()) if waited > GRACE_SECONDS else []:
            try:
                if child not in told or waited > KILL_SECONDS:
                    os.kill(child, signal.SIGTERM if child not in told else signal.SIGKILL)
                told.add(child)
            except ProcessLookupError:
                pass
        time.sleep(0.01)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memory", action="store_true", help="sample memory (takes up to a twentieth of one processor)")
    parser.add_argument("--output", default="/dev/null", help="file for the command's output")
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    sampler = Sampler()
    if options.memory:
        sampler.start()
    with open(options.output, "wb") as output:
        begin = time.monotonic()
        process = subprocess.Popen(options.command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        rc = process.wait()
        seconds = time.monotonic() - begin
    sampler.over.set()
    end_leftovers()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    memory = sampler.peak if sampler.samples > 3 else 0
    print(json.dumps({"rc": rc, "seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime,
                      "memory": max(memory, usage.ru_maxrss * 1024) if options.memory else None}))


if __name__ == "__main__":
    sys.exit(main())
