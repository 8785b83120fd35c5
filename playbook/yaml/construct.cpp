#include <algorithm>

#include "core/python.hpp"
#include "playbook/yaml/raw.hpp"
#include "templating/yaml_types.hpp"

namespace mito::playbook::raw {

using core::value;

namespace {

std::string_view id_of(const node& n) {
  return n.shape == shape::scalar ? "scalar" : n.shape == shape::sequence ? "sequence" : "mapping";
}

/// Turns raw nodes into values; one per document.
class constructor {
public:
  constructor(const std::shared_ptr<const core::source_file>& file, const yaml_options& options,
              std::vector<core::diagnostic>& warnings)
      : file_(file), options_(options), warnings_(warnings) {}

  core::expected<yaml_ref> build(node& n, core::trust trust) {
    // An aliased node is one object; only its mark may differ, which a second build gives.
    if (n.built && trust == core::trust::source) return n.built;
    auto out = make(n, trust);
    if (out && trust == core::trust::source) n.built = *out;
    return out;
  }

private:
  using handler = core::expected<yaml_ref> (constructor::*)(node&, core::trust);
  struct tagged {
    std::string_view tag;
    handler make;
  };

  core::error fail(std::string problem, const node& n, std::string hint = {}) const {
    return yaml_error(std::move(problem), file_, n.where, std::move(hint));
  }
  core::error unknown(const node& n) const {
    return fail("could not determine a constructor for the tag '" + n.tag + "'", n);
  }
  static std::shared_ptr<yaml_node> start(const node& n, value v = {}) {
    auto out = std::make_shared<yaml_node>();
    out->where = n.where;
    out->val = std::move(v);
    return out;
  }

  core::expected<yaml_ref> make(node& n, core::trust trust) {
    if (n.tag.empty()) {
      if (n.shape == shape::mapping) return mapping(n, trust);
      if (n.shape == shape::sequence) return sequence(n, trust);
      return typed(n, n.plain ? resolve_plain(n.text) : yaml_type::string, trust);
    }
    for (const auto& t : table)
      if (t.tag == n.tag) return (this->*t.make)(n, trust);
    return unknown(n);
  }

  core::expected<yaml_ref> typed(node& n, yaml_type type, core::trust trust) {
    if (n.shape != shape::scalar)
      return fail("expected a scalar node, but found " + std::string(id_of(n)), n);
    auto v = construct_scalar(type, n.text);
    if (!v) return fail(v.error().message(), n);
    return yaml_ref(start(n, v->with_trust(trust)));
  }
  core::expected<yaml_ref> string(node& n, core::trust t) { return typed(n, yaml_type::string, t); }
  core::expected<yaml_ref> null(node& n, core::trust t) { return typed(n, yaml_type::null, t); }
  core::expected<yaml_ref> boolean(node& n, core::trust t) { return typed(n, yaml_type::boolean, t); }
  core::expected<yaml_ref> integer(node& n, core::trust t) { return typed(n, yaml_type::integer, t); }
  core::expected<yaml_ref> real(node& n, core::trust t) { return typed(n, yaml_type::real, t); }
  core::expected<yaml_ref> timestamp(node& n, core::trust t) { return typed(n, yaml_type::timestamp, t); }

  core::expected<yaml_ref> binary(node& n, core::trust) {
    if (n.shape != shape::scalar)
      return fail("expected a scalar node, but found " + std::string(id_of(n)), n);
    auto v = construct_binary(n.text);
    if (!v) return fail(v.error().message(), n);
    return yaml_ref(start(n, *v));
  }

  /// !unsafe: strings as they stand (never typed), containers with everything inside marked data.
  core::expected<yaml_ref> unsafe(node& n, core::trust) {
    if (n.shape == shape::mapping) return mapping(n, core::trust::data);
    if (n.shape == shape::sequence) return sequence(n, core::trust::data);
    return typed(n, yaml_type::string, core::trust::data);
  }

