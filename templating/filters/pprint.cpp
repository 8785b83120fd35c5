// pprint: Python's pprint.pformat() at 80 columns.
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/filters/common.hpp"
#include "templating/string_methods.hpp"

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
  void put(std::string& out, const core::value& v, std::size_t indent, std::size_t after, bool outermost = false) {
    outermost_ = outermost;
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
    } else if (v.is_string() && !is_markup(v)) {
      folded(out, v.as_string(), indent, after);
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

  static std::size_t repr_size(std::string_view s) {
    std::string shown;
    core::append_repr(shown, s);
    return core::count_code_points(shown);
  }

  /// Words with the blanks behind them, as many to a piece as fit; pieces never cross a line of the text. The
  /// outermost value gets brackets around its pieces.
  void folded(std::string& out, std::string_view s, std::size_t indent, std::size_t after) {
    if (outermost_) ++indent, ++after;
    auto room = [&](bool last) {
      auto taken = indent + (last ? after : 0);
      return width > taken ? width - taken : 0;
    };
    std::vector<std::string> pieces;
    auto lines = split_lines(s, true);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      bool last_line = i + 1 == lines.size();
      if (repr_size(lines[i]) <= room(last_line)) {
        pieces.emplace_back(lines[i]);
        continue;
      }
      std::string current;
      for (auto rest = lines[i]; !rest.empty();) {
        auto blank = std::min(rest.find_first_of(" \t\n\r\v\f"), rest.size());
        auto end = std::min(rest.find_first_not_of(" \t\n\r\v\f", blank), rest.size());
        auto part = rest.substr(0, end);
        rest.remove_prefix(end);
        auto candidate = current + std::string(part);
        if (repr_size(candidate) <= room(last_line && rest.empty())) {
          current = std::move(candidate);
          continue;
        }
        if (!current.empty()) pieces.push_back(std::move(current));
        current = part;
      }
      if (!current.empty()) pieces.push_back(std::move(current));
    }
    bool brackets = outermost_ && pieces.size() > 1;
    if (brackets) out += '(';
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      if (i) out += '\n', out.append(indent, ' ');
      core::append_repr(out, std::string_view(pieces[i]));
    }
    if (brackets) out += ')';
  }

  machine& m_;
  bool outermost_ = false;
};

core::value do_pprint(call& c) {
  std::string out;
  printer(c.m).put(out, ordered(c.m, c.self), 0, 0, true);
  return c.m.fits(0, out.size()) ? text(out) : core::value();
}

constexpr function_def rows[] = {{"pprint", do_pprint, "", 0, "do_pprint"}};

} // namespace

constinit const function_table pprint_filters = rows;

} // namespace mito::templating
