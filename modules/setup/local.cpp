// local, facter, ohai: facts from other programs.
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "core/json.hpp"
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/ini.hpp"

namespace mito::modules::setup {

namespace {

/// How long one executable fact may take. Ansible sets no limit; a fact that hangs would hang the play.
constexpr int fact_seconds = 60;

/// The text in the place of the fact, and among the warnings.
core::value bad_fact(context& c, std::initializer_list<std::string_view> pieces) {
  const auto why = c.join(pieces);
  add(c.warnings, why);
  return core::value(why);
}

core::value read_fact(context& c, std::string_view file) {
  struct stat st;
  if (::stat(c.join({c.root, file}).data(), &st) != 0)
    return bad_fact(c, {"Could not stat fact (", file, "): ", ::strerror(errno)});
  std::string_view data;
  if ((st.st_mode & S_IXUSR) != 0) {
    program p;
    p.start(c, {c.join({c.root, file})});
    if (p.pid < 0) return bad_fact(c, {"Could not execute fact script (", file, ")"});
    const auto answer = p.finish(c, fact_seconds);
    if (answer.status != 0)
      return bad_fact(c, {"Failure executing fact script (", file, "), rc: ", digits(c, answer.status),
                          ", err: ", answer.err});
    data = answer.out;
  } else {
    data = text(c, {file});
  }
  if (!core::is_utf8(data))
    return bad_fact(c, {"error loading fact - output of running \"", file, "\" was not utf-8"});
  if (auto json = core::parse_json(data)) return *json;
  auto& ini = c.new_dict();
  if (parse_ini(c, data, ini)) return core::value(std::move(ini));
  return bad_fact(c, {"error loading facts as JSON or ini - please check content: ", file});
}

} // namespace

void collect_local(context& c, core::dict& out) {
  const auto files = names_in(c, {c.fact_path});
  sort(files);
  auto& facts = c.new_dict();
  for (const auto name : files) {
    if (!ends(name, ".fact") || starts(name, ".")) continue;
    // Every ".fact" in the name goes.
    auto key = name;
    for (auto at = key.find(".fact"); at != key.npos; at = key.find(".fact"))
      key = c.join({key.substr(0, at), key.substr(at + 5)});
    put_value(facts, key, read_fact(c, c.join({c.fact_path, "/", name})));
  }
  put(out, "local", facts);
}

namespace {

void put_prefixed(context& c, core::dict& out, std::string_view prefix, const program_output& answer) {
  if (answer.status != 0) return;
  const auto facts = core::parse_json(answer.out);
  if (!facts) return;
  for (const auto& [key, val] : facts->as_dict()) put_value(out, c.join({prefix, key.as_string()}), val);
}

/// A program in PATH or where Puppet's packages put it.
std::string_view find_puppet_program(context& c, std::string_view name) {
  const auto vendor = c.join({"/opt/puppetlabs/bin/", name});
  return exists(c, {vendor}) ? vendor : find_program(c, name);
}

} // namespace

void collect_facter(context& c, core::dict& out) {
  auto path = find_puppet_program(c, "cfacter");
  if (path.empty()) path = find_puppet_program(c, "facter");
  if (path.empty()) return;
  auto answer = run(c, {path, "--puppet", "--json"});
  // Without Puppet, --puppet is an error in some versions.
  if (answer.status != 0) answer = run(c, {path, "--json"});
  put_prefixed(c, out, "facter_", answer);
}

void collect_ohai(context& c, core::dict& out) {
  const auto path = find_program(c, "ohai");
  if (!path.empty()) put_prefixed(c, out, "ohai_", run(c, {path}));
}

} // namespace mito::modules::setup
