#include "cli/settings_page.hpp"

#include "cli/setting_table.hpp"
#include "core/text.hpp"

namespace mito::cli {

namespace {

constexpr std::string_view introduction =
  "# Settings\n"
  "What `ansible.cfg` and the environment can set. A variable wins over the file, an option of the command line over both.\n"
  "The file is the first of `$ANSIBLE_CONFIG`, `./ansible.cfg` (not in a folder that everybody may write to),\n"
  "`~/.ansible.cfg`, `/etc/ansible/ansible.cfg`. `mito-actor config dump --only-changed` shows what is set where.\n"
  "\n"
  "Made by `mito-actor config list --format markdown`; a test holds this page against the program.\n";

struct section {
  setting_state state;
  std::string_view title, text;
};

constexpr section sections[] = {
  {setting_state::used, "Used", "These do what they do in Ansible."},
  {setting_state::later, "Not supported yet", "One of these with another value than its default is a warning, once."},
  {setting_state::unneeded, "Without effect",
   "These concern machinery that is not there or not needed here. Setting them is no fault."},
};

std::string cell(std::string_view words) {
  std::string out;
  for (auto w : core::split(words, ' ')) {
    if (w.empty()) continue;
    bool deprecated = w.ends_with('!');
    if (deprecated) w.remove_suffix(1);
    out += (out.empty() ? "`" : " `") + std::string(w) + "`" + (deprecated ? " (deprecated)" : "");
  }
  return out;
}

} // namespace

std::string settings_page() {
  std::string out(introduction);
  for (auto& part : sections) {
    std::string rows;
    int count = 0;
    for_each_setting([&](const setting& s) {
      if (s.state != part.state) return;
      ++count;
      rows += "| " + std::string(s.id) + " | " + cell(s.ini) + " | " + cell(s.environment) + " | " + std::string(s.about) + " |\n";
    });
    out += "\n## " + std::string(part.title) + " (" + std::to_string(count) + ")\n" + std::string(part.text) +
           "\n\n| setting | ansible.cfg | environment | what |\n|---|---|---|---|\n" + rows;
  }
  return out;
}

} // namespace mito::cli
