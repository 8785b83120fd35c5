// Ansible's tests on results, sets and text.
#include <algorithm>
#include <cmath>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/regex.hpp"
#include "templating/semantics.hpp"
#include "templating/tables.hpp"
#include "templating/versions.hpp"

namespace mito::templating {

namespace {

/// A task result's member, or `otherwise`; fails when this is no result.
core::value member(call& c, std::string_view test, std::string_view key, core::value otherwise = false) {
  if (!is_mapping(c.self))
    return c.m.fail("filter", "The '" + std::string(test) + "' test expects a dictionary");
  auto v = mapping_get(c.m, c.self, text(key));
  return v ? *v : otherwise;
}

core::value is_failed(call& c) {
  return member(c, "failed", "failed");
}
core::value is_success(call& c) {
  auto v = member(c, "failed", "failed");
  return c.m.failed() ? core::value() : core::value(!truth(c.m, v));
}
core::value is_unreachable(call& c) {
  return member(c, "unreachable", "unreachable");
}
core::value is_reachable(call& c) {
  auto v = member(c, "unreachable", "unreachable");
  return c.m.failed() ? core::value() : core::value(!truth(c.m, v));
}
core::value is_skipped(call& c) {
  return member(c, "skipped", "skipped");
}
core::value is_changed(call& c) {
  auto v = member(c, "changed", "changed", core::value::undefined());
  if (c.m.failed() || !v.is_undefined()) return v;
  auto results = mapping_get(c.m, c.self, text("results"));
  if (!results || !results->is_list() || results->as_list().empty() || !is_mapping(results->as_list()[0]))
    return false;
  for (auto& r : results->as_list()) {
    auto one = mapping_get(c.m, r, text("changed"));
    if (one && truth(c.m, *one)) return true;
  }
  return false;
}
core::value one_or_absent(call& c, std::string_view name) {
  auto v = member(c, name, name, core::value::undefined());
  if (c.m.failed()) return {};
  return v.is_undefined() || v == core::value(1);
}
core::value is_started(call& c) {
  return one_or_absent(c, "started");
}
core::value is_finished(call& c) {
  return one_or_absent(c, "finished");
}

core::value matches(call& c, regex_mode mode) {
  auto s = str(c.m, c.self);
  std::string pattern(c[0].as_string());
  if (!c.m.failed() && c.has(0) && c[0].is_undefined()) return c.m.undefined_error(c[0]);
  if (!c.m.failed() && c.has(0) && !c[0].is_string())
    return c.m.fail_type("first argument must be string or compiled pattern");
  regex_options opt;
  opt.ignore_case = c.has(1) && truth(c.m, c[1]);
  opt.multiline = c.has(2) && truth(c.m, c[2]);
  if (c.m.failed()) return {};
  auto re = compile_regex(pattern, opt);
  if (!re) return c.m.fail(re.error());
  auto found = re->match(s, 0, mode);
  return found ? core::value(!found->empty()) : c.m.fail(found.error());
}
core::value is_match(call& c) {
  return matches(c, regex_mode::match);
}
core::value is_search(call& c) {
  return matches(c, regex_mode::search);
}
core::value is_regex(call& c) {
  auto kind = c.has(3) ? str(c.m, c[3]) : "search";
  if (kind != "search" && kind != "match" && kind != "fullmatch") {
    // Python looks a method of this name up, and else calls its default, which is a text.
    auto ok = matches(c, regex_mode::search);
    return c.m.failed() ? ok : c.m.fail_type("'str' object is not callable");
  }
  return matches(c, kind == "match"       ? regex_mode::match
                    : kind == "fullmatch" ? regex_mode::full
                                          : regex_mode::search);
}

core::value is_version(call& c) {
  return compare_versions(c);
}

/// "yes"/"no" and the like become bools, anything else stays.
bool truthy(call& c) {
  if (c.has(0) && truth(c.m, c[0]) && c.self.is_string()) {
    auto s = core::lower(core::trim(c.self.as_string()));
    for (std::string_view no : {"0", "off", "f", "false", "n", "no"})
      if (s == no) return false;
    for (std::string_view yes : {"1", "on", "t", "true", "y", "yes"})
      if (s == yes) return true;
  }
  return truth(c.m, c.self);
}
core::value is_truthy(call& c) {
  return truthy(c);
}
core::value is_falsy(call& c) {
  return !truthy(c);
}

core::value is_vault_encrypted(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  return false;
}

core::value is_any(call& c) {
  for (auto& i : iterate(c.m, c.self))
    if (truth(c.m, i)) return true;
  return false;
}
core::value is_all(call& c) {
  for (auto& i : iterate(c.m, c.self))
    if (!truth(c.m, i)) return false;
  return true;
}

bool within(call& c, const core::value& small, const core::value& large) {
  auto a = iterate(c.m, small), b = iterate(c.m, large);
  return std::all_of(a.begin(), a.end(),
                     [&](auto& i) { return std::find(b.begin(), b.end(), i) != b.end(); });
}
core::value is_subset(call& c) {
  return within(c, c.self, c[0]);
}
core::value is_superset(call& c) {
  return within(c, c[0], c.self);
}
core::value is_contains(call& c) {
  return contains(c.m, c.self, c[0]);
}
core::value is_nan(call& c) {
  if (c.self.is_real()) return std::isnan(c.self.as_real());
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  if (c.self.is_int() || c.self.is_bool()) return false;
  return false;
}

/// urlparse() takes nearly any text: only the wanted schemes, and for URLs a host, make a difference.
core::value uri_like(call& c, bool url, bool urn) {
  if (!c.self.is_string() && (c.self.is_undefined() || c.self.truthy())) return false;
  auto s = c.self.is_string() ? std::string(c.self.as_string()) : std::string();
  auto colon = s.find(':');
  std::string scheme;
  std::string_view rest = s;
  auto letters = std::string_view(s).substr(0, colon);
  if (colon != s.npos && colon > 0 && ((s[0] | 32) >= 'a' && (s[0] | 32) <= 'z') &&
      core::lower(letters).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+.-") == letters.npos) {
    scheme = core::lower(letters);
    rest.remove_prefix(colon + 1);
  }
  core::list allowed;
  if (urn) allowed = {core::value("urn")};
  if (!urn && c.has(0) && truth(c.m, c[0])) allowed = iterate(c.m, c[0]);
  if (c.m.failed()) return {};
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), core::value(scheme)) == allowed.end())
    return false;
  auto net = rest.substr(0, rest.find_first_of("/?#", rest.starts_with("//") ? 2 : 0));
  if (rest.starts_with("//") && (net.find('[') == net.npos) != (net.find(']') == net.npos)) return false;
  bool host = rest.starts_with("//") && rest.size() > 2 &&
              std::string_view("/?#").find(rest[2]) == std::string_view::npos;
  return !url || host || scheme == "file";
}
core::value is_uri(call& c) {
  return uri_like(c, false, false);
}
core::value is_url(call& c) {
  return uri_like(c, true, false);
}
core::value is_urn(call& c) {
  return uri_like(c, false, true);
}

