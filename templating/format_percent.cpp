// "%s %(name)d" % values.
#include <cmath>
#include <cstdio>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/format_spec.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

/// What Python takes for a mapping here: all that can be subscripted but tuples and strings.
bool subscriptable(const core::value& v) {
  return is_mapping(v) || v.kind() == core::kind::range || v.kind() == core::kind::bytes || v.is_undefined() ||
         (v.is_list() && v.subtype() == core::subtype::plain);
}

class percent {
public:
  percent(machine& m, const core::value& args)
      : m_(m), args_(args), left_(args.is_tuple() ? args.as_list().size() : 1), mapping_(subscriptable(args)) {}

  std::string run(std::string_view f) {
    std::string out;
    for (std::size_t at = 0; at < f.size() && !m_.failed();) {
      if (f[at] != '%')
        out += f[at++];
      else
        one(f, ++at, out);
    }
    if (!m_.failed() && left_ && !mapping_)
      m_.fail_type("not all arguments converted during string formatting");
    return out;
  }

private:
  core::value take() {
    if (!left_) return m_.fail_type("not enough arguments for format string");
    --left_;
    return args_.is_tuple() ? args_.as_list()[args_.as_list().size() - left_ - 1] : args_;
  }

  bool name(std::string_view f, std::size_t& at) {
    if (!mapping_) return m_.fail_type("format requires a mapping"), false;
    auto from = ++at;
    for (int open = 1; at < f.size() && open; ++at) open += f[at] == '(' ? 1 : f[at] == ')' ? -1 : 0;
    if (at > f.size() || f[at - 1] != ')') return m_.fail("value", "incomplete format key"), false;
    named_ = subscript(m_, args_, text(f.substr(from, at - from - 1)));
    have_ = true;
    return !m_.failed();
  }

  /// A width or precision: digits, or `*` that takes an argument.
  bool count(std::string_view f, std::size_t& at, std::int64_t& out) {
    if (at >= f.size() || f[at] != '*') return read_digits(f, at, out);
    ++at;
    auto v = take();
    if (m_.failed()) return false;
    if (!core::is_integral(v)) return m_.fail_type("* wants int"), false;
    if (v.kind() == core::kind::big_integer)
      return m_.fail("overflow", "Python int too large to convert to C ssize_t"), false;
    out = std::min<std::int64_t>(v.as_int(), 100'000'000);
    return true;
  }

  void one(std::string_view f, std::size_t& at, std::string& out) {
    have_ = false;
    if (at < f.size() && f[at] == '(' && !name(f, at)) return;
    format_spec s;
    bool left = false;
    for (; at < f.size() && std::string_view("-+ #0").find(f[at]) != std::string_view::npos; ++at) {
      left = left || f[at] == '-';
      if (f[at] == '+' || (f[at] == ' ' && !s.sign)) s.sign = f[at];
      s.alternate = s.alternate || f[at] == '#';
      s.zero = s.zero || f[at] == '0';
    }
    count(f, at, s.width);
    if (s.width < 0 && s.width != -1) left = true, s.width = -s.width;
    if (at < f.size() && f[at] == '.') {
      ++at;
      if (!count(f, at, s.precision)) s.precision = 0;
      s.precision = std::max<std::int64_t>(s.precision, 0);
    }
    if (at < f.size() && (f[at] == 'l' || f[at] == 'h' || f[at] == 'L')) ++at;
    if (m_.failed()) return;
    if (at >= f.size()) return void(m_.fail("value", "incomplete format"));
    if (f[at] == '%') {
      out += f[at++];
      return;
    }
    auto from = at;
    auto type = core::next_utf8(f, at).value_or(0xFFFD);
    auto v = have_ ? named_ : take();
    if (m_.failed()) return;
    s.align = left ? '<' : 0;
    if (type >= 0x80 || std::string_view("sraciduoxXeEfFgG").find(static_cast<char>(type)) == std::string_view::npos)
      return unsupported(f, from, type);
    put(static_cast<char>(type), v, s, out);
  }

