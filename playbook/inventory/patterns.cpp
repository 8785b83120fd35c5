#include "playbook/inventory/patterns.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <random>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/inventory/addresses.hpp"
#include "playbook/inventory/matcher.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::playbook {

namespace {

void split_into(std::vector<std::string>& out, std::string_view pattern) {
  auto add = [&](std::string_view piece) {
    if (auto t = strip(piece); !t.empty()) out.emplace_back(t);
  };
  if (pattern.find(',') != pattern.npos) {
    for (auto piece : core::split(pattern, ',')) add(piece);
    return;
  }
  if (parse_address(pattern)) return add(pattern);
  // Pieces are runs without white space and colons; a bracketed expression may hold both.
  std::string piece;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    char c = pattern[i];
    if (c == '[') {
      if (auto close = pattern.find(']', i); close != pattern.npos) {
        piece += pattern.substr(i, close - i + 1);
        i = close;
        continue;
      }
    }
    if (c == ':' || c == '[' || c == ']' || c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      add(piece);
      piece.clear();
    } else {
      piece += c;
    }
  }
  add(piece);
}

/// A pattern's subscript: [n] or [start:end], end inclusive.
struct subscript {
  std::int64_t start = 0;
  std::optional<std::int64_t> end; ///< -1: to the last one
  bool dash = false;               ///< written [x-y], as long ago
};

std::pair<std::string_view, std::optional<subscript>> split_subscript(std::string_view p) {
  if (p.starts_with('~') || !p.ends_with(']')) return {p, std::nullopt};
  auto open = p.rfind('[');
  if (open == p.npos || open == 0) return {p, std::nullopt};
  auto inside = p.substr(open + 1, p.size() - open - 2);
  auto digits = [](std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == s.npos; };
  if (digits(inside) || (inside.starts_with('-') && digits(inside.substr(1)))) {
    auto n = core::parse_int(inside);
    if (!n) return {p, std::nullopt};
    return {p.substr(0, open), subscript{*n, std::nullopt, false}};
  }
  auto separator = inside.find_first_of(":-");
  if (separator == inside.npos || !digits(inside.substr(0, separator))) return {p, std::nullopt};
  auto after = inside.substr(separator + 1);
  if (!after.empty() && !digits(after)) return {p, std::nullopt};
  auto start = core::parse_int(inside.substr(0, separator)),
       end = after.empty() ? -1 : core::parse_int(after);
  if (!start || !end) return {p, std::nullopt};
  return {p.substr(0, open), subscript{*start, *end, inside[separator] == '-'}};
}

class evaluator {
public:
  evaluator(const inventory& from, inventory* writable) : from_(from), writable_(writable) {}

  core::expected<std::vector<host_id>> run(const std::vector<std::string>& patterns) {
    std::vector<std::string> regular, both, except;
    for (const auto& p : patterns)
      if (!p.empty()) (p[0] == '!' ? except : p[0] == '&' ? both : regular).push_back(p);
    if (regular.empty()) regular.push_back("all");
    std::vector<host_id> hosts;
    for (const auto* kind : {&regular, &both, &except})
      for (const auto& p : *kind) {
        auto found = one(p);
        if (!found) return found;
        combine(hosts, *found, p[0]);
      }
    return hosts;
  }

  std::vector<core::diagnostic> warnings;

private:
  void combine(std::vector<host_id>& hosts, const std::vector<host_id>& found, char kind) const {
    std::vector<bool> in(from_.hosts().size() + 1);
    if (kind == '!' || kind == '&') {
      for (auto h : found) in[h] = true;
      std::erase_if(hosts, [&](host_id h) { return in[h] == (kind == '!'); });
      return;
    }
    for (auto h : hosts) in[h] = true;
    for (auto h : found)
      if (!in[h]) {
        in[h] = true;
        hosts.push_back(h);
      }
  }

  core::expected<std::vector<host_id>> one(std::string_view p) {
    if (auto h = from_.find_host(p); h != no_id) return std::vector<host_id>{h};
    if (p[0] == '!' || p[0] == '&') p.remove_prefix(1);
    if (p.empty()) return core::error("a host pattern must name something after '!' or '&'");
    auto [expression, slice] = split_subscript(p);
    if (slice && slice->dash) warn("Use [x:y] inclusive subscripts instead of [x-y] which has been removed");
    auto found = matches(expression);
    if (!found || !slice || found->empty()) return found;
    return apply(*found, *slice, p);
  }

