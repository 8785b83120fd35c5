#!/usr/bin/python3
"""`mito-actor adhoc` beside Debian's ansible: same text, same exit code, same files of --tree. Exit 77: no Ansible here.

usage: adhoc_against_ansible.py MITO_ACTOR

Each line of adhoc_commands is a command line; all run in a folder with the inventory below, over `connection: local`.
`… !TEXT`: both refuse it, ours with TEXT. What differs from run to run (times, temporary names) is taken out first."""
import difflib
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

OURS = [os.path.abspath(sys.argv[1]), "adhoc"]
HERE = os.path.dirname(os.path.abspath(__file__))
SCRATCH = os.path.realpath(tempfile.mkdtemp())
INVENTORY = """[all:vars]
ansible_connection=local
ansible_python_interpreter=/usr/bin/python3
[web]
h1 own=1
h2
[gone]
nowhere ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=1
"""
for name in [n for n in os.environ if n.startswith("ANSIBLE_")]:
    del os.environ[name]
os.environ.update(ANSIBLE_NOCOLOR="1", ANSIBLE_LOCAL_TEMP=SCRATCH + "/tmp", ANSIBLE_HOME=SCRATCH + "/home", HOME=SCRATCH,
                  ANSIBLE_REMOTE_TEMP=SCRATCH + "/remote", LC_ALL="C.UTF-8", PYTHONWARNINGS="ignore")
os.makedirs(SCRATCH + "/home")
checks = failures = 0
if not shutil.which("ansible"):
    print("ansible-core is not installed: skipped")
    sys.exit(77)


def check(what, theirs, ours):
    global checks, failures
    checks += 1
    if theirs != ours:
        failures += 1
        print(f"DIFFERENT {what}")
        print("\n".join(difflib.unified_diff(str(theirs).split("\n"), str(ours).split("\n"), "ansible", "ours", lineterm="", n=2)))


def plain(text):
    text = re.sub(r'"(delta|start|end)": "[^"]*"', r'"\1"', text)
    return re.sub(r"ansible-tmp-[-0-9.]*|tmp\w{8}|ansible-local-\w+", "TMP", text)


def run(argv, line, folder):
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder + "/group_vars")
    with open(folder + "/hosts", "w", encoding="utf-8") as file:
        file.write(INVENTORY)
    with open(folder + "/group_vars/web.yml", "w", encoding="utf-8") as file:
        file.write("gv: from a file\n")
    env = dict(os.environ)
    words = shlex.split(line)
    while words and re.match(r"[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        env[name] = value
    done = subprocess.run(argv + words, cwd=folder, env=env, capture_output=True, stdin=subprocess.DEVNULL)
    tree = {name: plain(open(f"{folder}/tree/{name}", encoding="utf-8").read())
            for name in (os.listdir(folder + "/tree") if os.path.exists(folder + "/tree") else [])}
    return done.returncode, plain(done.stdout.decode()), done.stderr.decode(), tree


def hosts_apart(text):
    """Hosts answer in any order."""
    return sorted(re.split(r"(?m)^(?=\S+ \| )", text))


for line in open(os.path.join(HERE, "adhoc_commands"), encoding="utf-8"):
    line = line.rstrip("\n")
    if not line or line.startswith("#"):
        continue
    line, _, words = line.partition(" !")
    theirs = run(["ansible"], line, SCRATCH + "/run")
    ours = run(OURS, line, SCRATCH + "/run")
    check(line + ": exit code", theirs[0], ours[0])
    if words:
        check(line + ": says", words, words if words in ours[2] else ours[2])
        continue
    check(line, "".join(hosts_apart(theirs[1])), "".join(hosts_apart(ours[1])))
    check(line + ": stderr", "".join(theirs[2].split()), "".join(ours[2].split()))
    check(line + ": tree", theirs[3], ours[3])
shutil.rmtree(SCRATCH, ignore_errors=True)
print(f"{checks} comparisons, {failures} different")
sys.exit(1 if failures or not checks else 0)
