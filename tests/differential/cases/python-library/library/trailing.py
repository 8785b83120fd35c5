#!/usr/bin/python
import atexit
from ansible.module_utils.basic import AnsibleModule
atexit.register(lambda: print('noise behind'))
AnsibleModule(argument_spec={}).exit_json(ok=2)
