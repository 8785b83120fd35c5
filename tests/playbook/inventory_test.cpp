#define CAF_SUITE playbook.inventory
#include <caf/test/unit_test.hpp>

#include <chrono>

#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/inventory/addresses.hpp"
#include "playbook/inventory/literal.hpp"
#include "playbook/inventory/matcher.hpp"
#include "playbook/inventory/patterns.hpp"
#include "playbook/inventory/shell_words.hpp"
#include "playbook/inventory/sources.hpp"

using namespace mito;
using namespace mito::playbook;

namespace {

inventory ini(std::string_view text) {
  inventory out;
  auto ok = read_ini_inventory(out, text, "hosts");
  CAF_CHECK_EQUAL(ok ? std::string() : ok.error().message(), "");
  CAF_CHECK(out.reconcile().has_value());
  return out;
}

std::string ini_error(std::string_view text) {
  inventory out;
  auto ok = read_ini_inventory(out, text, "hosts");
  return ok ? "read" : ok.error().message();
}

std::string names(const inventory& from, const std::vector<host_id>& hosts) {
  std::vector<std::string> out;
  for (auto h : hosts) out.push_back(from.at(h).name);
  return core::join(out, " ");
}

std::string select(inventory& from, core::value pattern, std::string_view limit = {}) {
  auto found = select_hosts(from, pattern, limit);
  if (!found) return "error: " + found.error().message();
  auto out = names(from, found->hosts);
  for (const auto& w : found->warnings) out += " | " + w.message;
  return out;
}

std::string literal(std::string_view text) {
  auto v = ini_value(text);
  return v ? core::to_repr(*v) : "error";
}

} // namespace

CAF_TEST(INI values are Python literals or text) {
  for (auto [text, want] : std::initializer_list<std::pair<const char*, const char*>>{
           {"1", "1"},
           {"-5", "-5"},
           {"0644", "'0644'"},
           {"0x1f", "31"},
           {"0o17", "15"},
           {"1_000", "1000"},
           {"1.5", "1.5"},
           {"1e3", "1000.0"},
           {"True", "True"},
           {"true", "'true'"},
           {"yes", "'yes'"},
           {"None", "None"},
           {"'a' \"b\"", "'ab'"},
           {"[1, 'x', {2: None}]", "[1, 'x', {2: None}]"},
           {"(1,)", "(1,)"},
           {"(1)", "1"},
           {"1, 2", "(1, 2)"},
           {"{'a': 1,}", "{'a': 1}"},
           {"1 + 1", "'1 + 1'"},
           {"a b", "'a b'"},
           {"", "''"},
           {"'open", "\"'open\""},
           {"r'\\n'", "'\\\\n'"},
           {"'\\x41\\n'", "'A\\n'"},
           {"[1 2]", "'[1 2]'"},
           {"123456789012345678901", "123456789012345678901"},
           {"1 # c", "1"},
           {"--1", "'--1'"},
           {"-(1)", "-1"},
           {"-True", "'-True'"},
           {"0x_1f", "31"},
           {"1_e5", "'1_e5'"},
           {"b'a'", "'a'"},
           {"'a' b'b'", "\"'a' b'b'\""},
           {"{1, 2, 1}", "{1, 2}"},
           {"set()", "set()"},
           {"{[]: 1}", "error"},
           {"{{ 1 }}", "error"},
           {"{{ nope }}", "'{{ nope }}'"},
           {"0xffffffffffffffffffff", "1208925819614629174706175"},
           {"__import__('os')", "\"__import__('os')\""}})
    CAF_CHECK_EQUAL(literal(text), want);
  CAF_CHECK(ini_value("{1, 2, 1}")->subtype() == core::subtype::set);
}

CAF_TEST(INI groups children and variables) {
  auto i =
      ini("first x=1\n[web]\nw[1:3]:2222 a=\"b c\" # note\n[web:vars]\nv = [1, 2]\nansible_group_priority=7\n"
          "[all:vars]\ng=1\n[top:children]\nweb\nlater\n[later]\nz\n");
  CAF_CHECK_EQUAL(names(i, i.members(inventory::all)), "first w1 w2 w3 z");
  CAF_CHECK_EQUAL(i.group_at(i.find_group("web")).priority, 7);
  CAF_CHECK_EQUAL(i.at(i.find_host("w2")).vars.find("ansible_port")->as_int(), 2222);
  CAF_CHECK_EQUAL(core::join(i.group_names(i.find_host("z")), ","), "later,top");
  CAF_CHECK_EQUAL(i.group_at(i.find_group("web")).depth, 2u);
}

