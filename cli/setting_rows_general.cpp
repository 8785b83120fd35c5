// Settings before DEFAULT_ in the alphabet: how the run looks, colours, callbacks, collections.
#include "cli/setting_table.hpp"

namespace mito::cli {

namespace {

using enum setting_state;

constexpr std::string_view colors = "black|bright gray|blue|white|green|bright blue|cyan|bright "
                                    "green|red|bright cyan|purple|bright red|yellow|bright purple|"
                                    "dark gray|bright yellow|magenta|bright magenta|normal";

constexpr setting rows[] = {
    {"ACTION_WARNINGS", "action_warnings", "boolean", "True", "ANSIBLE_ACTION_WARNINGS",
     "defaults.action_warnings", later, "show the warnings of actions and modules"},
    {"AGNOSTIC_BECOME_PROMPT", "agnostic_become_prompt", "boolean", "True", "ANSIBLE_AGNOSTIC_BECOME_PROMPT",
     "privilege_escalation.agnostic_become_prompt", unneeded,
     "the become question does not name the method; it never does here"},
    {"ANSIBLE_CONNECTION_PATH", "ansible_connection_path", "path", "None", "ANSIBLE_CONNECTION_PATH",
     "persistent_connection.ansible_connection_path", unneeded, "program behind network connections"},
    {"ANSIBLE_COW_ACCEPTLIST", "cowsay_enabled_stencils", "list",
     "bud-frogs, bunny, cheese, daemon, default, dragon, elephant-in-snake, elephant, eyes, hellokitty, "
     "kitty, luke-koala, meow, milk, moofasa, moose, ren, sheep, small, stegosaurus, stimpy, supermilker, "
     "three-eyes, turkey, turtle, tux, udder, vader-koala, vader, www",
     "ANSIBLE_COW_WHITELIST! ANSIBLE_COW_ACCEPTLIST",
     "defaults.cow_whitelist! defaults.cowsay_enabled_stencils", unneeded,
     "animals that a random choice may take"},
    {"ANSIBLE_COW_PATH", "cowpath", "string", "None", "ANSIBLE_COW_PATH", "defaults.cowpath", unneeded,
     "where cowsay is"},
    {"ANSIBLE_COW_SELECTION", "cow_selection", "", "default", "ANSIBLE_COW_SELECTION",
     "defaults.cow_selection", unneeded, "which animal cowsay draws"},
    {"ANSIBLE_FORCE_COLOR", "force_color", "boolean", "False", "ANSIBLE_FORCE_COLOR", "defaults.force_color",
     used, "colours even where the output is no terminal"},
    {"ANSIBLE_HOME", "home", "path", "~/.ansible", "ANSIBLE_HOME", "defaults.home", used,
     "folder that other defaults start from"},
    {"ANSIBLE_NOCOLOR", "nocolor", "boolean", "False", "ANSIBLE_NOCOLOR NO_COLOR", "defaults.nocolor", used,
     "no colours"},
    {"ANSIBLE_NOCOWS", "nocows", "boolean", "False", "ANSIBLE_NOCOWS", "defaults.nocows", unneeded,
     "no cowsay; there is none here"},
    {"ANSIBLE_PIPELINING", "pipelining", "boolean", "False", "ANSIBLE_PIPELINING",
     "defaults.pipelining connection.pipelining", unneeded,
     "modules through the connection; it is always so here"},
    {"ANY_ERRORS_FATAL", "any_errors_fatal", "boolean", "False", "ANSIBLE_ANY_ERRORS_FATAL",
     "defaults.any_errors_fatal", later, "the first failed task ends the play for all hosts"},
    {"BECOME_ALLOW_SAME_USER", "become_allow_same_user", "boolean", "False", "ANSIBLE_BECOME_ALLOW_SAME_USER",
     "privilege_escalation.become_allow_same_user", later,
     "become even when the user is the one that logged in"},
    {"BECOME_PASSWORD_FILE", "become_password_file", "path", "None", "ANSIBLE_BECOME_PASSWORD_FILE",
     "defaults.become_password_file", used, "file or program that gives the become password"},
    {"BECOME_PLUGIN_PATH", "become_plugins", "pathspec",
     "{{ANSIBLE_HOME}}/plugins/become:/usr/share/ansible/plugins/become", "ANSIBLE_BECOME_PLUGINS",
     "defaults.become_plugins", later, "folders of become plugins"},
    {"CACHE_PLUGIN", "fact_caching", "", "memory", "ANSIBLE_CACHE_PLUGIN", "defaults.fact_caching", later,
     "where facts are kept between runs"},
    {"CACHE_PLUGIN_CONNECTION", "fact_caching_connection", "", "None", "ANSIBLE_CACHE_PLUGIN_CONNECTION",
     "defaults.fact_caching_connection", later, "the place of the fact cache"},
    {"CACHE_PLUGIN_PREFIX", "fact_caching_prefix", "", "ansible_facts", "ANSIBLE_CACHE_PLUGIN_PREFIX",
     "defaults.fact_caching_prefix", later, "prefix of names in the fact cache"},
    {"CACHE_PLUGIN_TIMEOUT", "fact_caching_timeout", "integer", "86400", "ANSIBLE_CACHE_PLUGIN_TIMEOUT",
     "defaults.fact_caching_timeout", later, "seconds that cached facts are good for"},
    {"CALLBACKS_ENABLED", "callbacks_enabled", "list", "",
     "ANSIBLE_CALLBACK_WHITELIST! ANSIBLE_CALLBACKS_ENABLED",
     "defaults.callback_whitelist! defaults.callbacks_enabled", later,
     "further outputs beside the one on stdout"},
    {"COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH", "collections_on_ansible_version_mismatch", "", "warning",
     "ANSIBLE_COLLECTIONS_ON_ANSIBLE_VERSION_MISMATCH", "defaults.collections_on_ansible_version_mismatch",
     later, "what to do about a collection for another Ansible", "error|warning|ignore"},
    {"COLLECTIONS_PATHS", "collections_path", "pathspec",
     "{{ANSIBLE_HOME}}/collections:/usr/share/ansible/collections",
     "ANSIBLE_COLLECTIONS_PATHS ANSIBLE_COLLECTIONS_PATH",
     "defaults.collections_paths defaults.collections_path", later,
     "folders that collections are looked for in"},
    {"COLLECTIONS_SCAN_SYS_PATH", "collections_scan_sys_path", "boolean", "True",
     "ANSIBLE_COLLECTIONS_SCAN_SYS_PATH", "defaults.collections_scan_sys_path", later,
     "look for collections in the installed Python packages too"},
    {"COLOR_CHANGED", "color_changed", "", "yellow", "ANSIBLE_COLOR_CHANGED", "colors.changed", later,
     "colour of changed", colors},
    {"COLOR_CONSOLE_PROMPT", "color_console_prompt", "", "white", "ANSIBLE_COLOR_CONSOLE_PROMPT",
     "colors.console_prompt", later, "colour of console prompt", colors},
    {"COLOR_DEBUG", "color_debug", "", "dark gray", "ANSIBLE_COLOR_DEBUG", "colors.debug", later,
     "colour of debug", colors},
    {"COLOR_DEPRECATE", "color_deprecate", "", "purple", "ANSIBLE_COLOR_DEPRECATE", "colors.deprecate", later,
     "colour of deprecate", colors},
    {"COLOR_DIFF_ADD", "color_diff_add", "", "green", "ANSIBLE_COLOR_DIFF_ADD", "colors.diff_add", later,
     "colour of diff add", colors},
    {"COLOR_DIFF_LINES", "color_diff_lines", "", "cyan", "ANSIBLE_COLOR_DIFF_LINES", "colors.diff_lines",
     later, "colour of diff lines", colors},
    {"COLOR_DIFF_REMOVE", "color_diff_remove", "", "red", "ANSIBLE_COLOR_DIFF_REMOVE", "colors.diff_remove",
     later, "colour of diff remove", colors},
    {"COLOR_ERROR", "color_error", "", "red", "ANSIBLE_COLOR_ERROR", "colors.error", later, "colour of error",
     colors},
    {"COLOR_HIGHLIGHT", "color_highlight", "", "white", "ANSIBLE_COLOR_HIGHLIGHT", "colors.highlight", later,
     "colour of highlight", colors},
    {"COLOR_OK", "color_ok", "", "green", "ANSIBLE_COLOR_OK", "colors.ok", later, "colour of ok", colors},
    {"COLOR_SKIP", "color_skip", "", "cyan", "ANSIBLE_COLOR_SKIP", "colors.skip", later, "colour of skip",
     colors},
    {"COLOR_UNREACHABLE", "color_unreachable", "", "bright red", "ANSIBLE_COLOR_UNREACHABLE",
     "colors.unreachable", later, "colour of unreachable", colors},
    {"COLOR_VERBOSE", "color_verbose", "", "blue", "ANSIBLE_COLOR_VERBOSE", "colors.verbose", later,
     "colour of verbose", colors},
    {"COLOR_WARN", "color_warn", "", "bright purple", "ANSIBLE_COLOR_WARN", "colors.warn", later,
     "colour of warn", colors},
    {"CONNECTION_FACTS_MODULES", "connection_facts_modules", "dict",
     "asa=ansible.legacy.asa_facts, cisco.asa.asa=cisco.asa.asa_facts, eos=ansible.legacy.eos_facts, "
     "arista.eos.eos=arista.eos.eos_facts, frr=ansible.legacy.frr_facts, frr.frr.frr=frr.frr.frr_facts, "
     "ios=ansible.legacy.ios_facts, cisco.ios.ios=cisco.ios.ios_facts, iosxr=ansible.legacy.iosxr_facts, "
     "cisco.iosxr.iosxr=cisco.iosxr.iosxr_facts, junos=ansible.legacy.junos_facts, "
     "junipernetworks.junos.junos=junipernetworks.junos.junos_facts, nxos=ansible.legacy.nxos_facts, "
     "cisco.nxos.nxos=cisco.nxos.nxos_facts, vyos=ansible.legacy.vyos_facts, "
     "vyos.vyos.vyos=vyos.vyos.vyos_facts, exos=ansible.legacy.exos_facts, "
     "extreme.exos.exos=extreme.exos.exos_facts, slxos=ansible.legacy.slxos_facts, "
     "extreme.slxos.slxos=extreme.slxos.slxos_facts, voss=ansible.legacy.voss_facts, "
     "extreme.voss.voss=extreme.voss.voss_facts, ironware=ansible.legacy.ironware_facts, "
     "community.network.ironware=community.network.ironware_facts",
     "", "", later, "facts modules of network platforms"},
    {"CONNECTION_PASSWORD_FILE", "connection_password_file", "path", "None",
     "ANSIBLE_CONNECTION_PASSWORD_FILE", "defaults.connection_password_file", used,
     "file or program that gives the login password"},
    {"COVERAGE_REMOTE_OUTPUT", "coverage_remote_output", "str", "None", "_ANSIBLE_COVERAGE_REMOTE_OUTPUT", "",
     unneeded, "for the tests of Ansible itself"},
    {"COVERAGE_REMOTE_PATHS", "coverage_remote_paths", "str", "*", "_ANSIBLE_COVERAGE_REMOTE_PATH_FILTER", "",
     unneeded, "for the tests of Ansible itself"},
};

} // namespace

std::span<const setting> general_settings() {
  return rows;
}

} // namespace mito::cli
