#define CAF_SUITE cli.settings
#include <caf/test/unit_test.hpp>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "cli/settings.hpp"

using namespace mito;
using namespace mito::cli;

namespace {

/// A home and a working directory of its own, an environment without ANSIBLE_*.
struct place {
  place() : before(std::filesystem::current_path()) {
    char name[] = "/tmp/mito-settings-XXXXXX";
    root = ::mkdtemp(name);
    for (auto folder : {"home", "work", "other"}) std::filesystem::create_directory(root + "/" + folder);
    ::setenv("HOME", (root + "/home").c_str(), 1);
    for (char** e = environ; *e;)
      if (std::string v = *e; v.starts_with("ANSIBLE_")) {
        ::unsetenv(v.substr(0, v.find('=')).c_str());
        e = environ;
      } else {
        ++e;
      }
    std::filesystem::current_path(root + "/work");
  }
  ~place() {
    for (auto& name : set) ::unsetenv(name.c_str());
    std::filesystem::current_path(before);
    std::filesystem::remove_all(root);
  }
  void write(const std::string& path, const std::string& text) const { std::ofstream(root + "/" + path) << text; }
  void env(const std::string& name, const std::string& value) {
    ::setenv(name.c_str(), value.c_str(), 1);
    set.push_back(name);
  }
  settings load() const {
    auto s = settings::load();
    if (!s) CAF_FAIL(s.error().message());
    return *s;
  }
  std::string error() const {
    auto s = settings::load();
    return s ? "" : core::render(s.error().what());
  }
  std::string from(const std::string& text) {
    write("work/ansible.cfg", text);
    return load().text("remote_user", "(none)");
  }
  std::filesystem::path before;
  std::string root;
  std::vector<std::string> set;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(settings_of, place)

CAF_TEST(the first file that is there counts) {
  write("home/.ansible.cfg", "[defaults]\nremote_user = home\n");
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "home");
  write("work/ansible.cfg", "[defaults]\nremote_user = work\n");
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "work");
  CAF_CHECK_EQUAL(std::string(load().file()), root + "/work/ansible.cfg");
  write("other/my.cfg", "[defaults]\nremote_user = named\n");
  env("ANSIBLE_CONFIG", root + "/other/my.cfg");
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "named");
  write("other/ansible.cfg", "[defaults]\nremote_user = folder\n");
  env("ANSIBLE_CONFIG", root + "/other");
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "folder");
  env("ANSIBLE_CONFIG", root + "/nowhere");
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "work");
}

CAF_TEST(a folder that anybody may write to does not decide and says so) {
  write("home/.ansible.cfg", "[defaults]\nremote_user = home\n");
  write("work/ansible.cfg", "[defaults]\nremote_user = evil\n");
  CAF_CHECK(load().warnings().empty());
  ::chmod((root + "/work").c_str(), 0777);
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "home");
  auto s = load();
  CAF_REQUIRE_EQUAL(s.warnings().size(), 1u);
  CAF_CHECK(s.warnings()[0].find("world writable directory (" + root + "/work)") != std::string::npos);
  // Whoever names the file has decided.
  env("ANSIBLE_CONFIG", root + "/work/ansible.cfg");
  CAF_CHECK_EQUAL(load().text("remote_user", ""), "evil");
  CAF_CHECK(load().warnings().empty());
}

CAF_TEST(the environment wins over the file) {
  write("work/ansible.cfg", "[defaults]\nforks = 7\nhost_key_checking = yes\n");
  CAF_CHECK_EQUAL(load().number("forks", 5), 7);
  env("ANSIBLE_FORKS", "9");
  env("ANSIBLE_HOST_KEY_CHECKING", "False");
  CAF_CHECK_EQUAL(load().number("forks", 5), 9);
  CAF_CHECK(!load().flag("host_key_checking", true));
  CAF_CHECK_EQUAL(load().number("timeout", 10), 10);
}

CAF_TEST(the forms of an ini file) {
  CAF_CHECK_EQUAL(from("[defaults]\nremote_user=a\n"), "a");
  CAF_CHECK_EQUAL(from("[defaults]\nremote_user : a b \n"), "a b");
  CAF_CHECK_EQUAL(from("[defaults]\nremote_user = a ; comment\n"), "a");
  CAF_CHECK_EQUAL(from("[defaults]\r\nremote_user = a\r\n"), "a");
  CAF_CHECK_EQUAL(from("[defaults]\nRemote_User = a\n"), "a");
  CAF_CHECK_EQUAL(from("# c\n; c\n[other]\nremote_user = b\n\n[defaults]\n#remote_user = c\nremote_user = a\n"), "a");
  CAF_CHECK_EQUAL(from("[ssh_connection]\nremote_user = b\n"), "(none)");
  CAF_CHECK_EQUAL(from(""), "(none)");
  write("work/ansible.cfg", "[ssh_connection]\nssh_args = -o A=b\n   -o C=d\n");
  CAF_CHECK_EQUAL(load().text("ssh_args", ""), "-o A=b\n-o C=d");
}

CAF_TEST(a broken file is an error with its place) {
  write("work/ansible.cfg", "forks = 3\n");
  CAF_CHECK(error().find("work/ansible.cfg:1") != std::string::npos);
  write("work/ansible.cfg", "[defaults]\nforks = 3\nforks = 4\n");
  CAF_CHECK(error().find("work/ansible.cfg:3") != std::string::npos);
  write("work/ansible.cfg", "[defaults]\nnonsense\n");
  CAF_CHECK(error().find("work/ansible.cfg:2") != std::string::npos);
  write("work/ansible.cfg", "[defaults\nforks = 3\n");
  CAF_CHECK(error().find("work/ansible.cfg:1") != std::string::npos);
}

CAF_TEST(paths of a file are relative to it) {
  write("other/my.cfg", "[defaults]\ninventory = hosts,../x\nprivate_key_file = ~/k\n");
  env("ANSIBLE_CONFIG", root + "/other/my.cfg");
  CAF_CHECK_EQUAL(load().text("private_key_file", ""), root + "/home/k");
  write("other/my.cfg", "[defaults]\ninventory = hosts\n");
  CAF_CHECK_EQUAL(load().text("inventory", ""), root + "/other/hosts");
  env("ANSIBLE_INVENTORY", "mine");
  CAF_CHECK_EQUAL(load().text("inventory", ""), "mine");
}

CAF_TEST(settings that we do not have are told) {
  write("work/ansible.cfg", "[defaults]\nno_such_setting = 1\n[defaults_too]\nx = 1\n");
  auto s = load();
  CAF_REQUIRE(!s.unknown().empty());
  CAF_CHECK_EQUAL(s.unknown()[0], "defaults.no_such_setting");
}

CAF_TEST_FIXTURE_SCOPE_END()
