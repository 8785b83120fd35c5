// to_yaml: values to libyaml's emitter, which PyYAML's CSafeDumper stands on.
#include <yaml.h>

#include <algorithm>
#include <cmath>

#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/digest.hpp"
#include "templating/semantics.hpp"
#include "templating/yaml_text.hpp"
#include "templating/yaml_types.hpp"

namespace mito::templating {

namespace {

int append_output(void* out, unsigned char* data, size_t size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<char*>(data), size);
  return 1;
}

const yaml_char_t* chars(std::string_view s) {
  return reinterpret_cast<const yaml_char_t*>(s.data());
}

class writer {
public:
  writer(machine& m, std::string& out, const yaml_style& style) : m_(m), style_(style) {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_output(&emitter_, append_output, &out);
    yaml_emitter_set_unicode(&emitter_, style.unicode);
    yaml_emitter_set_indent(&emitter_, style.indent);
    yaml_emitter_set_width(&emitter_, style.width);
    yaml_emitter_set_canonical(&emitter_, style.canonical);
    if (style.line_break != "\n")
      yaml_emitter_set_break(&emitter_, style.line_break == "\r" ? YAML_CR_BREAK : YAML_CRLN_BREAK);
  }
  ~writer() { yaml_emitter_delete(&emitter_); }
  writer(const writer&) = delete;

  std::string run(const core::value& v) {
    yaml_event_t e;
    yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING);
    bool ok = emit(e);
    yaml_version_directive_t version{style_.major, style_.minor};
    yaml_document_start_event_initialize(&e, style_.major ? &version : nullptr, nullptr, nullptr,
                                         !style_.explicit_start);
    ok = ok && emit(e) && put(v, 0);
    if (ok) {
      yaml_document_end_event_initialize(&e, !style_.explicit_end);
      ok = emit(e);
    }
    if (ok) {
      yaml_stream_end_event_initialize(&e);
      ok = emit(e);
    }
    return why_;
  }

private:
  bool emit(yaml_event_t& e) {
    if (yaml_emitter_emit(&emitter_, &e)) return true;
    why_ = emitter_.problem ? emitter_.problem : "the YAML emitter failed";
    return false;
  }

  bool scalar(std::string_view s, const char* tag, bool plain, bool quoted,
              yaml_scalar_style_t style = YAML_ANY_SCALAR_STYLE) {
    yaml_event_t e;
    if (style == YAML_ANY_SCALAR_STYLE && style_.default_style) {
      constexpr std::pair<char, yaml_scalar_style_t> styles[] = {{'|', YAML_LITERAL_SCALAR_STYLE},
                                                                 {'>', YAML_FOLDED_SCALAR_STYLE},
                                                                 {'"', YAML_DOUBLE_QUOTED_SCALAR_STYLE},
                                                                 {'\'', YAML_SINGLE_QUOTED_SCALAR_STYLE}};
      for (auto& [c, wanted] : styles)
        if (c == style_.default_style) style = wanted;
    }
    if (!yaml_scalar_event_initialize(&e, nullptr, reinterpret_cast<const yaml_char_t*>(tag), chars(s),
                                      static_cast<int>(s.size()), plain, quoted, style)) {
      why_ = "the text is not valid UTF-8";
      return false;
    }
    return emit(e);
  }

  /// A string may stand plain only if it would read back as one.
  bool string(std::string_view s) {
    bool plain = resolve_plain(s) == yaml_type::string;
    return scalar(s, YAML_STR_TAG, plain, true);
  }

  static std::string real(double d) {
    if (std::isnan(d)) return ".nan";
    if (std::isinf(d)) return d < 0 ? "-.inf" : ".inf";
    std::string s;
    core::append_real(s, d);
    if (s.find('.') == s.npos && s.find('e') != s.npos) s.insert(s.find('e'), ".0");
    return s;
  }

  /// A scalar without a style of its own: what lets a collection of them be written in flow style.
  bool is_scalar(const core::value& v) const {
    return !style_.default_style && !v.is_sequence() && !is_mapping(v) && v.kind() != core::kind::range &&
           v.kind() != core::kind::bytes;
  }

