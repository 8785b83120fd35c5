// INI inventories, as ansible.builtin.ini reads them.
#include <algorithm>
#include <map>

#include "core/text.hpp"
#include "playbook/inventory/addresses.hpp"
#include "playbook/inventory/formats.hpp"
#include "playbook/inventory/literal.hpp"
#include "playbook/inventory/shell_words.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

enum class section : std::uint8_t { hosts, vars, children };

struct section_kind {
  std::string_view name;
  section kind;
};
constexpr section_kind kinds[] = {{"", section::hosts}, {"hosts", section::hosts}, {"vars", section::vars}, {"children", section::children}};

/// Bytes of the line break at `at` as Python's str.splitlines() knows them; 0: none.
std::size_t line_break(std::string_view text, std::size_t at) {
  auto c = static_cast<unsigned char>(text[at]);
  if (c >= 0x20 && c < 0x80) return 0;
  if (c == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
  if ((c >= '\n' && c <= '\f') || (c >= 0x1c && c <= 0x1e)) return 1;
  auto rest = text.substr(at);
  if (rest.starts_with("\xc2\x85")) return 2;
  return rest.starts_with("\xe2\x80\xa8") || rest.starts_with("\xe2\x80\xa9") ? 3 : 0;
}

class ini_reader {
public:
  ini_reader(inventory& into, const std::string& name) : into_(into), name_(name) {}

  core::expected<void> read(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      auto end = at;
      std::size_t width = 0;
      while (end < text.size() && !(width = line_break(text, end))) ++end;
      ++line_;
      auto line = strip(text.substr(at, end - at));
      at = end + width;
      if (line.empty() || line[0] == ';' || line[0] == '#') continue; // whatever bytes a comment holds
      if (!core::is_utf8(line)) return fail("the line is no valid UTF-8");
      if (auto ok = one_line(line); !ok) return ok;
    }
    return check_promises();
  }

private:
  /// A group that was named before its own section.
  struct promise {
    section kind;
    std::uint32_t line;
    std::vector<group_id> parents;
  };

  core::error fail(const std::string& what) const {
    return source_error(name_ + ":" + std::to_string(line_) + ": " + what);
  }
  core::expected<void> placed(core::expected<void> done) const { return done ? std::move(done) : fail(done.error().message()); }

  core::expected<void> check_promises() {
    const std::pair<const std::string, promise>* first = nullptr;
    for (const auto& entry : pending_)
      if (!first || entry.second.line < first->second.line) first = &entry;
    if (!first) return {};
    const auto& [group, p] = *first;
    line_ = p.line;
    if (p.kind == section::vars) return fail("Section [" + group + ":vars] not valid for undefined group: " + group);
    return fail("Section [" + into_.group_at(p.parents.back()).name + ":children] includes undefined group: " + group);
  }

  core::expected<void> one_line(std::string_view line) {
    if (line[0] == '[') {
      auto header = read_header(line);
      if (!header) return header.error();
      if (*header) return {};
    }
    if (kind_ == section::hosts) return host_line(line);
    return kind_ == section::vars ? var_line(line) : child_line(line);
  }

  /// "[name]" or "[name:kind]" with an optional comment; false when the line is none (a host like [::1]:22).
  core::expected<bool> read_header(std::string_view line) {
    auto group = name_at(line, 1);
    auto at = 1 + group.size();
    std::string_view kind;
    if (!group.empty() && at < line.size() && line[at] == ':') {
      auto from = ++at;
      while (at < line.size()) {
        auto next = at;
        auto c = core::next_utf8(line, next);
        if (!c || !is_word(*c)) break;
        at = next;
      }
      kind = line.substr(from, at - from);
      if (kind.empty()) return no_header(line);
    }
    if (group.empty() || at >= line.size() || line[at] != ']') return no_header(line);
    auto rest = strip(line.substr(at + 1));
    if (!rest.empty() && rest[0] != '#') return no_header(line);
    return open_section(group, kind);
  }

  /// What may be a group's name from `at` on: up to `:`, `]` or white space.
  static std::string_view name_at(std::string_view line, std::size_t at) {
    auto end = at;
    while (end < line.size() && line[end] != ':' && line[end] != ']') {
      auto next = end;
      (void)core::next_utf8(line, next);
      if (strip(line.substr(end, next - end)).empty()) break;
      end = next;
    }
    return line.substr(at, end - at);
  }

  core::expected<bool> no_header(std::string_view line) const {
    if (!line.ends_with(']')) return false;
    return fail("Invalid section entry: '" + std::string(line) +
                "'. Please make sure that there are no spaces in the section entry, and that there are no other invalid "
                "characters");
  }

  core::expected<bool> open_section(std::string_view group, std::string_view kind) {
    auto known = std::find_if(std::begin(kinds), std::end(kinds), [&](const section_kind& k) { return k.name == kind; });
    if (known == std::end(kinds))
      return fail("Section [" + std::string(group) + ":" + std::string(kind) + "] has unknown type: " + std::string(kind));
    kind_ = known->kind;
    auto groups = into_.groups().size();
    target_ = into_.add_group(group);
    bool is_new = into_.groups().size() > groups;
    std::string name = into_.group_at(target_).name;
    auto waiting = pending_.find(name);
    // [x:vars] makes the group, too, but some other section has to declare it before the end.
    if (kind_ == section::vars && is_new && waiting == pending_.end()) pending_[name] = {section::vars, line_, {}};
    if (waiting == pending_.end() || kind_ == section::vars) return true;
    for (auto parent : waiting->second.parents)
      if (auto ok = into_.add_child(parent, target_); !ok) return fail(ok.error().message());
    pending_.erase(waiting);
    return true;
  }

  core::expected<void> host_line(std::string_view line) {
    auto words = shell_words(line);
    if (!words) return fail("Error parsing host definition '" + std::string(line) + "': " + words.error().message());
    if (words->empty()) return fail("Expected a host, got: " + std::string(line));
    auto hosts = expand_host_pattern((*words)[0]);
    if (!hosts) return fail(hosts.error().message());
    if (!hosts->port && strip((*words)[0]).ends_with(':'))
      return fail("Invalid host pattern '" + (*words)[0] +
                  "' supplied, ending in ':' is not allowed, this character is reserved to provide a port.");
    if (std::any_of(hosts->names.begin(), hosts->names.end(), [](const auto& n) { return strip(n) == "---"; }))
      return fail("Invalid host pattern '" + (*words)[0] + "' supplied, '---' is normally a sign this is a YAML file.");
    core::dict vars;
    for (std::size_t i = 1; i < words->size(); ++i) {
      std::string_view word = (*words)[i];
      auto equals = word.find('=');
      if (equals == word.npos) return fail("Expected key=value host variable assignment, got: " + std::string(word));
      auto v = ini_value(word.substr(equals + 1));
      if (!v) return fail(v.error().message());
      vars.set(word.substr(0, equals), std::move(*v));
    }
    for (const auto& name : hosts->names) {
      if (name.empty()) return fail("Invalid empty host name provided: ");
      into_.add_to_group(into_.add_host(name, hosts->port), target_);
      for (const auto& e : vars)
        if (auto ok = into_.set_variable(name, e.key, e.val); !ok) return placed(std::move(ok));
    }
    return {};
  }

  core::expected<void> var_line(std::string_view line) {
    auto equals = line.find('=');
    if (equals == line.npos) return fail("Expected key=value, got: " + std::string(line));
    auto v = ini_value(strip(line.substr(equals + 1)));
    if (!v) return fail(v.error().message());
    return placed(into_.set_group_var(target_, core::value(strip(line.substr(0, equals))), std::move(*v)));
  }

  core::expected<void> child_line(std::string_view line) {
    auto child = name_at(line, 0);
    auto rest = strip(line.substr(child.size()));
    if (child.empty() || (!rest.empty() && rest[0] != '#')) return fail("Expected group name, got: " + std::string(line));
    if (auto id = into_.find_group(child); id != no_id) return placed(into_.add_child(target_, id));
    auto& p = pending_[std::string(child)];
    if (p.parents.empty()) p = {section::children, line_, {}};
    p.parents.push_back(target_);
    return {};
  }

  inventory& into_;
  const std::string& name_;
  std::uint32_t line_ = 0;
  section kind_ = section::hosts;
  group_id target_ = inventory::ungrouped;
  std::map<std::string, promise> pending_;
};

} // namespace

core::expected<void> read_ini_inventory(inventory& into, std::string_view text, const std::string& name) {
  return ini_reader(into, name).read(text);
}

core::expected<void> read_ini_source(reading& r) {
  auto text = read_text_file(r.source);
  if (!text) return text.error();
  return read_ini_inventory(r.hosts, *text, r.source);
}

} // namespace mito::playbook
