#include "cli/option_table.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstring>

namespace mito::cli {

namespace {

/// "-i,--inventory" → "inventory".
std::string long_name(std::string_view names) {
  auto at = names.rfind("--");
  return std::string(at == names.npos ? names.substr(1) : names.substr(at + 2));
}

/// argparse's names of an option: "-J/--ask-vault-password/--ask-vault-pass".
std::string slashed(std::string_view names) {
  std::string out(names);
  for (char& ch : out)
    if (ch == ',') ch = '/';
  return out;
}

/// What is wrong about options that exclude each other; empty: nothing.
std::string conflict(const command& c, const parsed& given) {
  for (auto& later : c.options)
    for (auto& earlier : c.options) {
      if (&earlier == &later) break;
      if (earlier.exclusive.empty() || earlier.exclusive != later.exclusive) continue;
      if (given.has(long_name(earlier.names)) && given.has(long_name(later.names)))
        return "argument " + slashed(later.names) + ": not allowed with argument " + slashed(earlier.names);
    }
  return {};
}

} // namespace

int parsed::count(std::string_view name) const {
  auto at = given_.find(std::string(name));
  return at == given_.end() ? 0 : static_cast<int>(at->second.size());
}

std::vector<std::string> parsed::all(std::string_view name) const {
  auto at = given_.find(std::string(name));
  return at == given_.end() ? std::vector<std::string>{} : at->second;
}

std::string parsed::last(std::string_view name, std::string fallback) const {
  auto at = given_.find(std::string(name));
  return at == given_.end() || at->second.empty() ? std::move(fallback) : at->second.back();
}

// CLI11 reports by exceptions: none leaves this function.
parse_outcome parse(const command& c, const std::vector<std::string>& arguments) try {
  parse_outcome out;
  CLI::App app;
  app.set_help_flag();
  app.allow_windows_style_options(false);
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, int> flags;
  bool help = false;
  app.add_flag("-h,--help", help);
  for (auto& o : c.options) {
    auto name = long_name(o.names);
    if (o.value.empty()) {
      app.add_flag(std::string(o.names), flags[name]);
      continue;
    }
    app.add_option(std::string(o.names), values[name])->take_all()->expected(1)->allow_extra_args(false)->multi_option_policy(
      CLI::MultiOptionPolicy::TakeAll);
  }
  app.add_option("arguments", out.values.positional);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
  app.parse(std::move(reversed));
  out.help = help;
  for (auto& [name, list] : values)
    for (auto& v : list) out.values.add(name, v);
  for (auto& [name, n] : flags)
    for (int i = 0; i < n; ++i) out.values.add(name, "");
  for (auto& o : c.options)
    if (o.refused && out.values.has(long_name(o.names)))
      out.error = "--" + long_name(o.names) + " is not supported yet";
  if (out.error.empty()) out.error = conflict(c, out.values);
  return out;
} catch (const CLI::Error& e) {
  parse_outcome out;
  out.error = e.what();
  return out;
} catch (const std::exception& e) {
  parse_outcome out;
  out.error = e.what();
  return out;
}

namespace {

std::string option_line(const option& o) {
  std::string names(o.names);
  if (auto comma = names.find(','); comma != std::string::npos) names.insert(comma + 1, " ");
  if (!o.value.empty()) names += " " + std::string(o.value);
  return names;
}

/// `text` in lines of at most `width`, each after the first indented.
std::string fold(std::string_view text, std::size_t width, std::size_t indent) {
  std::string out;
  std::size_t used = 0;
  while (!text.empty()) {
    auto end = text.find(' ');
    auto word = text.substr(0, end);
    if (used && used + 1 + word.size() > width) {
      out += '\n';
      out.append(indent, ' ');
      used = 0;
    }
    if (used) {
      out += ' ';
      ++used;
    }
    out += word;
    used += word.size();
    if (end == text.npos) break;
    text.remove_prefix(end + 1);
  }
  return out;
}

std::vector<std::string_view> groups_of(const command& c) {
  std::vector<std::string_view> out;
  for (auto& o : c.options)
    if (std::find(out.begin(), out.end(), o.group) == out.end()) out.push_back(o.group);
  return out;
}

std::string group_help(const command& c) {
  std::string out = "usage: mito-actor " + std::string(c.name) + " ACTION [options] …\n\n" + fold(c.description, 96, 0) + "\n\nactions:\n";
  for (auto* a : c.actions)
    out += "  " + std::string(a->action()) + std::string(16 - a->action().size(), ' ') + std::string(a->summary) + "\n";
  return out + "\nexamples:\n" + std::string(c.examples) + "\n`mito-actor " + std::string(c.name) +
         " ACTION --help` lists an action's options\n";
}

} // namespace

std::string help_text(const command& c) {
  if (!c.actions.empty()) return group_help(c);
  std::string out = "usage: mito-actor " + std::string(c.name) + " [options] " + std::string(c.arguments) + "\n\n";
  out += fold(c.description, 96, 0) + "\n";
  for (auto group : groups_of(c)) {
    out += "\n" + std::string(group) + ":\n";
    for (auto& o : c.options) {
      if (o.group != group || o.refused) continue;
      auto names = option_line(o);
      out += "  " + names;
      out += names.size() < 30 ? std::string(32 - names.size(), ' ') : "\n" + std::string(34, ' ');
      out += fold(o.help, 66, 34) + "\n";
    }
  }
  out += "\nexamples:\n" + std::string(c.examples);
  std::string missing;
  for (auto& o : c.options)
    if (o.refused) missing += (missing.empty() ? "" : ", ") + std::string("--") + long_name(o.names);
  if (!missing.empty()) out += "\nknown to Ansible and not supported yet: " + fold(missing, 60, 2) + "\n";
  return out;
}

const command& action_of(const command& group, std::string_view name) {
  for (auto* a : group.actions)
    if (a->action() == name) return *a;
  return group;
}

std::string man_page(const command& c) {
  auto escape = [](std::string_view s) {
    std::string out;
    for (char ch : s) {
      if (ch == '-') out += '\\';
      if (ch == '\\') out += '\\';
      out += ch;
    }
    return out;
  };
  std::string out = ".TH MITO-ACTOR-" + std::string(c.name) + " 1\n.SH NAME\nmito-actor-" + std::string(c.name) + " \\- " +
                    escape(c.summary) + "\n.SH SYNOPSIS\n.B mito-actor " + std::string(c.name) + "\n[options] " +
                    escape(c.arguments) + "\n.SH DESCRIPTION\n" + escape(c.description) + "\n.SH OPTIONS\n";
  for (auto& o : c.options) {
    if (o.refused) continue;
    out += ".TP\n.B " + escape(option_line(o)) + "\n" + escape(o.help) + "\n";
  }
  for (auto* a : c.actions) {
    out += ".SS " + escape(a->action()) + "\n" + escape(a->description) + "\n";
    for (auto& o : a->options) out += ".TP\n.B " + escape(option_line(o)) + "\n" + escape(o.help) + "\n";
  }
  out += ".SH EXAMPLES\n.nf\n" + escape(c.examples) + ".fi\n";
  out += ".SH EXIT STATUS\n0 all went well; 1 an error of the run; 2 hosts failed; 4 hosts were unreachable or the playbook "
         "could not be read; 99 interrupted.\n";
  return out;
}

namespace {

/// The long options of a command or of all actions of a group, each once.
std::vector<std::string> option_words(const command& c) {
  std::vector<std::string> out;
  auto add = [&](const command& one) {
    for (auto& o : one.options)
      if (auto word = "--" + long_name(o.names); !o.refused && std::find(out.begin(), out.end(), word) == out.end())
        out.push_back(word);
  };
  add(c);
  for (auto* a : c.actions) add(*a);
  return out;
}

} // namespace

std::string bash_completion(std::span<const command* const> commands) {
  std::string out = "# bash completion of mito-actor\n_mito_actor() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words\n"
                    "  case ${COMP_WORDS[1]} in\n";
  std::string names;
  for (auto* c : commands) {
    names += std::string(names.empty() ? "" : " ") + std::string(c->name);
    out += "    " + std::string(c->name) + ") words='";
    for (auto* a : c->actions) out += std::string(a->action()) + " ";
    for (auto& word : option_words(*c)) out += word + " ";
    out += "--help' ;;\n";
  }
  out += "    *) words='" + names + "' ;;\n  esac\n"
         "  if [[ $cur == -* || $COMP_CWORD -eq 1 ]]; then COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
         "  else COMPREPLY=($(compgen -f -- \"$cur\")); fi\n}\ncomplete -o filenames -F _mito_actor mito-actor\n";
  return out;
}

} // namespace mito::cli
