#!/usr/bin/python3
"""`mito-actor inventory` beside Debian's ansible-inventory: same text, same exit code. Exit 77: no Ansible here.

usage: inventory_against_ansible.py MITO_ACTOR [CASE…]

A case is a file of inventory/: lines `run: ARGUMENTS` and `env: NAME=VALUE`, then files as `-- PATH --` with their text up to
the next such line (`-- PATH +x --`: executable). Arguments without a mode are run in each of six. `warns: no` leaves what goes
to stderr out of the comparison, with the reason beside it. A `run:` that ends in ` !TEXT` is one that Ansible refuses in words
of its own: ours has to refuse it, too, and say TEXT; ` !!TEXT`: only ours refuses it."""
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import warnings

OURS = [os.path.abspath(sys.argv[1]), "inventory"]
HERE = os.path.dirname(os.path.abspath(__file__))
SCRATCH = os.path.realpath(tempfile.mkdtemp())
MODES = ["--list", "--list --yaml", "--list --export", "--list --export --yaml", "--graph", "--graph --vars"]
for name in [n for n in os.environ if n.startswith("ANSIBLE_")]:
    del os.environ[name]
os.environ.update(ANSIBLE_NOCOLOR="1", ANSIBLE_DEPRECATION_WARNINGS="0", ANSIBLE_LOCAL_TEMP=SCRATCH + "/tmp",
                  ANSIBLE_HOME=SCRATCH + "/home", PYTHONWARNINGS="ignore", HOME=SCRATCH, LC_ALL="C.UTF-8")
os.makedirs(SCRATCH + "/home")
if not shutil.which("ansible-inventory"):
    print("ansible-core is not installed: skipped")
    sys.exit(77)
try:
    from ansible.cli.inventory import InventoryCLI
except ImportError:
    InventoryCLI = None
warnings.simplefilter("ignore")  # what Python says of odd literals is not Ansible's
checks = failures = 0


def fork_ansible(args, folder):
    """ansible-inventory in a child of this process: most of its time is importing."""
    files = [tempfile.TemporaryFile(dir=SCRATCH) for _ in range(2)]
    child = os.fork()
    if child == 0:
        os.chdir(folder)
        for number, file in enumerate(files):
            os.dup2(file.fileno(), number + 1)
        code = 1
        try:
            InventoryCLI.cli_executor(["ansible-inventory"] + args)
        except SystemExit as e:
            code = e.code or 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    texts = []
    for file in files:
        file.seek(0)
        texts.append(file.read().decode())
    return code, texts[0], texts[1]


def run(argv, folder, env):
    done = subprocess.run(argv, cwd=folder, env=dict(os.environ, **env), capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def said(text):
    """Warnings as a sorted list: their words, without how they are folded and without what failed plugins say, which we word
    ourselves; names of Python's classes are no part of it."""
    out = set()
    for block in re.split(r"(?=^\[(?:WARNING|ERROR)\]: )", text, flags=re.M):
        block = "".join(block.split())  # long words are folded, too
        block = re.sub(r"^(\[WARNING\]:\*Failedtoparse.*?with\S+?plugin):.*", r"\1", block)
        block = re.sub(r"(asitisnotamapping,itisa).*", r"\1", block)
        if block:
            out.add(block)
    return sorted(out)


def check(what, theirs, ours):
    global checks, failures
    checks += 1
    if theirs != ours:
        failures += 1
        print(f"DIFFERENT {what}")
        texts = [t if isinstance(t, str) else "\n".join(map(str, t)) if isinstance(t, list) else repr(t) for t in (theirs, ours)]
        print("\n".join(difflib.unified_diff(*[t.split("\n") for t in texts], "ansible", "ours", lineterm="", n=2)))


def compare(case, folder, args, env, warns, words):
    theirs = fork_ansible(args, folder) if InventoryCLI and not env["cfg"] and not env["set"] else \
        run(["ansible-inventory"] + args, folder, env["set"])
    ours = run(OURS + args, folder, env["set"])
    what = f"{case}: {shlex.join(args)}"
    if words is not None:
        alone = words.startswith("!")
        words = words.lstrip("!")
        check(what + " is refused", [alone, False], [theirs[0] == 0, ours[0] == 0])
        return check(what + " says", words, words if words in ours[2] else ours[2])
    check(what + " exit code", theirs[0], ours[0])
    if theirs[0] == 250:  # a bug of Ansible's: that it fails is enough
        return None
    if theirs[1].startswith("usage:"):
        errors = [[line for line in text.split("\n") if line.startswith("ERROR!")] for text in (theirs[2], ours[2])]
        return check(what + " error", *errors)
    check(what, theirs[1], ours[1])
    # Ansible's own troubles end in a traceback or a usage text: only that they are errors counts then.
    if theirs[0] == 0 and warns:
        check(what + " stderr", said(theirs[2]), said(ours[2]))


def read_case(path, folder):
    runs, env, warns, file = [], {}, True, None
    for line in open(path, encoding="utf-8", newline="").read().split("\n"):
        header = re.match(r"-- (\S+)( \+x)? --$", line)
        if header:
            name = os.path.join(folder, header[1])
            os.makedirs(os.path.dirname(name), exist_ok=True)
            if file:
                file.close()
            file = open(name, "w", encoding="utf-8", newline="")
            if header[2]:
                os.chmod(name, 0o755)
        elif file:
            file.write(line + "\n")
        elif line.startswith("run: "):
            runs.append(line[5:])
        elif line.startswith("env: "):
            name, _, value = line[5:].partition("=")
            env[name] = value
        elif line.startswith("warns: no"):
            warns = False
        elif line and not line.startswith("#"):
            sys.exit(f"{path}: what is '{line}'?")
    if file:
        file.close()
    return runs, {"set": env, "cfg": os.path.exists(os.path.join(folder, "ansible.cfg"))}, warns


def run_case(name):
    folder = os.path.join(SCRATCH, name)
    os.makedirs(folder)
    runs, env, warns = read_case(os.path.join(HERE, "inventory", name), folder)
    for line in runs:
        line, _, words = line.partition(" !")
        args = shlex.split(line)
        modes = [""] if set(args) & {"--list", "--graph", "--host"} else MODES
        for mode in modes:
            compare(name, folder, args + mode.split(), env, warns, words or None)


for case in sys.argv[2:] or sorted(os.listdir(os.path.join(HERE, "inventory"))):
    run_case(case)
shutil.rmtree(SCRATCH, ignore_errors=True)
print(f"{checks} comparisons, {failures} different")
sys.exit(1 if failures or not checks else 0)
