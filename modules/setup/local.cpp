// local, facter, ohai: facts from other programs.
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <algorithm>

#include "core/json.hpp"
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/ini.hpp"

namespace mito::modules::setup {

namespace {

/// How long one executable fact may take. Ansible sets no limit; a fact that hangs would hang the play.
constexpr int fact_seconds = 60;

core::value bad_fact(context& c, std::string why) {
  add(c.warnings, why);
  return core::value(why);
}

core::value read_fact(context& c, const std::string& file) {
  struct stat st;
  if (::stat(joined(c.root, file).c_str(), &st) != 0)
    return bad_fact(c, joined("Could not stat fact (", file, joined("): ", ::strerror(errno))));
  std::string data;
  if ((st.st_mode & S_IXUSR) != 0) {
    program p;
    p.start(c, {file});
    const bool started = p.started();
    auto answer = p.finish(fact_seconds);
    if (!started) return bad_fact(c, joined("Could not execute fact script (", file, ")"));
    if (answer.status != 0) {
      std::string why = joined("Failure executing fact script (", file, "), rc: ");
      core::append_int(why, answer.status);
      return bad_fact(c, joined(why, ", err: ", answer.err));
    }
    data = std::move(answer.out);
  } else {
    data = text(c, file);
  }
  if (!core::is_utf8(data))
    return bad_fact(c, joined("error loading fact - output of running \"", file, "\" was not utf-8"));
  if (auto json = core::parse_json(data)) return *json;
  if (auto ini = parse_ini(data)) return *ini;
  return bad_fact(c, joined("error loading facts as JSON or ini - please check content: ", file));
}

} // namespace

void collect_local(context& c, core::dict& out) {
  auto files = names_in(c, c.fact_path);
  std::sort(files.begin(), files.end());
  core::dict facts;
  for (const auto& name : files) {
    if (!name.ends_with(".fact") || name.starts_with('.')) continue;
    std::string key;
    std::string_view rest = name;
    // Every ".fact" in the name goes.
    for (auto at = rest.find(".fact"); at != rest.npos; at = rest.find(".fact")) {
      key.append(rest.substr(0, at));
      rest.remove_prefix(at + 5);
    }
    key.append(rest);
    put(facts, key, read_fact(c, joined(c.fact_path, "/", name)));
  }
  put(out, "local", core::value(std::move(facts)));
}

namespace {

void put_prefixed(core::dict& out, std::string_view prefix, const program_output& answer) {
  if (answer.status != 0) return;
  const auto facts = core::parse_json(answer.out);
  if (!facts) return;
  for (const auto& [key, val] : facts->as_dict())
    if (key.is_string()) put(out, joined(prefix, key.as_string()), val);
}

/// A program in PATH or where Puppet's packages put it.
std::string find_puppet_program(const context& c, std::string_view name) {
  auto vendor = joined("/opt/puppetlabs/bin/", name);
  return exists(c, vendor) ? vendor : find_program(c, name);
}

} // namespace

void collect_facter(context& c, core::dict& out) {
  auto path = find_puppet_program(c, "cfacter");
  if (path.empty()) path = find_puppet_program(c, "facter");
  if (path.empty()) return;
  auto answer = run(c, {path, "--puppet", "--json"});
  // Without Puppet, --puppet is an error in some versions.
  if (answer.status != 0) answer = run(c, {path, "--json"});
  put_prefixed(out, "facter_", answer);
}

void collect_ohai(context& c, core::dict& out) {
  const auto path = find_program(c, "ohai");
  if (!path.empty()) put_prefixed(out, "ohai_", run(c, {path}));
}

} // namespace mito::modules::setup
