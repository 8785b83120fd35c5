"""What is measured: the jobs (a playbook and the hosts it needs) and the tools that run them."""

import os
import shlex
import shutil
import subprocess

MITOGEN = "/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy"
WARM_FACTS = 10


def _play(hosts, tasks, more=""):
    body = "".join("    - " + task + "\n" for task in tasks)
    return "- hosts: %s\n  gather_facts: false\n%s  tasks:\n%s" % (hosts, more, body) if tasks else (
        "- hosts: %s\n  gather_facts: false\n  tasks: []\n" % hosts)


class Job:
    """One case. `hosts` lab hosts of `kind`; each must end with `ok` tasks; yardsticks are shell commands."""

    def __init__(self, key, title, playbook, hosts=1, kind="", ok=0, yardsticks=None, files=0, count_bytes=False):
        self.key, self.title, self.playbook = key, title, playbook
        self.hosts, self.kind, self.ok = hosts, kind, ok
        self.yardsticks, self.files, self.count_bytes = yardsticks or {}, files, count_bytes


def _ssh(config, command):
    return "ssh -F {dir}/ssh_config -o ControlMaster=no {host} " + config + shlex.quote(command)


def jobs(quick):
    """All cases; `quick` makes each small, to see that they work: such figures mean nothing."""
    def pick(full, small):
        return small if quick else full
    loop, delayed, many, files, connected = pick(100, 10), pick(20, 3), pick(100, 5), pick(1000, 20), pick(300, 8)
    parallel = "seq {hosts} | xargs -P 50 -I @ ssh -F {dir}/ssh_config -o ControlMaster=no web@ "
    hostname = "command: hostname"
    copy = ('copy: {src: "{{ item }}", dest: /tmp/bench/, mode: "0644"}\n'
            '      with_fileglob: "files/*"\n      loop_control: {label: "x"}')
    return [
        Job("a", "%d × `command: hostname`, one host" % loop, _play("web1", [hostname] * loop), ok=loop, count_bytes=True,
            yardsticks={"ssh loop": _ssh("", "i=0; while [ $i -lt %d ]; do hostname; i=$((i+1)); done" % loop),
                        "ssh true": _ssh("", "true")}),
        Job("b", "%d × `command: hostname`, 180 ms away" % delayed, _play("web1", [hostname] * delayed), ok=delayed,
            kind="delay=180ms", count_bytes=True, yardsticks={"ssh true": _ssh("", "true")}),
        Job("c", "%d hosts × 5 tasks" % many, _play("all", [hostname] * 5), hosts=many, ok=5,
            yardsticks={"ssh true": parallel + "true"}),
        Job("d", "%d small files copied" % files,
            _play("web1", ["file: {path: /tmp/bench, state: directory}", copy]), ok=2, files=files, count_bytes=True),
        Job("e1", "facts once, whole command", _play("web1", ["setup:"]), ok=1, count_bytes=True),
        Job("e%d" % (WARM_FACTS + 1), "facts %d times, whole command" % (WARM_FACTS + 1),
            _play("web1", ["setup:"] * (WARM_FACTS + 1)), ok=WARM_FACTS + 1),
        Job("f", "an empty play", _play("localhost", []), hosts=0),
        Job("g", "%d hosts connected, one ping each" % connected, _play("all", ["ping:"]), hosts=connected, ok=1,
            yardsticks={"ssh true": parallel + "true"}),
    ]


class Tool:
    """A way to run a playbook: command and environment."""

    def __init__(self, name, command, version, environment=None):
        self.name, self.command, self.version, self.environment = name, command, version, environment or {}


def _first_line(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    return lines[0] if lines else ""


def _mitogen_version():
    return _first_line(["dpkg-query", "-W", "-f", "mitogen ${Version}", "ansible-mitogen"])


def tools(ours):
    """The tools that are installed, and a list of those that are not, as texts."""
    found, missing = [], []
    ansible = shutil.which("ansible-playbook")
    if ansible:
        version = _first_line([ansible, "--version"])
        found.append(Tool("ansible", [ansible], version + ", pipelining"))
        if os.path.isdir(MITOGEN):
            found.append(Tool("mitogen", [ansible], _mitogen_version(),
                              {"ANSIBLE_STRATEGY_PLUGINS": MITOGEN, "ANSIBLE_STRATEGY": "mitogen_linear"}))
        else:
            missing.append("mitogen (package ansible-mitogen)")
    else:
        missing += ["ansible (package ansible)", "mitogen (needs ansible)"]
    command = shlex.split(ours)
    if shutil.which(command[0]):
        command[0] = os.path.abspath(shutil.which(command[0]))
        found.append(Tool("mito-actor", command, _first_line([command[0], "--version"])))
    else:
        missing.append("mito-actor (%s is not built)" % command[0])
    return found, missing
