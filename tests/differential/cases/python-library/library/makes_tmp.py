#!/usr/bin/python
import os
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec={})
path = module.tmpdir
module.exit_json(there=os.path.isdir(path), mode=oct(os.stat(path).st_mode & 0o777), below=path.split('/.ansible/tmp/')[0])
