// Macros, and what crosses templates: include, import, extends, blocks.
#include "core/python.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

void machine::exec_macro(const node& n) {
  frame_->pinned = true;
  for (auto* f = frame_; f; f = f->parent) f->pinned = true;
  frame_->set(n.val, core::value::adopt(new macro(n, frame_, context_, n.val)));
}

namespace {

core::value macro_error(machine& m, const macro& mac, std::string what) {
  return m.fail_type("macro " + core::to_repr(mac.name()) + " " + what);
}

} // namespace

core::value machine::call_macro(const macro& mac, core::list args, core::dict named) {
  if (++s_.left.depth > limits::call_depth) {
    --s_.left.depth;
    return fail("recursion", "macros call each other too deeply (more than " +
                                 std::to_string(limits::call_depth) + " levels)");
  }
  struct leave {
    budget& b;
    ~leave() { --b.depth; }
  } leaving{s_.left};
  const node& n = mac.source;
  auto* saved_context = context_;
  bool discarding = discard_;
  context_ = mac.home;
  discard_ = false;
  sink out;
  {
    scoped_frame f(*this, mac.closure);
    std::size_t count = n.items.size();
    for (std::size_t i = 0; i < count && !error_; ++i) {
      auto& name = n.items[i]->val;
      if (i < args.size()) {
        frame_->set(name, args[i]);
        continue;
      }
      if (auto* given = named.find(name.as_string())) {
        frame_->set(name, *given);
        named.erase(name.as_string());
        continue;
      }
      const node* otherwise = nullptr;
      for (auto& d : n.named)
        if (d.name.as_string() == name.as_string()) otherwise = d.value;
      if (otherwise)
        frame_->set(name, eval(*otherwise));
      else
        frame_->set(name, core::value::undefined("parameter '" + std::string(name.as_string()) +
                                                 "' was not provided"));
    }
    static const core::value caller_name = text("caller"), kwargs_name = text("kwargs"),
                             varargs_name = text("varargs");
    if (n.flag & flag_caller) {
      auto* given = named.find("caller");
      if (!frame_->find("caller"))
        frame_->set(caller_name, given ? *given : core::value::undefined("No caller defined"));
      named.erase("caller");
    }
    if (n.flag & flag_kwargs)
      frame_->set(kwargs_name, core::value(std::move(named)));
    else if (!named.empty() && named.contains("caller"))
      macro_error(*this, mac,
                  "was invoked with two values for the special caller argument. This is most likely a bug.");
    else if (!named.empty())
      macro_error(*this, mac, "takes no keyword argument " + core::to_repr(named.at(0).key));
    if (n.flag & flag_varargs) {
      core::list extra;
      for (std::size_t i = count; i < args.size(); ++i) extra.push_back(args[i]);
      frame_->set(varargs_name, core::value::tuple(std::move(extra)));
    } else if (args.size() > count) {
      macro_error(*this, mac, "takes not more than " + std::to_string(count) + " argument(s)");
    }
    if (!error_) exec_body(*n.a, out);
  }
  context_ = saved_context;
  discard_ = discarding;
  return finish(out);
}

void machine::exec_call_block(const node& n, sink& out) {
  for (auto* f = frame_; f; f = f->parent) f->pinned = true;
  auto caller = core::value::adopt(new macro(n, frame_, context_, core::value()));
  auto& call = *n.b;
  core::list args;
  core::dict named;
  auto callee = eval(*call.a);
  if (error_ || !eval_arguments(call, args, named)) return;
  named.set("caller", caller);
  place_ = &n;
  auto v = call_value(callee, std::move(args), std::move(named));
  if (!error_) emit(out, v);
}

code_ptr machine::load_template(const core::value& name, bool missing_is_fine) {
  if (name.is_undefined()) {
    undefined_error(name);
    return nullptr;
  }
  if (!name.is_string() && !is_iterable(name)) {
    fail_type("'" + type_of(name) + "' object is not iterable");
    return nullptr;
  }
  core::list candidates = name.is_sequence() ? name.as_list() : core::list{name};
  std::string shown;
  for (auto& c : candidates) {
    if (c.is_undefined() && !name.is_sequence()) undefined_error(c);
    if (!c.is_string()) continue;
    shown = c.as_string();
    if (!s_.templates) break;
    auto loaded = s_.templates->load(shown);
    if (loaded) return *loaded;
    if (loaded.error().what().category != "not_found") {
      fail(loaded.error());
      return nullptr;
    }
  }
  if (missing_is_fine || error_) return nullptr;
  if (candidates.size() == 1 && !name.is_sequence())
    fail("not_found", shown);
  else if (candidates.empty())
    fail("templates_not_found", "Tried to select from an empty list of templates.");
  else {
    std::string all;
    for (auto& c : candidates) all += (all.empty() ? "" : ", ") + str(*this, c);
    fail("templates_not_found", "none of the templates given were found: " + all);
  }
  return nullptr;
}

