#include "modules/setup/host_names.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace mito::modules::setup {

namespace {

/// The first of `names` (a canonical name, then aliases) that has a dot, else the canonical one.
std::string best_name(const std::vector<std::string_view>& names, std::size_t from) {
  for (std::size_t i = from; i < names.size(); ++i)
    if (contains(names[i], ".")) return std::string(names[i]);
  return std::string(names[from]);
}

std::vector<std::vector<std::string_view>> host_lines(std::string_view hosts) {
  std::vector<std::vector<std::string_view>> out;
  for (const auto line : lines(hosts)) {
    auto fields = words(before(line, '#'));
    if (fields.size() > 1) out.push_back(std::move(fields));
  }
  return out;
}

} // namespace

std::optional<std::string> name_from_hosts(std::string_view hosts, std::string_view node) {
  const auto all = host_lines(hosts);
  std::string_view address;
  for (const auto& fields : all) {
    if (std::find_if(fields.begin() + 1, fields.end(), [&](std::string_view name) {
          return core::lower(name) == core::lower(node);
        }) == fields.end())
      continue;
    // getaddrinfo sorts: ::1 goes before 127.0.0.1 (RFC 6724); among others the first one stands.
    if (address.empty() || fields[0] == "::1") address = fields[0];
  }
  // Then the address is looked up again: its first line wins.
  for (const auto& fields : all)
    if (fields[0] == address) return best_name(fields, 1);
  return std::nullopt;
}

std::string full_host_name(const context& c, std::string_view node) {
  if (auto known = name_from_hosts(raw_content(c, "/etc/hosts"), node)) return *known;
  std::string_view sources = "files";
  const auto switches = raw_content(c, "/etc/nsswitch.conf");
  for (const auto line : lines(switches))
    if (core::trim(before(line, ':')) == "hosts") sources = after(line, ':');
  if (const auto getent = find_program(c, "getent"); !getent.empty() && core::trim(sources) != "files") {
    const auto address = before(run(c, {getent, "ahosts", std::string(node)}).out, ' ');
    if (!address.empty()) {
      const auto answer = run(c, {getent, "hosts", std::string(address)});
      const auto fields = words(before(answer.out, '\n'));
      if (fields.size() > 1) return best_name(fields, 1);
    }
  }
  return std::string(node);
}

std::vector<std::string> passwd_entry(const context& c, std::string_view name_or_uid) {
  const std::size_t field = name_or_uid.find_first_not_of("0123456789") == name_or_uid.npos ? 2 : 0;
  std::vector<std::string> out;
  const auto search = [&](std::string_view data) {
    for (const auto line : lines(data)) {
      const auto fields = core::split(line, ':');
      if (fields.size() < 7 || fields[field] != name_or_uid) continue;
      for (const auto f : fields) out.emplace_back(f);
      return;
    }
  };
  search(raw_content(c, "/etc/passwd"));
  if (!out.empty()) return out;
  if (const auto getent = find_program(c, "getent"); !getent.empty())
    search(run(c, {getent, "passwd", std::string(name_or_uid)}).out);
  return out;
}

} // namespace mito::modules::setup
