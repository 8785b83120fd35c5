#include "modules/setup/host_names.hpp"

namespace mito::modules::setup {

namespace {

/// The first name behind the address that has a dot, else the first name.
std::string_view best_name(std::string_view line) {
  auto fields = words(line);
  std::string_view address;
  fields.next(address);
  for (const auto name : fields)
    if (contains(name, ".")) return name;
  return word(line, 1);
}

bool has_name(context& c, std::string_view line, std::string_view node) {
  auto fields = words(line);
  std::string_view address;
  fields.next(address);
  for (const auto name : fields)
    if (lower(c, name) == node) return true;
  return false;
}

} // namespace

std::string_view name_from_hosts(context& c, std::string_view hosts, std::string_view node) {
  std::string_view address;
  const auto wanted = lower(c, node);
  for (const auto line : lines(hosts)) {
    const auto fields = before(line, '#');
    // getaddrinfo sorts: ::1 goes before 127.0.0.1 (RFC 6724); among others the first one stands.
    if (has_name(c, fields, wanted) && (address.empty() || word(fields, 0) == "::1"))
      address = word(fields, 0);
  }
  // Then the address is looked up again: its first line wins.
  if (!address.empty())
    for (const auto line : lines(hosts))
      if (word(before(line, '#'), 0) == address) return best_name(before(line, '#'));
  return {};
}

std::string_view full_host_name(context& c, std::string_view node) {
  if (const auto known = name_from_hosts(c, raw_content(c, {"/etc/hosts"}), node); !known.empty())
    return known;
  std::string_view sources = "files";
  for (const auto line : lines(raw_content(c, {"/etc/nsswitch.conf"})))
    if (trim(before(line, ':')) == "hosts") sources = trim(after(line, ':'));
  const auto getent = find_program(c, "getent");
  if (getent.empty() || sources == "files") return node;
  const auto address = word(run(c, {getent, "ahosts", node}).out, 0);
  if (address.empty()) return node;
  const auto name = best_name(before(run(c, {getent, "hosts", address}).out, '\n'));
  return name.empty() ? node : name;
}

namespace {

std::string_view find_line(std::string_view data, std::string_view wanted, int field) {
  for (const auto line : lines(data))
    if (piece(split(line, ':'), field) == wanted && count(split(line, ':')) >= 7) return line;
  return {};
}

} // namespace

std::string_view passwd_entry(context& c, std::string_view wanted, int field) {
  const auto own = find_line(raw_content(c, {"/etc/passwd"}), wanted, field);
  if (!own.empty()) return own;
  const auto getent = find_program(c, "getent");
  return getent.empty() ? own : find_line(run(c, {getent, "passwd", wanted}).out, wanted, field);
}

} // namespace mito::modules::setup
