"""Prints what Ansible's own collectors say: oracle.py NAME... with names out of COLLECTORS."""
import json
import sys

from ansible.module_utils.facts.system.cmdline import CmdLineFactCollector
from ansible.module_utils.facts.system.distribution import DistributionFactCollector
from ansible.module_utils.facts.system.local import LocalFactCollector
from ansible.module_utils.facts.system.lsb import LSBFactCollector
from ansible.module_utils.facts.system.pkg_mgr import PkgMgrFactCollector
from ansible.module_utils.common.process import get_bin_path
import subprocess

COLLECTORS = {"cmdline": CmdLineFactCollector, "distribution": DistributionFactCollector,
              "lsb": LSBFactCollector, "pkg_mgr": PkgMgrFactCollector, "local": LocalFactCollector}


class module:
    """As much of AnsibleModule as these collectors use."""
    params = {"fact_path": sys.argv[1]}

    def get_bin_path(self, name, *_):
        try:
            return get_bin_path(name)
        except ValueError:
            return None

    def run_command(self, command, use_unsafe_shell=False, **_):
        shell = isinstance(command, str) and "|" in command
        if isinstance(command, str) and not shell:
            command = command.split()
        done = subprocess.run(command, shell=shell, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def warn(self, text):
        pass

    debug = warn


facts = {}
for name in sys.argv[2:]:
    try:
        found = COLLECTORS[name]().collect(module(), {"ansible_" + k: v for k, v in facts.items()})
    except Exception as problem:
        # Ansible prints it, and goes on without the collector's facts.
        sys.stderr.write(repr(problem) + "\n")
        found = {}
    facts.update(found)
json.dump(facts, sys.stdout)
