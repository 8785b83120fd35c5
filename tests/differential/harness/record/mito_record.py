# SPDX-License-Identifier: GPL-3.0-or-later
# (this file alone: it imports Ansible)
"""The document of Ansible's `json` callback, written to a file, while another callback owns stdout.

One run of ansible-playbook then yields both: the default output and the results.
"""

import json
import os

from ansible.parsing.ajson import AnsibleJSONEncoder
from ansible_collections.ansible.posix.plugins.callback.json import CallbackModule as Base

DOCUMENTATION = """
    name: mito_record
    short_description: writes the json callback's document to MITO_RECORD_FILE
    type: notification
    description: for the differential tests
    options:
      json_indent:
        description: spaces of indentation
        default: 0
        type: integer
        env: [{name: ANSIBLE_JSON_INDENT}]
      show_custom_stats:
        description: adds set_stats' values
        default: false
        type: bool
        env: [{name: ANSIBLE_SHOW_CUSTOM_STATS}]
"""


class CallbackModule(Base):
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "mito_record"

    def __init__(self, display=None):
        super().__init__(display)
        self.disabled = "MITO_RECORD_FILE" not in os.environ

    def v2_playbook_on_stats(self, stats):
        summary = {host: stats.summarize(host) for host in sorted(stats.processed)}
        document = {"plays": self.results, "stats": summary, "custom_stats": {}, "global_custom_stats": {}}
        with open(os.environ["MITO_RECORD_FILE"], "w", encoding="utf-8") as stream:
            json.dump(document, stream, cls=AnsibleJSONEncoder, sort_keys=True)
