#include "templating/json_text.hpp"

#include <cmath>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

namespace {

class writer {
public:
  writer(machine& m, std::string& out, const dump_options& o) : m_(m), out_(out), o_(o) {
    item_ = !o.item_separator.empty() ? o.item_separator : o.indent >= 0 ? "," : ", ";
    key_ = !o.key_separator.empty() ? o.key_separator : ": ";
  }

  bool put(const core::value& v, int level) {
    if (level > static_cast<int>(limits::value_depth))
      return m_.fail("limit", "the value is nested too deeply"), false;
    switch (v.kind()) {
    case core::kind::undefined:
      return o_.ansible ? (m_.undefined_error(v), false) : unserializable(v);
    case core::kind::real:
      put_real(v.as_real());
      return true;
    case core::kind::list:
    case core::kind::tuple:
      if (v.is_list() && v.subtype() != core::subtype::plain) return unserializable(v);
      return put_list(v.as_list(), level);
    case core::kind::dict:
      return put_dict(v.as_dict(), level);
    case core::kind::date:
    case core::kind::datetime: {
      if (!o_.ansible) return unserializable(v);
      auto s = core::to_str(v);
      if (s.size() > 10) s[10] = 'T';
      quote(s);
      return true;
    }
    case core::kind::object:
      if (is_mapping(v)) return put_dict(to_dict(m_, v), level);
      return unserializable(v);
    case core::kind::timedelta:
    case core::kind::range:
      return unserializable(v);
    case core::kind::string:
      quote(v.as_string());
      return true;
    default:
      core::write_json(out_, v);
      return true;
    }
  }

private:
  bool unserializable(const core::value& v) {
    m_.fail_type("Object of type " + type_of(m_, v) + " is not JSON serializable");
    return false;
  }
  void put_real(double d) {
    if (std::isnan(d))
      out_ += "NaN";
    else if (std::isinf(d))
      out_ += d < 0 ? "-Infinity" : "Infinity";
    else
      core::append_real(out_, d);
  }
  void quote(std::string_view s) {
    core::json_style style;
    style.ascii = o_.ascii;
    core::write_json(out_, core::value(s), style);
    // Python escapes DEL only where it escapes everything that is not ASCII; it is ASCII.
  }
  void line(int level) {
    if (o_.indent < 0) return;
    out_ += '\n';
    for (int i = 0; i < level; ++i)
      o_.indent_text.empty() ? out_.append(static_cast<std::size_t>(o_.indent), ' ') : out_.append(o_.indent_text);
  }
  bool put_list(const core::list& items, int level) {
    out_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (i) out_ += item_;
      line(level + 1);
      if (!put(items[i], level + 1)) return false;
    }
    if (!items.empty()) line(level);
    out_ += ']';
    return true;
  }
  bool put_dict(const core::dict& d, int level) {
    core::list keys, values;
    for (auto& e : d) {
      keys.push_back(e.key);
      values.push_back(core::value::tuple({e.key, e.val}));
    }
    if (o_.sort_keys && !sort_by_keys(m_, values, keys, false)) return false;
    out_ += '{';
    bool first = true;
    for (auto& pair : values) {
      if (!first) out_ += item_;
      first = false;
      line(level + 1);
      if (!put_key(pair.as_list()[0])) return false;
      out_ += key_;
      if (!put(pair.as_list()[1], level + 1)) return false;
    }
    if (!first) line(level);
    out_ += '}';
    return true;
  }
  bool put_key(const core::value& key) {
    if (key.is_string()) {
      quote(key.as_string());
    } else if (key.is_none() || key.is_bool() || key.is_int() || key.is_real() ||
               key.kind() == core::kind::big_integer) {
      out_ += '"';
      put(key, 0);
      out_ += '"';
    } else {
      m_.fail_type("keys must be str, int, float, bool or None, not " + type_of(key));
      return false;
    }
    return true;
  }

