#define CAF_SUITE modules_setup.parsers
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "modules/setup/ethtool.hpp"
#include "modules/setup/host_names.hpp"
#include "modules/setup/human_size.hpp"
#include "modules/setup/ini.hpp"
#include "modules/setup/mount_probe.hpp"
#include "modules/setup/os_release.hpp"
#include "modules/setup/setup.hpp"
#include "modules/setup/subset.hpp"

using namespace mito;
using namespace mito::modules::setup;

namespace {

struct fixture {
  core::value args = core::value(core::dict());
  core::dict environment;
  modules::request call{args, false, false, environment, {}, false, {}, {}};
  context c{call};
};

std::string json(core::dict& d) {
  return core::to_json(core::value(d));
}

std::string_view failure_of(const char* arguments, core::value& keep) {
  const auto args = *core::parse_json(arguments);
  const core::dict environment;
  keep = modules::run_setup({args, false, false, environment, {}, false, {}, {}});
  return keep.text("msg");
}

} // namespace

CAF_TEST(release lines) {
  const auto check = [](std::string_view line, std::string_view name, std::string_view version,
                        std::string_view codename) {
    const auto r = parse_release_line(line);
    CAF_CHECK_EQUAL(r.name, name);
    CAF_CHECK_EQUAL(r.version, version);
    CAF_CHECK_EQUAL(r.codename, codename);
  };
  check("CentOS Linux release 7.9.2009 (Core)\n", "CentOS Linux", "7.9.2009", "Core");
  check("Ubuntu 22.04.3 LTS", "Ubuntu", "22.04.3", "");
  check("Debian GNU/Linux 12 (bookworm)", "Debian GNU/Linux", "12", "bookworm");
  check("Debian GNU/Linux bookworm/sid", "Debian GNU/Linux bookworm/sid", "", "");
  check("", "", "", "");
  check("7", "7", "", "");
}

CAF_TEST(os release files are shell words) {
  fixture f;
  auto& out = f.c.new_dict();
  parse_os_release(
      f.c, "# a comment\nNAME='A B'\nVERSION=\"1 \\\"x\\\" (Cat)\"\nempty=\nID=a\\ b # c\nopen=\"x", out);
  CAF_CHECK_EQUAL(get(out, "name"), "A B");
  CAF_CHECK_EQUAL(get(out, "version"), "1 \"x\" (Cat)");
  CAF_CHECK(out.contains("empty"));
  CAF_CHECK_EQUAL(get(out, "id"), "a b");
  CAF_CHECK_EQUAL(get(out, "open"), "x");
  CAF_CHECK_EQUAL(get(out, "codename"), "Cat");
}

CAF_TEST(file name patterns) {
  CAF_CHECK(matches("ansible_eth0", "ansible_*"));
  CAF_CHECK(matches("ansible_eth0", "*eth?"));
  CAF_CHECK(matches("abc", "a[a-c]c"));
  CAF_CHECK(!matches("abc", "a[!a-c]c"));
  CAF_CHECK(matches("a[c", "a[c"));
  CAF_CHECK(!matches("abc", "ab"));
  CAF_CHECK(matches("aXbXc", "a*b*c"));
  CAF_CHECK(!matches("", "?"));
}

CAF_TEST(sizes for people) {
  CAF_CHECK_EQUAL(human_size(0), "0.00 Bytes");
  CAF_CHECK_EQUAL(human_size(1023), "1023.00 Bytes");
  CAF_CHECK_EQUAL(human_size(1536), "1.50 KB");
  CAF_CHECK_EQUAL(human_size(std::uint64_t{536870912} * 512), "256.00 GB");
  CAF_CHECK_EQUAL(human_size(1048575), "1024.00 KB");
}

CAF_TEST(names in etc hosts) {
  fixture f;
  constexpr std::string_view hosts =
      "127.0.0.1 localhost\n127.0.1.1 web.example.org web # comment\n::1 localhost\n";
  CAF_CHECK_EQUAL(name_from_hosts(f.c, hosts, "web"), "web.example.org");
  CAF_CHECK_EQUAL(name_from_hosts(f.c, hosts, "WEB"), "web.example.org");
  CAF_CHECK_EQUAL(name_from_hosts(f.c, hosts, "comment"), "");
}

