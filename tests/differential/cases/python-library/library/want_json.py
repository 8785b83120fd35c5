#!/usr/bin/python3
# WANT_JSON
import json
import sys
args = json.load(open(sys.argv[1]))
print(json.dumps(dict(changed=False, name=args['name'], list=args['list'], check=args['_ansible_check_mode'])))
