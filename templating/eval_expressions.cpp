// Expressions to values.
#include "core/encrypted.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

core::value machine::eval(const node& n) {
  if (error_) return {};
  switch (n.type) {
  case op::constant:
    return n.val;
  case op::name:
    return eval_name(n);
  case op::list:
  case op::tuple: {
    core::list items;
    items.reserve(n.items.size());
    for (auto* i : n.items) items.push_back(eval(*i));
    return n.type == op::list ? core::value(std::move(items)) : core::value::tuple(std::move(items));
  }
  case op::dict:
    return eval_dict(n);
  case op::conditional:
    if (truth(*this, eval(*n.b))) return eval(*n.a);
    if (error_) return {};
    if (n.c) return eval(*n.c);
    return core::value::undefined("the inline if-expression on line " + std::to_string(n.line) +
                                  " evaluated to false and no else section was defined.")
        .with_subtype(core::subtype::lenient);
  case op::logical_or: {
    auto left = eval(*n.a);
    return truth(*this, left) || error_ ? left : eval(*n.b);
  }
  case op::logical_and: {
    auto left = eval(*n.a);
    return !truth(*this, left) || error_ ? left : eval(*n.b);
  }
  case op::logical_not: {
    bool t = truth(*this, eval(*n.a));
    return error_ ? core::value() : core::value(!t);
  }
  case op::compare:
    return eval_compare(n);
  case op::add:
  case op::subtract:
  case op::multiply:
  case op::divide:
  case op::floor_divide:
  case op::modulo:
  case op::power: {
    auto a = eval(*n.a);
    auto b = eval(*n.b);
    place_ = &n;
    return error_ ? core::value() : binary(*this, n.type, a, b);
  }
  case op::negative: {
    auto v = eval(*n.a);
    return error_ ? v : negative(*this, v);
  }
  case op::positive: {
    auto v = eval(*n.a);
    return error_ ? v : positive(*this, v);
  }
  case op::concat:
    return eval_concat(n);
  case op::getattr: {
    auto object = eval(*n.a);
    place_ = &n;
    return error_ ? core::value() : get_attribute(*this, object, n.val);
  }
  case op::getitem: {
    auto object = eval(*n.a);
    if (error_) return {};
    if (n.b->type == op::slice) return eval_slice(*n.b, object);
    auto key = eval(*n.b);
    place_ = &n;
    return error_ ? core::value() : get_item(*this, object, key);
  }
  case op::filter:
    return eval_filter(n, nullptr);
  case op::test:
    return eval_test(n);
  case op::call:
    return eval_call(n);
  default:
    return fail("syntax", "not an expression");
  }
}

core::value machine::eval_name(const node& n) {
  place_ = &n;
  return resolve(n.val.as_string(), &n.val);
}

core::value machine::resolve(std::string_view name, const core::value* as_value) {
  frame* last = nullptr;
  for (auto* f = frame_; f; f = f->parent) {
    if (auto* s = f->find(name)) return s->val;
    last = f;
  }
  if (name == "self" && context_ && !context_->blocks.empty())
    return core::value::adopt(new block_caller(context_, 0, 0, true, context_->root));
  if (!last || !last->isolated) {
    for (auto& s : resolved_)
      if (s.name.as_string() == name) return s.val;
    bool found = false;
    auto v = raw_variable(name, found);
    if (found || error_) {
      if (!error_) resolved_.push_back({as_value ? *as_value : text(name), v});
      return v;
    }
  }
  if (auto* def = find_global(name, s_.env.ansible)) return core::value::adopt(new global_function(*def));
  if (s_.globals)
    if (auto* v = s_.globals->find(name)) return *v;
  return core::value::undefined("'" + std::string(name) + "' is undefined");
}

core::value machine::eval_dict(const node& n) {
  core::dict d;
  d.reserve(n.items.size() / 2);
  for (std::size_t i = 0; i + 1 < n.items.size() && !error_; i += 2) {
    auto key = unwrapped(*this, eval(*n.items[i]));
    auto val = eval(*n.items[i + 1]);
    if (error_) return {};
    if (key.is_undefined()) return undefined_error(key);
    if (!core::hashable(key))
      return fail_type("unhashable type: '" + std::string(core::type_name(key)) + "'");
    d.set_key(std::move(key), std::move(val));
  }
  return core::value(std::move(d));
}

