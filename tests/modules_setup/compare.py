#!/usr/bin/python3
"""Compares the native setup module with Ansible's, key by key.

compare.py RUN_SETUP plain|namespace|user|trees
  plain      all facts of this machine
  namespace  the same in a network namespace with addresses of all kinds (root)
  user       the same as the user nobody (root)
  trees      distribution, lsb and pkg_mgr on the prepared trees/ (root)
Ends with 77 where Ansible or a privilege is missing.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))

# Facts that differ between two runs of the same program, each with its reason.
VOLATILE = {
    "ansible_date_time": "the clock goes on (its keys and what follows from the day are compared)",
    "ansible_loadavg": "the load changes (its keys are compared)",
    "ansible_memfree_mb": "memory in use changes",
    "ansible_memory_mb": "memory in use changes (its keys are compared)",
    "ansible_uptime_seconds": "the clock goes on",
    "ansible_swapfree_mb": "memory in use changes",
    "ansible_env": "ansible runs the module below shells of its own (names that both have are compared)",
}
# Shells and Ansible set these on the way.
ENV_OF_THE_WAY = {"_", "SHLVL", "PWD", "OLDPWD", "LC_CTYPE", "LC_ALL", "LANG", "LANGUAGE", "LC_MESSAGES"}
MOUNT_VOLATILE = ("block_available", "block_used", "inode_available", "inode_used", "size_available")
# Ansible makes lists of the first three from sets; the addresses follow the order of /sys/class/net, which is
# another one in each new namespace.
UNORDERED = ("ansible_interfaces", "ansible_virtualization_tech_guest", "ansible_virtualization_tech_host",
             "ansible_all_ipv4_addresses", "ansible_all_ipv6_addresses")


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def ansible_facts(prefix):
    """The setup module as `ansible` runs it; prefix is put before the command."""
    home = tempfile.mkdtemp(prefix="setup-compare-")
    os.chmod(home, 0o777)
    env = dict(os.environ, ANSIBLE_STDOUT_CALLBACK="json", ANSIBLE_LOAD_CALLBACK_PLUGINS="1", ANSIBLE_HOME=home,
               ANSIBLE_LOCAL_TEMP=home, ANSIBLE_REMOTE_TEMP=home)
    command = prefix + ["ansible", "localhost", "-c", "local", "-m", "setup",
                        "-e", "ansible_python_interpreter=/usr/bin/python3"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240)
        start = done.stdout.find("{")
        if start < 0:
            sys.exit("ansible said: " + done.stdout + done.stderr)
        return json.loads(done.stdout[start:])["plays"][0]["tasks"][0]["hosts"]["localhost"]["ansible_facts"]
    finally:
        shutil.rmtree(home, ignore_errors=True)


def own_facts(program, prefix, arguments="{}"):
    done = subprocess.run(prefix + [program, arguments], capture_output=True, text=True, timeout=120)
    return json.loads(done.stdout)["ansible_facts"]


def shape(v):
    return {k: shape(x) for k, x in v.items()} if isinstance(v, dict) else type(v).__name__


def comparable(key, v):
    if key == "ansible_mounts":
        return sorted(({k: (0 if k in MOUNT_VOLATILE else x) for k, x in m.items()} for m in v),
                      key=lambda m: m["mount"])
    if key in UNORDERED:
        return sorted(v)
    if key == "ansible_env":
        return {k: x for k, x in v.items() if k not in ENV_OF_THE_WAY and not k.startswith("ANSIBLE_")}
    if key == "ansible_date_time":
        return {k: (x if k in ("tz", "tz_dst", "tz_offset", "year") else len(x) > 0) for k, x in v.items()}
    return shape(v) if key in VOLATILE else v


def differences(theirs, ours):
    missing = object()
    for key in sorted(set(theirs) | set(ours)):
        a, b = theirs.get(key, missing), ours.get(key, missing)
        if a is missing or b is missing:
            yield "%s: only %s has it: %s" % (key, "Ansible" if b is missing else "setup",
                                              json.dumps(a if b is missing else b)[:400])
            continue
        a, b = comparable(key, a), comparable(key, b)
        # json.dumps tells 1, 1.0 and true apart, == does not.
        if json.dumps(a, sort_keys=True) != json.dumps(b, sort_keys=True):
            yield "%s\n    Ansible %s\n    setup   %s" % (key, json.dumps(a, sort_keys=True)[:900],
                                                        json.dumps(b, sort_keys=True)[:900])


def report(what, theirs, ours):
    found = list(differences(theirs, ours))
    for line in found:
        print("%s: %s" % (what, line))
    print("%s: %d facts of Ansible, %d of setup, %d differ" % (what, len(theirs), len(ours), len(found)))
    return len(found)


def all_facts(program, what, prefix):
    # Interfaces and disks of a busy machine come and go; a difference that stays is one.
    for _ in range(3):
        ours_before = own_facts(program, prefix)
        theirs = ansible_facts(prefix)
        ours = own_facts(program, prefix)
        if ours_before.get("ansible_interfaces") == ours.get("ansible_interfaces"):
            break
    return report(what, theirs, ours)


NETWORK = """
set -e
mount -t sysfs none /sys
ip link set lo up
ip link add one0 type veth peer name one1
ip link set one1 address 02:00:00:00:00:02
ip link set one1 up
ip link set one0 address 02:00:00:00:00:01 mtu 1400 up
ip addr add 192.0.2.10/24 brd + dev one0
ip addr add 192.0.2.11/24 brd + dev one0 label one0:1
ip addr add 192.0.2.12/24 dev one0
ip addr add 198.51.100.1/25 brd 198.51.100.127 dev one0 label one0:2
ip -6 addr add 2001:db8::10/64 dev one0 nodad
ip -6 addr add 2001:db8:0:0:1::/128 dev one0 nodad
ip route add default via 192.0.2.1 dev one0 src 192.0.2.10
ip -6 route add default via 2001:db8::1 dev one0
ip link add two-0 type veth peer name three0
ip link set three0 address 02:00:00:00:00:03
ip link set two-0 address 02:00:00:00:00:04 up
ip addr add 10.1.0.1 peer 10.2.0.1/32 dev two-0
ip link add br0 address 02:00:00:00:00:05 type bridge
ip link set three0 master br0
ip link set br0 up
ip tuntap add tap0 mode tap 2>/dev/null && ip link set tap0 address 02:00:00:00:00:06 || true
ip link add bond0 address 02:00:00:00:00:07 type bond 2>/dev/null || true
exec "$@"
"""


def trees(program):
    total = 0
    base = os.path.join(HERE, "trees")
    script = """
