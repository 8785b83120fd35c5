#include "corpus.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::conformance {

using core::value;

namespace {

std::string unhex(std::string_view s) {
  std::string out;
  auto digit = [](char c) { return c <= '9' ? c - '0' : (c | 32) - 'a' + 10; };
  for (std::size_t i = 0; i + 1 < s.size(); i += 2)
    out += static_cast<char>(digit(s[i]) * 16 + digit(s[i + 1]));
  return out;
}

value special(std::string_view key, const value& v) {
  auto items = decoded(v);
  if (key == "!tuple") return value::tuple(items.as_list());
  if (key == "!dict") {
    core::dict d;
    for (auto& pair : items.as_list()) d.set_key(pair.as_list()[0], pair.as_list()[1]);
    return value(std::move(d));
  }
  if (key == "!markup") return items.with_subtype(core::subtype::markup);
  if (key == "!unsafe") return core::as_data(items);
  if (key == "!range") {
    auto& l = items.as_list();
    return value(core::range{l[0].as_int(), l[1].as_int(), l[2].as_int()});
  }
  if (key == "!bytes") return value::bytes(unhex(v.as_string()));
  if (key == "!float") {
    auto s = v.as_string();
    return s == "nan" ? std::nan("") : s == "inf" ? INFINITY : -INFINITY;
  }
  if (key == "!datetime") return value(core::dict{{value("!text"), items}});
  if (key == "!set") return items.with_subtype(core::subtype::set);
  return value::undefined("'" + std::string(v.as_string()) + "' is undefined");
}

} // namespace

value decoded(const value& v) {
  if (v.is_string()) return v.with_trust(core::trust::source);
  if (v.is_list()) {
    core::list out;
    for (auto& i : v.as_list()) out.push_back(decoded(i));
    return value(std::move(out));
  }
  if (!v.is_dict()) return v;
  if (v.as_dict().size() == 1 && v.as_dict().at(0).key.as_string().starts_with('!'))
    return special(v.as_dict().at(0).key.as_string(), v.as_dict().at(0).val);
  core::dict out;
  for (auto& e : v.as_dict()) out.set_key(e.key, decoded(e.val));
  return value(std::move(out));
}

bool same(const value& a, const value& b) {
  if (b.is_dict() && b.as_dict().contains("!other")) return core::to_repr(a) == b.text("repr");
  if (b.is_dict() && b.as_dict().contains("!text") && !a.is_dict()) {
    auto iso = core::to_str(a);
    if (iso.size() > 10) iso[10] = 'T';
    return iso == b.text("!text");
  }
  if (a.kind() != b.kind()) return a.is_sequence() && b.is_sequence() && a.subtype() == core::subtype::group;
  if (b.subtype() == core::subtype::set) { // Python prints them in any order
    if (a.as_list().size() != b.as_list().size()) return false;
    for (auto& i : a.as_list())
      if (std::find(b.as_list().begin(), b.as_list().end(), i) == b.as_list().end()) return false;
    return true;
  }
  if (a.is_sequence()) {
    if (a.as_list().size() != b.as_list().size()) return false;
    for (std::size_t i = 0; i < a.as_list().size(); ++i)
      if (!same(a.as_list()[i], b.as_list()[i])) return false;
    return true;
  }
  if (a.is_dict()) {
    if (a.as_dict().size() != b.as_dict().size()) return false;
    for (auto& e : a.as_dict()) {
      auto* other = b.as_dict().find_key(e.key);
      if (!other || !same(e.val, *other)) return false;
    }
    return true;
  }
  if (a.is_real()) return (std::isnan(a.as_real()) && std::isnan(b.as_real())) || a.as_real() == b.as_real();
  return a == b;
}

std::string shown(const value& v) {
  return core::to_repr(v);
}

void tally::add(const std::string& category, const value& id, bool passed, const std::string& details) {
  auto& c = categories_[category];
  ++c.total;
  c.passed += passed;
  if (!passed && verbose_)
    std::printf("FAIL %s %s\n%s", core::to_str(id).c_str(), category.c_str(), details.c_str());
}

int tally::finish() const {
  int passed = 0, total = 0;
  for (auto& [name, c] : categories_) {
    std::printf("%d/%d %s\n", c.passed, c.total, name.c_str());
    passed += c.passed;
    total += c.total;
  }
  std::printf("%d passed, %d failed\n", passed, total - passed);
  return total - passed;
}

} // namespace mito::conformance
