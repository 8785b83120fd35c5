// template_conformance [--verbose] FILE…: runs recorded template cases and prints PASS/TOTAL for each
// category.
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "corpus.hpp"
#include "corpus_services.hpp"
#include "templating/cache.hpp"
#include "templating/machine.hpp"
#include "templating/results.hpp"
#include "templating/semantics.hpp"
#include "templating/templar.hpp"

namespace mito::conformance {

using core::value;
using namespace templating;

namespace {

struct outcome {
  bool ok = false;
  value result;
  std::string category, message;
  std::uint32_t line = 0;
  bool whole_message = true;
};

outcome from(const core::expected<value>& r) {
  if (r) return {true, *r, {}, {}, 0};
  return {false, {}, r.error().what().category, r.error().message(), r.error().what().where.line};
}

/// Which of our categories mean the same as the recorded Python class.
bool class_matches(std::string_view python, std::string_view category) {
  static constexpr std::pair<std::string_view, std::string_view> table[] = {
      {"AnsibleUndefinedVariable", "undefined"},
      {"UndefinedError", "undefined"},
      {"TemplateSyntaxError", "syntax template_syntax"},
      {"TemplateAssertionError", "syntax"},
      {"TemplateRuntimeError", "runtime"},
      {"TemplateNotFound", "not_found templates_not_found"},
      {"AnsibleFilterError", "filter"},
      {"AnsibleFilterTypeError", "filter filter_type"},
      {"AnsibleLookupError", "lookup"},
      {"ZeroDivisionError", "zero_division"},
      {"OverflowError", "overflow limit"},
      {"SecurityError", "undefined security"},
      {"error", "regex"},
      {"ValueError", "value limit"},
      {"Error", "value"},
      {"UnicodeEncodeError", "value"},
      {"UnicodeDecodeError", "value"},
      {"KeyError", "key"},
      {"IndexError", "index"},
      {"TypeError", "type filter_type"},
      {"AttributeError", "attribute"},
      {"AssertionError", "assertion"},
      {"FileNotFoundError", "not_found"},
      {"MemoryError", "limit"},
      {"RecursionError", "recursion limit"},
      {"JSONDecodeError", "json"},
      {"ScannerError", "yaml"},
      {"ParserError", "yaml"},
      {"ComposerError", "yaml"},
      {"ConstructorError", "yaml"},
      {"ReaderError", "yaml"},
      {"FilterArgumentError", "filter_argument"},
      {"TemplatesNotFound", "templates_not_found"},
      {"AnsibleError", "type syntax error recursion lookup missing_lookup undefined filter zero_division"}};
  for (auto& [name, ours] : table)
    if (name == python)
      for (auto c : core::split(ours, ' '))
        if (c == category) return true;
  return false;
}

/// Texts that differ only in how paths and modules are quoted count as one.
std::string plain(std::string_view s) {
  std::string out;
  for (char c : s)
    if (c != '\'' && c != '"' && c != '\\') out += c;
  return out;
}

struct case_runner {
  tally& counts;

  void report(const value& id, const std::string& category, const value& row, const outcome& got,
              std::string_view what) {
    bool passed;
    std::string details;
    if (row.as_dict().contains("error")) {
      auto expected = core::to_str(row["message"]);
      bool recursion = got.category == "recursion";
      passed = !got.ok && class_matches(row.text("error"), got.category) &&
               (recursion || plain(got.message) == plain(expected)) &&
               (!row["lineno"].is_int() || got.line == 0 || row.integer("lineno") == got.line);
      details = "  expected " + std::string(row.text("error")) + ": " + expected + "\n";
    } else {
      auto expected = decoded(row[what]);
      passed = got.ok && same(got.result, expected);
      if (passed && row.as_dict().contains("unsafe")) passed = got.result.has_data();
      details = "  expected " + shown(expected) + "\n";
    }
    auto source = row["expr"].is_string()       ? row["expr"]
                  : row["template"].is_string() ? row["template"]
                                                : row["filter"];
    details = "  template " + shown(source) + "\n" + details + "  got      " +
              (got.ok ? shown(got.result) : got.category + ": " + got.message) + "\n";
    counts.add(category, id, passed, details);
  }

