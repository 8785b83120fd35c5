// The only user of libyaml in this folder.
#include "cli/yaml_dump.hpp"

#include <yaml.h>

#include <cmath>
#include <cstdio>
#include <map>

#include "cli/key_order.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/yaml/node.hpp"
#include "templating/yaml_text.hpp"

namespace mito::cli {

namespace {

using core::value;

constexpr unsigned most_levels = 500;

int append_output(void* out, unsigned char* data, std::size_t size) {
  static_cast<std::string*>(out)->append(reinterpret_cast<char*>(data), size);
  return 1;
}

const yaml_char_t* chars(std::string_view s) { return reinterpret_cast<const yaml_char_t*>(s.data()); }
const yaml_char_t* chars(const char* s) { return reinterpret_cast<const yaml_char_t*>(s); }

/// Identity of what may have an anchor: containers, dates and vault texts; null for the rest.
const void* identity(const value& v) {
  switch (v.kind()) {
  case core::kind::list:
    return &v.as_list();
  case core::kind::tuple:
    return v.as_list().empty() ? nullptr : &v.as_list();
  case core::kind::dict:
    return &v.as_dict();
  case core::kind::object:
    return v.as_object();
  default:
    return nullptr;
  }
}

class dumper {
public:
  dumper() {
    yaml_emitter_initialize(&emitter_);
    yaml_emitter_set_output(&emitter_, append_output, &out_);
    yaml_emitter_set_unicode(&emitter_, 1);
  }
  ~dumper() { yaml_emitter_delete(&emitter_); }
  dumper(const dumper&) = delete;

  core::expected<std::string> run(const value& v) {
    if (v.depth() > most_levels) return core::error("the value is nested too deeply for YAML");
    count(v);
    yaml_event_t e;
    yaml_stream_start_event_initialize(&e, YAML_UTF8_ENCODING);
    bool ok = emit(e);
    yaml_document_start_event_initialize(&e, nullptr, nullptr, nullptr, 1);
    ok = ok && emit(e) && put(v);
    if (ok) {
      yaml_document_end_event_initialize(&e, 1);
      ok = emit(e);
    }
    if (ok) {
      yaml_stream_end_event_initialize(&e);
      ok = emit(e);
    }
    if (!ok) return core::error(why_);
    return std::move(out_);
  }

private:
  /// What PyYAML does first: anchors are numbered in the order in which something is met for the second time.
  void count(const value& v) {
    if (const auto* id = identity(v)) {
      auto [at, first] = anchors_.try_emplace(id);
      if (!first) {
        if (at->second.empty()) {
          char name[24];
          std::snprintf(name, sizeof name, "id%03u", ++last_anchor_);
          at->second = name;
        }
        return;
      }
    }
    for (const auto& i : v.as_list()) count(i);
    for (const auto* e : ordered(v.as_dict())) count(e->val);
  }

  static std::vector<const core::dict::entry*> ordered(const core::dict& d) {
    auto out = entries_of(d);
    (void)sort_entries(out); // what does not compare stays in its order
    return out;
  }

  bool emit(yaml_event_t& e) {
    if (yaml_emitter_emit(&emitter_, &e)) return true;
    why_ = emitter_.problem ? emitter_.problem : "the YAML emitter failed";
    return false;
  }

  bool scalar(std::string_view s, const char* tag, bool plain, bool quoted, yaml_scalar_style_t style = YAML_ANY_SCALAR_STYLE) {
    yaml_event_t e;
    if (!yaml_scalar_event_initialize(&e, nullptr, chars(tag), chars(s), static_cast<int>(s.size()), plain, quoted, style)) {
      why_ = "the text is not valid UTF-8";
      return false;
    }
    return emit(e);
  }

  static std::string real(double d) {
    if (std::isnan(d)) return ".nan";
    if (std::isinf(d)) return d < 0 ? "-.inf" : ".inf";
    std::string s;
    core::append_real(s, d);
    if (s.find('.') == s.npos && s.find('e') != s.npos) s.insert(s.find('e'), ".0");
    return s;
  }

  bool put(const value& v) {
    const char* anchor = nullptr;
    if (const auto* id = identity(v)) {
      auto& name = anchors_[id];
      yaml_event_t e;
      if (!name.empty() && !written_.emplace(id, true).second)
        return yaml_alias_event_initialize(&e, chars(name.c_str())) && emit(e);
      if (!name.empty()) anchor = name.c_str();
    }
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
    case core::kind::string: // plain only if it would read back as a text
      return scalar(v.as_string(), YAML_STR_TAG,
                    templating::resolve_plain(v.as_string()).is_string() && v.as_string() != "=" && v.as_string() != "<<", true);
    case core::kind::date:
    case core::kind::datetime:
      return scalar(core::to_str(v), YAML_TIMESTAMP_TAG, true, false);
    case core::kind::list:
    case core::kind::tuple:
      return v.subtype() == core::subtype::set ? put_set(v.as_list(), anchor) : put_list(v.as_list(), anchor);
    case core::kind::dict:
      return put_dict(v.as_dict(), anchor);
    default:
      return put_special(v);
    }
  }

  bool put_special(const value& v) {
    if (const auto* vault = playbook::find_vault(v))
      return scalar(vault->ciphertext(), "!vault", false, false, YAML_LITERAL_SCALAR_STYLE);
    why_ = "cannot represent a value of type " + std::string(core::type_name(v)) + " in YAML";
    return false;
  }

  bool put_list(const core::list& items, const char* anchor) {
    yaml_event_t e;
    yaml_sequence_start_event_initialize(&e, chars(anchor), nullptr, 1, YAML_BLOCK_SEQUENCE_STYLE);
    if (!emit(e)) return false;
    for (const auto& i : items)
      if (!put(i)) return false;
    yaml_sequence_end_event_initialize(&e);
    return emit(e);
  }

  bool put_dict(const core::dict& d, const char* anchor, const char* tag = nullptr) {
    yaml_event_t e;
    yaml_mapping_start_event_initialize(&e, chars(anchor), chars(tag), tag == nullptr, YAML_BLOCK_MAPPING_STYLE);
    if (!emit(e)) return false;
    for (const auto* entry : ordered(d))
      if (!put(entry->key) || !put(entry->val)) return false;
    yaml_mapping_end_event_initialize(&e);
    return emit(e);
  }

  bool put_set(const core::list& items, const char* anchor) {
    core::dict d;
    for (const auto& i : items) d.set_key(i, value());
    return put_dict(d, anchor, "tag:yaml.org,2002:set");
  }

  yaml_emitter_t emitter_{};
  std::string out_, why_;
  std::map<const void*, std::string> anchors_; ///< by identity; empty: met once
  std::map<const void*, bool> written_;
  unsigned last_anchor_ = 0;
};

} // namespace

core::expected<std::string> dump_yaml(const value& v) { return dumper().run(v); }

} // namespace mito::cli
