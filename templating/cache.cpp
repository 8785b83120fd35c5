#include "templating/cache.hpp"

#include "core/text.hpp"
#include "templating/literals.hpp"

namespace mito::templating {

namespace {

/// Holds a shard for the few instructions of a look-up.
struct holder {
  explicit holder(std::atomic_flag& f) : flag(f) {
    while (flag.test_and_set(std::memory_order_acquire)) {
    }
  }
  ~holder() { flag.clear(std::memory_order_release); }
  holder(const holder&) = delete;
  std::atomic_flag& flag;
};

core::error header_error(std::string message) {
  core::error e(std::move(message));
  e.what().category = "error";
  return e;
}

bool set_text(std::string& field, const core::value& v) {
  if (!v.is_string() || v.as_string().empty()) return false;
  field = v.as_string();
  return true;
}

bool set_option(syntax& s, std::string_view key, const core::value& v) {
  if (key == "trim_blocks") return s.trim_blocks = v.truthy(), true;
  if (key == "lstrip_blocks") return s.lstrip_blocks = v.truthy(), true;
  if (key == "keep_trailing_newline") return s.keep_trailing_newline = v.truthy(), true;
  if (key == "variable_start_string") return set_text(s.variable_start, v);
  if (key == "variable_end_string") return set_text(s.variable_end, v);
  if (key == "block_start_string") return set_text(s.block_start, v);
  if (key == "block_end_string") return set_text(s.block_end, v);
  if (key == "comment_start_string") return set_text(s.comment_start, v);
  if (key == "comment_end_string") return set_text(s.comment_end, v);
  if (key == "line_statement_prefix") return set_text(s.line_statement_prefix, v);
  if (key == "line_comment_prefix") return set_text(s.line_comment_prefix, v);
  if (key == "newline_sequence") return set_text(s.newline_sequence, v);
  return true; // Ansible sets any attribute of its environment; what does not concern the text changes
               // nothing
}

/// Reads `#jinja2: key:value, …` off the first line.
core::expected<void> read_header(std::string_view& text, syntax& rules) {
  constexpr std::string_view mark = "#jinja2:";
  if (!text.starts_with(mark)) return {};
  auto eol = text.find('\n');
  auto line = text.substr(mark.size(), eol == text.npos ? eol : eol - mark.size());
  text = eol == text.npos ? text.substr(0, 0) : text.substr(eol + 1);
  for (auto pair : core::split(line, ',')) {
    auto colon = pair.find(':');
    if (colon == pair.npos)
      return header_error("failed to parse jinja2 override '" + std::string(core::trim(pair)) +
                          "'. Did you use something different from colon as key-value separator?");
    auto key = core::trim(pair.substr(0, colon));
    auto v = literal_eval(core::trim(pair.substr(colon + 1)), false, core::trust::source);
    if (!v || !set_option(rules, key, *v))
      return header_error("failed to parse jinja2 override '" + std::string(core::trim(pair)) + "'.");
  }
  return {};
}

core::expected<code_ptr> compile(std::string_view text, const environment& env, template_cache::form what,
                                 std::string_view name = {}) {
  auto options = env.parsing;
  if (what == template_cache::form::expression) {
    options.bare_expression = true;
    return parse(text, options);
  }
  if (what == template_cache::form::condition)
    return parse("{% if " + std::string(text) + " %} True {% else %} False {% endif %}", options);
  if (!env.ansible) return parse(text, options, name);
  if (auto ok = read_header(text, options.rules); !ok) return ok.error();
  if (env.escape_backslashes) return parse(escape_backslashes(text, options.rules), options, name);
  return parse(text, options, name);
}

} // namespace

std::uint64_t signature(const environment& env) {
  auto& p = env.parsing;
  auto& r = p.rules;
  std::string all;
  for (auto* s : {&r.block_start, &r.block_end, &r.variable_start, &r.variable_end, &r.comment_start,
                  &r.comment_end, &r.line_statement_prefix, &r.line_comment_prefix, &r.newline_sequence})
    (all += *s) += '\0';
  for (bool b : {r.trim_blocks, r.lstrip_blocks, r.keep_trailing_newline, p.do_extension, p.loop_controls,
                 p.ansible, env.escape_backslashes})
    all += b ? '1' : '0';
  return core::hash(std::string_view(all));
}

core::expected<code_ptr> template_cache::get(std::string_view text, const environment& env,
                                             std::string_view file_name) {
  auto made = compile(text, env, form::text, file_name);
  if (!made && !file_name.empty()) {
    auto e = made.error();
    e.what().where.file =
        std::make_shared<core::source_file>(core::source_file{std::string(file_name), std::string(text)});
    return e;
  }
  return made;
}

core::expected<code_ptr> template_cache::get(std::string_view text, const environment& env, form what) {
  auto h = core::hash(text) ^ (env.signature + static_cast<std::uint64_t>(what)) * 0x9E3779B97F4A7C15u;
  auto& s = shards_[h >> 60];
  const std::size_t at = h % (slots / ways) * ways;
  {
    holder hold(s.busy);
    if (!s.entries.empty())
      for (std::size_t i = at; i < at + ways; ++i)
        if (s.entries[i].hash == h && s.entries[i].code && s.entries[i].text == text)
          return s.entries[i].code;
  }
  auto made = compile(text, env, what);
  if (!made || text.size() > shard_bytes / 8) return made;
  holder hold(s.busy);
  if (s.entries.empty()) s.entries.resize(slots);
  if (s.bytes > shard_bytes) {
    s.entries.assign(slots, {});
    s.bytes = 0;
  }
  auto* place = &s.entries[at + s.next++ % ways];
  for (std::size_t i = at; i < at + ways; ++i)
    if (!s.entries[i].code) place = &s.entries[i];
  s.bytes += text.size();
  s.bytes -= place->code ? place->text.size() : 0;
  *place = {h, std::string(text), *made};
  return made;
}

} // namespace mito::templating
