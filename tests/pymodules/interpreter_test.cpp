#define CAF_SUITE pymodules.interpreter
#include <caf/test/unit_test.hpp>

#include "pymodules/interpreter.hpp"

using namespace mito::pymodules;

namespace {

std::string found(std::string_view lines, std::string_view release) {
  return "PLATFORM\nLinux\nFOUND\n" + std::string(lines) + "ENDFOUND\n" + std::string(release);
}

discovery read(const std::string& output, std::string_view mode = "auto") {
  return read_discovery(output, mode, "web1", default_candidates(), "2.14.18");
}

constexpr std::string_view debian = "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\nVERSION_ID=\"12\"\n";

} // namespace

CAF_TEST(the interpreter of the platform is taken) {
  auto d = read(found("/usr/bin/python3.11\n/usr/bin/python3\n", debian));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python3");
  CAF_CHECK(d.warnings.empty());
  d = read(found("/usr/libexec/platform-python\n", "ID=\"rocky\"\nVERSION_ID=\"8.9\"\n"));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/libexec/platform-python");
  d = read(found("/usr/bin/python3\n/usr/bin/python\n", "ID=centos\nVERSION_ID='7'\n"));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python");
  d = read(found("/usr/bin/python3\n", "ID=ubuntu\nVERSION_ID=22.04\n"));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python3");
  d = read(found("/usr/bin/python3\n", "ID=fedora # comment\nVERSION_ID=39\n"));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python3");
}

CAF_TEST(legacy prefers the old name and says so) {
  auto d = read(found("/usr/bin/python3\n/usr/bin/python\n", debian), "auto_legacy");
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python");
  CAF_REQUIRE_EQUAL(d.warnings.size(), 1u);
  CAF_CHECK_EQUAL(d.warnings[0],
                  "Distribution debian 12 on host web1 should use /usr/bin/python3, but is using /usr/bin/python for backward "
                  "compatibility with prior Ansible releases. See "
                  "https://docs.ansible.com/ansible-core/2.14/reference_appendices/interpreter_discovery.html for more information");
  CAF_CHECK(read(found("/usr/bin/python3\n/usr/bin/python\n", debian), "auto_legacy_silent").warnings.empty());
}

CAF_TEST(unknown systems take the first with a warning) {
  auto d = read(found("/usr/bin/python3.9\n", "ID=alpine\nVERSION_ID=3.18.4\n"));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python3.9");
  CAF_REQUIRE_EQUAL(d.warnings.size(), 1u);
  CAF_CHECK(d.warnings[0].starts_with("Platform linux on host web1 is using the discovered Python interpreter at /usr/bin/python3.9, but"));
  CAF_CHECK_EQUAL(d.note, "Python interpreter discovery fallback (unsupported Linux distribution: alpine)");
  CAF_CHECK(read(found("/usr/bin/python3.9\n", ""), "auto_silent").warnings.empty());
}

CAF_TEST(an absent interpreter of the platform is replaced) {
  auto d = read(found("/opt/python3.8\n", debian));
  CAF_CHECK_EQUAL(d.interpreter, "/opt/python3.8");
  CAF_REQUIRE_EQUAL(d.warnings.size(), 1u);
  CAF_CHECK(d.warnings[0].find("should use /usr/bin/python3, but is using /opt/python3.8, since") != std::string::npos);
}

CAF_TEST(no interpreter at all) {
  auto d = read(found("", debian));
  CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python");
  CAF_CHECK(!d.found);
  CAF_REQUIRE_EQUAL(d.warnings.size(), 1u);
  CAF_CHECK(d.warnings[0].starts_with("No python interpreters found for host web1 (tried ['python3.11', 'python3.10'"));
}

CAF_TEST(other output is an error of its own) {
  for (auto text : {"", "PLATFORM", "noise\nPLATFORM\nLinux\nFOUND\n/x\nENDFOUND\n", "PLATFORM\nFOUND"}) {
    auto d = read(text);
    CAF_CHECK_EQUAL(d.interpreter, "/usr/bin/python");
    CAF_CHECK(d.warning.find("unexpected output from Python interpreter discovery") != std::string::npos);
  }
}
