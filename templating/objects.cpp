#include "templating/objects.hpp"

#include "core/python.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

const void* script_object::static_tag() {
  static const char tag = 0;
  return &tag;
}

const script_object* as_script(const core::value& v) {
  auto* o = v.as_object();
  return o && o->tag() == script_object::static_tag() ? static_cast<const script_object*>(o) : nullptr;
}

core::value script_object::call(machine& m, core::list, core::dict) const {
  return m.fail_type("'" + std::string(type_name()) + "' object is not callable");
}

std::optional<core::value> macro::member(machine&, std::string_view name) const {
  if (name == "name") return name_;
  if (name == "caller") return core::value((source.flag & flag_caller) != 0);
  if (name == "catch_kwargs") return core::value((source.flag & flag_kwargs) != 0);
  if (name == "catch_varargs") return core::value((source.flag & flag_varargs) != 0);
  if (name != "arguments") return std::nullopt;
  core::list names;
  for (auto* i : source.items) names.push_back(i->val);
  return core::value::tuple(std::move(names));
}

bool macro::lenient_text(std::string& out) const {
  out += "<Macro " + (name_.is_none() ? "anonymous" : core::to_repr(name_)) + ">";
  return true;
}

core::value macro::call(machine& m, core::list args, core::dict named) const {
  return m.call_macro(*this, std::move(args), std::move(named));
}

std::optional<core::value> namespace_object::member(machine&, std::string_view name) const {
  auto* v = members_.find(name);
  return v ? std::optional(*v) : std::nullopt;
}
std::optional<core::value> namespace_object::item(machine&, const core::value& key) const {
  auto* v = members_.find_key(key);
  return v ? std::optional(*v) : std::nullopt;
}
bool namespace_object::set_member(machine&, const core::value& name, core::value v) const {
  members_.set_key(name, std::move(v));
  return true;
}
bool namespace_object::lenient_text(std::string& out) const {
  out += "<Namespace ";
  core::append_repr(out, core::value(members_));
  out += '>';
  return true;
}

bool namespace_object::replace(const core::value& before, const core::value& after) const {
  if (replacing_) return false;
  replacing_ = true;
  core::dict d(members_);
  for (auto& e : members_) {
    auto v = e.val;
    if (replaced_in(v, before, after)) d.set_key(e.key, std::move(v));
  }
  members_ = std::move(d);
  replacing_ = false;
  return false;
}

core::value loop_object::at(std::int64_t i) const {
  if (i < 0 || i >= length)
    return core::value::undefined(i < 0 ? "there is no previous item" : "there is no next item");
  if (items.kind() == core::kind::range) {
    auto r = items.as_range();
    return r.start + i * r.step;
  }
  return items.as_list()[static_cast<std::size_t>(i)];
}

namespace {

core::value loop_cycle(call& c) {
  auto* loop = static_cast<const loop_object*>(as_script(c.self));
  if (c.rest.empty()) return c.m.fail_type("no items for cycling given");
  return c.rest[static_cast<std::size_t>(loop->index) % c.rest.size()];
}

core::value loop_changed(call& c) {
  auto* loop = static_cast<const loop_object*>(as_script(c.self));
  auto now = core::value::tuple(std::move(c.rest));
  bool same = loop->changed_before && loop->last_changed == now;
  loop->last_changed = now;
  loop->changed_before = true;
  return !same;
}

core::value cycler_next(call& c) {
  return static_cast<const cycler*>(as_script(c.self))->advance();
}
core::value cycler_reset(call& c) {
  static_cast<const cycler*>(as_script(c.self))->reset();
  return {};
}

constexpr function_def cycle_def{"cycle", loop_cycle, "*args"};
constexpr function_def changed_def{"changed", loop_changed, "*args"};
constexpr function_def next_def{"next", cycler_next, ""};
constexpr function_def reset_def{"reset", cycler_reset, ""};

core::value self_value(const script_object* o) {
  o->retain();
  return core::value::adopt(o);
}

} // namespace