set -e
mount --make-rprivate /
mkdir -p "$work/etc"
cp -a /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.* "$work/etc"
cp -a "$tree/etc/." "$work/etc"
mount --bind "$work/etc" /etc
# the machine's own is no part of the tree
if [ -e /usr/lib/os-release ]; then mount --bind /dev/null /usr/lib/os-release; fi
/usr/bin/python3 "$here/oracle.py" /nonexistent distribution lsb pkg_mgr
echo
PATH=$path "$program" '{"gather_subset": ["!all", "!min", "distribution", "lsb", "pkg_mgr"]}'
"""
    for name in sorted(os.listdir(base)):
        # lsb_release would read the real /usr/lib/os-release on some of them: only Debian's have the program.
        path = os.environ["PATH"] if name.split("-")[0] in ("debian", "ubuntu") else "/nonexistent"
        with tempfile.TemporaryDirectory() as work:
            env = dict(os.environ, work=work, tree=os.path.join(base, name), here=HERE, program=program, path=path)
            text = script.replace("/usr/bin/python3 ", "PATH=$path /usr/bin/python3 ")
            done = subprocess.run(["unshare", "-m", "sh", "-c", text], env=env, capture_output=True, text=True)
        answers = done.stdout.strip().split("\n")
        if len(answers) != 2:
            sys.exit(name + ": " + done.stdout + done.stderr)
        theirs = {"ansible_" + k: v for k, v in json.loads(answers[0]).items()}
        ours = json.loads(answers[1])["ansible_facts"]
        for key in ("gather_subset", "module_setup"):
            del ours[key]
        total += report(name, theirs, ours)
    return total


def main():
    program, mode = os.path.abspath(sys.argv[1]), sys.argv[2]
    if shutil.which("ansible") is None:
        skip("no ansible")
    if mode != "plain" and os.getuid() != 0:
        skip("needs root")
    if mode == "plain":
        return all_facts(program, mode, [])
    if mode == "namespace":
        probe = subprocess.run(["unshare", "-n", "ip", "link", "add", "x0", "type", "veth", "peer", "name", "x1"], capture_output=True)
        if probe.returncode != 0:
            skip("no network namespaces with veth pairs")
        return all_facts(program, mode, ["unshare", "-n", "-m", "sh", "-c", NETWORK, "sh"])
    if mode == "user":
        with tempfile.TemporaryDirectory() as place:
            os.chmod(place, 0o755)
            own = shutil.copy(program, place)
            prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", "-u", "LOGNAME", "-u",
                      "USER", "HOME=/tmp", "PATH=/usr/local/bin:/usr/bin:/bin", "sh", "-c", 'cd / && exec "$@"', "sh"]
            return all_facts(own, mode, prefix)
    if mode == "trees":
        return trees(program)
    sys.exit(__doc__)


sys.exit(1 if main() else 0)
