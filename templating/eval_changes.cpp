// Methods that change their object. Values are immutable: the object is made anew and takes the place of the old one,
// in every name and container of the template that shows the same object, as in Python.
#include <algorithm>

#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

frame::slot* machine::slot_of(std::string_view name) {
  for (auto* f = frame_; f; f = f->parent)
    if (auto* s = f->find(name)) return s;
  for (auto& s : resolved_)
    if (s.name.as_string() == name) return &s;
  return nullptr;
}

core::value machine::change(const node* target, const function_def& def, core::value self, core::list args,
                            core::dict named) {
  auto* slot = target && target->type == op::name ? slot_of(target->val.as_string()) : nullptr;
  bool alone = slot && slot->val.same(self) && self.references() == 2;
  core::value before;
  if (alone) {
    slot->val = {}; // then the method may take the items instead of copying them
  } else {
    auto size = self.is_dict() ? self.as_dict().size() : self.as_list().size();
    // Each change copies: a loop that appends without end must pay for it.
    if (!step(1 + size / 16)) return {};
    before = self;
  }
  auto result = invoke(*this, def, self, std::move(args), std::move(named), &self);
  if (!error_ && self.depth() > limits::value_depth) fail("limit", "the value is nested too deeply");
  if (error_) return {};
  if (alone)
    slot->val = std::move(self);
  else if (!self.same(before))
    rebind(target, std::move(before), std::move(self));
  return result;
}

core::value machine::change_bound(const function_def& def, core::value& self, core::list args, core::dict named) {
  auto after = self;
  auto result = invoke(*this, def, after, std::move(args), std::move(named), &after);
  if (!error_ && !after.same(self)) replace_everywhere(self, after);
  self = std::move(after);
  return result;
}

void machine::rebind(const node* target, core::value before, core::value after) {
  if (!target || error_) return;
  if (after.depth() > limits::value_depth) {
    fail("limit", "the value is nested too deeply");
    return;
  }
  const bool alone = before.references() == 2; // here and in its one container
  if (alone && target->type == op::name) {
    if (auto* slot = slot_of(target->val.as_string()); slot && slot->val.same(before)) slot->val = std::move(after);
    return;
  }
  if (!alone || (target->type != op::getattr && target->type != op::getitem))
    return replace_everywhere(before, after);
  auto owner = eval(*target->a);
  auto key = target->type == op::getattr ? target->val : target->b->type == op::slice ? core::value() : eval(*target->b);
  if (error_) return;
  if (auto* o = as_script(owner)) {
    o->set_member(*this, key, std::move(after));
    return;
  }
  if (auto* old = owner.is_dict() && core::hashable(key) ? owner.as_dict().find_key(key) : nullptr;
      old && old->same(before)) {
    core::dict d(owner.as_dict());
    d.set_key(key, std::move(after));
    return rebind(target->a, std::move(owner), core::value(std::move(d)));
  }
  replace_everywhere(before, after);
}

bool replaced_in(core::value& v, const core::value& before, const core::value& after) {
  if (v.same(before)) {
    v = after;
    return true;
  }
  if (auto* o = as_script(v)) return o->replace(before, after);
  if (v.depth() <= before.depth()) return false;
  if (v.is_dict()) {
    core::dict d;
    bool found = false;
    for (auto& e : v.as_dict()) {
      auto inner = e.val;
      if (!replaced_in(inner, before, after)) continue;
      if (!found) d = v.as_dict();
      found = true;
      d.set_key(e.key, std::move(inner));
    }
    if (found) v = core::value(std::move(d));
    return found;
  }
  core::list items;
  bool found = false;
  for (std::size_t i = 0; i < v.as_list().size(); ++i) {
    auto inner = v.as_list()[i];
    if (!replaced_in(inner, before, after)) continue;
    if (!found) items = v.as_list();
    found = true;
    items[i] = std::move(inner);
  }
  if (found)
    v = (v.is_tuple() ? core::value::tuple(std::move(items)) : core::value(std::move(items)))
            .with_subtype(v.subtype());
  return found;
}

void machine::replace_everywhere(const core::value& before, const core::value& after) {
  std::uint64_t looked = 0;
  auto look = [&](core::value& v) {
    looked += 1 + v.as_list().size() / 16 + v.as_dict().size() / 16;
    replaced_in(v, before, after);
  };
  for (auto& f : frames_)
    for (auto& s : f->vars) look(s.val);
  for (auto& s : resolved_) look(s.val);
  step(looked / 16);
}

} // namespace mito::templating