  void unsupported(std::string_view f, std::size_t from, std::uint32_t type) {
    char hex[16];
    std::snprintf(hex, sizeof hex, "%x", static_cast<unsigned>(type));
    std::string shown = type > 31 && type < 127 ? std::string(1, static_cast<char>(type)) : "?";
    m_.fail("value", "unsupported format character '" + shown + "' (0x" + hex + ") at index " +
                         std::to_string(core::count_code_points(f.substr(0, from))));
  }

  void put(char type, const core::value& v, format_spec& s, std::string& out) {
    if (type == 'c') return put_character(v, s, out);
    if (type == 's' || type == 'r' || type == 'a') {
      auto body = type == 's' ? str(m_, v) : type == 'r' ? repr(m_, v) : ascii_repr(m_, v);
      return append_padded(m_, out, s, "", s.precision >= 0 ? first_code_points(body, s.precision) : body, '>');
    }
    if (s.zero && !s.align) s.align = '=', s.fill = "0";
    if (std::string_view("eEfFgG").find(type) != std::string_view::npos) {
      double d = real(m_, v);
      if (m_.failed()) return;
      return append_padded(m_, out, s, sign_text(std::signbit(d), s.sign), real_digits(d, type, s.precision, s.alternate),
                           '>');
    }
    put_integer(type, v, s, out);
  }

  void put_character(const core::value& v, format_spec& s, std::string& out) {
    std::string body;
    if (core::is_integral(v)) {
      if (v.kind() == core::kind::big_integer || v.as_int() < 0 || v.as_int() >= 0x110000)
        return void(m_.fail("overflow", "%c arg not in range(0x110000)"));
      core::append_utf8(body, static_cast<std::uint32_t>(v.as_int()));
    } else if (v.is_string() && core::count_code_points(v.as_string()) == 1) {
      body = v.as_string();
    } else {
      return void(m_.fail_type("%c requires int or char"));
    }
    append_padded(m_, out, s, "", body, '>');
  }

  void put_integer(char type, const core::value& v, format_spec& s, std::string& out) {
    bool decimal = type == 'd' || type == 'i' || type == 'u';
    if (decimal && v.is_undefined()) return void(m_.undefined_error(v));
    if (!core::is_integral(v) && !(decimal && v.is_real()))
      return void(m_.fail_type(std::string("%") + type + " format: " + (decimal ? "a real number" : "an integer") +
                               " is required, not " + type_of(v)));
    if (v.is_real() && !std::isfinite(v.as_real()))
      return void(std::isnan(v.as_real()) ? m_.fail("value", "cannot convert float NaN to integer")
                                          : m_.fail("overflow", "cannot convert float infinity to integer"));
    core::value whole = v.is_real() ? core::double_to_integer(v.as_real()) : v.is_bool() ? core::value(v.as_int()) : v;
    auto all = core::integer_digits(whole, decimal ? 10 : type == 'o' ? 8 : 16);
    bool negative = all[0] == '-';
    if (negative) all.erase(0, 1);
    if (type == 'X')
      for (char& c : all)
        if (c >= 'a') c = static_cast<char>(c - 32);
    if (s.precision > 0) all = padded(all, std::min<std::int64_t>(s.precision, 5000), "0", '>');
    std::string sign(sign_text(negative, s.sign));
    if (s.alternate && !decimal) sign += std::string("0") + type;
    append_padded(m_, out, s, sign, all, '>');
  }

  machine& m_;
  const core::value& args_;
  std::size_t left_;
  bool mapping_, have_ = false;
  core::value named_;
};

} // namespace

core::value percent_format(machine& m, const core::value& format, const core::value& args) {
  auto out = percent(m, args).run(format.as_string());
  if (m.failed() || !m.fits(0, out.size())) return {};
  return is_markup(format) ? markup(out) : text(out);
}

} // namespace mito::templating
