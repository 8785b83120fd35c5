// Python's two ways of formatting: "%s" % x and "{}".format(x).
#include <cmath>
#include <cstdio>
#include <optional>

#include "core/big_integer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/semantics.hpp"
#include "templating/string_methods.hpp"

namespace mito::templating {

namespace {

struct spec {
  std::string fill = " ";
  char align = 0, sign = 0, type = 0, grouping = 0;
  bool alternate = false, zero = false;
  std::int64_t width = 0, precision = -1;
};

bool digits(std::string_view s, std::size_t& at, std::int64_t& out) {
  auto from = at;
  out = 0;
  for (; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at)
    if (out < 100'000'000) out = out * 10 + (s[at] - '0');
  return at > from;
}

bool is_align(char c) {
  return c == '<' || c == '>' || c == '=' || c == '^';
}

std::optional<spec> read_spec(std::string_view s) {
  spec out;
  std::size_t at = 0;
  std::size_t first = 0;
  if (!s.empty()) core::next_utf8(s, first);
  if (first && first < s.size() && is_align(s[first])) {
    out.fill = s.substr(0, first);
    out.align = s[first];
    at = first + 1;
  } else if (!s.empty() && is_align(s[0])) {
    out.align = s[at++];
  }
  if (at < s.size() && (s[at] == '+' || s[at] == '-' || s[at] == ' ')) out.sign = s[at++];
  if (at < s.size() && s[at] == '#') out.alternate = true, ++at;
  if (at < s.size() && s[at] == '0') {
    out.zero = true;
    ++at;
    if (!out.align) out.align = '=', out.fill = "0";
  }
  digits(s, at, out.width);
  if (at < s.size() && (s[at] == ',' || s[at] == '_')) out.grouping = s[at++];
  if (at < s.size() && s[at] == '.') {
    ++at;
    if (!digits(s, at, out.precision)) return std::nullopt;
  }
  if (at < s.size()) out.type = s[at++];
  if (at != s.size()) return std::nullopt;
  return out;
}

std::string grouped(std::string_view number, char mark, unsigned every) {
  if (!mark) return std::string(number);
  auto end = number.find_first_of(".e");
  auto whole = number.substr(0, end);
  std::string out;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (i && (whole.size() - i) % every == 0) out += mark;
    out += whole[i];
  }
  if (end != number.npos) out += number.substr(end);
  return out;
}

/// Digits of |d| in the style of `type`, without a sign.
std::string real_digits(double d, char type, std::int64_t precision, bool alternate) {
  d = std::fabs(d);
  bool upper = type == 'E' || type == 'F' || type == 'G';
  if (std::isinf(d)) return upper ? "INF" : "inf";
  if (std::isnan(d)) return upper ? "NAN" : "nan";
  if (!type) {
    std::string out;
    if (precision < 0) {
      core::append_real(out, d);
      return out;
    }
    type = 'g';
  }
  if (precision < 0) precision = 6;
  precision = std::min<std::int64_t>(precision, 400);
  char format[] = "%#.*f";
  format[4] = type == '%' ? 'f' : type == 'n' ? 'g' : type;
  const char* used = format;
  char plain[] = {'%', '.', '*', format[4], 0};
  if (!alternate) used = plain;
  char buffer[800];
  std::snprintf(buffer, sizeof buffer, used, static_cast<int>(precision), type == '%' ? d * 100 : d);
  return buffer;
}

void append_padded(machine& m, std::string& out, const spec& s, std::string_view sign, std::string_view body,
                   char otherwise) {
  char align = s.align ? s.align : otherwise;
  auto size = static_cast<std::int64_t>(core::count_code_points(sign) + core::count_code_points(body));
  if (s.width > size && !m.fits(0, static_cast<std::size_t>(s.width))) return;
  auto pad = s.width > size ? s.width - size : 0;
  auto put = [&](std::int64_t n) {
    while (n-- > 0) out += s.fill;
  };
  if (align == '>') put(pad);
  if (align == '^') put(pad / 2);
  out += sign;
  if (align == '=') put(pad);
  out += body;
  if (align == '<') put(pad);
  if (align == '^') put(pad - pad / 2);
}

std::string_view sign_text(bool negative, char wanted) {
  return negative ? "-" : wanted == '+' ? "+" : wanted == ' ' ? " " : "";
}

void bad_code(machine& m, char type, const core::value& v) {
  m.fail("value", std::string("Unknown format code '") + type + "' for object of type '" +
                      std::string(core::type_name(v)) + "'");
}

void format_integer(machine& m, std::string& out, const core::value& v, const spec& s) {
  unsigned base = s.type == 'x' || s.type == 'X' ? 16 : s.type == 'o' ? 8 : s.type == 'b' ? 2 : 10;
  if (s.precision >= 0) {
    m.fail("value", "Precision not allowed in integer format specifier");
    return;
  }
  if (s.type == 'c') {
    std::string one;
    core::append_utf8(one, static_cast<std::uint32_t>(v.as_int()));
    return append_padded(m, out, s, "", one, '<');
  }
  auto all = core::integer_digits(v.is_bool() ? core::value(v.as_int()) : v, base);
  bool negative = all[0] == '-';
  if (negative) all.erase(0, 1);
  if (s.type == 'X')
    for (char& c : all)
      if (c >= 'a') c = static_cast<char>(c - 32);
  std::string prefix;
  if (s.alternate && base != 10) prefix = std::string("0") + s.type;
  append_padded(m, out, s, std::string(sign_text(negative, s.sign)) + prefix,
                grouped(all, s.grouping, base == 10 ? 3 : 4), '>');
}

} // namespace

