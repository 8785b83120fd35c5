// pprint: Python's pprint.pformat() at 80 columns.
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"

namespace mito::templating {

namespace {

/// Dicts with their keys in order, as pprint shows them.
core::value ordered(machine& m, const core::value& v) {
  if (v.is_sequence()) {
    core::list out;
    for (auto& i : v.as_list()) out.push_back(ordered(m, i));
    return (v.is_tuple() ? core::value::tuple(std::move(out)) : core::value(std::move(out)))
        .with_subtype(v.subtype());
  }
  if (!v.is_dict()) return v;
  core::list pairs, keys;
  for (auto& e : v.as_dict()) {
    pairs.push_back(core::value::tuple({e.key, ordered(m, e.val)}));
    keys.push_back(e.key);
  }
  // Keys that do not compare stay in their order.
  if (!sort_by_keys(m, pairs, std::move(keys), false)) m.clear_error();
  core::dict out;
  for (auto& p : pairs) out.set_key(p.as_list()[0], p.as_list()[1]);
  return core::value(std::move(out));
}

class printer {
public:
  explicit printer(machine& m) : m_(m) {}

  /// `indent` is the column where `v` starts, `after` what closes behind it on the same line.
  void put(std::string& out, const core::value& v, std::size_t indent, std::size_t after) {
    auto flat = repr(m_, v);
    if (m_.failed()) return;
    if (core::count_code_points(flat) + indent + after <= width) {
      out += flat;
    } else if (v.is_sequence() && v.subtype() == core::subtype::plain && !v.as_list().empty()) {
      bool single = v.is_tuple() && v.as_list().size() == 1;
      out += v.is_tuple() ? '(' : '[';
      items(out, v.as_list(), indent + 1, after + 1 + single);
      out += v.is_tuple() ? (single ? ",)" : ")") : "]";
    } else if (v.is_dict() && !v.as_dict().empty()) {
      out += '{';
      members(out, v.as_dict(), indent + 1, after + 1);
      out += '}';
    } else if (v.is_string() && v.as_string().find_first_of(" \n\t") != std::string_view::npos) {
      m_.fail("filter", "folding a text this long with the filter 'pprint' needs the Python plugin host, "
                        "which does not exist yet");
    } else {
      out += flat;
    }
  }

private:
  static constexpr std::size_t width = 80;

  static void line(std::string& out, std::size_t indent) {
    out += ",\n";
    out.append(indent, ' ');
  }
  void items(std::string& out, const core::list& all, std::size_t indent, std::size_t after) {
    for (std::size_t i = 0; i < all.size() && m_.step(); ++i) {
      if (i) line(out, indent);
      put(out, all[i], indent, i + 1 == all.size() ? after : 1);
    }
  }
  void members(std::string& out, const core::dict& d, std::size_t indent, std::size_t after) {
    for (std::size_t i = 0; i < d.size() && m_.step(); ++i) {
      if (i) line(out, indent);
      auto key = repr(m_, d.at(i).key) + ": ";
      out += key;
      put(out, d.at(i).val, indent + core::count_code_points(key), i + 1 == d.size() ? after : 1);
    }
  }

  machine& m_;
};

core::value do_pprint(call& c) {
  if (c.self.is_undefined()) return c.m.undefined_error(c.self);
  std::string out;
  printer(c.m).put(out, ordered(c.m, c.self), 0, 0);
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

constexpr function_def rows[] = {{"pprint", do_pprint, "", 0, "do_pprint"}};

} // namespace

constinit const function_table pprint_filters = rows;

} // namespace mito::templating