core::value machine::eval_compare(const node& n) {
  auto left = eval(*n.a);
  auto codes = n.val.as_string();
  core::value result(true);
  for (std::size_t i = 0; i < n.items.size() && !error_; ++i) {
    auto right = eval(*n.items[i]);
    if (error_) return {};
    place_ = &n;
    auto which = static_cast<comparison>(codes[i]);
    // AnsibleUndefined answers `in` with itself, which is then neither true nor false.
    if (which == comparison::in && right.is_undefined() && s_.env.undefined == undefined_mode::ansible)
      return undefined_error(right);
    bool ok = templating::compare(*this, which, left, right);
    if (error_) return {};
    if (!ok) return false;
    left = std::move(right);
  }
  return result;
}

core::value machine::eval_concat(const node& n) {
  std::string out;
  bool any_markup = false;
  core::list parts;
  for (auto* i : n.items) {
    parts.push_back(eval(*i));
    if (error_) return {};
    any_markup = any_markup || is_markup(parts.back());
  }
  // Markup joins by escaping what is not markup.
  any_markup = any_markup || autoescape_;
  for (auto& p : parts) {
    if (any_markup && !is_markup(p))
      out += escape(*this, p);
    else
      append_str(*this, out, p);
  }
  if (!fits(0, out.size())) return {};
  return any_markup ? markup(out) : text(out);
}

core::value machine::eval_slice(const node& n, const core::value& object) {
  auto part = [&](const node* p) { return p ? eval(*p) : core::value(); };
  auto start = part(n.a), stop = part(n.b), step = part(n.c);
  place_ = &n;
  return error_ ? core::value() : slice(*this, object, start, stop, step);
}

bool machine::eval_arguments(const node& n, core::list& args, core::dict& named) {
  args.reserve(n.items.size());
  for (auto* i : n.items) args.push_back(eval(*i));
  for (auto& k : n.named) named.set_key(k.name, eval(*k.value));
  if (n.c && !error_) {
    auto more = eval(*n.c);
    if (!error_)
      for (auto& i : iterate(*this, more)) args.push_back(i);
  }
  if (n.d && !error_) {
    auto more = eval(*n.d);
    if (!error_ && !is_mapping(more))
      fail_type("argument after ** must be a mapping, not " + std::string(core::type_name(more)));
    if (!error_) named.update(to_dict(*this, more));
  }
  return !error_;
}

core::value machine::eval_call(const node& n) {
  if (!step()) return {};
  if (n.a->type == op::getattr) {
    auto self = eval(*n.a->a);
    if (auto* e = core::as_encrypted(self); e && n.a->val.as_string() == "is_encrypted")
      return core::value(e->ciphertext().starts_with("$ANSIBLE_VAULT"));
    self = unwrapped(*this, self);
    if (error_) return {};
    bool is_method = false;
    auto v = eval_method(n, self, is_method);
    if (is_method || error_) return v;
    place_ = n.a;
    auto callee = get_attribute(*this, self, n.a->val);
    core::list args;
    core::dict named;
    if (error_ || !eval_arguments(n, args, named)) return {};
    place_ = &n;
    return call_value(callee, std::move(args), std::move(named));
  }
  if (n.a->type == op::name && n.a->val.as_string() == "super" && context_) place_ = &n;
  auto callee = eval(*n.a);
  core::list args;
  core::dict named;
  if (error_ || !eval_arguments(n, args, named)) return {};
  place_ = &n;
  return call_value(callee, std::move(args), std::move(named));
}

/// Methods are called without making an object of them; those that change their object write it back to where
/// it came from, for values are immutable.
core::value machine::eval_method(const node& n, const core::value& self, bool& is_method) {
  auto name = n.a->val.as_string();
  bool changes = is_mutator(self, name);
  auto* def = changes ? nullptr : find_method(self, name);
  if (!def && !changes) return {};
  is_method = true;
  if (changes && s_.env.immutable)
    return fail("security", "access to attribute " + core::to_repr(n.a->val) + " of " +
                                core::to_repr(text(core::type_name(self))) + " object is unsafe.");
  core::list args;
  core::dict named;
  if (!eval_arguments(n, args, named)) return {};
  place_ = &n;
  if (!changes) return invoke(*this, *def, self, std::move(args), std::move(named));
  core::value changed;
  auto result = mutate(*this, self, name, std::move(args), std::move(named), changed);
  if (!error_) rebind(*n.a->a, std::move(changed));
  return error_ ? core::value() : result;
}

