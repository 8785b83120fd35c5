#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
import sys
print('only words')
sys.stderr.write('and errors')
sys.exit(5)
