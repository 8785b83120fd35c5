// INI inventories, as ansible.builtin.ini reads them.
#include <map>

#include "core/text.hpp"
#include "playbook/inventory/literal.hpp"
#include "playbook/inventory/shell_words.hpp"
#include "playbook/inventory/sources.hpp"

namespace mito::playbook {

namespace {

enum class section : std::uint8_t { hosts, vars, children };

class ini_reader {
public:
  ini_reader(inventory& into, const std::string& name, std::vector<core::diagnostic>& warnings)
      : into_(into), name_(name), warnings_(warnings) {}

  core::expected<void> read(std::string_view text) {
    std::size_t at = 0;
    while (at <= text.size()) {
      auto end = std::min(text.find('\n', at), text.size());
      ++line_;
      auto line = core::trim(text.substr(at, end - at));
      at = end + 1;
      if (line.empty() || line[0] == ';' || line[0] == '#') continue;
      if (auto ok = one_line(line); !ok) return ok;
    }
    const std::pair<const std::string, promise>* first = nullptr;
    for (const auto& entry : pending_)
      if (!first || entry.second.line < first->second.line) first = &entry;
    if (first) {
      const auto& [group, p] = *first;
      line_ = p.line;
      if (p.kind == section::vars)
        return fail("Section [" + group + ":vars] not valid for undefined group: " + group);
      return fail("Section [" + p.parents.back() + ":children] includes undefined group: " + group);
    }
    return {};
  }

private:
  /// A group that was named before its own section.
  struct promise {
    section kind;
    std::uint32_t line;
    std::vector<std::string> parents;
  };

  core::error fail(const std::string& what) const {
    core::error e(name_ + ":" + std::to_string(line_) + ": " + what);
    e.what().category = "inventory";
    return e;
  }

  core::expected<void> one_line(std::string_view line) {
    if (line[0] == '[') {
      auto header = read_header(line);
      if (!header) return header.error();
      if (*header) return {};
    }
    switch (kind_) {
    case section::hosts:
      return host_line(line);
    case section::vars:
      return var_line(line);
    case section::children:
      break;
    }
    return child_line(line);
  }

  /// "[name]" or "[name:kind]" with an optional comment; false when the line is none (a host like [::1]:22).
  core::expected<bool> read_header(std::string_view line) {
    auto end = line.find_first_of(":] \t", 1);
    if (end == line.npos || end == 1) return no_header(line);
    auto group = line.substr(1, end - 1);
    std::string_view kind;
    if (line[end] == ':') {
      auto close = line.find(']', end);
      if (close == line.npos) return no_header(line);
      kind = line.substr(end + 1, close - end - 1);
      end = close;
      for (char c : kind)
        if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')))
          return no_header(line);
    }
    if (line[end] != ']') return no_header(line);
    auto rest = core::trim(line.substr(end + 1));
    if (!rest.empty() && rest[0] != '#') return no_header(line);
    return open_section(group, kind);
  }

  core::expected<bool> no_header(std::string_view line) {
    if (line.ends_with(']'))
      return fail(
          "Invalid section entry: '" + std::string(line) +
          "'. Please make sure that there are no spaces in the section entry, and that there are no other "
          "invalid characters");
    return false;
  }

  core::expected<bool> open_section(std::string_view group, std::string_view kind) {
    if (kind.empty() || kind == "hosts")
      kind_ = section::hosts;
    else if (kind == "vars")
      kind_ = section::vars;
    else if (kind == "children")
      kind_ = section::children;
    else
      return fail("Section [" + std::string(group) + ":" + std::string(kind) +
                  "] has unknown type: " + std::string(kind));
    group_ = std::string(group);
    auto id = into_.find_group(group);
    auto waiting = pending_.find(group_);
    // [x:vars] makes the group, too, but some other section has to declare it before the end.
    if (kind_ == section::vars && id == no_id && waiting == pending_.end())
      pending_[group_] = {section::vars, line_, {}};
    target_ = into_.add_group(group);
    if (id == no_id) check_group_name(group, warnings_);
    if (waiting == pending_.end() || kind_ == section::vars) return true;
    for (const auto& parent : waiting->second.parents)
      if (auto ok = into_.add_child(into_.add_group(parent), target_); !ok) return fail(ok.error().message());
    pending_.erase(waiting);
    return true;
  }