constexpr function_def rows[] = {
    {"failed", is_failed, ""},
    {"failure", is_failed, "", 0, "failed"},
    {"succeeded", is_success, "", 0, "success"},
    {"success", is_success, ""},
    {"successful", is_success, "", 0, "success"},
    {"reachable", is_reachable, ""},
    {"unreachable", is_unreachable, ""},
    {"changed", is_changed, ""},
    {"change", is_changed, "", 0, "changed"},
    {"skipped", is_skipped, ""},
    {"skip", is_skipped, "", 0, "skipped"},
    {"started", is_started, ""},
    {"finished", is_finished, ""},
    {"match", is_match, "pattern= ignorecase= multiline="},
    {"search", is_search, "pattern= ignorecase= multiline="},
    {"regex", is_regex, "pattern= ignorecase= multiline= match_type="},
    {"version", is_version, "version operator= strict= version_type=", 0, "version_compare"},
    {"version_compare", is_version, "version operator= strict= version_type="},
    {"any", is_any, ""},
    {"all", is_all, ""},
    {"truthy", is_truthy, "convert_bool="},
    {"falsy", is_falsy, "convert_bool="},
    {"vault_encrypted", is_vault_encrypted, ""},
    {"subset", is_subset, "b", 0, "issubset"},
    {"issubset", is_subset, "b"},
    {"superset", is_superset, "b", 0, "issuperset"},
    {"issuperset", is_superset, "b"},
    {"contains", is_contains, "b"},
    {"nan", is_nan, "", 0, "isnotanumber"},
    {"isnan", is_nan, "", 0, "isnotanumber"},
    {"uri", is_uri, "schemes="},
    {"url", is_url, "schemes="},
    {"urn", is_urn, ""},
};

} // namespace

constinit const function_table ansible_tests = rows;

} // namespace mito::templating