  machine& m_;
  std::string& out_;
  const dump_options& o_;
  std::string item_, key_;
};

/// Follows Python's scanner to the first thing that it refuses.
class scanner {
public:
  explicit scanner(std::string_view s) : s_(s) {}

  std::string run() {
    skip();
    if (!item(0)) return place();
    skip();
    if (at_ < s_.size()) why_ = "Extra data";
    return place();
  }

private:
  std::string place() {
    std::size_t line = 1, start = 0;
    for (std::size_t i = 0; i < at_ && i < s_.size(); ++i)
      if (s_[i] == '\n') ++line, start = i + 1;
    auto column = core::count_code_points(s_.substr(start, at_ - start)) + 1;
    return std::string(why_) + ": line " + std::to_string(line) + " column " + std::to_string(column) +
           " (char " + std::to_string(core::count_code_points(s_.substr(0, at_))) + ")";
  }
  void skip() {
    while (at_ < s_.size() && (s_[at_] == ' ' || s_[at_] == '\t' || s_[at_] == '\n' || s_[at_] == '\r'))
      ++at_;
  }
  bool no(const char* why, std::size_t at) {
    why_ = why;
    at_ = at;
    return false;
  }
  bool string() {
    auto from = at_++;
    for (; at_ < s_.size(); ++at_) {
      if (s_[at_] == '"') return ++at_, true;
      if (static_cast<unsigned char>(s_[at_]) < 0x20) return no("Invalid control character at", at_);
      if (s_[at_] != '\\') continue;
      ++at_;
      if (at_ >= s_.size()) break;
      if (s_[at_] == 'u') continue;
      if (std::string_view("\"\\/bfnrt").find(s_[at_]) == std::string_view::npos)
        return no("Invalid \\escape", at_ - 1);
    }
    return no("Unterminated string starting at", from);
  }
  bool item(int depth) {
    if (at_ >= s_.size() || depth > 900) return no("Expecting value", at_);
    char c = s_[at_];
    if (c == '"') return string();
    if (c == '[' || c == '{') return container(c, depth);
    for (std::string_view word : {"null", "true", "false", "NaN", "Infinity", "-Infinity"})
      if (s_.substr(at_).starts_with(word)) return at_ += word.size(), true;
    auto from = at_;
    if (c == '-') ++at_;
    auto digits = at_;
    while (at_ < s_.size() && s_[at_] >= '0' && s_[at_] <= '9') ++at_;
    if (at_ == digits) return no("Expecting value", from);
    if (s_[digits] == '0') at_ = digits + 1;
    while (at_ < s_.size() && std::string_view("0123456789.eE+-").find(s_[at_]) != std::string_view::npos &&
           s_[digits] != '0')
      ++at_;
    return true;
  }
  bool container(char open, int depth) {
    ++at_;
    skip();
    char close = open == '[' ? ']' : '}';
    if (at_ < s_.size() && s_[at_] == close) return ++at_, true;
    for (;;) {
      if (open == '{') {
        if (at_ >= s_.size() || s_[at_] != '"')
          return no("Expecting property name enclosed in double quotes", at_);
        if (!string()) return false;
        skip();
        if (at_ >= s_.size() || s_[at_] != ':') return no("Expecting ':' delimiter", at_);
        ++at_;
        skip();
      }
      if (!item(depth + 1)) return false;
      skip();
      if (at_ < s_.size() && s_[at_] == close) return ++at_, true;
      if (at_ >= s_.size() || s_[at_] != ',') return no("Expecting ',' delimiter", at_);
      ++at_;
      skip();
    }
  }

  std::string_view s_;
  std::size_t at_ = 0;
  const char* why_ = "Expecting value";
};

} // namespace

bool dump_json(machine& m, std::string& out, const core::value& v, const dump_options& o) {
  return writer(m, out, o).put(v, 0) && !m.failed();
}

std::string json_error(std::string_view text) {
  return scanner(text).run();
}

} // namespace mito::templating