CAF_TEST(INI errors have line and cause) {
  CAF_CHECK_EQUAL(ini_error("[a\nb"), "hosts:1: not a host range: '[a'");
  CAF_CHECK_EQUAL(ini_error("[a]\nh x"), "hosts:2: Expected key=value host variable assignment, got: x");
  CAF_CHECK_EQUAL(ini_error("[a:foo]\n"), "hosts:1: Section [a:foo] has unknown type: foo");
  CAF_CHECK_EQUAL(ini_error("[a:children]\nb"), "hosts:2: Section [a:children] includes undefined group: b");
  CAF_CHECK_EQUAL(ini_error("\n[a:vars]\nx=1"), "hosts:2: Section [a:vars] not valid for undefined group: a");
  CAF_CHECK_EQUAL(ini_error("[a:children]\nb\n[b:children]\na"),
                  "hosts:4: Adding group 'a' as child to 'b' creates a recursive dependency loop.");
  CAF_CHECK_EQUAL(ini_error("h[01:3]"),
                  "hosts:1: host range must specify equal-length begin and end formats");
  CAF_CHECK(ini_error("h x='a").find("No closing quotation") != std::string::npos);
  CAF_CHECK(ini_error("all:\n").find("ending in ':' is not allowed") != std::string::npos);
}

CAF_TEST(ranges and ports) {
  auto expand = [](std::string_view p) {
    auto e = expand_range(p);
    return e ? core::join(*e, ",") : "error: " + e.error().message();
  };
  CAF_CHECK_EQUAL(expand("w[01:10:4]-[a:b].x"), "w01-a.x,w01-b.x,w05-a.x,w05-b.x,w09-a.x,w09-b.x");
  CAF_CHECK_EQUAL(expand("w[:2]"), "w0,w1,w2");
  CAF_CHECK_EQUAL(expand("w[c:a]"), "error: host range must have begin <= end");
  CAF_CHECK(expand("w[0:99999999999]").starts_with("error: host range makes too many names"));
  auto address = [](std::string_view text) {
    auto a = parse_address(text);
    return a ? a->host + " " + std::to_string(a->port) : "none";
  };
  CAF_CHECK_EQUAL(address("a:22"), "a 22");
  CAF_CHECK_EQUAL(address("[::1]:22"), "::1 22");
  CAF_CHECK_EQUAL(address("[a:22]:33"), "a 22");
  CAF_CHECK_EQUAL(address("::1"), "::1 0");
  CAF_CHECK_EQUAL(address("w[1:3]:22"), "w[1:3] 22");
  CAF_CHECK_EQUAL(address("w[1:3]"), "w[1:3] 0");
  CAF_CHECK_EQUAL(address("web::db"), "none");
  CAF_CHECK_EQUAL(address("db::web"), "db::web 0"); // begins as an IPv6 address does
  CAF_CHECK_EQUAL(address("a_"), "none");
  CAF_CHECK_EQUAL(address("ü.example"), "ü.example 0");
  CAF_CHECK(is_ip_address("10.0.0.1") && is_ip_address("fe80::1") && !is_ip_address("10.0.0.256") && !is_ip_address("h"));
}

CAF_TEST(patterns) {
  auto i = ini("[web]\nw1\nw2\nw3\n[db]\nd1\nw3\n[old]\nw1.x.org\n");
  CAF_CHECK_EQUAL(select(i, "all"), "w1 w2 w3 d1 w1.x.org");
  CAF_CHECK_EQUAL(select(i, "web:&db"), "w3");
  CAF_CHECK_EQUAL(select(i, "!db:web"), "w1 w2");
  CAF_CHECK_EQUAL(select(i, "db,web"), "d1 w3 w1 w2");
  CAF_CHECK_EQUAL(select(i, core::value(core::list{core::value("w2"), core::value("db[0]")})), "w2 d1");
  CAF_CHECK_EQUAL(select(i, "*.org"), "w1.x.org");
  CAF_CHECK_EQUAL(select(i, "w[12]*"), "w1 w2 w1.x.org");
  CAF_CHECK_EQUAL(select(i, "web[1:]"), "w2 w3");
  CAF_CHECK_EQUAL(select(i, "web[-1]"), "w3");
  CAF_CHECK_EQUAL(select(i, "web[9]"), "error: No hosts matched the subscripted pattern 'web[9]'");
  CAF_CHECK_EQUAL(select(i, "~w[13]$"), "w1 w3");
  CAF_CHECK_EQUAL(select(i, "~("), "error: Invalid host list pattern: ~(");
  CAF_CHECK_EQUAL(select(i, "nope"), " | Could not match supplied host pattern, ignoring: nope");
  CAF_CHECK_EQUAL(select(i, "all", "web:!w1"), "w2 w3");
  CAF_CHECK_EQUAL(select(i, "all", "@/no/such"), "error: Unable to find limit file /no/such");
  CAF_CHECK_EQUAL(select(i, "localhost"), "localhost");
  CAF_CHECK_EQUAL(select(i, "all").find("localhost"), std::string::npos);
  auto local = i.at(i.localhost());
  CAF_CHECK_EQUAL(local.vars.find("ansible_connection")->as_string(), "local");
}

