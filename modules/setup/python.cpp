// python: version and executable.
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/interpreter.hpp"

namespace mito::modules::setup {

void collect_python(context& c, core::dict& out) {
  const auto& python = find_interpreter(c);
  if (python.version.empty()) return;
  auto& info = c.new_list();
  auto& version = c.new_dict();
  static constexpr std::string_view names[] = {"major", "minor", "micro"};
  std::string_view rest = python.version;
  for (const auto name : names) {
    const auto n = number(rest);
    put(version, name, n);
    info.emplace_back(n);
    rest.remove_prefix(leading_digits(rest).size());
    if (rest.starts_with('.')) rest.remove_prefix(1);
  }
  std::string_view level = "final";
  if (rest.starts_with('a')) level = "alpha";
  if (rest.starts_with('b')) level = "beta";
  if (starts(rest, "rc")) level = "candidate";
  rest.remove_prefix(std::min(rest.size(), rest.find_first_of("0123456789+")));
  put(version, "releaselevel", level);
  put(version, "serial", number(rest));
  add(info, level);
  info.emplace_back(number(rest));

  auto& facts = c.new_dict();
  put(facts, "version", version);
  put(facts, "version_info", info);
  put(facts, "executable", python.path);
  put_flag(facts, "has_sslcontext", python.ssl);
  put(facts, "type", "cpython");
  put(out, "python", facts);
}

} // namespace mito::modules::setup