  static core::expected<std::vector<host_id>> apply(const std::vector<host_id>& all, const subscript& s,
                                                    std::string_view pattern) {
    auto n = static_cast<std::int64_t>(all.size());
    if (!s.end || *s.end == 0) { // an end of 0 is none to Ansible
      auto i = s.start < 0 ? n + s.start : s.start;
      if (i < 0 || i >= n)
        return core::error("No hosts matched the subscripted pattern '" + std::string(pattern) + "'");
      return std::vector<host_id>{all[static_cast<std::size_t>(i)]};
    }
    auto end = *s.end == -1 ? n : std::min(*s.end + 1, n);
    if (s.start >= end) return std::vector<host_id>{};
    return std::vector<host_id>(all.begin() + s.start, all.begin() + end);
  }

  core::expected<std::vector<host_id>> matches(std::string_view p) {
    auto matcher = name_matcher::compile(p);
    if (!matcher) return matcher.error();
    std::vector<host_id> found;
    bool group_matched = false;
    auto take_group = [&](group_id g) {
      group_matched = true;
      auto members = from_.members(g);
      found.insert(found.end(), members.begin(), members.end());
    };
    if (matcher->plain()) {
      if (auto g = from_.find_group(p); g != no_id) take_group(g);
    } else {
      for (group_id g = 0; g < from_.groups().size(); ++g)
        if (matcher->matches(from_.group_at(g).name)) take_group(g);
    }
    if (!group_matched || p[0] == '~' || p.find_first_of(".?*[") != p.npos) add_hosts(found, *matcher, p);
    if (found.empty() && inventory::is_local_name(p)) add_local(found, p);
    if (found.empty() && !group_matched && p != "all") {
      auto text = "Could not match supplied host pattern, ignoring: " + std::string(p);
      if (from_.rules().unmatched == mismatch::error) return core::error(text);
      if (from_.rules().unmatched == mismatch::warning) warn(std::move(text));
    }
    return found;
  }

  void warn(std::string text) {
    warnings.push_back({core::severity::warning, std::move(text), {}, {}, {}, "pattern"});
  }

  void add_hosts(std::vector<host_id>& found, const name_matcher& matcher, std::string_view p) const {
    if (matcher.plain()) {
      if (auto h = from_.find_host(p); h != no_id) found.push_back(h);
      return;
    }
    for (auto h : from_.listed())
      if (matcher.matches(from_.at(h).name)) found.push_back(h);
  }

  void add_local(std::vector<host_id>& found, std::string_view name) {
    if (writable_) {
      found.push_back(writable_->localhost(name));
      return;
    }
    for (host_id h = 0; h < from_.hosts().size(); ++h)
      if (from_.at(h).implicit && inventory::is_local_name(from_.at(h).name)) found.push_back(h);
  }

  const inventory& from_;
  inventory* writable_;
};

core::expected<std::vector<std::string>> limit_patterns(std::string_view limit) {
  std::vector<std::string> out;
  for (auto& piece : split_pattern(limit)) {
    if (piece[0] != '@') {
      out.push_back(std::move(piece));
      continue;
    }
    auto path = piece.substr(1);
    struct stat st;
    if (::stat(path.c_str(), &st) != 0) return core::error("Unable to find limit file " + path);
    if (!S_ISREG(st.st_mode)) return core::error("Limit starting with \"@\" must be a file, not a directory: " + path);
    auto text = read_text_file(path);
    if (!text) return text.error();
    for (auto line : core::split(*text, '\n')) out.emplace_back(strip(line)); // an empty file leaves an empty pattern: all
  }
  return out;
}