  core::expected<yaml_ref> vault(node& n, core::trust) {
    if (n.shape != shape::scalar)
      return fail("expected a scalar node, but found " + std::string(id_of(n)), n);
    core::location at{file_, n.where.line, n.where.column};
    return yaml_ref(start(n, value::adopt(new vault_text(n.text, std::move(at)))));
  }

  core::expected<yaml_ref> sequence(node& n, core::trust trust) {
    if (n.shape != shape::sequence)
      return fail("expected a sequence node, but found " + std::string(id_of(n)), n);
    auto out = start(n);
    core::list values;
    values.reserve(n.items.size());
    out->items.reserve(n.items.size());
    for (auto* item : n.items) {
      auto built = build(*item, trust);
      if (!built) return built;
      values.push_back((*built)->val);
      out->items.push_back(std::move(*built));
    }
    out->val = value(std::move(values));
    return yaml_ref(out);
  }

  /// !!set: Python's set has no counterpart in a playbook's data; its members keep their order as keys
  /// without values.
  core::expected<yaml_ref> set(node& n, core::trust trust) { return mapping(n, trust); }

  /// !!omap and !!pairs: a list of (key, value) tuples.
  core::expected<yaml_ref> pairs(node& n, core::trust trust) {
    if (n.shape != shape::sequence) return fail("expected a sequence, but found " + std::string(id_of(n)), n);
    core::list values;
    for (auto* item : n.items) {
      if (item->shape != shape::mapping)
        return fail("expected a mapping of length 1, but found " + std::string(id_of(*item)), *item);
      if (item->pairs.size() != 1)
        return fail("expected a single mapping item, but found " + std::to_string(item->pairs.size()) +
                        " items",
                    *item);
      auto k = build(*item->pairs[0].first, trust);
      if (!k) return k;
      auto v = build(*item->pairs[0].second, trust);
      if (!v) return v;
      values.push_back(value::tuple({(*k)->val, (*v)->val}));
    }
    return yaml_ref(start(n, value(std::move(values))));
  }

  static bool is_merge(const node& key) {
    if (key.shape != shape::scalar) return false;
    return key.tag.empty() ? key.plain && key.text == "<<" : key.tag == "tag:yaml.org,2002:merge";
  }

  /// PyYAML's flatten_mapping: what is merged in stands before the mapping's own pairs.
  core::expected<void> flatten(node& n) {
    if (n.flattened) return {};
    n.flattened = true;
    std::vector<std::pair<node*, node*>> merged, own;
    for (auto& [key, val] : n.pairs) {
      if (!is_merge(*key)) {
        if (key->plain && key->tag.empty() && key->text == "=") key->tag = "tag:yaml.org,2002:str";
        own.emplace_back(key, val);
        continue;
      }
      std::vector<node*> sources{val};
      if (val->shape == shape::sequence) sources.assign(val->items.rbegin(), val->items.rend());
      for (auto* s : sources) {
        if (s->shape != shape::mapping)
          return fail(std::string("expected a mapping ") + (s == val ? "or list of mappings " : "") +
                          "for merging, but found " + std::string(id_of(*s)),
                      *s);
        if (auto ok = flatten(*s); !ok) return ok;
        merged.insert(merged.end(), s->pairs.begin(), s->pairs.end());
      }
      if (merged.size() > options_.expanded_nodes) return fail("merge keys expand to too many pairs", *key);
    }
    merged.insert(merged.end(), own.begin(), own.end());
    n.pairs = std::move(merged);
    return {};
  }

  core::expected<yaml_ref> mapping(node& n, core::trust trust) {
    if (n.shape != shape::mapping)
      return fail("expected a mapping node, but found " + std::string(id_of(n)), n);
    if (auto ok = flatten(n); !ok) return ok.error();
    auto out = start(n);
    core::dict d;
    d.reserve(n.pairs.size());
    for (auto& [key_node, val_node] : n.pairs) {
      auto key = build(*key_node, trust);
      if (!key) return key;
      if (auto ok = add(n, *key_node, **key, *val_node, trust, d, *out); !ok) return ok.error();
    }
    out->val = value(std::move(d));
    return yaml_ref(out);
  }

