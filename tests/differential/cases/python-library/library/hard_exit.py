#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
import os
os.write(1, b'{"changed": true, "before": "exit"}')
os._exit(3)
