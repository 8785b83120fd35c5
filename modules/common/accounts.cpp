#include "modules/common/accounts.hpp"

#include <vector>

#include "core/text.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"

namespace mito::modules {

namespace {

using fields = std::vector<std::string_view>;

/// The fields of the first line whose field `at` is `key`. `text` keeps what they point into.
fields search(const std::string& text, std::size_t at, std::string_view key, std::size_t least) {
  for (std::string_view line : core::split(text, '\n')) {
    fields f = core::split(line, ':');
    if (f.size() >= least && f[at] == key) return f;
  }
  return {};
}

fields look_up(std::string& text, const char* file, const char* database, std::size_t at,
               std::string_view key, std::size_t least) {
  // An empty key would make getent list everything.
  if (key.empty()) return {};
  if (read_file(file, text) == 0)
    if (fields f = search(text, at, key, least); !f.empty()) return f;
  core::dict none;
  core::value args;
  text = run_program(request{args, false, false, none, {}, false, {}, {}},
                     {"getent", database, std::string(key)})
             .out;
  return search(text, at, key, least);
}

std::string digits(std::int64_t n) {
  std::string s;
  core::append_int(s, n);
  return s;
}

std::optional<user_entry> user(std::size_t at, std::string_view key) {
  std::string text;
  fields f = look_up(text, "/etc/passwd", "passwd", at, key, 7);
  if (f.empty()) return std::nullopt;
  return user_entry{std::string(f[0]),
                    core::parse_int(f[2]).value_or(0),
                    core::parse_int(f[3]).value_or(0),
                    std::string(f[4]),
                    std::string(f[5]),
                    std::string(f[6])};
}

std::optional<group_entry> group(std::size_t at, std::string_view key) {
  std::string text;
  fields f = look_up(text, "/etc/group", "group", at, key, 3);
  if (f.empty()) return std::nullopt;
  return group_entry{std::string(f[0]), core::parse_int(f[2]).value_or(0)};
}

} // namespace

std::optional<user_entry> find_user(std::string_view name) {
  return user(0, name);
}
std::optional<user_entry> find_user(std::int64_t uid) {
  return user(2, digits(uid));
}
std::optional<group_entry> find_group(std::string_view name) {
  return group(0, name);
}
std::optional<group_entry> find_group(std::int64_t gid) {
  return group(2, digits(gid));
}

} // namespace mito::modules
