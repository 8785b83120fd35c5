// The options of `mito-actor config`'s actions, which are ansible-config's.
#include "cli/commands.hpp"

namespace mito::cli {

namespace {

constexpr std::string_view where = "what";

constexpr option dump_options[] = {
  {"-c,--config", "FILE", "this file instead of the one that is found", where},
  {"-t,--type", "TYPE", "base; settings of plugins are listed by ansible-config only", where},
  {"--only-changed,--changed-only", "", "only what differs from the default", where},
  {"-f,--format", "FORMAT", "display, json or yaml", "how"},
  {"-v,--verbose", "", "say more", "how"},
};
constexpr option list_options[] = {
  {"-c,--config", "FILE", "this file instead of the one that is found", where},
  {"-t,--type", "TYPE", "base; settings of plugins are listed by ansible-config only", where},
  {"-f,--format", "FORMAT", "yaml, json, or markdown with the state of each setting", "how"},
  {"-v,--verbose", "", "say more", "how"},
};
constexpr option view_options[] = {
  {"-c,--config", "FILE", "this file instead of the one that is found", where},
  {"-t,--type", "TYPE", "has no effect here", where},
  {"-v,--verbose", "", "say more", "how"},
};
constexpr option init_options[] = {
  {"-c,--config", "FILE", "", where},
  {"-t,--type", "TYPE", "", where},
  {"-f,--format", "FORMAT", "", "how"},
  {"--disabled", "", "", "how"},
  {"-v,--verbose", "", "", "how"},
};

constexpr command list{"config list", "all settings, where they can be set, and whether they do something here", "",
                       "Lists the settings of ansible-core 2.14.", "  mito-actor config list\n", list_options, config_list};
constexpr command dump{"config dump", "the values of all settings and where they come from", "",
                       "Shows what ansible.cfg, the environment and the defaults come to.",
                       "  mito-actor config dump --only-changed\n", dump_options, config_dump};
constexpr command view{"config view", "the configuration file", "", "Shows the ansible.cfg that counts here.",
                       "  mito-actor config view\n", view_options, config_view};
constexpr command init{"config init", "not supported; copy configs/ansible.cfg.example", "",
                       "Ansible writes a file of all settings here; we have a commented example instead.", "", init_options,
                       config_init};

constexpr const command* actions[] = {&list, &dump, &view, &init};

} // namespace

const command config_command{
  "config",
  "show settings and where they come from",
  "",
  "Shows the settings that ansible.cfg and ANSIBLE_* variables give, as ansible-config does.",
  "  mito-actor config dump --only-changed\n",
  {},
  nullptr,
  "ansible-config",
  actions,
};

} // namespace mito::cli
