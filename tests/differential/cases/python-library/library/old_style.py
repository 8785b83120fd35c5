#!/usr/bin/python
import sys
text = open(sys.argv[1]).read()
words = [w for w in text.split() if not w.startswith('_ansible_')]
print('{"changed": false, "arguments": %d, "has_name": %s}' % (len(sys.argv), 'true' if "name='it'" in text else 'false'))
