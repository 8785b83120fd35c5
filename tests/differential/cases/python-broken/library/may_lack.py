#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
try:
    from ansible.module_utils.not_there import x
except ImportError:
    x = None
AnsibleModule(argument_spec={}).exit_json(x=x)
