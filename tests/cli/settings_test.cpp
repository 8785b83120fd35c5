#define CAF_SUITE cli.settings
#include <caf/test/unit_test.hpp>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/ini_file.hpp"
#include "cli/settings.hpp"
#include "cli/settings_page.hpp"
#include "core/python.hpp"
#include "core/text.hpp"

using namespace mito;
using namespace mito::cli;

namespace {

/// A folder of its own as working directory and home, and an environment without Ansible's variables.
struct fixture {
  fixture() {
    char name[] = "/tmp/mito-settings-XXXXXX";
    folder = ::mkdtemp(name);
    before = std::filesystem::current_path();
    std::filesystem::current_path(folder);
    for (char** e = environ; *e; ++e)
      if (std::string_view(*e).starts_with("ANSIBLE_") || std::string_view(*e).starts_with("NO_COLOR"))
        inherited.emplace_back(*e, std::string_view(*e).find('='));
    for (auto& n : inherited) ::unsetenv(n.c_str());
    ::setenv("HOME", (folder + "/home").c_str(), 1);
  }
  ~fixture() {
    for (auto& n : set) ::unsetenv(n.c_str());
    std::filesystem::current_path(before);
    std::filesystem::remove_all(folder);
  }
  void env(const std::string& name, const std::string& value) {
    set.push_back(name);
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  void write(const std::string& path, std::string_view text) const {
    auto full = std::filesystem::path(folder) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  /// The value of a setting as Python shows it and where it comes from; or the error.
  std::string show(const std::string& name) const {
    auto s = settings::load();
    if (!s) return "error: " + s.error().message();
    return core::to_repr(s->value(name)) + " (" + s->origin(name) + ")";
  }
  std::vector<std::string> warnings() const {
    auto s = settings::load();
    return s ? s->warnings() : std::vector<std::string>{"error: " + s.error().message()};
  }

  std::string folder;
  std::filesystem::path before;
  std::vector<std::string> set, inherited;
};

std::string ini(std::string_view text) {
  auto values = read_ini(text);
  if (!values) return values.error().message();
  std::string out;
  for (auto& [name, value] : *values) out += name + "=" + value + "|";
  return out;
}

} // namespace

CAF_TEST(ini files read as in Python) {
  CAF_CHECK_EQUAL(ini("[a]\nx=1\n  y\n\n  z\nq : 2 ; c\n;c\n# d\nw = a;b\ne=\n[DEFAULT]\nd=5\n"),
                  "a.d=5|a.e=|a.q=2|a.w=a;b|a.x=1\ny\n\nz|");
  CAF_CHECK_EQUAL(ini("[a]\n  x=1\n   y=2\n z=3\n"), "a.x=1\ny=2|a.z=3|");
  CAF_CHECK_EQUAL(ini("[a]\nx=1\n\n\n  k\n# c\n  l ; m\n"), "a.x=1\n\n\nk\nl|");
  CAF_CHECK_EQUAL(ini("[a]b]\nUPPER = Case\n"), "a]b.upper=Case|");
  CAF_CHECK_EQUAL(ini(""), "");
  CAF_CHECK_EQUAL(ini("foo=1\n"), "File contains no section headers.\nfile: '<string>', line: 1\n'foo=1\\n'");
  CAF_CHECK_EQUAL(ini("[a]\nfoo\n=x\n"),
                  "Source contains parsing errors: '<string>'\n\t[line  2]: 'foo\\n'\n\t[line  3]: '=x\\n'");
  CAF_CHECK_EQUAL(ini("[a]\nx=1\n[a]\n"), "While reading from '<string>' [line  3]: section 'a' already exists");
  CAF_CHECK_EQUAL(ini("[a]\nx=1\nX=2\n"),
                  "While reading from '<string>' [line  3]: option 'x' in section 'a' already exists");
}

CAF_TEST(every row of the table can be read and has one name) {
  std::set<std::string_view> ids, names, variables;
  std::string_view last;
  for_each_setting([&](const setting& s) {
    CAF_CHECK(ids.insert(s.id).second);
    if (!names.insert(s.name).second) CAF_FAIL("twice: " << s.name);
    for (auto v : core::split(s.environment, ' '))
      if (!v.empty() && !variables.insert(v).second) CAF_FAIL("twice: " << v);
    CAF_CHECK(!s.about.empty());
    if (!s.of_plugin()) {
      if (!(last < s.id)) CAF_FAIL("out of order: " << s.id);
      last = s.id;
    }
  });
  CAF_CHECK_EQUAL(ids.size() - plugin_settings().size(), 194u);
  CAF_CHECK(find_setting("forks") == find_setting("DEFAULT_FORKS"));
  CAF_CHECK(find_setting("no_such") == nullptr);
}

CAF_TEST(the page of settings is the one of the program) {
  std::ifstream in(std::string(MITO_SOURCE_DIR) + "/docs/settings.md");
  std::stringstream page;
  page << in.rdbuf();
  // To be renewed by `mito-actor config list --format markdown > docs/settings.md`.
  CAF_CHECK_EQUAL(page.str(), settings_page());
}

CAF_TEST_FIXTURE_SCOPE(settings_tests, fixture)

CAF_TEST(the environment wins over the file and the file over the default) {
  CAF_CHECK_EQUAL(show("DEFAULT_FORKS"), "5 (default)");
  write("ansible.cfg", "[defaults]\nforks = 7 ; all of them\n");
  CAF_CHECK_EQUAL(show("forks"), "7 (" + folder + "/ansible.cfg)");
  env("ANSIBLE_FORKS", "9");
  CAF_CHECK_EQUAL(show("forks"), "9 (env: ANSIBLE_FORKS)");
  env("ANSIBLE_FORKS", "");
  CAF_CHECK_EQUAL(show("forks"), "5 (default)");
}

CAF_TEST(which file counts) {
  write("home/.ansible.cfg", "[defaults]\nforks=1\n");
  CAF_CHECK_EQUAL(show("forks"), "1 (" + folder + "/home/.ansible.cfg)");
  write("ansible.cfg", "[defaults]\nforks=2\n");
  CAF_CHECK_EQUAL(show("forks"), "2 (" + folder + "/ansible.cfg)");
  write("sub/ansible.cfg", "[defaults]\nforks=3\n");
  env("ANSIBLE_CONFIG", "sub");
  CAF_CHECK_EQUAL(show("forks"), "3 (" + folder + "/sub/ansible.cfg)");
  env("ANSIBLE_CONFIG", "nowhere");
  CAF_CHECK_EQUAL(show("forks"), "2 (" + folder + "/ansible.cfg)");
}

CAF_TEST(a folder that everybody may write to is not trusted) {
  write("ansible.cfg", "[defaults]\nforks=2\n");
  ::chmod(folder.c_str(), 0777);
  CAF_CHECK_EQUAL(show("forks"), "5 (default)");
  auto said = warnings();
  CAF_REQUIRE_EQUAL(said.size(), 1u);
  CAF_CHECK(said[0].starts_with("Ansible is being run in a world writable directory (" + folder + "), ignoring it"));
  // Named by hand it counts, and there is nothing to warn about.
  env("ANSIBLE_CONFIG", folder + "/ansible.cfg");
  CAF_CHECK_EQUAL(show("forks"), "2 (" + folder + "/ansible.cfg)");
  CAF_CHECK(warnings().empty());
}

CAF_TEST(paths start from the file or the working directory) {
  write("conf/a.cfg", "[defaults]\nroles_path = r:~/x:$MITO_TEST_DIR/y\nvault_password_file = {{CWD}}/pw\ninventory = i, ../j\n");
  env("ANSIBLE_CONFIG", "conf/a.cfg");
  env("MITO_TEST_DIR", "/there");
  auto from = " (" + folder + "/conf/a.cfg)";
  CAF_CHECK_EQUAL(show("DEFAULT_ROLES_PATH"), "['" + folder + "/conf/r', '" + folder + "/home/x', '/there/y']" + from);
  CAF_CHECK_EQUAL(show("DEFAULT_VAULT_PASSWORD_FILE"), "'" + folder + "/pw'" + from);
  CAF_CHECK_EQUAL(show("DEFAULT_HOST_LIST"), "['" + folder + "/conf/i', '" + folder + "/j']" + from);
  env("ANSIBLE_VAULT_PASSWORD_FILE", "pw");
  CAF_CHECK_EQUAL(show("DEFAULT_VAULT_PASSWORD_FILE"), "'" + folder + "/pw' (env: ANSIBLE_VAULT_PASSWORD_FILE)");
  env("ANSIBLE_HOME", "/h");
  CAF_CHECK_EQUAL(show("DEFAULT_FILTER_PLUGIN_PATH"), "['/h/plugins/filter', '/usr/share/ansible/plugins/filter'] (default)");
}

CAF_TEST(types) {
  env("ANSIBLE_FORCE_HANDLERS", "Yes");
  CAF_CHECK_EQUAL(show("force_handlers"), "True (env: ANSIBLE_FORCE_HANDLERS)");
  env("ANSIBLE_FORCE_HANDLERS", "whatever");
  CAF_CHECK_EQUAL(show("force_handlers"), "False (env: ANSIBLE_FORCE_HANDLERS)");
  env("ANSIBLE_RUN_TAGS", " a, 'b c' ,\"d\"");
  CAF_CHECK_EQUAL(show("TAGS_RUN"), "['a', 'b c', 'd'] (env: ANSIBLE_RUN_TAGS)");
  env("ANSIBLE_REMOTE_USER", "'me'");
  CAF_CHECK_EQUAL(show("remote_user"), "'me' (env: ANSIBLE_REMOTE_USER)");
  env("ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY", "0.5");
  CAF_CHECK_EQUAL(show("WORKER_SHUTDOWN_POLL_DELAY"), "0.5 (env: ANSIBLE_WORKER_SHUTDOWN_POLL_DELAY)");
  env("ANSIBLE_TASK_TIMEOUT", " 1_0 ");
  CAF_CHECK_EQUAL(show("TASK_TIMEOUT"), "10 (env: ANSIBLE_TASK_TIMEOUT)");
}

CAF_TEST(wrong values are errors in ansibles words) {
  env("ANSIBLE_FORKS", "x");
  CAF_CHECK_EQUAL(show("forks"), "error: Invalid type for configuration option setting: DEFAULT_FORKS (from env: "
                                 "ANSIBLE_FORKS): invalid literal for int() with base 10: 'x'");
  env("ANSIBLE_FORKS", "1");
  env("ANSIBLE_GATHERING", "sometimes");
  CAF_CHECK_EQUAL(show("forks"), "error: Invalid value \"sometimes\" for configuration option \"setting: DEFAULT_GATHERING "
                                 "\", valid values are: implicit, explicit, smart");
  env("ANSIBLE_GATHERING", "smart");
  write("ansible.cfg", "nothing\n");
  CAF_CHECK_EQUAL(show("forks"), "error: Error reading config file (" + folder +
                                     "/ansible.cfg): File contains no section headers.\nfile: '<string>', line: 1\n'nothing\\n'");
}

CAF_TEST(names that come later win and deprecated ones are told of) {
  env("ANSIBLE_NOCOLOR", "1");
  env("NO_COLOR", "0");
  CAF_CHECK_EQUAL(show("nocolor"), "False (env: NO_COLOR)");
  env("ANSIBLE_CALLBACK_WHITELIST", "timer");
  auto s = settings::load();
  CAF_REQUIRE(s.has_value());
  CAF_CHECK_EQUAL(core::to_repr(s->value("CALLBACKS_ENABLED")), "['timer']");
  CAF_REQUIRE_EQUAL(s->deprecations().size(), 1u);
  CAF_CHECK_EQUAL(s->deprecations()[0], "ANSIBLE_CALLBACK_WHITELIST option, use ANSIBLE_CALLBACKS_ENABLED instead");
  env("ANSIBLE_CALLBACKS_ENABLED", "junit");
  CAF_CHECK_EQUAL(show("CALLBACKS_ENABLED"), "['junit'] (env: ANSIBLE_CALLBACKS_ENABLED)");
  env("ANSIBLE_DEPRECATION_WARNINGS", "no");
  s = settings::load();
  CAF_CHECK(s.has_value() && s->deprecations().empty());
}

CAF_TEST(what we do not do is told of once) {
  write("ansible.cfg", "[defaults]\nexecutable = /bin/zsh\nnocows = True\nno_such_thing = 1\nsyslog_facility = LOG_USER\n");
  env("ANSIBLE_POLL_INTERVAL", "15");
  auto said = warnings();
  CAF_REQUIRE_EQUAL(said.size(), 2u);
  CAF_CHECK_EQUAL(said[0], "the setting DEFAULT_EXECUTABLE (" + folder + "/ansible.cfg) is not supported yet");
  CAF_CHECK_EQUAL(said[1], "the setting defaults.no_such_thing of " + folder + "/ansible.cfg is not known");
}

CAF_TEST(plain access) {
  write("ansible.cfg", "[defaults]\ninventory=a,b\nforks=3\n[ssh_connection]\nssh_args=-o X=y\n");
  auto s = settings::load();
  CAF_REQUIRE(s.has_value());
  CAF_CHECK(s->list("inventory") == (std::vector<std::string>{folder + "/a", folder + "/b"}));
  CAF_CHECK_EQUAL(s->number("forks", 5), 3);
  CAF_CHECK_EQUAL(s->text("ssh_args", ""), "-o X=y");
  CAF_CHECK_EQUAL(s->text("transport", "smart"), "smart");
  CAF_CHECK(!s->get("transport"));
  CAF_CHECK(s->flag("become", true));
}

CAF_TEST_FIXTURE_SCOPE_END()
