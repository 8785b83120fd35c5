#include "report/yaml_text.hpp"

#include <yaml.h>

#include <cmath>

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/key_order.hpp"
#include "templating/yaml_text.hpp"

namespace mito::report {

namespace {

constexpr unsigned depth_limit = 256;

int append_output(void* out, unsigned char* data, size_t size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<char*>(data), size);
  return 1;
}

const yaml_char_t* chars(std::string_view s) { return reinterpret_cast<const yaml_char_t*>(s.data()); }

std::string real(double d) {
  if (std::isnan(d)) return ".nan";
  if (std::isinf(d)) return d < 0 ? "-.inf" : ".inf";
  std::string s;
  core::append_real(s, d);
  if (s.find('.') == s.npos && s.find('e') != s.npos) s.insert(s.find('e'), ".0");
  return s;
}

class dumper {
public:
  dumper(std::string& out, const yaml_format& format) : format_(format) {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_output(&emitter_, append_output, &out);
    yaml_emitter_set_unicode(&emitter_, 1);
    if (format.indent) yaml_emitter_set_indent(&emitter_, format.indent);
    if (format.width) yaml_emitter_set_width(&emitter_, format.width);
  }
  ~dumper() { yaml_emitter_delete(&emitter_); }
  dumper(const dumper&) = delete;

  void run(const core::value& v) {
    yaml_event_t e;
    yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING);
    emit(e);
    yaml_document_start_event_initialize(&e, nullptr, nullptr, nullptr, 1);
    emit(e);
    put(v, 0);
    yaml_document_end_event_initialize(&e, 1);
    emit(e);
    yaml_stream_end_event_initialize(&e);
    emit(e);
  }

private:
  void emit(yaml_event_t& e) { good_ = yaml_emitter_emit(&emitter_, &e) && good_; }

  void scalar(std::string_view s, const char* tag, bool plain, bool quoted, yaml_scalar_style_t style = YAML_ANY_SCALAR_STYLE) {
    yaml_event_t e;
    if (yaml_scalar_event_initialize(&e, nullptr, reinterpret_cast<const yaml_char_t*>(tag), chars(s), static_cast<int>(s.size()),
                                     plain, quoted, style))
      emit(e);
  }

  void text(std::string_view raw) {
    auto s = core::is_utf8(raw) ? std::string(raw) : core::to_valid_utf8(raw);
    auto style = YAML_ANY_SCALAR_STYLE;
    if (format_.block && format_.block(s)) {
      style = YAML_LITERAL_SCALAR_STYLE;
      if (format_.readable) s = format_.readable(s);
    }
    // A text may stand plain only if it would read back as one.
    bool plain = templating::resolve_plain(s).is_string() && s != "=" && s != "<<";
    scalar(s, YAML_STR_TAG, plain, true, style);
  }

  void put(const core::value& v, unsigned level) {
    switch (v.kind()) {
    case core::kind::none:
    case core::kind::undefined: return scalar("null", YAML_NULL_TAG, true, false);
    case core::kind::boolean: return scalar(v.as_bool() ? "true" : "false", YAML_BOOL_TAG, true, false);
    case core::kind::integer:
    case core::kind::big_integer: return scalar(core::to_str(v), YAML_INT_TAG, true, false);
    case core::kind::real: return scalar(real(v.as_real()), YAML_FLOAT_TAG, true, false);
    case core::kind::date:
    case core::kind::datetime: return scalar(core::to_str(v), YAML_TIMESTAMP_TAG, true, false);
    case core::kind::list:
    case core::kind::tuple: return put_list(v.as_list(), level);
    case core::kind::dict: return put_dict(v.as_dict(), level);
    case core::kind::string: return text(v.as_string());
    default: return text(core::to_str(v));
    }
  }

  void put_list(const core::list& items, unsigned level) {
    if (level > depth_limit) return text("…");
    yaml_event_t e;
    yaml_sequence_start_event_initialize(&e, nullptr, nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE);
    emit(e);
    for (auto& i : items) put(i, level + 1);
    yaml_sequence_end_event_initialize(&e);
    emit(e);
  }