  void playbook_case(const value& row) {
    char folder[] = "/tmp/template_conformance.XXXXXX";
    if (!mkdtemp(folder)) return;
    services host(row["files"].as_dict(), folder);
    templar t(&host);
    dict_scope vars(decoded(row["vars"]).as_dict());
    auto expr = decoded(row["expr"]);
    for (bool native : {false, true}) {
      outcome got;
      if (row.text("kind") == "when") {
        if (native) continue;
        auto r = t.condition(expr, vars);
        got = r ? outcome{true, value(*r), {}, {}, 0}
                : outcome{false, {}, r.error().what().category, r.error().message(), 0};
      } else {
        render_options opt;
        opt.native = native;
        got = from(t.render(expr, vars, opt));
      }
      bool differs = native && row["native"].is_dict();
      auto category = std::string(row.text("category")) + (native ? " (native)" : "");
      report(row["id"], category, differs ? row["native"] : row, got, "result");
    }
    for (auto& e : row["files"].as_dict()) unlink((std::string(folder) + "/" + core::to_str(e.key)).c_str());
    rmdir(folder);
  }

  static environment environment_of(const value& env, bool ansible) {
    environment e;
    e.ansible = ansible;
    e.undefined = ansible ? undefined_mode::ansible : undefined_mode::lenient;
    e.parsing.ansible = ansible;
    e.parsing.rules.trim_blocks = ansible;
    e.parsing.do_extension = e.parsing.loop_controls = !ansible;
    auto& r = e.parsing.rules;
    for (auto& [key, field] : std::initializer_list<std::pair<std::string_view, std::string*>>{
             {"block_start_string", &r.block_start},
             {"block_end_string", &r.block_end},
             {"variable_start_string", &r.variable_start},
             {"variable_end_string", &r.variable_end},
             {"comment_start_string", &r.comment_start},
             {"comment_end_string", &r.comment_end},
             {"line_statement_prefix", &r.line_statement_prefix},
             {"line_comment_prefix", &r.line_comment_prefix},
             {"newline_sequence", &r.newline_sequence}})
      if (env[key].is_string()) *field = env.text(key);
    for (auto& [key, field] : std::initializer_list<std::pair<std::string_view, bool*>>{
             {"trim_blocks", &r.trim_blocks},
             {"lstrip_blocks", &r.lstrip_blocks},
             {"keep_trailing_newline", &r.keep_trailing_newline},
             {"autoescape", &e.autoescape},
             {"native", &e.native},
             {"jinja2_native", &e.native}})
      if (env[key].is_bool()) *field = env.flag(key);
    static constexpr std::pair<std::string_view, undefined_mode> kinds[] = {
        {"StrictUndefined", undefined_mode::strict},
        {"ChainableUndefined", undefined_mode::chainable},
        {"DebugUndefined", undefined_mode::debug}};
    for (auto& [name, mode] : kinds)
      if (env.text("undefined") == name) e.undefined = mode;
    e.sandboxed = env["sandboxed"].is_string();
    e.immutable = env.text("sandboxed") == "ImmutableSandboxedEnvironment";
    e.signature = signature(e);
    return e;
  }

  outcome plain_jinja(const value& row) {
    auto env = environment_of(row["env"], false);
    auto globals = decoded(row["globals"]);
    auto templates = decoded(row["templates"]);
    dict_scope vars(decoded(row["context"]).as_dict());
    dict_loader loader(templates.as_dict(), env.parsing);
    budget left;
    template_cache cache;
    session s{env, vars, left, cache, &loader, nullptr, &globals.as_dict(), nullptr, {}};
    bool expression = row.text("kind") == "expression";
    auto options = env.parsing;
    options.bare_expression = expression;
    auto code = parse(row.text("template"), options, row.text("name"));
    if (!code) return from(core::expected<value>(code.error()));
    machine m(s, **code);
    auto v = expression ? m.run_expression() : m.run();
    if (expression && v.is_undefined() && !m.failed()) {
      if (row["undefined_to_none"].is_bool() && !row.flag("undefined_to_none")) return {true, v, {}, {}, 0};
      v = {};
    }
    if (!m.failed()) v = exported(m, v);
    if (m.failed()) return from(core::expected<value>(m.error()));
    return {true, v, {}, {}, 0};
  }

