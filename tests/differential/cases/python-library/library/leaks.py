#!/usr/bin/python
import os
import sys
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec={})
before = dict(env=os.environ.get('LEAK'), cwd=os.getcwd(), mark=getattr(sys, 'mark', None), stdin=sys.stdin.read())
os.environ['LEAK'] = 'yes'
os.chdir('/')
sys.mark = 1
module.exit_json(**before)
