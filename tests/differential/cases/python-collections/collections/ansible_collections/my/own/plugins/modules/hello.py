#!/usr/bin/python
from __future__ import absolute_import, division, print_function
__metaclass__ = type
DOCUMENTATION = '''
module: hello
'''
from ansible.module_utils.basic import AnsibleModule
from ..module_utils.words import greeting
from ansible_collections.my.own.plugins.module_utils.renamed import mark


def main():
    module = AnsibleModule(argument_spec=dict(name=dict(type='str', required=True, aliases=['who'])), supports_check_mode=True)
    module.warn('a warning of mine')
    module.deprecate('old ways', version='9.0.0', collection_name='my.own')
    module.exit_json(changed=False, words=greeting(module.params['name']) + mark, ansible_facts=dict(hello_fact=1))


if __name__ == '__main__':
    main()