core::expected<selection> select(const inventory& from, inventory* writable, const core::value& pattern,
                                 std::string_view limit) {
  std::vector<std::string> patterns;
  if (pattern.is_sequence()) {
    for (const auto& p : pattern.as_list())
      split_into(patterns, core::to_str(p));
  } else {
    split_into(patterns, core::to_str(pattern));
  }
  evaluator eval(from, writable);
  selection out;
  auto hosts = eval.run(patterns);
  if (!hosts) return hosts.error();
  out.hosts = std::move(*hosts);
  auto limits = limit_patterns(limit);
  if (!limits) return limits.error();
  if (!limits->empty()) { // a limit of separators only is none
    auto inside = eval.run(*limits);
    if (!inside) return inside.error();
    std::sort(inside->begin(), inside->end());
    std::erase_if(out.hosts,
                  [&](host_id h) { return !std::binary_search(inside->begin(), inside->end(), h); });
  }
  out.warnings = std::move(eval.warnings);
  return out;
}

} // namespace

std::vector<std::string> split_pattern(std::string_view pattern) {
  std::vector<std::string> out;
  split_into(out, pattern);
  return out;
}

core::expected<selection> select_hosts(inventory& from, const core::value& pattern, std::string_view limit) {
  return select(from, &from, pattern, limit);
}

core::expected<selection> select_hosts(const inventory& from, const core::value& pattern) {
  return select(from, nullptr, pattern, {});
}

core::list hostnames_matching(const core::value& groups, const core::list& patterns) {
  inventory all;
  for (const auto& e : groups.as_dict()) {
    auto g = all.add_group(core::to_str(e.key));
    for (const auto& name : e.val.as_list()) all.add_to_group(all.add_host(core::to_str(name)), g);
  }
  core::list out;
  if (auto found = select_hosts(all, core::value(patterns)))
    for (auto h : found->hosts) out.emplace_back(all.at(h).name);
  return out;
}

core::expected<void> order_hosts(const inventory& from, std::vector<host_id>& hosts, std::string_view order) {
  auto by_name = [&](host_id a, host_id b) { return from.at(a).name < from.at(b).name; };
  if (order.empty() || order == "inventory") return {};
  if (order == "reverse_inventory")
    std::reverse(hosts.begin(), hosts.end());
  else if (order == "sorted")
    std::stable_sort(hosts.begin(), hosts.end(), by_name);
  else if (order == "reverse_sorted")
    std::stable_sort(hosts.rbegin(), hosts.rend(), by_name);
  else if (order == "shuffle")
    std::shuffle(hosts.begin(), hosts.end(), std::mt19937(std::random_device{}()));
  else
    return core::error("Invalid 'order' specified for inventory hosts: " + std::string(order));
  return {};
}

namespace {

/// A batch size: a number or a percentage of all hosts, at least 1.
core::expected<std::int64_t> batch_size(const core::value& v, std::size_t hosts) {
  if (v.is_int()) return v.as_int();
  auto text = core::trim(v.as_string());
  bool percent = text.ends_with('%');
  auto n = core::parse_int(percent ? text.substr(0, text.size() - 1) : text);
  if (!n || !v.is_string()) return core::error("serial takes a number, a percentage or a list of these");
  if (!percent) return *n;
  auto size = static_cast<std::int64_t>(static_cast<double>(*n) / 100.0 * static_cast<double>(hosts));
  return std::max<std::int64_t>(size, 1);
}

} // namespace

core::expected<std::vector<std::vector<host_id>>> batches(const std::vector<host_id>& hosts,
                                                          const core::value& serial) {
  core::list sizes = serial.is_sequence() ? serial.as_list() : core::list{serial};
  std::vector<std::vector<host_id>> out;
  if (sizes.empty() || sizes[0].is_none()) {
    out.push_back(hosts);
    return out;
  }
  for (std::size_t at = 0, entry = 0; at < hosts.size(); ++entry) {
    auto size = batch_size(sizes[std::min(entry, sizes.size() - 1)], hosts.size());
    if (!size) return size.error();
    auto left = hosts.size() - at;
    auto take = *size <= 0 ? left : std::min(left, static_cast<std::size_t>(*size));
    out.emplace_back(hosts.begin() + static_cast<std::ptrdiff_t>(at),
                     hosts.begin() + static_cast<std::ptrdiff_t>(at + take));
    at += take;
  }
  return out;
}

} // namespace mito::playbook
