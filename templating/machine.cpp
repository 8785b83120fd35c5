#include "templating/machine.hpp"

#include "templating/objects.hpp"
#include "templating/results.hpp"
#include "templating/semantics.hpp"

namespace mito::templating {

frame::slot* frame::find(std::string_view name) {
  for (auto& s : vars)
    if (s.name.as_string() == name) return &s;
  return nullptr;
}

void frame::set(const core::value& name, core::value v) {
  if (auto* s = find(name.as_string()))
    s->val = std::move(v);
  else
    vars.push_back({name, std::move(v)});
}

context::block_entry* context::find(std::string_view name) {
  for (auto& b : blocks)
    if (b.name == name) return &b;
  return nullptr;
}

machine::machine(session& s, const code& c) : s_(s), code_(c), autoescape_(s.env.autoescape) {}

// Macros refer to frames and frames to macros: the frames' contents go first.
machine::~machine() {
  for (auto& f : frames_) {
    auto vars = std::move(f->vars);
    f->vars.clear();
  }
}

core::value machine::fail(std::string_view category, std::string message) {
  if (error_) return {};
  core::location where;
  if (place_) {
    where.line = place_->line;
    where.column = place_->column;
    auto* source = context_ && context_->source ? context_->source : &code_;
    if (!source->name.empty())
      where.file = std::make_shared<core::source_file>(core::source_file{source->name, source->source});
  }
  error_.emplace(std::move(message), std::move(where));
  error_->what().category = category;
  return {};
}

core::value machine::fail(core::error e) {
  if (!error_) error_ = std::move(e);
  return {};
}

core::value machine::undefined_error(const core::value& u) {
  return fail("undefined", std::string(u.as_string()));
}

bool machine::step(std::uint64_t n) {
  if (error_) return false;
  if (s_.left.steps < n) {
    fail("limit", "the template runs for too long (more than " + std::to_string(limits::steps) + " steps)");
    return false;
  }
  s_.left.steps -= n;
  return true;
}

bool machine::fits(std::size_t items, std::size_t bytes) {
  if (error_) return false;
  if (items <= limits::items && bytes <= s_.left.output) {
    s_.left.output -= bytes;
    return true;
  }
  fail("limit",
       items > limits::items ? "the result would have too many items" : "the template's output is too large");
  return false;
}

frame* machine::take_frame(frame* parent) {
  frame* f;
  if (free_.empty()) {
    frames_.push_back(std::make_unique<frame>());
    f = frames_.back().get();
  } else {
    f = free_.back();
    free_.pop_back();
  }
  f->parent = parent;
  return f;
}

void machine::release(frame* f) {
  if (f->pinned) return;
  f->vars.clear();
  f->isolated = false;
  free_.push_back(f);
}

machine::scoped_frame::scoped_frame(machine& m, frame* parent)
    : m_(m), saved_(m.frame_), mine_(m.take_frame(parent)) {
  m.frame_ = mine_;
}
machine::scoped_frame::~scoped_frame() {
  m_.frame_ = saved_;
  m_.release(mine_);
}

namespace {

bool fresh_context(std::vector<std::unique_ptr<context>>& all, frame* root, context*& out) {
  all.push_back(std::make_unique<context>());
  out = all.back().get();
  out->root = root;
  root->pinned = true;
  return true;
}

} // namespace

core::value machine::run() {
  sink out;
  context* c;
  frame_ = take_frame(nullptr);
  fresh_context(contexts_, frame_, c);
  execute_template(*c, code_, out);
  return error_ ? core::value() : finish(out);
}

std::string machine::run_text() {
  sink out;
  context* c;
  frame_ = take_frame(nullptr);
  fresh_context(contexts_, frame_, c);
  execute_template(*c, code_, out);
  if (error_) return {};
  if (out.count == 1) append_str(*this, out.text, out.first);
  return std::move(out.text);
}

core::value machine::run_expression() {
  return eval(*code_.root);
}

bool machine::run_test(const node& test) {
  return truth(*this, eval(test));
}

void machine::add_blocks(context& ctx, const code& c) {
  for (auto* b : c.blocks) {
    auto name = b->val.as_string();
    auto* entry = ctx.find(name);
    if (!entry) {
      ctx.blocks.push_back({name, {}});
      entry = &ctx.blocks.back();
    }
    entry->versions.push_back(b);
  }
}

void machine::execute_template(context& ctx, const code& c, sink& out) {
  auto* outer = context_;
  bool discarding = discard_;
  context_ = &ctx;
  add_blocks(ctx, c);
  const code* source = &c;
  for (unsigned level = 0; !error_; ++level) {
    if (level > limits::call_depth) fail("recursion", "templates extend each other without end");
    ctx.source = source;
    discard_ = false;
    exec_body(*source->root, out);
    if (!ctx.parent) break;
    ctx.keep.push_back(std::move(ctx.parent));
    ctx.parent = nullptr;
    source = ctx.keep.back().get();
  }
  discard_ = discarding;
  context_ = outer;
}

void machine::emit(sink& out, const core::value& raw, bool may_escape) {
  if (discard_ || error_) return;
  core::value v = raw;
  if (s_.env.ansible) {
    if (v.has_undefined()) {
      undefined_error(first_undefined(v));
      return;
    }
    if (v.kind() == core::kind::range ||
        (v.is_list() && v.subtype() != core::subtype::plain && v.subtype() != core::subtype::set))
      v = core::value(iterate(*this, v));
    if (v.is_none() && !s_.env.native) v = text("");
  }
  // The native code generator, which is Ansible's in both modes, prints without escaping.
  if (autoescape_ && may_escape && !s_.env.ansible && !s_.env.native && !is_markup(v)) v = markup(escape(*this, v));
  std::size_t before = out.text.size();
  if (out.count == 0) {
    out.first = std::move(v);
    out.count = 1;
    if (out.first.is_string()) fits(0, out.first.as_string().size());
    return;
  }
  if (out.count == 1) {
    append_str(*this, out.text, out.first);
    out.first = {};
    out.count = 2;
  }
  append_str(*this, out.text, v);
  fits(0, out.text.size() - before);
}

core::value machine::finish(sink& out) {
  if (error_) return {};
  return convert_output(*this, out);
}

core::value machine::render_body(const node& body, frame* parent) {
  sink out;
  {
    scoped_frame f(*this, parent);
    bool discarding = discard_;
    discard_ = false;
    exec_body(body, out);
    discard_ = discarding;
  }
  return finish(out);
}

} // namespace mito::templating
