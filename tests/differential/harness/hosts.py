"""The lab hosts of one side: started when first needed, put back to a known state before each run."""

import os
import re
import shutil
import subprocess

# What a case may change: everything else belongs into a case with a `fresh-hosts` file.
RESET = """
set -e
for user in deploy sudoer plain app; do
  home=$(getent passwd $user | cut -d: -f6)
  [ -z "$home" ] || rm -rf "$home/.ansible"
done
rm -rf /root/.ansible
find /tmp /var/tmp -mindepth 1 -maxdepth 1 -exec rm -rf {} +
"""
POOL_HOSTS = 3


class LabError(Exception):
    """The lab program failed; the text says how."""


class Lab:
    """One lab in `folder`. Not thread-safe: one worker owns it."""

    def __init__(self, program, folder, hosts=POOL_HOSTS, extra=()):
        self.program, self.folder = program, folder
        # Sockets of OpenSSH's connection sharing: a path of its own, short enough for sun_path.
        self.control = os.path.join(os.path.dirname(folder), os.path.basename(folder) + ".cp")
        os.makedirs(self.control, mode=0o700)
        self._call(["up", "--hosts", str(hosts), "--dir", folder, *extra])
        with open(os.path.join(folder, "inventory.ini"), encoding="utf-8") as stream:
            self.inventory = stream.read().splitlines()
        self.addresses = {}
        for line in self.inventory:
            match = re.match(r"(\S+)\s.*?\bansible_host=(\S+)", line)
            if match:
                self.addresses[match.group(1)] = match.group(2)

    def _call(self, arguments, **options):
        done = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=120, text=True, errors="replace", **options)
        if done.returncode != 0:
            raise LabError("%s %s: exit %d\n%s" % (self.program, " ".join(arguments[:4]), done.returncode,
                                                   done.stdout))
        return done.stdout

    def _chosen(self, case):
        pool = [name for name in self.addresses if re.fullmatch(r"web\d+", name)]
        extra = [name for name in self.addresses if name not in pool]
        return pool[:case.hosts] + extra

    def write_inventory(self, case, path):
        """The lab's inventory with the hosts that the case asked for and no others."""
        chosen = self._chosen(case)
        left_out = set(self.addresses) - set(chosen)
        lines = [line for line in self.inventory if line.split(" ", 1)[0] not in left_out]
        text = "\n".join(lines) + "\n"
        if "ansible_python_interpreter" not in text:
            # Ansible's search for a Python adds a key to the first result of each host.
            text += "\n[all:vars]\nansible_python_interpreter=/usr/bin/python3\n"
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)

    def prepare(self, case):
        """Puts the case's hosts into the state that its run starts from."""
        for name in self._chosen(case):
            self._call(["exec", "--dir", self.folder, name, "--", "sh", "-c", RESET + case.setup_host])
        if case.setup:
            environment = dict(os.environ, MITO_LAB=self.program, MITO_LAB_DIR=self.folder)
            done = subprocess.run([case.setup], cwd=case.folder, env=environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, text=True)
            if done.returncode != 0:
                raise LabError("%s: exit %d\n%s" % (case.setup, done.returncode, done.stdout))

    def environment(self):
        """What a runner of playbooks needs to reach the hosts, beyond the inventory."""
        options = "-o UserKnownHostsFile=%s/known_hosts" % self.folder
        return {"MITO_LAB_DIR": self.folder, "ANSIBLE_SSH_CONTROL_PATH_DIR": self.control,
                "ANSIBLE_SSH_COMMON_ARGS": options}

    def close(self):
        """Ends shared connections, then the hosts."""
        for name in os.listdir(self.control):
            subprocess.run(["ssh", "-O", "exit", "-o", "ControlPath=" + os.path.join(self.control, name), "lab"],
                           stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                           check=False, timeout=20)
        self._call(["down", "--dir", self.folder])
        shutil.rmtree(self.control, ignore_errors=True)
