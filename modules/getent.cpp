/// getent: a name service database, or one key of it, as facts.
#include "core/text.hpp"
#include "modules/common/arguments.hpp"
#include "modules/common/os.hpp"
#include "modules/common/program.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

constexpr option options[] = {
    {"database", option_type::str, nullptr, nullptr, nullptr, true},
    {"key"},
    {"service"},
    {"split"},
    {"fail_key", option_type::boolean, "yes"},
};

/// line.split(separator); without one: at white space.
core::list fields(std::string_view line, const std::string& separator, bool at_space) {
  core::list out;
  if (at_space) {
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t\r\v\f", at)) != line.npos;) {
      std::size_t end = line.find_first_of(" \t\r\v\f", at);
      out.push_back(core::value(line.substr(at, end == line.npos ? end : end - at)));
      at = end == line.npos ? line.size() : end;
    }
    return out;
  }
  for (;;) {
    std::size_t end = line.find(separator);
    out.push_back(core::value(line.substr(0, end)));
    if (end == line.npos) return out;
    line.remove_prefix(end + separator.size());
  }
}

/// The second record of a key turns its value into a list of records.
void add_record(core::dict& tree, core::dict& seen, core::list record) {
  core::value key = record[0];
  record.erase(record.begin());
  const core::value* found = tree.find_key(key);
  if (!found) {
    tree.set_key(key, core::value(std::move(record)));
    seen.set_key(key, 1);
    return;
  }
  core::list all;
  if (seen.find_key(key)->as_int() == 1)
    all.push_back(*found);
  else
    all = found->as_list();
  all.push_back(core::value(std::move(record)));
  tree.set_key(key, core::value(std::move(all)));
  seen.set_key(key, 2);
}

core::dict facts(const std::string& database, core::dict tree) {
  core::dict inner, outer;
  return outer.set("ansible_facts", inner.set("getent_" + database, std::move(tree)));
}

} // namespace

core::value run_getent(const request& r) {
  call c(r, {"getent", options});
  if (c.ended()) return c.result();
  std::string database = c.text("database"), split = c.text("split"), searched;
  std::vector<std::string> argv = {find_program(r, "getent", &searched), database};
  if (argv[0].empty()) {
    c.fail(cat({"Failed to find required executable \"getent\" in paths: ", searched}));
    return c.result();
  }
  // As run_command does with every word.
  if (c.given("key")) argv.push_back(c.text("key"));
  if (c.given("service")) argv.insert(argv.end(), {"-s", c.text("service")});
  for (std::string& word : argv) word = expand_path(r, word);
  bool at_space = !c.given("split");
  for (const char* name : {"passwd", "shadow", "group", "gshadow"})
    if (at_space && database == name) {
      split.push_back(':');
      at_space = false;
    }
  if (!at_space && split.empty()) {
    c.crash("ValueError: empty separator");
    return c.result();
  }
  program_result p = run_program(r, argv);
  core::dict tree, seen;
  if (p.rc == 0) {
    std::string_view rest = p.out;
    if (!rest.empty() && rest.back() == '\n') rest.remove_suffix(1);
    if (!rest.empty())
      for (std::string_view line : core::split(rest, '\n'))
        if (core::list record = fields(line, split, at_space); !record.empty())
          add_record(tree, seen, std::move(record));
    return c.result(facts(database, std::move(tree)));
  }
  const char* msg = p.rc == 1   ? "Missing arguments, or database unknown."
                    : p.rc == 2 ? "One or more supplied key could not be found in the database."
                    : p.rc == 3 ? "Enumeration not supported on this database."
                                : "Unexpected failure!";
  if (p.rc == 2 && !c.flag("fail_key")) {
    tree.set_key(c["key"], core::value());
    return c.result(facts(database, std::move(tree)).set("msg", msg));
  }
  c.fail(msg);
  return c.result();
}

} // namespace mito::modules
