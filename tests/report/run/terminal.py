#!/usr/bin/python3
"""The status line on a terminal: what is left on the screen is the text of the run and nothing else.

Runs a playbook in a pseudo terminal and gives what it writes to a small terminal emulator."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata

PLAYBOOK = """
- name: terminal test
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: first task
      command: sleep 0.5
    - name: a name that is longer than most terminals are wide, with \u6f22\u5b57 and \u00e9 in it
      command: sleep 0.5
    - debug: {msg: "two\\nlines"}
    - name: many
      debug: {msg: "{{ item }}"}
      loop: "{{ range(30) }}"
    - name: last task
      command: sleep 0.5
"""
STATUS = re.compile(r"\d:\d\d \d/1 hosts")


class Terminal:
    """Lines of characters; a line that goes on in the next one is marked. Wraps as xterm does: when the next one comes."""

    def __init__(self, columns, reflow):
        self.columns, self.reflow = columns, reflow
        self.lines, self.goes_on = [[]], [False]
        self.row = self.column = 0
        self.seen_status = False

    def feed(self, text):
        at = 0
        while at < len(text):
            escape = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])").match(text, at)
            if escape:
                self._escape(escape.group(1), escape.group(2))
                at = escape.end()
                continue
            self._character(text[at])
            at += 1
        self.seen_status = self.seen_status or bool(STATUS.search(self.logical_text()))

    def _escape(self, arguments, final):
        if final == "J":
            assert arguments in ("", "0"), "only erasing below is known"
            del self.lines[self.row][self.column:]
            del self.lines[self.row + 1:], self.goes_on[self.row + 1:]
            self.goes_on[self.row] = False
        elif final != "m":
            raise AssertionError("unknown escape sequence: %s" % final)

    def _character(self, c):
        if c == "\r":
            self.column = 0
        elif c == "\n":
            self._next_row(False)
        elif unicodedata.category(c) == "Cc":
            raise AssertionError("control character %r" % c)
        else:
            width = 2 if unicodedata.east_asian_width(c) in "WF" else 1
            if self.column + width > self.columns and self.column > 0:
                self._next_row(True)
                self.column = 0
            line = self.lines[self.row]
            line += [" "] * (self.column - len(line))
            line[self.column:self.column + width] = [c] + [""] * (width - 1)
            self.column += width

    def _next_row(self, wrapped):
        self.goes_on[self.row] = wrapped
        self.row += 1
        if self.row == len(self.lines):
            self.lines.append([])
            self.goes_on.append(False)

    def resize(self, columns):
        """Folds lines anew, or cuts them off. The cursor stays at its character."""
        self.columns = columns
        if not self.reflow:
            for line in self.lines:
                del line[columns:]
            self.column = min(self.column, columns)
            return
        whole, cursor = [[]], (0, 0)
        for row, line in enumerate(self.lines):
            if row == self.row:
                cursor = (len(whole) - 1, len(whole[-1]) + self.column)
            whole[-1] += line
            if not self.goes_on[row] and row + 1 < len(self.lines):
                whole.append([])
        self.lines, self.goes_on = [], []
        for number, line in enumerate(whole):
            first = len(self.lines)
            pieces = [line[at:at + columns] for at in range(0, len(line), columns)] or [[]]
            self.lines += pieces
            self.goes_on += [True] * (len(pieces) - 1) + [False]
            if number == cursor[0]:
                self.row = first + min(cursor[1] // columns, len(pieces) - 1)
                self.column = cursor[1] - (self.row - first) * columns

    def logical_rows(self):
        """The rows of each line."""
        lines = [[]]
        for line, goes_on in zip(self.lines, self.goes_on):
            lines[-1].append("".join(line))
            if not goes_on:
                lines.append([])
        while lines and not any(lines[-1]):
            lines.pop()
        return lines

    def logical_text(self):
        text = ""
        for line, goes_on in zip(self.lines, self.goes_on):
            text += "".join(line) + ("" if goes_on else "\n")
        return text


def is_cut(rows, whole):
    """Whether the rows are parts of a line, in order, each perhaps without its end."""
    at = 0
    for row in rows:
        row = row.rstrip(" *")
        at = whole.find(row, at)
        if at < 0:
            return False
        at += len(row)
    return True


def without_stars(text):
    """Stars fill the width: not compared."""
    return [re.sub(r" \*+$", " *", line) for line in text.rstrip("\n").split("\n")]


def run(command, columns, sizes=(), reflow=True):
    """The terminal at the end. `sizes`: (seconds, columns) of changes of the width."""
    terminal = Terminal(columns, reflow)
    main, side = pty.openpty()
    fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=side, stderr=side,
                               env=dict(os.environ, TERM="xterm", ANSIBLE_NOCOWS="1"))
    os.close(side)
    began, sizes, rest = time.monotonic(), list(sizes), b""
    while True:
        if sizes and time.monotonic() - began > sizes[0][0]:
            _, width = sizes.pop(0)
            fcntl.ioctl(main, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
            terminal.resize(width)
        if not select.select([main], [], [], 0.05)[0]:
            continue
        try:
            data = os.read(main, 65536)
        except OSError:
            break
        text = (rest + data).decode("utf-8", "surrogateescape")
        # A character may be cut in two.
        cut = len(text.rstrip("".join(map(chr, range(0xdc80, 0xdd00)))))
        rest = text[cut:].encode("utf-8", "surrogateescape")
        escape = text[:cut].rfind("\x1b")
        if escape >= 0 and not re.search(r"[A-Za-z]", text[escape + 2:cut]):
            rest, cut = text[escape:].encode("utf-8", "surrogateescape"), escape
        terminal.feed(text[:cut])
    os.close(main)
    code = process.wait(timeout=30)
    assert code == 0, "exit code %d" % code
    return terminal


def main():
    program = sys.argv[1]
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        playbook = os.path.join(folder, "site.yml")
        with open(playbook, "w", encoding="utf-8") as stream:
            stream.write(PLAYBOOK)
        command = [program, "run", "-i", "localhost,", playbook]
        plain = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True,
                               env=dict(os.environ, ANSIBLE_NOCOWS="1"))
        expected = without_stars(plain.stdout.decode())
        assert len(expected) > 40, "the run without a terminal says too little"
        for columns, sizes, reflow in (
                (80, (), True), (120, (), True), (20, (), True), (5, (), True), (2, (), True),
                (80, ((0.4, 30), (0.9, 100)), True), (60, ((0.3, 9), (0.6, 4), (1.2, 80)), True),
                (80, ((0.4, 12), (1.0, 70)), False)):
            label = "%d columns %s%s" % (columns, sizes or "", "" if reflow else " cut off")
            terminal = run(command, columns, sizes, reflow)
            left = without_stars(terminal.logical_text())
            if reflow:
                good = left == expected
            else:
                # Lines may have lost their ends, but none may be a status line or be missing.
                rows = terminal.logical_rows()
                good = len(rows) == len(expected) and all(map(is_cut, rows, expected))
            # On a terminal as narrow as this there is no room for the line.
            seen = terminal.seen_status or columns < 20
            print("%s: %s" % (label, "ok" if good and seen else "FAILED"))
            if not good or not seen:
                failures += 1
                print("  status line seen: %s" % seen)
                for number, line in enumerate(left):
                    if number >= len(expected) or line != expected[number]:
                        print("  line %d: %r instead of %r" % (number, line, expected[number] if number < len(expected) else None))
                        break
    return 1 if failures else 0


sys.exit(main())