  outcome filter_call(const value& row) {
    auto env = environment_of(row["env"], true);
    dict_scope vars{core::dict{}};
    budget left;
    template_cache cache;
    session s{env, vars, left, cache};
    auto code = parse("", env.parsing);
    machine m(s, **code);
    auto args = decoded(row["args"]).as_list();
    core::value input = args.empty() ? value() : args[0];
    if (!args.empty()) args.erase(args.begin());
    auto v = m.apply_filter(row.text("filter"), input, args, decoded(row["kwargs"]).as_dict());
    if (!m.failed()) v = exported(m, v);
    if (m.failed()) return from(core::expected<value>(m.error()));
    return {true, v, {}, {}, 0};
  }

  outcome templar_case(const value& row) {
    char folder[] = "/tmp/template_conformance.XXXXXX";
    if (!mkdtemp(folder)) return {};
    services host(row["templates"].as_dict(), folder);
    templar t(&host);
    dict_scope vars(decoded(row["context"]).as_dict());
    auto& opts = row["opts"];
    render_options opt;
    opt.native = row["env"].flag("jinja2_native");
    opt.fail_on_undefined = opts.flag("fail_on_undefined", true);
    opt.convert_data = opts.flag("convert_data", row.text("entry") != "do_template");
    opt.preserve_trailing_newlines = opts.flag("preserve_trailing_newlines", true);
    opt.escape_backslashes = opts.flag("escape_backslashes", true);
    auto source = decoded(row["template"]);
    if (opts.flag("convert_bare") && source.is_string() && !source.has_data()) {
      std::string text(source.as_string());
      auto first = text.substr(0, text.find_first_of("|.["));
      bool known = vars.vars().contains(first) || text.find('|') != text.npos;
      if (known && text.find("{{") == text.npos) source = value("{{" + text + "}}", core::trust::source);
    }
    outcome got;
    if (row.text("entry") == "do_template" && row["env"].as_dict().size()) {
      opt.trim_blocks = row["env"].flag("trim_blocks", true);
      opt.lstrip_blocks = row["env"].flag("lstrip_blocks");
      opt.newline_sequence = row["env"].text("newline_sequence", "\n");
      auto r = t.render_file(source.as_string(), {}, vars, opt);
      got = r ? outcome{true, value(*r), {}, {}, 0}
              : outcome{false, {}, r.error().what().category, r.error().message(), 0};
    } else {
      got = from(t.render(source, vars, opt));
    }
    for (auto& e : row["templates"].as_dict())
      unlink((std::string(folder) + "/" + core::to_str(e.key)).c_str());
    rmdir(folder);
    return got;
  }

  void run(const value& row) {
    auto kind = row.text("kind");
    if (row["expr"].is_string()) return playbook_case(row);
    outcome got = kind == "filter_call" ? filter_call(row)
                  : kind == "templar"   ? templar_case(row)
                                        : plain_jinja(row);
    report(row["id"], std::string(row.text("category")), row, got, "expected");
  }
};

} // namespace
} // namespace mito::conformance

int main(int argc, char** argv) {
  using namespace mito;
  bool verbose = false;
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    std::string arg = argv[i];
    if (arg == "--verbose" || arg == "-v")
      verbose = true;
    else
      files.push_back(arg);
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: template_conformance [--verbose] FILE...\n");
    return 2;
  }
  conformance::tally counts(verbose);
  conformance::case_runner runner{counts};
  for (auto& file : files) {
    std::ifstream in(file);
    if (!in) {
      std::fprintf(stderr, "cannot read %s\n", file.c_str());
      return 2;
    }
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) continue;
      auto row = core::parse_json(line, {.depth = 200});
      if (!row) {
        std::fprintf(stderr, "%s: %s\n", file.c_str(), row.error().message().c_str());
        return 2;
      }
      runner.run(*row);
    }
  }
  return counts.finish() ? 1 : 0;
}
