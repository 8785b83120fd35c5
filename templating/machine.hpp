#pragma once
/// One evaluation of one template: frames, output, errors. Nothing in here outlives it and nothing is shared.
#include <memory>
#include <optional>

#include "templating/environment.hpp"
#include "templating/functions.hpp"

namespace mito::templating {

/// Names set by a template. A frame stays alive while the machine does once a macro was defined in it.
struct frame {
  struct slot {
    core::value name, val;
  };
  frame* parent = nullptr;
  std::vector<slot> vars;
  bool pinned = false;
  bool isolated = false; ///< imported without context: only globals lie behind
  slot* find(std::string_view name);
  void set(const core::value& name, core::value v);
};

/// Collects what a template prints. The first piece is kept as a value: Ansible looks at it when it stays
/// alone.
struct sink {
  std::string text;
  core::value first;
  unsigned count = 0;
};

/// A template in evaluation: its own names, and the blocks that children override.
struct context {
  frame* root = nullptr;
  const code* source = nullptr;
  struct block_entry {
    std::string_view name;
    std::vector<const node*> versions; ///< most derived first
  };
  std::vector<block_entry> blocks;
  code_ptr parent; ///< set by extends
  std::vector<code_ptr> keep;
  block_entry* find(std::string_view name);
};

enum class flow : std::uint8_t { normal, stop, again };

class machine {
public:
  machine(session& s, const code& c);
  ~machine();
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  /// The whole template; the result is converted as the environment says.
  core::value run();
  /// The whole template as text.
  std::string run_text();
  /// The truth of one expression of the template.
  bool run_test(const node& test);
  /// A bare expression's value.
  core::value run_expression();

  // --- errors: the first one stays, everything afterwards returns at once ---
  bool failed() const { return error_.has_value(); }
  const core::error& error() const { return *error_; }
  core::value fail(std::string_view category, std::string message);
  core::value fail_type(std::string message) { return fail("type", std::move(message)); }
  /// Takes over an error made elsewhere.
  core::value fail(core::error e);
  /// Forgets the error (for what Python code would catch).
  void clear_error() { error_.reset(); }
  /// What using an undefined value raises.
  core::value undefined_error(const core::value& u);
  /// Spends from the budget; false (and failed) when nothing is left.
  bool step(std::uint64_t n = 1);
  bool fits(std::size_t items, std::size_t bytes = 0);

  // --- evaluation (eval_expressions.cpp) ---
  core::value eval(const node& n);
  core::value call_value(const core::value& callee, core::list args, core::dict named);
  core::value apply_filter(std::string_view name, const core::value& input, core::list args,
                           core::dict named);
  core::value apply_test(std::string_view name, const core::value& input, core::list args, core::dict named);
  core::value apply(const function_def& def, const core::value& input, core::list args, core::dict named);
  core::value resolve(std::string_view name, const core::value* as_value = nullptr);
  /// Evaluates the templates in a raw value (lookup terms, `vars` lookups).
  /// `strict`: undefined variables in there are an error, told in their own words.
  core::value nested(const core::value& raw, std::string_view name, bool strict = false);
  core::value raw_variable(std::string_view name, bool& found);

  // --- statements (eval_statements.cpp) ---
  flow exec(const node& n, sink& out);
  void exec_body(const node& body, sink& out);
  core::value render_body(const node& body, frame* parent);
  core::value finish(sink& s);
  /// Macros: runs a body in a new frame that follows `closure`.
  core::value call_macro(const class macro& m, core::list args, core::dict named);
  core::value run_loop(const node& n, const core::value& items, unsigned depth, frame* closure, sink& out);
  core::value call_block(context& home, std::size_t block, std::size_t version, frame* outer);

  session& shared() { return s_; }
  const environment& env() const { return s_.env; }
  bool autoescape() const { return autoescape_; }
  /// Marks the result as made from data.
  void taint() { unsafe_ = true; }
  void taint(const core::value& v) { unsafe_ = unsafe_ || v.has_data(); }
  bool tainted() const { return unsafe_; }
  frame* current() { return frame_; }
  const node* place() const { return place_; }
  bool assign(const node& target, core::value v);
  /// A method that was taken without being called changes its object.
  core::value change_bound(const function_def& def, core::value& self, core::list args, core::dict named);

private:
  struct scoped_frame {
    scoped_frame(machine& m, frame* parent);
    ~scoped_frame();
    scoped_frame(const scoped_frame&) = delete;
    machine& m_;
    frame* saved_;
    frame* mine_;
  };
  struct deeper;
  friend struct deeper;

  frame* take_frame(frame* parent);
  void release(frame* f);
  void emit(sink& out, const core::value& v, bool escape = true);
  void execute_template(context& ctx, const code& c, sink& out);
  void add_blocks(context& ctx, const code& c);

  core::value eval_name(const node& n);
  core::value eval_compare(const node& n);
  core::value eval_call(const node& n);
  core::value eval_method(const node& n, core::value& self, bool& is_method);
  core::value change(const node* target, const function_def& def, core::value self, core::list args,
                     core::dict named);
  frame::slot* slot_of(std::string_view name);
  /// Puts `after` where `before` stands: at `target` when that is the only place, else wherever it is seen.
  void rebind(const node* target, core::value before, core::value after);
  void replace_everywhere(const core::value& before, const core::value& after);
  core::value eval_dict(const node& n);
  core::value eval_concat(const node& n);
  core::value eval_filter(const node& n, const core::value* input);
  core::value eval_test(const node& n);
  core::value eval_slice(const node& n, const core::value& object);
  bool eval_arguments(const node& n, core::list& args, core::dict& named);

  flow exec_branch(const node& n, sink& out);
  void exec_loop(const node& n, sink& out);
  void exec_set(const node& n);
  void exec_set_block(const node& n);
  void exec_with(const node& n, sink& out);
  void exec_macro(const node& n);
  void exec_call_block(const node& n, sink& out);
  void exec_filter_block(const node& n, sink& out);
  void exec_include(const node& n, sink& out);
  void exec_import(const node& n);
  void exec_from(const node& n);
  void exec_extends(const node& n);
  void exec_block(const node& n, sink& out);
  void exec_autoescape(const node& n, sink& out);
  code_ptr load_template(const core::value& name, bool missing_is_fine);
  core::value import_module(const node& n, std::string& name);
  core::value run_filters(const node& chain, core::value input);

  session& s_;
  const code& code_;
  std::vector<std::unique_ptr<frame>> frames_;
  std::vector<frame*> free_;
  std::vector<std::unique_ptr<context>> contexts_;
  context* context_ = nullptr;
  frame* frame_ = nullptr;
  const node* place_ = nullptr;
  std::optional<core::error> error_;
  /// Context variables that were evaluated already: once a template, as Jinja2's compiled code does.
  std::vector<frame::slot> resolved_;
  std::vector<code_ptr> keep_;
  bool autoescape_;
  bool unsafe_ = false;
  bool discard_ = false; ///< after `extends`: the rest prints nothing
};

} // namespace mito::templating