void append_formatted(machine& m, std::string& out, const core::value& v, std::string_view spec_text) {
  if (v.is_undefined() && v.subtype() != core::subtype::lenient) {
    m.undefined_error(v);
    return;
  }
  if (spec_text.empty()) return append_str(m, out, v);
  if (v.kind() == core::kind::datetime || v.kind() == core::kind::date) {
    auto* def = find_method(v, "strftime");
    auto s = invoke(m, *def, v, {text(spec_text)}, {});
    out += s.as_string();
    return;
  }
  auto read = read_spec(spec_text);
  if (!read) {
    m.fail("value", "Invalid format specifier");
    return;
  }
  auto& s = *read;
  bool integral = core::is_integral(v) && !(v.is_bool() && !s.type);
  std::string_view real_types = "eEfFgG%n";
  if (integral && (!s.type || std::string_view("bcdoxXn").find(s.type) != std::string_view::npos))
    return format_integer(m, out, v, s);
  if ((integral || v.is_real() || v.is_bool()) &&
      (v.is_real() || real_types.find(s.type) != std::string_view::npos)) {
    if (s.type && real_types.find(s.type) == real_types.npos) return bad_code(m, s.type, v);
    double d = real(m, v);
    auto body = real_digits(d, s.type, s.precision, s.alternate);
    if (!s.type && s.precision >= 0 && body.find_first_of(".en") == body.npos) body += ".0";
    body = grouped(body, s.grouping, 3);
    if (s.type == '%') body += '%';
    return append_padded(m, out, s, sign_text(std::signbit(d), s.sign), body, '>');
  }
  if (!v.is_string() && !v.is_bool() && !v.is_real()) {
    m.fail_type("unsupported format string passed to " + std::string(core::type_name(v)) + ".__format__");
    return;
  }
  if (s.type && s.type != 's') return bad_code(m, s.type, v);
  auto body = str(m, v);
  if (s.precision >= 0) {
    std::size_t at = 0;
    for (std::int64_t i = 0; i < s.precision && at < body.size(); ++i) core::next_utf8(body, at);
    body.resize(at);
  }
  append_padded(m, out, s, "", body, '<');
}

namespace {

class percent {
public:
  percent(machine& m, const core::value& args) : m_(m), args_(args) {
    if (args.is_tuple()) count_ = args.as_list().size();
  }

  std::string run(std::string_view f) {
    std::string out;
    for (std::size_t at = 0; at < f.size() && !m_.failed();) {
      if (f[at] != '%') {
        out += f[at++];
        continue;
      }
      if (++at >= f.size()) {
        m_.fail("value", "incomplete format");
        break;
      }
      if (f[at] == '%') {
        out += f[at++];
        continue;
      }
      one(f, at, out);
    }
    if (!m_.failed() && next_ < count_ && !named_ && !(args_.is_dict()))
      m_.fail_type("not all arguments converted during string formatting");
    return out;
  }

private:
  core::value take() {
    if (!args_.is_tuple() && next_ == 0) {
      ++next_;
      return args_;
    }
    if (args_.is_tuple() && next_ < count_) return args_.as_list()[next_++];
    return m_.fail_type("not enough arguments for format string");
  }

