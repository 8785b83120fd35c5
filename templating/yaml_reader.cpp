// from_yaml: libyaml's events to values. libyaml is what PyYAML's CSafeLoader stands on.
#include <yaml.h>

#include <map>

#include "core/text.hpp"
#include "templating/digest.hpp"
#include "templating/semantics.hpp"
#include "templating/yaml_text.hpp"

namespace mito::templating {

namespace {

struct event {
  yaml_event_t it{};
  bool filled = false;
  ~event() { clear(); }
  void clear() {
    if (filled) yaml_event_delete(&it);
    filled = false;
  }
};

std::string_view view(const yaml_char_t* s) {
  return s ? std::string_view(reinterpret_cast<const char*>(s)) : std::string_view();
}

class reader {
public:
  explicit reader(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~reader() { yaml_parser_delete(&parser_); }
  reader(const reader&) = delete;

  core::expected<core::list> documents() {
    core::list out;
    event e;
    while (next(e)) {
      if (e.it.type == YAML_STREAM_END_EVENT) return out;
      if (e.it.type != YAML_DOCUMENT_START_EVENT) continue;
      anchors_.clear();
      core::value v;
      if (!next(e) || !node(e, v, 0)) break;
      out.push_back(std::move(v));
    }
    core::error failed(why_);
    failed.what().category = "yaml";
    return failed;
  }

private:
  bool no(std::string message, const yaml_mark_t& mark) {
    why_ = std::move(message) + "\n  in \"<unicode string>\", line " + std::to_string(mark.line + 1) +
           ", column " + std::to_string(mark.column + 1);
    return false;
  }
  bool next(event& e) {
    e.clear();
    if (!yaml_parser_parse(&parser_, &e.it)) {
      std::string message = parser_.context ? std::string(parser_.context) + "\n" : "";
      return no(message + (parser_.problem ? parser_.problem : "bad YAML"), parser_.problem_mark);
    }
    e.filled = true;
    return true;
  }

  bool node(event& e, core::value& out, unsigned depth) {
    if (depth > 200) return no("nested too deeply", e.it.start_mark);
    switch (e.it.type) {
    case YAML_ALIAS_EVENT: {
      auto found = anchors_.find(std::string(view(e.it.data.alias.anchor)));
      if (found == anchors_.end())
        return no("found undefined alias '" + std::string(view(e.it.data.alias.anchor)) + "'",
                  e.it.start_mark);
      out = found->second;
      return true;
    }
    case YAML_SCALAR_EVENT:
      return scalar(e, out);
    case YAML_SEQUENCE_START_EVENT:
      return sequence(e, out, depth);
    case YAML_MAPPING_START_EVENT:
      return mapping(e, out, depth);
    default:
      return no("unexpected event", e.it.start_mark);
    }
  }

  bool scalar(event& e, core::value& out) {
    auto& s = e.it.data.scalar;
    std::string_view raw(reinterpret_cast<const char*>(s.value), s.length);
    auto tag = view(s.tag);
    auto anchor = std::string(view(s.anchor));
    if (s.plain_implicit && tag.empty()) {
      if (raw == "=")
        return no("could not determine a constructor for the tag 'tag:yaml.org,2002:value'", e.it.start_mark);
      out = resolve_plain(raw);
    } else if (tag.empty() || tag == "!" || tag == YAML_STR_TAG) {
      out = text(raw);
    } else if (tag == YAML_INT_TAG || tag == YAML_FLOAT_TAG || tag == YAML_BOOL_TAG || tag == YAML_NULL_TAG ||
               tag == YAML_TIMESTAMP_TAG) {
      out = resolve_plain(raw);
      if (tag == YAML_FLOAT_TAG && out.is_int()) out = out.as_real();
    } else if (tag == "tag:yaml.org,2002:binary") {
      auto bytes = base64_decode(raw);
      if (!bytes) return no("failed to decode base64 data", e.it.start_mark);
      out = core::value::bytes(*bytes);
    } else {
      return no("could not determine a constructor for the tag '" + std::string(tag) + "'", e.it.start_mark);
    }
    if (!anchor.empty()) anchors_[anchor] = out;
    return true;
  }

  bool sequence(event& e, core::value& out, unsigned depth) {
    auto anchor = std::string(view(e.it.data.sequence_start.anchor));
    core::list items;
    event inner;
    while (next(inner)) {
      if (inner.it.type == YAML_SEQUENCE_END_EVENT) {
        out = core::value(std::move(items));
        if (!anchor.empty()) anchors_[anchor] = out;
        return true;
      }
      core::value item;
      if (!node(inner, item, depth + 1)) return false;
      items.push_back(std::move(item));
    }
    return false;
  }

  static void merge(core::dict& into, const core::value& from) {
    if (from.is_dict())
      for (auto& m : from.as_dict())
        if (!into.find_key(m.key)) into.set_key(m.key, m.val);
    for (auto& i : from.as_list()) merge(into, i);
  }

  bool mapping(event& e, core::value& out, unsigned depth) {
    auto anchor = std::string(view(e.it.data.mapping_start.anchor));
    bool set = view(e.it.data.mapping_start.tag) == "tag:yaml.org,2002:set";
    auto mark = e.it.start_mark;
    core::dict own, merged;
    event inner;
    while (next(inner)) {
      if (inner.it.type == YAML_MAPPING_END_EVENT) {
        // What is merged comes first; the mapping's own members win.
        merged.update(own);
        if (set) {
          core::list members;
          for (auto& m : merged) members.push_back(m.key);
          out = core::value(std::move(members)).with_subtype(core::subtype::set);
        } else {
          out = core::value(std::move(merged));
        }
        if (!anchor.empty()) anchors_[anchor] = out;
        return true;
      }
      bool merging = inner.it.type == YAML_SCALAR_EVENT && inner.it.data.scalar.plain_implicit &&
                     view(inner.it.data.scalar.value) == "<<" && !inner.it.data.scalar.tag;
      core::value key, val;
      if (!node(inner, key, depth + 1)) return false;
      if (!core::hashable(key)) return no("while constructing a mapping\nfound unhashable key", mark);
      if (!next(inner) || !node(inner, val, depth + 1)) return false;
      if (!merging)
        own.set_key(std::move(key), std::move(val));
      else if (val.is_dict() || val.is_list())
        merge(merged, val);
      else
        return no("expected a mapping or list of mappings for merging, but found scalar", mark);
    }
    return false;
  }

  yaml_parser_t parser_{};
  std::map<std::string, core::value> anchors_;
  std::string why_;
};

} // namespace

core::expected<core::list> load_yaml(std::string_view text) {
  if (text.size() > limits::source) {
    core::error e("the YAML text is longer than allowed");
    e.what().category = "limit";
    return e;
  }
  return reader(text).documents();
}

} // namespace mito::templating
