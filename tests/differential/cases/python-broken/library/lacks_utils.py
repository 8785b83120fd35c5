#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.not_there import x