bool machine::rebind(const node& target, core::value v) {
  if (v.depth() > limits::value_depth) {
    fail("limit", "the value is nested too deeply");
    return false;
  }
  if (target.type == op::name) {
    auto name = target.val.as_string();
    for (auto* f = frame_; f; f = f->parent)
      if (auto* s = f->find(name)) {
        s->val = std::move(v);
        return true;
      }
    for (auto& s : resolved_)
      if (s.name.as_string() == name) s.val = v;
    return true;
  }
  if (target.type != op::getattr && target.type != op::getitem)
    return true; // a temporary: nobody can see it again
  auto owner = eval(*target.a);
  auto key = target.type == op::getattr ? target.val : eval(*target.b);
  if (error_) return false;
  if (auto* o = as_script(owner)) return o->set_member(*this, key, std::move(v));
  if (owner.is_dict()) {
    core::dict d(owner.as_dict());
    d.set_key(key, std::move(v));
    return rebind(*target.a, core::value(std::move(d)));
  }
  if (owner.is_list() && key.is_int()) {
    core::list items(owner.as_list());
    auto at = key.as_int() < 0 ? key.as_int() + static_cast<std::int64_t>(items.size()) : key.as_int();
    if (at >= 0 && at < static_cast<std::int64_t>(items.size()))
      items[static_cast<std::size_t>(at)] = std::move(v);
    return rebind(*target.a, core::value(std::move(items)));
  }
  return true;
}

core::value machine::call_value(const core::value& callee, core::list args, core::dict named) {
  if (callee.is_undefined()) return undefined_error(callee);
  if (auto* o = as_script(callee)) {
    if (o->callable()) return o->call(*this, std::move(args), std::move(named));
  }
  return fail_type("'" + std::string(core::type_name(callee)) + "' object is not callable");
}

core::value machine::eval_filter(const node& n, const core::value* input) {
  core::value in = input ? *input : n.a ? eval(*n.a) : core::value();
  if (error_ || !step()) return {};
  if (!n.function) return fail("runtime", "No filter named '" + std::string(n.val.as_string()) + "' found.");
  core::list args;
  core::dict named;
  if (!eval_arguments(n, args, named)) return {};
  place_ = &n;
  return apply(*n.function, in, std::move(args), std::move(named));
}

core::value machine::apply(const function_def& def, const core::value& input, core::list args,
                           core::dict named) {
  auto v = invoke(*this, def, input, std::move(args), std::move(named));
  if (s_.env.ansible && (def.flags & function_verbatim) && v.is_string())
    return v.with_subtype(core::subtype::verbatim);
  return v;
}

core::value machine::eval_test(const node& n) {
  auto in = eval(*n.a);
  if (error_ || !step()) return {};
  if (!n.function) return fail("runtime", "No test named '" + std::string(n.val.as_string()) + "' found.");
  core::list args;
  core::dict named;
  if (!eval_arguments(n, args, named)) return {};
  place_ = &n;
  auto v = apply(*n.function, in, std::move(args), std::move(named));
  if (error_ || (n.flag & flag_positive)) return v;
  bool t = truth(*this, v);
  return error_ ? core::value() : core::value(!t);
}

core::value machine::apply_filter(std::string_view name, const core::value& input, core::list args,
                                  core::dict named) {
  auto* def = find_filter(name, s_.env.ansible);
  if (def) return step() ? apply(*def, input, std::move(args), std::move(named)) : core::value();
  if (s_.env.ansible)
    return fail("template_syntax",
                "Could not load \"" + std::string(name) + "\": '" + std::string(name) + "'");
  return fail("runtime", "No filter named '" + std::string(name) + "'.");
}

core::value machine::apply_test(std::string_view name, const core::value& input, core::list args,
                                core::dict named) {
  auto* def = find_test(name, s_.env.ansible);
  if (def) return step() ? apply(*def, input, std::move(args), std::move(named)) : core::value();
  if (s_.env.ansible)
    return fail("template_syntax",
                "Could not load \"" + std::string(name) + "\": '" + std::string(name) + "'");
  return fail("runtime", "No test named '" + std::string(name) + "'.");
}

} // namespace mito::templating
