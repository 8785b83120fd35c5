// Statements: loops, branches, assignments, blocks of text.
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

void machine::exec_body(const node& body, sink& out) {
  for (auto* n : body.items) {
    if (exec(*n, out) != flow::normal || error_) return;
  }
}

flow machine::exec(const node& n, sink& out) {
  if (error_) return flow::stop;
  switch (n.type) {
  case op::data:
    emit(out, n.val, false);
    return flow::normal;
  case op::print: {
    if (discard_) return flow::normal;
    auto v = eval(*n.a);
    place_ = &n;
    // The native code generator prints constants as text, which is evaluated later on: inf and nan are no literals.
    if (s_.env.native && n.a->fixed && v.is_real() && v.as_real() - v.as_real() != 0) v = text(str(*this, v));
    if (!error_) emit(out, v);
    return flow::normal;
  }
  case op::body: {
    for (auto* i : n.items)
      if (auto f = exec(*i, out); f != flow::normal || error_) return f;
    return flow::normal;
  }
  case op::branch:
    return exec_branch(n, out);
  case op::loop:
    exec_loop(n, out);
    return flow::normal;
  case op::set:
    exec_set(n);
    return flow::normal;
  case op::set_block:
    exec_set_block(n);
    return flow::normal;
  case op::with:
    exec_with(n, out);
    return flow::normal;
  case op::macro:
    exec_macro(n);
    return flow::normal;
  case op::call_block:
    exec_call_block(n, out);
    return flow::normal;
  case op::filter_block:
    exec_filter_block(n, out);
    return flow::normal;
  case op::include:
    exec_include(n, out);
    return flow::normal;
  case op::import:
    exec_import(n);
    return flow::normal;
  case op::from_import:
    exec_from(n);
    return flow::normal;
  case op::extends:
    exec_extends(n);
    return flow::normal;
  case op::block:
    exec_block(n, out);
    return flow::normal;
  case op::run:
    eval(*n.a);
    return flow::normal;
  case op::autoescape:
    exec_autoescape(n, out);
    return flow::normal;
  case op::break_loop:
    return flow::stop;
  case op::continue_loop:
    return flow::again;
  default:
    fail("syntax", "not a statement");
    return flow::stop;
  }
}

flow machine::exec_branch(const node& n, sink& out) {
  for (std::size_t i = 0; i + 1 < n.items.size(); i += 2) {
    bool t = truth(*this, eval(*n.items[i]));
    if (error_) return flow::stop;
    if (t) return exec(*n.items[i + 1], out);
  }
  return n.a ? exec(*n.a, out) : flow::normal;
}

void machine::exec_loop(const node& n, sink& out) {
  auto items = eval(*n.b);
  place_ = &n;
  if (!error_) run_loop(n, items, 0, frame_, out);
}

namespace {

/// What a loop walks over: a list, or a range without making a list of it.
core::value loop_items(machine& m, const core::value& v, std::int64_t& length) {
  if (v.kind() == core::kind::range) {
    length = v.as_range().size();
    return v;
  }
  if (v.is_sequence()) {
    length = static_cast<std::int64_t>(v.as_list().size());
    return v;
  }
  auto items = iterate(m, v);
  length = static_cast<std::int64_t>(items.size());
  return core::value(std::move(items));
}

} // namespace

core::value machine::run_loop(const node& n, const core::value& over, unsigned depth, frame* closure,
                              sink& out) {
  if (depth > limits::call_depth) return fail("recursion", "recursive loop is nested too deeply");
  std::int64_t length = 0;
  auto items = loop_items(*this, over, length);
  if (error_) return {};
  auto* all = new loop_object(items, length, depth, n, closure);
  auto loop = core::value::adopt(all);
  if (n.c) {
    core::list kept;
    for (std::int64_t i = 0; i < length && step(); ++i) {
      scoped_frame f(*this, closure);
      auto item = all->at(i);
      if (assign(*n.a, item) && truth(*this, eval(*n.c))) kept.push_back(item);
      if (error_) return {};
    }
    all->length = length = static_cast<std::int64_t>(kept.size());
    all->items = core::value(std::move(kept));
  }
  if (n.flag & flag_recursive) closure->pinned = true;
  static const core::value loop_name = text("loop");
  for (std::int64_t i = 0; i < length && step(); ++i) {
    scoped_frame f(*this, closure);
    all->index = i;
    if (n.flag & flag_uses_loop) frame_->set(loop_name, loop);
    if (!assign(*n.a, all->at(i))) return {};
    if (exec(*n.d, out) == flow::stop || error_) return {};
  }
  if (length == 0 && !n.items.empty() && !error_) {
    scoped_frame f(*this, closure);
    exec(*n.items[0], out);
  }
  return {};
}

/// Binds a target: a name, a namespace's attribute, or a tuple of targets.
bool machine::assign(const node& target, core::value v) {
  if (error_) return false;
  if (v.depth() > limits::value_depth) {
    fail("limit", "the value is nested too deeply");
    return false;
  }
  if (target.type == op::name) {
    frame_->set(target.val, std::move(v));
    return true;
  }
  if (target.type == op::namespace_ref) {
    auto owner = resolve(target.val.as_string());
    auto* o = as_script(owner);
    if (!o || !o->set_member(*this, target.b->val, std::move(v)))
      fail("runtime", "cannot assign attribute on non-namespace object");
    return !error_;
  }
  if (!v.is_undefined() && !is_iterable(v)) {
    fail_type("cannot unpack non-iterable " + type_of(v) + " object");
    return false;
  }
  auto parts = iterate(*this, v);
  if (error_) return false;
  auto wanted = target.items.size();
  if (parts.size() < wanted)
    fail("value", "not enough values to unpack (expected " + std::to_string(wanted) + ", got " +
                      std::to_string(parts.size()) + ")");
  else if (parts.size() > wanted)
    fail("value", "too many values to unpack (expected " + std::to_string(wanted) + ")");
  for (std::size_t i = 0; i < wanted && !error_; ++i) assign(*target.items[i], parts[i]);
  return !error_;
}

void machine::exec_set(const node& n) {
  auto v = eval(*n.b);
  place_ = &n;
  if (!error_) assign(*n.a, std::move(v));
}

void machine::exec_set_block(const node& n) {
  auto v = render_body(*n.c, frame_);
  if (n.b && !error_) v = run_filters(*n.b, std::move(v));
  if (!error_) assign(*n.a, std::move(v));
}

core::value machine::run_filters(const node& chain, core::value input) {
  if (chain.a) input = run_filters(*chain.a, std::move(input));
  return error_ ? core::value() : eval_filter(chain, &input);
}

void machine::exec_with(const node& n, sink& out) {
  // The values see the outer names only.
  core::list values;
  for (std::size_t i = 1; i < n.items.size(); i += 2) values.push_back(eval(*n.items[i]));
  if (error_) return;
  scoped_frame f(*this, frame_);
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!assign(*n.items[2 * i], values[i])) return;
  exec_body(*n.a, out);
}

void machine::exec_filter_block(const node& n, sink& out) {
  auto v = render_body(*n.a, frame_);
  if (!error_) v = run_filters(*n.b, std::move(v));
  if (!error_) emit(out, v);
}

void machine::exec_autoescape(const node& n, sink& out) {
  bool saved = autoescape_;
  autoescape_ = truth(*this, eval(*n.b));
  if (!error_) {
    scoped_frame f(*this, frame_);
    exec_body(*n.a, out);
  }
  autoescape_ = saved;
}

} // namespace mito::templating