  void one(std::string_view f, std::size_t& at, std::string& out) {
    core::value v;
    bool have = false;
    if (f[at] == '(') {
      auto end = f.find(')', at);
      if (end == f.npos) {
        m_.fail("value", "incomplete format key");
        return;
      }
      if (!is_mapping(args_)) {
        m_.fail_type("format requires a mapping");
        return;
      }
      auto key = text(f.substr(at + 1, end - at - 1));
      auto found = mapping_get(m_, args_, key);
      if (!found) {
        m_.fail("key", core::to_repr(key));
        return;
      }
      v = *found;
      have = named_ = true;
      at = end + 1;
    }
    spec s;
    bool left = false;
    for (; at < f.size(); ++at) {
      if (f[at] == '-')
        left = true;
      else if (f[at] == '+')
        s.sign = '+';
      else if (f[at] == ' ')
        s.sign = s.sign ? s.sign : ' ';
      else if (f[at] == '#')
        s.alternate = true;
      else if (f[at] == '0')
        s.zero = true;
      else
        break;
    }
    if (at < f.size() && f[at] == '*') {
      s.width = index(m_, take());
      if (s.width < 0) left = true, s.width = -s.width;
      ++at;
    } else {
      digits(f, at, s.width);
    }
    if (at < f.size() && f[at] == '.') {
      ++at;
      if (at < f.size() && f[at] == '*') {
        s.precision = index(m_, take());
        ++at;
      } else if (!digits(f, at, s.precision)) {
        s.precision = 0;
      }
    }
    while (at < f.size() && (f[at] == 'l' || f[at] == 'h' || f[at] == 'L')) ++at;
    if (at >= f.size()) {
      m_.fail("value", "incomplete format");
      return;
    }
    char type = f[at++];
    if (std::string_view("sradiuoxXeEfFgGc").find(type) == std::string_view::npos) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "%x", static_cast<unsigned char>(type));
      m_.fail("value", std::string("unsupported format character '") + type + "' (0x" + hex + ") at index " +
                           std::to_string(at - 1));
      return;
    }
    if (!have) v = take();
    if (m_.failed()) return;
    s.align = left ? '<' : 0;
    put(type, v, s, out);
  }

  void put(char type, const core::value& v, spec& s, std::string& out) {
    if (v.is_undefined() && m_.env().undefined != undefined_mode::lenient && type != 'r' && type != 'a') {
      m_.undefined_error(v);
      return;
    }
    if (type == 's' || type == 'r' || type == 'a' || type == 'c') {
      std::string body = type == 's'                    ? str(m_, v)
                         : type == 'c' && v.is_string() ? std::string(v.as_string())
                                                        : repr(m_, v);
      if (type == 'c' && v.is_int()) {
        body.clear();
        core::append_utf8(body, static_cast<std::uint32_t>(v.as_int()));
      }
      if (s.precision >= 0) {
        std::size_t end = 0;
        for (std::int64_t i = 0; i < s.precision && end < body.size(); ++i) core::next_utf8(body, end);
        body.resize(end);
      }
      return append_padded(m_, out, s, "", body, '>');
    }
    bool real_type = std::string_view("eEfFgG").find(type) != std::string_view::npos;
    if (!core::is_integral(v) && !v.is_real()) {
      m_.fail_type(real_type
                       ? "must be real number, not " + std::string(core::type_name(v))
                       : std::string("%") + type + " format: " +
                             (std::string_view("diu").find(type) != std::string_view::npos ? "a real number"
                                                                                           : "an integer") +
                             " is required, not " + std::string(core::type_name(v)));
      return;
    }
    if (s.zero && !s.align) s.align = '=', s.fill = "0";
    if (real_type) {
      double d = real(m_, v);
      return append_padded(m_, out, s, sign_text(std::signbit(d), s.sign),
                           real_digits(d, type, s.precision, s.alternate), '>');
    }
    core::value whole = v.is_real() ? core::double_to_integer(v.as_real()) : v;
    auto wanted = s.precision;
    s.precision = -1;
    s.type = type == 'd' || type == 'i' || type == 'u' ? 'd' : type;
    if (wanted < 0) return format_integer(m_, out, whole, s);
    auto all = core::integer_digits(whole, s.type == 'd' ? 10 : s.type == 'o' ? 8 : 16);
    bool negative = all[0] == '-';
    if (negative) all.erase(0, 1);
    append_padded(m_, out, s, sign_text(negative, s.sign),
                  padded(all, std::min<std::int64_t>(wanted, 5000), "0", '>'), '>');
  }

  machine& m_;
  const core::value& args_;
  std::size_t next_ = 0, count_ = 1;
  bool named_ = false;
};

} // namespace