  void put_dict(const core::dict& members, unsigned level) {
    if (level > depth_limit) return text("…");
    auto sorted = sorted_by_key(members);
    yaml_event_t e;
    yaml_mapping_start_event_initialize(&e, nullptr, nullptr, 1, YAML_BLOCK_MAPPING_STYLE);
    emit(e);
    for (auto& m : sorted ? *sorted : members) {
      put(m.key, level + 1);
      put(m.val, level + 1);
    }
    yaml_mapping_end_event_initialize(&e);
    emit(e);
  }

  const yaml_format& format_;
  yaml_emitter_t emitter_{};
  bool good_ = true;
};

bool holds_any(std::string_view text, std::initializer_list<std::string_view> breaks) {
  for (auto b : breaks)
    if (text.find(b) != text.npos) return true;
  return false;
}

constexpr std::string_view nel = "\u0085", line_separator = "\u2028", paragraph_separator = "\u2029";

bool python_space(std::uint32_t c) {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

/// Python's str.rstrip().
std::string_view stripped(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();)
    if (!python_space(core::next_utf8(text, at).value_or(0xFFFD))) end = at;
  return text.substr(0, end);
}

/// Python's str.expandtabs().
std::string expanded(std::string_view text) {
  std::string out;
  std::size_t column = 0;
  for (std::size_t at = 0; at < text.size();) {
    auto from = at;
    auto c = core::next_utf8(text, at);
    if (c == '\t') {
      auto n = 8 - column % 8;
      out.append(n, ' ');
      column += n;
      continue;
    }
    column = c == '\n' || c == '\r' ? 0 : column + 1;
    out.append(text, from, at - from);
  }
  return out;
}

/// `text` with only the code points that `keep` wants.
template <class Keep>
std::string filtered(std::string_view text, const Keep& keep) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    auto from = at;
    auto c = core::next_utf8(text, at);
    if (c && keep(*c)) out.append(text, from, at - from);
  }
  return out;
}

/// Without the blanks before each of `breaks`.
std::string without_blanks_before(std::string_view text, std::initializer_list<std::string_view> breaks) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (auto b : breaks)
      if (text.substr(at).starts_with(b))
        while (out.ends_with(' ')) out.pop_back();
    out += text[at];
  }
  return out;
}

} // namespace

std::string to_yaml(const core::value& v, const yaml_format& format) {
  std::string out;
  dumper(out, format).run(v);
  return out;
}

std::string indent_lines(std::string_view text, std::string_view prefix) {
  std::string out;
  while (!text.empty()) {
    auto end = text.find('\n');
    auto n = end == text.npos ? text.size() : end + 1;
    auto line = text.substr(0, n);
    if (!core::trim(line).empty()) out += prefix;
    out += line;
    text.remove_prefix(n);
  }
  return out;
}

bool has_yaml_break(std::string_view text) { return holds_any(text, {"\n", nel, line_separator, paragraph_separator}); }

std::string lossy_text(std::string_view text) {
  auto special = filtered(expanded(stripped(text)), [](std::uint32_t c) {
    return (c == 10 || (c >= 32 && c <= 126) || c == 133 || (c >= 160 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
            (c >= 0x10000 && c < 0x10FFFF)) &&
           c != 0xFEFF;
  });
  return without_blanks_before(special, {"\n", nel, line_separator, paragraph_separator});
}

bool has_any_break(std::string_view text) {
  return holds_any(text, {"\n", "\r", "\x1c", "\x1d", "\x1e", nel, line_separator, paragraph_separator});
}

std::string community_text(std::string_view text) {
  auto printable = filtered(stripped(text), [](std::uint32_t c) { return (c >= 9 && c <= 13) || (c >= 32 && c <= 126) || c >= 0xA0; });
  auto plain = filtered(expanded(printable), [](std::uint32_t c) { return c != 11 && c != 12 && c != 13; });
  return without_blanks_before(plain, {"\n"});
}

} // namespace mito::report