  core::expected<void> host_line(std::string_view line) {
    auto words = shell_words(line);
    if (!words)
      return fail("Error parsing host definition '" + std::string(line) + "': " + words.error().message());
    if (words->empty()) return {};
    auto [pattern, port] = split_port((*words)[0]);
    auto names = expand_range(pattern);
    if (!names) return fail(names.error().message());
    if (!port && (*words)[0].ends_with(':'))
      return fail("Invalid host pattern '" + (*words)[0] +
                  "' supplied, ending in ':' is not allowed, this character is reserved to provide a port.");
    if ((*words)[0] == "---")
      return fail("Invalid host pattern '---' supplied, '---' is normally a sign this is a YAML file.");
    core::dict vars;
    for (std::size_t i = 1; i < words->size(); ++i) {
      std::string_view word = (*words)[i];
      auto equals = word.find('=');
      if (equals == word.npos)
        return fail("Expected key=value host variable assignment, got: " + std::string(word));
      vars.set(word.substr(0, equals), ini_value(word.substr(equals + 1)));
    }
    auto group = group_.empty() ? inventory::ungrouped : target_;
    for (const auto& name : *names) {
      auto h = into_.add_host(name);
      into_.add_to_group(h, group);
      if (port) into_.set_host_var(h, "ansible_port", core::value(static_cast<std::int64_t>(port)));
      for (const auto& e : vars) into_.set_host_var(h, e.key.as_string(), e.val);
    }
    return {};
  }

  core::expected<void> var_line(std::string_view line) {
    auto equals = line.find('=');
    if (equals == line.npos) return fail("Expected key=value, got: " + std::string(line));
    into_.set_group_var(target_, core::trim(line.substr(0, equals)),
                        ini_value(core::trim(line.substr(equals + 1))));
    return {};
  }

  core::expected<void> child_line(std::string_view line) {
    auto child = line.substr(0, line.find_first_of(" \t#"));
    auto rest = core::trim(line.substr(child.size()));
    if (child.empty() || child.find_first_of(":]") != child.npos || (!rest.empty() && rest[0] != '#'))
      return fail("Expected group name, got: " + std::string(line));
    auto id = into_.find_group(child);
    if (id != no_id) {
      auto ok = into_.add_child(target_, id);
      return ok ? ok : fail(ok.error().message());
    }
    auto& p = pending_[std::string(child)];
    if (p.parents.empty()) p = {section::children, line_, {}};
    p.parents.push_back(group_);
    return {};
  }

  inventory& into_;
  const std::string& name_;
  std::vector<core::diagnostic>& warnings_;
  std::uint32_t line_ = 0;
  section kind_ = section::hosts;
  std::string group_; ///< empty before the first section
  group_id target_ = inventory::ungrouped;
  std::map<std::string, promise> pending_;
};

} // namespace

void check_group_name(std::string_view name, std::vector<core::diagnostic>& warnings) {
  bool bad = !name.empty() && name[0] >= '0' && name[0] <= '9';
  for (char c : name)
    bad = bad || !((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                   static_cast<unsigned char>(c) >= 0x80);
  if (!bad) return;
  std::string text =
      "Invalid characters were found in group names but not replaced, use -vvvv to see details";
  for (const auto& w : warnings)
    if (w.message == text) return;
  warnings.push_back({core::severity::warning, text, {}, {}, {}, "inventory"});
}

core::expected<void> read_ini_inventory(inventory& into, std::string_view text, const std::string& name,
                                        std::vector<core::diagnostic>& warnings) {
  if (!core::is_utf8(text)) return core::error(name + ": the file is no valid UTF-8");
  return ini_reader(into, name, warnings).read(text);
}

} // namespace mito::playbook