  bool put(const core::value& v, unsigned level) {
    if (level > limits::value_depth) return why_ = "the value is nested too deeply", false;
    switch (v.kind()) {
    case core::kind::none:
      return scalar("null", YAML_NULL_TAG, true, false);
    case core::kind::boolean:
      return scalar(v.as_bool() ? "true" : "false", YAML_BOOL_TAG, true, false);
    case core::kind::integer:
    case core::kind::big_integer:
      return scalar(core::to_str(v), YAML_INT_TAG, true, false);
    case core::kind::real:
      return scalar(real(v.as_real()), YAML_FLOAT_TAG, true, false);
    case core::kind::string:
      if (is_markup(v)) return why_ = "('cannot represent an object', " + repr(m_, v) + ")", false;
      return string(v.as_string());
    case core::kind::bytes:
      return scalar(base64_encode(v.as_string()) + "\n", "tag:yaml.org,2002:binary", false, false,
                    YAML_LITERAL_SCALAR_STYLE);
    case core::kind::date:
    case core::kind::datetime:
      return scalar(core::to_str(v), YAML_TIMESTAMP_TAG, true, false);
    case core::kind::undefined:
      why_ = v.as_string();
      return false;
    case core::kind::list:
      if (v.subtype() == core::subtype::set) return put_set(v.as_list(), level);
      [[fallthrough]];
    case core::kind::tuple:
      return put_list(v.as_list(), level);
    case core::kind::dict:
      return put_dict(v.as_dict(), level);
    case core::kind::object:
      if (is_mapping(v)) return put_dict(to_dict(m_, v), level);
      [[fallthrough]];
    default:
      why_ = "('cannot represent an object', " + repr(m_, v) + ")";
      return false;
    }
  }

  bool put_list(const core::list& items, unsigned level) {
    bool flow = style_.flow ? *style_.flow : std::all_of(items.begin(), items.end(), [&](auto& i) { return is_scalar(i); });
    yaml_event_t e;
    yaml_sequence_start_event_initialize(&e, nullptr, reinterpret_cast<const yaml_char_t*>(YAML_SEQ_TAG), 1,
                                         flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE);
    if (!emit(e)) return false;
    for (auto& i : items)
      if (!put(i, level + 1)) return false;
    yaml_sequence_end_event_initialize(&e);
    return emit(e);
  }

  bool put_dict(const core::dict& d, unsigned level, const char* tag = nullptr) {
    core::list pairs, keys;
    bool flow = true;
    for (auto& e : d) {
      flow = flow && is_scalar(e.key) && is_scalar(e.val);
      pairs.push_back(core::value::tuple({e.key, e.val}));
      keys.push_back(e.key);
    }
    // Keys that do not compare stay in their order.
    if (style_.sort_keys && !sort_by_keys(m_, pairs, keys, false)) m_.clear_error();
    if (style_.flow) flow = *style_.flow;
    yaml_event_t e;
    yaml_mapping_start_event_initialize(&e, nullptr, reinterpret_cast<const yaml_char_t*>(tag ? tag : YAML_MAP_TAG),
                                        tag == nullptr,
                                        flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE);
    if (!emit(e)) return false;
    for (auto& p : pairs)
      if (!put(p.as_list()[0], level + 1) || !put(p.as_list()[1], level + 1)) return false;
    yaml_mapping_end_event_initialize(&e);
    return emit(e);
  }

  bool put_set(const core::list& items, unsigned level) {
    core::dict d;
    for (auto& i : items) d.set_key(i, core::value());
    return put_dict(d, level, "tag:yaml.org,2002:set");
  }

  machine& m_;
  const yaml_style& style_;
  yaml_emitter_t emitter_{};
  std::string why_;
};

} // namespace

std::string dump_yaml(machine& m, std::string& out, const core::value& v, const yaml_style& style) {
  return writer(m, out, style).run(v);
}

} // namespace mito::templating