void machine::exec_include(const node& n, sink& out) {
  auto name = eval(*n.a);
  place_ = &n;
  if (error_) return;
  auto loaded = load_template(name, n.flag & flag_ignore_missing);
  if (!loaded || error_) return;
  if (++s_.left.depth > limits::call_depth) fail("recursion", "templates include each other without end");
  keep_.push_back(loaded);
  contexts_.push_back(std::make_unique<context>());
  auto* ctx = contexts_.back().get();
  {
    scoped_frame f(*this, n.flag & flag_with_context ? frame_ : nullptr);
    frame_->isolated = !(n.flag & flag_with_context);
    frame_->pinned = true;
    ctx->root = frame_;
    bool escaping = autoescape_;
    if (!error_) execute_template(*ctx, *loaded, out);
    autoescape_ = escaping;
  }
  --s_.left.depth;
}

/// Runs a template for its names. The module's frame stays until the machine ends.
core::value machine::import_module(const node& n, std::string& name) {
  auto wanted = eval(*n.a);
  place_ = &n;
  if (error_) return {};
  auto loaded = load_template(wanted, false);
  if (!loaded || error_) return {};
  if (++s_.left.depth > limits::call_depth) fail("recursion", "templates import each other without end");
  name = loaded->name;
  keep_.push_back(loaded);
  contexts_.push_back(std::make_unique<context>());
  auto* ctx = contexts_.back().get();
  core::value module;
  {
    scoped_frame f(*this, n.flag & flag_with_context ? frame_ : nullptr);
    for (auto* p = frame_; p; p = p->parent) p->pinned = true;
    frame_->isolated = !(n.flag & flag_with_context);
    ctx->root = frame_;
    sink out;
    bool discarding = discard_;
    discard_ = false;
    if (!error_) execute_template(*ctx, *loaded, out);
    discard_ = discarding;
    auto body = finish(out);
    if (!error_) module = core::value::adopt(new module_object(frame_, name, body));
  }
  --s_.left.depth;
  return module;
}

void machine::exec_import(const node& n) {
  std::string name;
  auto module = import_module(n, name);
  if (!error_) frame_->set(n.val, module);
}

void machine::exec_from(const node& n) {
  std::string name;
  auto module = import_module(n, name);
  if (error_) return;
  auto* o = as_script(module);
  for (auto& [exported, alias] : n.named) {
    auto v = o->member(*this, exported.as_string());
    if (!v) {
      std::string file = name.empty() ? "None" : "'" + name + "'";
      v = core::value::undefined("the template " + file + " (imported on line " + std::to_string(n.line) +
                                 ") does not export the requested name " + core::to_repr(exported));
    }
    frame_->set(alias->val, *v);
  }
}

void machine::exec_extends(const node& n) {
  if (context_->parent) {
    fail("runtime", "extended multiple times");
    return;
  }
  auto name = eval(*n.a);
  place_ = &n;
  if (error_) return;
  auto loaded = load_template(name, false);
  if (!loaded || error_) return;
  context_->parent = loaded;
  add_blocks(*context_, *loaded);
  discard_ = true;
}

void machine::exec_block(const node& n, sink& out) {
  if (discard_) return;
  auto* entry = context_->find(n.val.as_string());
  if (!entry) return;
  if ((n.flag & flag_required) && entry->versions.size() <= 1) {
    fail("runtime", "Required block " + core::to_repr(n.val) + " not found");
    return;
  }
  if (++s_.left.depth > limits::call_depth) {
    fail("recursion", "blocks are nested too deeply");
  } else {
    static const core::value super_name = text("super");
    auto at = static_cast<std::size_t>(entry - context_->blocks.data());
    auto* body = entry->versions[0];
    auto* outer = (n.flag & flag_scoped) || (body->flag & flag_scoped) ? frame_ : context_->root;
    outer->pinned = true;
    scoped_frame f(*this, outer);
    frame_->set(super_name, core::value::adopt(new block_caller(context_, at, 1, false, outer)));
    exec_body(*body->a, out);
  }
  --s_.left.depth;
}

core::value machine::call_block(context& home, std::size_t block, std::size_t version, frame* outer) {
  auto& entry = home.blocks[block];
  if (version >= entry.versions.size())
    return fail("undefined",
                "there is no parent block called " + core::to_repr(core::value(entry.name)) + ".");
  if (++s_.left.depth > limits::call_depth) {
    --s_.left.depth;
    return fail("recursion", "blocks call each other without end");
  }
  static const core::value super_name = text("super");
  sink out;
  {
    auto* body = entry.versions[version];
    auto* saved = context_;
    bool discarding = discard_;
    context_ = &home;
    discard_ = false;
    scoped_frame f(*this, outer);
    frame_->set(super_name, core::value::adopt(new block_caller(&home, block, version + 1, false, outer)));
    exec_body(*body->a, out);
    context_ = saved;
    discard_ = discarding;
  }
  --s_.left.depth;
  return finish(out);
}

} // namespace mito::templating