std::optional<core::value> loop_object::member(machine&, std::string_view name) const {
  if (name == "index") return core::value(index + 1);
  if (name == "index0") return core::value(index);
  if (name == "first") return core::value(index == 0);
  if (name == "last") return core::value(index + 1 == length);
  if (name == "length") return core::value(length);
  if (name == "revindex") return core::value(length - index);
  if (name == "revindex0") return core::value(length - index - 1);
  if (name == "depth") return core::value(static_cast<std::int64_t>(depth) + 1);
  if (name == "depth0") return core::value(static_cast<std::int64_t>(depth));
  if (name == "previtem") return at(index - 1);
  if (name == "nextitem") return at(index + 1);
  if (name == "cycle") return core::value::adopt(new bound_method(self_value(this), cycle_def));
  if (name == "changed") return core::value::adopt(new bound_method(self_value(this), changed_def));
  return std::nullopt;
}

core::value loop_object::call(machine& m, core::list args, core::dict) const {
  if (args.size() != 1) return m.fail_type("loop() takes exactly one argument");
  if (!(source.flag & flag_recursive))
    return m.fail_type("The loop must have the 'recursive' marker to be called recursively.");
  sink out;
  m.run_loop(source, args[0], depth + 1, closure, out);
  return m.finish(out);
}

core::value bound_method::call(machine& m, core::list args, core::dict named) const {
  if (def_.flags & function_changes) return m.change_bound(def_, self_, std::move(args), std::move(named));
  return invoke(m, def_, self_, std::move(args), std::move(named));
}
bool bound_method::lenient_text(std::string& out) const {
  out += "<built-in method ";
  out += def_.name;
  out += " of ";
  out += type_of(self_);
  out += " object>";
  return true;
}

core::value global_function::call(machine& m, core::list args, core::dict named) const {
  return invoke(m, def_, core::value(), std::move(args), std::move(named));
}

std::string_view global_function::type_name() const noexcept {
  return def_.flags & function_class ? "type" : def_.flags & function_ansible ? "method" : "function";
}
bool global_function::lenient_text(std::string& out) const {
  // Python's classes, by their own names.
  static constexpr std::pair<std::string_view, std::string_view> classes[] = {
      {"namespace", "jinja2.utils.Namespace"}, {"cycler", "jinja2.utils.Cycler"}, {"joiner", "jinja2.utils.Joiner"}};
  if (!(def_.flags & function_class)) return false;
  std::string_view name = def_.name;
  for (auto& [ours, theirs] : classes)
    if (ours == name) name = theirs;
  out += "<class '" + std::string(name) + "'>";
  return true;
}

core::value cycler::advance() const {
  auto v = items_[at_];
  at_ = (at_ + 1) % items_.size();
  return v;
}

std::optional<core::value> cycler::member(machine&, std::string_view name) const {
  if (name == "current") return items_[at_];
  if (name == "next") return core::value::adopt(new bound_method(self_value(this), next_def));
  if (name == "reset") return core::value::adopt(new bound_method(self_value(this), reset_def));
  return std::nullopt;
}

core::value joiner::call(machine&, core::list, core::dict) const {
  if (used_) return text(sep_);
  used_ = true;
  return text("");
}

std::optional<core::value> module_object::member(machine&, std::string_view name) const {
  if (name.starts_with('_')) return std::nullopt;
  if (auto* s = root_->find(name)) return s->val;
  return std::nullopt;
}
bool module_object::lenient_text(std::string& out) const {
  out += core::to_str(body_);
  return true;
}

std::optional<core::value> block_caller::member(machine&, std::string_view name) const {
  if (self_) {
    for (std::size_t i = 0; i < home_->blocks.size(); ++i)
      if (home_->blocks[i].name == name)
        return core::value::adopt(new block_caller(home_, i, 0, false, home_->root));
    return std::nullopt;
  }
  if (name != "super") return std::nullopt;
  return core::value::adopt(new block_caller(home_, block_, version_ + 1, false, outer_));
}

bool block_caller::lenient_text(std::string& out) const {
  if (!self_) return false;
  auto& name = home_->source ? home_->source->name : std::string();
  out += "<TemplateReference " + (name.empty() ? "None" : core::to_repr(core::value(name))) + ">";
  return true;
}

core::value block_caller::call(machine& m, core::list, core::dict) const {
  return m.call_block(*home_, block_, version_, outer_);
}

std::optional<core::value> class_object::member(machine&, std::string_view name) const {
  if (name == "__name__" || name == "__qualname__") return text(name_);
  return std::nullopt;
}
bool class_object::lenient_text(std::string& out) const {
  out += "<class '" + name_ + "'>";
  return true;
}

} // namespace mito::templating
