#!/usr/bin/python
import json
args = json.loads('''<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>''')
print(json.dumps(dict(changed=False, name=args['name'], deep=args['deep'], module=args['_ansible_module_name'])))