  core::expected<void> add(const node& n, const node& key_node, const yaml_node& key, node& val_node,
                           core::trust trust, core::dict& d, yaml_node& out) {
    if (!core::hashable(key.val)) return unhashable(key_node, key.val);
    bool again = d.find_key(key.val) != nullptr;
    if (again)
      if (auto ok = duplicate(n, key.val); !ok) return ok;
    auto val = build(val_node, trust);
    if (!val) return val.error();
    d.set_key(key.val, (*val)->val);
    if (!again) {
      out.members.push_back({key.val, key_node.where, std::move(*val)});
      return {};
    }
    // The first key object stays, as in a Python dict; the last value wins.
    for (auto& m : out.members)
      if (m.key == key.val) m.node = *val;
    return {};
  }

  core::error unhashable(const node& key_node, const value& key) const {
    std::string type = key.is_dict()   ? "AnsibleMapping"
                       : key.is_list() ? "AnsibleSequence"
                                       : std::string(type_name(key));
    std::string hint;
    if (key.is_dict())
      hint = "We could be wrong, but this one looks like it might be an issue with missing quotes. Always "
             "quote template "
             "expression brackets when they start a value. For instance: with_items: \"{{ foo }}\"";
    return fail("found unacceptable key (unhashable type: '" + type + "')", key_node, std::move(hint));
  }

  core::expected<void> duplicate(const node& n, const value& key) {
    if (options_.duplicate_keys == yaml_options::duplicates::ignore) return {};
    auto text = "While constructing a mapping from " + file_->name + ", line " +
                std::to_string(n.where.line) + ", column " + std::to_string(n.where.column) +
                ", found a duplicate dict key (" + core::to_str(key) + "). Using last defined value only.";
    if (options_.duplicate_keys == yaml_options::duplicates::error) return fail(text, n);
    warnings_.push_back(
        {core::severity::warning, text, {file_, n.where.line, n.where.column}, {}, {}, "duplicate"});
    return {};
  }

  static const tagged table[17];

  const std::shared_ptr<const core::source_file>& file_;
  const yaml_options& options_;
  std::vector<core::diagnostic>& warnings_;
};

const constructor::tagged constructor::table[17] = {
    {"tag:yaml.org,2002:map", &constructor::mapping},
    {"tag:yaml.org,2002:seq", &constructor::sequence},
    {"tag:yaml.org,2002:str", &constructor::string},
    {"tag:yaml.org,2002:null", &constructor::null},
    {"tag:yaml.org,2002:bool", &constructor::boolean},
    {"tag:yaml.org,2002:int", &constructor::integer},
    {"tag:yaml.org,2002:float", &constructor::real},
    {"tag:yaml.org,2002:timestamp", &constructor::timestamp},
    {"tag:yaml.org,2002:binary", &constructor::binary},
    {"tag:yaml.org,2002:omap", &constructor::pairs},
    {"tag:yaml.org,2002:pairs", &constructor::pairs},
    {"tag:yaml.org,2002:set", &constructor::set},
    {"tag:yaml.org,2002:python/dict", &constructor::mapping},
    {"tag:yaml.org,2002:python/unicode", &constructor::string},
    {"!unsafe", &constructor::unsafe},
    {"!vault", &constructor::vault},
    {"!vault-encrypted", &constructor::vault},
};

} // namespace

core::expected<yaml_ref> construct(tree& from, const std::shared_ptr<const core::source_file>& file,
                                   const yaml_options& options, std::vector<core::diagnostic>& warnings) {
  if (!from.root) return yaml_ref(std::make_shared<yaml_node>());
  return constructor(file, options, warnings).build(*from.root, core::trust::source);
}

} // namespace mito::playbook::raw
