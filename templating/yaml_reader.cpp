// from_yaml: libyaml's events to values. libyaml is what PyYAML's CSafeLoader stands on.
#include <yaml.h>

#include <cstdio>
#include <map>

#include "core/text.hpp"
#include "templating/semantics.hpp"
#include "templating/yaml_text.hpp"
#include "templating/yaml_types.hpp"

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

/// Python's name of a node of this kind.
std::string_view kind_of(yaml_event_type_t type) {
  return type == YAML_SCALAR_EVENT ? "scalar" : type == YAML_SEQUENCE_START_EVENT ? "sequence" : "mapping";
}

class reader {
public:
  explicit reader(std::string_view text) {
    yaml_parser_initialize(&parser_);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  ~reader() { yaml_parser_delete(&parser_); }
  reader(const reader&) = delete;

  core::expected<core::list> documents(bool single) {
    core::list out;
    event e;
    yaml_mark_t first{};
    while (next(e)) {
      if (e.it.type == YAML_STREAM_END_EVENT) return out;
      if (e.it.type != YAML_DOCUMENT_START_EVENT) continue;
      auto mark = e.it.start_mark;
      anchors_.clear();
      core::value v;
      if (!next(e)) break;
      if (out.empty()) first = e.it.start_mark;
      if (single && !out.empty()) {
        no("expected a single document in the stream", &first, "but found another document", mark);
        break;
      }
      if (!node(e, v, 0)) break;
      out.push_back(std::move(v));
    }
    core::error failed(why_);
    failed.what().category = category_;
    return failed;
  }

private:
  static std::string place(const yaml_mark_t& m) {
    return "\n  in \"<unicode string>\", line " + std::to_string(m.line + 1) + ", column " +
           std::to_string(m.column + 1);
  }
  /// The text of PyYAML's MarkedYAMLError: the first place is left out where it is the same as the second.
  bool no(std::string context, const yaml_mark_t* where, std::string problem, const yaml_mark_t& at) {
    why_ = std::move(context);
    if (where && (where->line != at.line || where->column != at.column)) why_ += place(*where);
    if (!why_.empty()) why_ += '\n';
    why_ += problem + place(at);
    return false;
  }
  bool no(std::string problem, const yaml_mark_t& at) { return no({}, nullptr, std::move(problem), at); }
  bool failed(const core::error& e, const yaml_mark_t& at) {
    category_ = e.what().category;
    if (category_ == "yaml") return no(e.message(), at);
    why_ = e.message();
    return false;
  }

  bool next(event& e) {
    e.clear();
    if (yaml_parser_parse(&parser_, &e.it)) return e.filled = true;
    std::string problem = parser_.problem ? parser_.problem : "bad YAML";
    if (parser_.error == YAML_READER_ERROR) {
      char code[16];
      std::snprintf(code, sizeof code, "#x%04x", static_cast<unsigned>(parser_.problem_value));
      why_ = std::string("unacceptable character ") + code + ": " + problem + "\n  in \"<unicode string>\", position " +
             std::to_string(parser_.problem_offset);
      return false;
    }
    return no(parser_.context ? parser_.context : "", parser_.context ? &parser_.context_mark : nullptr,
              std::move(problem), parser_.problem_mark);
  }

  bool node(event& e, core::value& out, unsigned depth) {
    if (depth > 200) return no("nested too deeply", e.it.start_mark);
    if (e.it.type == YAML_ALIAS_EVENT) {
      auto found = anchors_.find(std::string(view(e.it.data.alias.anchor)));
      if (found == anchors_.end()) return no("found undefined alias", e.it.start_mark);
      out = found->second.first;
      budget_ += weight(out);
      return budget_ < limits::items || no("aliases expand to too much", e.it.start_mark);
    }
    auto* anchor = e.it.type == YAML_SCALAR_EVENT           ? e.it.data.scalar.anchor
                   : e.it.type == YAML_SEQUENCE_START_EVENT ? e.it.data.sequence_start.anchor
                   : e.it.type == YAML_MAPPING_START_EVENT  ? e.it.data.mapping_start.anchor
                                                            : nullptr;
    auto mark = e.it.start_mark;
    std::string name(view(anchor));
    if (auto known = anchors_.find(name); anchor && known != anchors_.end())
      return no("found duplicate anchor; first occurrence", &known->second.second, "second occurrence", mark);
    bool ok = e.it.type == YAML_SCALAR_EVENT           ? scalar(e, out)
              : e.it.type == YAML_SEQUENCE_START_EVENT ? sequence(e, out, depth)
              : e.it.type == YAML_MAPPING_START_EVENT  ? mapping(e, out, depth)
                                                       : no("unexpected event", mark);
    if (ok && anchor) anchors_[name] = {out, mark};
    return ok;
  }

  static std::size_t weight(const core::value& v) {
    return 1 + v.as_list().size() + v.as_dict().size();
  }

  bool no_constructor(std::string_view tag, const yaml_mark_t& at) {
    return no("could not determine a constructor for the tag '" + std::string(tag) + "'", at);
  }

  bool scalar(event& e, core::value& out) {
    static constexpr std::pair<std::string_view, yaml_type> types[] = {
        {YAML_STR_TAG, yaml_type::string},  {YAML_INT_TAG, yaml_type::integer},  {YAML_FLOAT_TAG, yaml_type::real},
        {YAML_BOOL_TAG, yaml_type::boolean}, {YAML_NULL_TAG, yaml_type::null}, {YAML_TIMESTAMP_TAG, yaml_type::timestamp}};
    auto& s = e.it.data.scalar;
    std::string_view raw(reinterpret_cast<const char*>(s.value), s.length);
    auto tag = view(s.tag);
    auto type = yaml_type::string;
    if (tag.empty() || tag == "!") {
      if (s.plain_implicit) type = resolve_plain(raw);
    } else if (tag == "tag:yaml.org,2002:binary") {
      auto bytes = construct_binary(raw);
      if (!bytes) return failed(bytes.error(), e.it.start_mark);
      out = *bytes;
      return true;
    } else {
      bool known = false;
      for (auto& [name, t] : types)
        if (name == tag) known = true, type = t;
      for (std::string_view other : {"map", "set", "seq", "omap", "pairs"})
        if (tag == "tag:yaml.org,2002:" + std::string(other))
          return no("expected a " + std::string(other == "map" || other == "set" ? "mapping" : "sequence") +
                        " node, but found scalar",
                    e.it.start_mark);
      if (!known) return no_constructor(tag, e.it.start_mark);
    }
    auto v = construct_scalar(type, raw);
    if (!v) return failed(v.error(), e.it.start_mark);
    out = *v;
    return true;
  }

  /// A tag on a collection: its own, or what the errors tell.
  bool collection_tag(std::string_view tag, yaml_event_type_t type, const yaml_mark_t& at) {
    bool is_mapping = type == YAML_MAPPING_START_EVENT;
    if (tag.empty() || tag == "!" || (is_mapping ? tag == YAML_MAP_TAG : tag == YAML_SEQ_TAG)) return true;
    constexpr std::string_view prefix = "tag:yaml.org,2002:";
    auto name = tag.starts_with(prefix) ? tag.substr(prefix.size()) : std::string_view();
    if (name == "set" && is_mapping) return true;
    std::string found = "found " + std::string(kind_of(type));
    for (std::string_view s : {"str", "int", "float", "bool", "null", "timestamp", "binary"})
      if (s == name) return no("expected a scalar node, but " + found, at);
    if (name == "map" || name == "set") return no("expected a mapping node, but " + found, at);
    if (name == "seq") return no("expected a sequence node, but " + found, at);
    return no_constructor(tag, at);
  }

  bool sequence(event& e, core::value& out, unsigned depth) {
    if (!collection_tag(view(e.it.data.sequence_start.tag), e.it.type, e.it.start_mark)) return false;
    core::list items;
    event inner;
    while (next(inner)) {
      if (inner.it.type == YAML_SEQUENCE_END_EVENT) {
        out = core::value(std::move(items));
        return true;
      }
      core::value item;
      if (!node(inner, item, depth + 1)) return false;
      items.push_back(std::move(item));
    }
    return false;
  }

  /// `<<`: what a later one brings wins over an earlier one; in a list the first wins.
  bool merge(core::dict& into, const core::value& from, const yaml_mark_t& mapping, const yaml_mark_t& at) {
    if (from.is_dict()) return into.update(from.as_dict()), true;
    std::string kind = from.is_list() ? "sequence" : "scalar";
    if (!from.is_list())
      return no("while constructing a mapping", &mapping,
                "expected a mapping or list of mappings for merging, but found scalar", at);
    for (auto i = from.as_list().rbegin(); i != from.as_list().rend(); ++i) {
      if (!i->is_dict())
        return no("while constructing a mapping", &mapping,
                  std::string("expected a mapping for merging, but found ") + (i->is_list() ? "sequence" : "scalar"), at);
      into.update(i->as_dict());
    }
    return true;
  }

  bool mapping(event& e, core::value& out, unsigned depth) {
    auto tag = view(e.it.data.mapping_start.tag);
    if (!collection_tag(tag, e.it.type, e.it.start_mark)) return false;
    bool set = tag == "tag:yaml.org,2002:set";
    auto mark = e.it.start_mark;
    core::dict own, merged;
    event inner;
    while (next(inner)) {
      if (inner.it.type == YAML_MAPPING_END_EVENT) {
        // What is merged comes first; the mapping's own members win.
        merged.update(own);
        core::list members;
        for (auto& m : merged) members.push_back(m.key);
        out = set ? core::value(std::move(members)).with_subtype(core::subtype::set) : core::value(std::move(merged));
        return true;
      }
      auto key_mark = inner.it.start_mark;
      bool plain = inner.it.type == YAML_SCALAR_EVENT && inner.it.data.scalar.plain_implicit && !inner.it.data.scalar.tag;
      auto raw = plain ? view(inner.it.data.scalar.value) : std::string_view();
      bool merging = raw == "<<";
      core::value key, val;
      if (merging || raw == "=") // a key, whatever it means as a value
        key = text(raw);
      else if (!node(inner, key, depth + 1))
        return false;
      if (!core::hashable(key))
        return no("while constructing a mapping", &mark, "found unhashable key", key_mark);
      if (!next(inner)) return false;
      auto value_mark = inner.it.start_mark;
      if (!node(inner, val, depth + 1)) return false;
      if (!merging)
        own.set_key(std::move(key), std::move(val));
      else if (!merge(merged, val, mark, value_mark))
        return false;
    }
    return false;
  }

  yaml_parser_t parser_{};
  std::map<std::string, std::pair<core::value, yaml_mark_t>> anchors_;
  std::size_t budget_ = 0;
  std::string why_, category_ = "yaml";
};

} // namespace

core::expected<core::list> load_yaml(std::string_view text, bool single) {
  if (text.size() > limits::source) {
    core::error e("the YAML text is longer than allowed");
    e.what().category = "limit";
    return e;
  }
  return reader(text).documents(single);
}

} // namespace mito::templating