CAF_TEST(ini files) {
  fixture f;
  auto& out = f.c.new_dict();
  CAF_CHECK(
      parse_ini(f.c, "[DEFAULT]\nbase=/srv\n[a]\nDir: %(base)s/x\nlong = 1\n  2\n\n[b]\np=100%%\n", out));
  CAF_CHECK_EQUAL(json(out),
                  R"({"a":{"dir":"/srv/x","long":"1\n2","base":"/srv"},"b":{"p":"100%","base":"/srv"}})");
  for (const auto bad :
       {"a=1\n", "[a]\nnothing\n", "[a]\nx=1\nx=2\n", "[a]\n[a]\n", "[a]\nx=%(no)s\n", "[a\n"}) {
    auto& refused = f.c.new_dict();
    CAF_CHECK(!parse_ini(f.c, bad, refused));
  }
}

CAF_TEST(superblocks) {
  fixture f;
  std::string disk(0x11000, '\0');
  disk.replace(0x438, 2, "\x53\xef");
  for (int i = 0; i < 16; ++i) disk[0x468 + static_cast<std::size_t>(i)] = static_cast<char>(i * 17);
  CAF_CHECK_EQUAL(uuid_in_superblock(f.c, disk), "00112233-4455-6677-8899-aabbccddeeff");
  CAF_CHECK_EQUAL(uuid_in_superblock(f.c, "XFSB"), "");
}

CAF_TEST(ethtool output) {
  fixture f;
  auto& out = f.c.new_dict();
  parse_ethtool_features("Features for eth0:\nrx-checksumming: on [fixed]\n\ttx-checksum-ipv4: off\n", out);
  CAF_CHECK_EQUAL(json(out), R"({"rx_checksumming":"on [fixed]","tx_checksum_ipv4":"off"})");
  auto& stamps = f.c.new_dict();
  parse_ethtool_timestamps(
      f.c, "PTP Hardware Clock: 3\n SOF_TIMESTAMPING_TX_SOFTWARE\n HWTSTAMP_FILTER_NONE\n", stamps);
  CAF_CHECK_EQUAL(json(stamps),
                  R"({"timestamping":["tx_software"],"hw_timestamp_filters":["none"],"phc_index":3})");
}

CAF_TEST(subsets) {
  const auto names = [](const char* arguments) {
    const auto args = *core::parse_json(arguments);
    const core::dict environment;
    const auto result = modules::run_setup({args, false, false, environment, {}, false, {}, {}});
    std::string out;
    for (const auto& [key, val] : result["ansible_facts"].as_dict()) out.append(key.as_string()).append(" ");
    return out;
  };
  CAF_CHECK_EQUAL(names(R"({"gather_subset":["!all","!min"]})"), "gather_subset module_setup ");
  CAF_CHECK_EQUAL(names(R"({"gather_subset":["!all","!min","fips"]})"),
                  "ansible_fips gather_subset module_setup ");
  CAF_CHECK_EQUAL(names(R"({"gather_subset":"!all,!min,pkg_mgr","filter":"pkg_*"})"), "ansible_pkg_mgr ");
  CAF_CHECK_EQUAL(names(R"({"gather_subset":["!all","!fips"],"filter":["fips","apparmor"]})"),
                  "ansible_apparmor ");
}

CAF_TEST(bad options) {
  core::value keep;
  const auto bad = failure_of(R"({"gather_subset":["bogus"]})", keep);
  CAF_CHECK(
      bad.starts_with("Bad subset 'bogus' given to Ansible. gather_subset options allowed: all, all_ipv4_"));
  CAF_CHECK(bad.ends_with(", virtualization_tech_host, virtualization_type"));
  CAF_CHECK_EQUAL(
      failure_of(R"({"foo":1,"bar":2})", keep),
      "Unsupported parameters for (setup) module: bar, foo. Supported parameters include: fact_path, "
      "filter, gather_subset, gather_timeout.");
  CAF_CHECK(
      failure_of(R"({"gather_timeout":"a"})", keep).starts_with("argument 'gather_timeout' is of type"));
  CAF_CHECK_EQUAL(failure_of(R"({"gather_subset":["!bogus","!all","!min"]})", keep), "");
}
