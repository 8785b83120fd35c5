#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.mine import shout
import ansible.module_utils.pkg.inner as inner


def main():
    module = AnsibleModule(argument_spec=dict(text=dict(type='str'), secret=dict(type='str', no_log=True, default='hush')))
    module.exit_json(changed=True, text=shout(module.params['text']), inner=inner.VALUE, check=module.check_mode)


if __name__ == '__main__':
    main()
