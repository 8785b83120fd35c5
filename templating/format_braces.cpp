// "{} {name.attribute[key]!r:>10}".format(…).
#include <cstdio>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/format_spec.hpp"

namespace mito::templating {

namespace {

class braces {
public:
  braces(machine& m, const core::list& args, const core::dict& named) : m_(m), args_(args), named_(named) {}

  std::string run(std::string_view f, int depth = 2) {
    std::string out;
    if (depth <= 0) return fail("Max string recursion exceeded"), out;
    for (std::size_t at = 0; at < f.size() && !m_.failed();) {
      char c = f[at++];
      if (c != '{' && c != '}') {
        out += c;
      } else if (at < f.size() && f[at] == c) {
        out += c;
        ++at;
      } else if (c == '}') {
        fail("Single '}' encountered in format string");
      } else if (at >= f.size()) {
        fail("Single '{' encountered in format string");
      } else {
        field(f, at, out, depth);
      }
    }
    return out;
  }

private:
  void fail(const char* message) { m_.fail("value", message); }

  /// One replacement field, from behind its brace.
  void field(std::string_view f, std::size_t& at, std::string& out, int depth) {
    auto from = at;
    char c = 0;
    for (; at < f.size(); ++at) {
      c = f[at];
      if (c == '{') return fail("unexpected '{' in field name");
      if (c == '[')
        while (at + 1 < f.size() && f[at + 1] != ']') ++at;
      if (c == '}' || c == ':' || c == '!') break;
    }
    if (at >= f.size()) return fail("expected '}' before end of string");
    auto name = f.substr(from, at++ - from);
    std::uint32_t conversion = 0;
    std::string_view spec;
    bool nested = false;
    if (c == '!') {
      if (at >= f.size()) return fail("end of string while looking for conversion specifier");
      conversion = core::next_utf8(f, at).value_or(0xFFFD);
      if (at < f.size()) {
        c = f[at++];
        if (c != '}' && c != ':') return fail("expected ':' after conversion specifier");
      }
    }
    if (c != '}' && !specification(f, at, spec, nested)) return;
    auto v = value_of(name);
    if (conversion && !m_.failed()) v = converted(conversion, v);
    if (m_.failed()) return;
    if (!nested) return append_formatted(m_, out, v, spec);
    auto expanded = run(spec, depth - 1);
    if (!m_.failed()) append_formatted(m_, out, v, expanded);
  }

  bool specification(std::string_view f, std::size_t& at, std::string_view& spec, bool& nested) {
    auto from = at;
    for (int open = 1; at < f.size();) {
      char c = f[at++];
      if (c == '{') nested = true, ++open;
      if (c == '}' && --open == 0) {
        spec = f.substr(from, at - from - 1);
        return true;
      }
    }
    fail("unmatched '{' in format spec");
    return false;
  }

  core::value converted(std::uint32_t conversion, const core::value& v) {
    if (conversion == 'r') return text(repr(m_, v));
    if (conversion == 's') return text(str(m_, v));
    if (conversion == 'a') return text(ascii_repr(m_, v));
    char shown[16];
    if (conversion > 32 && conversion < 127)
      std::snprintf(shown, sizeof shown, "%c", static_cast<char>(conversion));
    else
      std::snprintf(shown, sizeof shown, "\\x%x", static_cast<unsigned>(conversion));
    return m_.fail("value", std::string("Unknown conversion specifier ") + shown);
  }

  static bool number(std::string_view s) {
    return !s.empty() && s.find_first_not_of("0123456789") == s.npos;
  }

  core::value first(std::string_view name) {
    bool numbered = number(name);
    if (name.empty() || numbered) {
      int kind = name.empty() ? 1 : 2;
      if (numbering_ && numbering_ != kind)
        return m_.fail("value", kind == 1
                                    ? "cannot switch from manual field specification to automatic field numbering"
                                    : "cannot switch from automatic field numbering to manual field specification");
      numbering_ = kind;
      auto at = kind == 1 ? next_++ : static_cast<std::size_t>(core::parse_int(name).value_or(INT32_MAX));
      if (at < args_.size()) return args_[at];
      return m_.fail("index", "Replacement index " + std::to_string(at) + " out of range for positional args tuple");
    }
    auto* found = named_.find(name);
    return found ? *found : m_.fail("key", core::to_repr(text(name)));
  }

  core::value value_of(std::string_view name) {
    auto at = std::min(name.find_first_of(".["), name.size());
    auto v = first(name.substr(0, at));
    while (at < name.size() && !m_.failed()) {
      bool item = name[at] == '[';
      if (!item && name[at] != '.')
        return m_.fail("value", "Only '.' or '[' may follow ']' in format field specifier");
      auto end = std::min(item ? name.find(']', at) : name.find_first_of(".[", at + 1), name.size());
      if (item && end == name.size()) return m_.fail("value", "Missing ']' in format string");
      auto part = name.substr(at + 1, end - at - 1);
      if (part.empty()) return m_.fail("value", "Empty attribute in format string");
      at = item ? end + 1 : end;
      if (m_.env().sandboxed && !item) {
        // The sandbox's formatter goes through Jinja2's own access, and prints what it refuses as nothing.
        v = get_attribute(m_, v, text(part));
        if (v.is_undefined()) return v.with_subtype(core::subtype::lenient);
        continue;
      }
      v = item ? subscript(m_, v, number(part) ? core::value(core::parse_int(part).value_or(INT32_MAX)) : text(part))
               : attribute(v, part);
    }
    return v;
  }

  core::value attribute(const core::value& v, std::string_view name) {
    auto got = python_attribute(m_, v, name);
    if (got) return *got;
    if (v.is_undefined()) return m_.undefined_error(v);
    return m_.fail("attribute", "'" + type_of(v) + "' object has no attribute " + core::to_repr(text(name)));
  }

  machine& m_;
  const core::list& args_;
  const core::dict& named_;
  std::size_t next_ = 0;
  int numbering_ = 0; ///< 1 automatic, 2 manual
};

} // namespace

core::value brace_format(machine& m, std::string_view format, const core::list& args,
                         const core::dict& named) {
  auto out = braces(m, args, named).run(format);
  return m.failed() || !m.fits(0, out.size()) ? core::value() : text(out);
}

} // namespace mito::templating