core::value percent_format(machine& m, const core::value& format, const core::value& args) {
  auto out = percent(m, args).run(format.as_string());
  if (m.failed() || !m.fits(0, out.size())) return {};
  return is_markup(format) ? markup(out) : text(out);
}

namespace {

class braces {
public:
  braces(machine& m, const core::list& args, const core::dict& named) : m_(m), args_(args), named_(named) {}

  std::string run(std::string_view f, int level = 0) {
    std::string out;
    for (std::size_t at = 0; at < f.size() && !m_.failed();) {
      char c = f[at++];
      if (c != '{' && c != '}') {
        out += c;
        continue;
      }
      if (at < f.size() && f[at] == c) {
        out += c;
        ++at;
        continue;
      }
      if (c == '}') {
        m_.fail("value", "Single '}' encountered in format string");
        break;
      }
      auto from = at;
      int open = 1;
      for (; at < f.size() && open; ++at) open += f[at] == '{' ? 1 : f[at] == '}' ? -1 : 0;
      if (open) {
        m_.fail("value", from >= f.size() ? "Single '{' encountered in format string"
                                          : "expected '}' before end of string");
        break;
      }
      field(f.substr(from, at - from - 1), out, level);
    }
    return out;
  }

private:
  void field(std::string_view f, std::string& out, int level) {
    if (level > 1) {
      m_.fail("value", "Max string recursion exceeded");
      return;
    }
    std::size_t end = 0;
    for (int open = 0; end < f.size(); ++end) {
      if (f[end] == '[') ++open;
      if (f[end] == ']' && open) --open;
      if (!open && (f[end] == ':' || f[end] == '!')) break;
    }
    auto name = f.substr(0, end);
    char conversion = 0;
    if (end < f.size() && f[end] == '!') {
      conversion = end + 1 < f.size() ? f[end + 1] : 0;
      end += 2;
    }
    std::string spec_text;
    if (end < f.size() && f[end] == ':') spec_text = run(f.substr(end + 1), level + 1);
    auto v = value_of(name);
    if (m_.failed()) return;
    if (conversion == 'r' || conversion == 'a')
      v = text(repr(m_, v));
    else if (conversion == 's')
      v = text(str(m_, v));
    append_formatted(m_, out, v, spec_text);
  }

  core::value value_of(std::string_view name) {
    auto end = name.find_first_of(".[");
    auto first = name.substr(0, end);
    core::value v;
    if (first.empty() || first.find_first_not_of("0123456789") == first.npos) {
      auto at =
          first.empty() ? next_++ : static_cast<std::size_t>(core::parse_int(first).value_or(INT32_MAX));
      if (at >= args_.size())
        return m_.fail("index",
                       "Replacement index " + std::to_string(at) + " out of range for positional args tuple");
      v = args_[at];
    } else {
      auto* found = named_.find(first);
      if (!found) return m_.fail("key", core::to_repr(text(first)));
      v = *found;
    }
    while (end != name.npos && end < name.size() && !m_.failed()) {
      if (name[end] == '.') {
        auto next = name.find_first_of(".[", end + 1);
        auto attribute = name.substr(end + 1, next == name.npos ? next : next - end - 1);
        if (m_.env().sandboxed) {
          // The sandbox's formatter goes through Jinja2's own access, and prints what it refuses as nothing.
          v = get_attribute(m_, v, text(attribute));
          if (v.is_undefined()) return v.with_subtype(core::subtype::lenient);
          end = next;
          continue;
        }
        auto got = python_attribute(m_, v, attribute);
        if (!got)
          return m_.fail("attribute", "'" + std::string(core::type_name(v)) + "' object has no attribute " +
                                          core::to_repr(text(attribute)));
        v = *got;
        end = next;
      } else {
        auto close = name.find(']', end);
        if (close == name.npos) return m_.fail("value", "Missing ']' in format string");
        auto key = name.substr(end + 1, close - end - 1);
        auto number = core::parse_int(key);
        core::value k = number ? core::value(*number) : text(key);
        auto got = get_item(m_, v, k);
        if (got.is_undefined()) return m_.fail("key", core::to_repr(k));
        v = got;
        end = close + 1;
      }
    }
    return v;
  }

  machine& m_;
  const core::list& args_;
  const core::dict& named_;
  std::size_t next_ = 0;
};

} // namespace

core::value brace_format(machine& m, std::string_view format, const core::list& args,
                         const core::dict& named) {
  auto out = braces(m, args, named).run(format);
  return m.failed() || !m.fits(0, out.size()) ? core::value() : text(out);
}

} // namespace mito::templating