CAF_TEST(globs) {
  CAF_CHECK(glob_matches("a*b*c", "aXbYbc"));
  CAF_CHECK(!glob_matches("a*b*c", "aXbYbd"));
  CAF_CHECK(glob_matches("[!a]?", "bx"));
  CAF_CHECK(!glob_matches("[!a]?", "ax"));
  CAF_CHECK(glob_matches("[]]", "]"));
  CAF_CHECK(glob_matches("[", "["));
  CAF_CHECK(glob_matches("*", ""));
}

CAF_TEST(batches and order) {
  auto i = ini("c\na\nb\ne\nd\n");
  auto all = i.members(inventory::all);
  auto cut = [&](core::value serial) {
    auto b = batches(all, serial);
    if (!b) return "error: " + b.error().message();
    std::string out;
    for (const auto& one : *b) out += (out.empty() ? "" : "/") + names(i, one);
    return out;
  };
  CAF_CHECK_EQUAL(cut(core::value()), "c a b e d");
  CAF_CHECK_EQUAL(cut(core::value(2)), "c a/b e/d");
  CAF_CHECK_EQUAL(cut(core::value("50%")), "c a/b e/d");
  CAF_CHECK_EQUAL(cut(core::value("1%")), "c/a/b/e/d");
  CAF_CHECK_EQUAL(cut(core::value(core::list{core::value(1), core::value("60%")})), "c/a b e/d");
  CAF_CHECK_EQUAL(cut(core::value(0)), "c a b e d");
  CAF_CHECK(cut(core::value("x")).starts_with("error"));
  CAF_CHECK(order_hosts(i, all, "sorted").has_value());
  CAF_CHECK_EQUAL(names(i, all), "a b c d e");
  CAF_CHECK(order_hosts(i, all, "reverse_sorted").has_value());
  CAF_CHECK_EQUAL(names(i, all), "e d c b a");
  CAF_CHECK(!order_hosts(i, all, "odd").has_value());
}

CAF_TEST(a bad source is a warning and leaves localhost) {
  auto l = load_inventory({"/no/such/inventory"});
  CAF_REQUIRE(l.has_value());
  std::erase_if(l->warnings, [](const core::diagnostic& d) { return d.severity == core::severity::note; });
  CAF_REQUIRE_EQUAL(l->warnings.size(), 2u);
  CAF_CHECK_EQUAL(l->warnings[0].message, "Unable to parse /no/such/inventory as an inventory source");
  CAF_CHECK_EQUAL(l->warnings[1].message, "No inventory was parsed, only implicit localhost is available");
  CAF_CHECK(l->hosts.listed().empty());
}

CAF_TEST(a large inventory loads quickly) {
  std::string text;
  for (int g = 0; g < 200; ++g) {
    text += "[g" + std::to_string(g) + "]\n";
    for (int h = 0; h < 100; ++h)
      text += "host" + std::to_string(g) + "-" + std::to_string(h) + " ansible_host=10.0." +
              std::to_string(g) + "." + std::to_string(h) + " role=web weight=5\n";
    text += "[g" + std::to_string(g) + ":vars]\nv=1\n";
  }
  auto start = std::chrono::steady_clock::now();
  auto i = ini(text);
  auto found = select_hosts(i, core::value("all:!g7"));
  auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
  CAF_MESSAGE("20,000 hosts in 200 groups: " << took << " ms");
  CAF_REQUIRE(found.has_value());
  CAF_CHECK_EQUAL(found->hosts.size(), 19900u);
}
