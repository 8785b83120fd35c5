// The ways in which callbacks write a result.
#include <algorithm>

#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "report/key_order.hpp"
#include "report/result_text.hpp"
#include "report/yaml_text.hpp"

namespace mito::report {

namespace {

/// As pretty as Ansible's callbacks make results: asked for, always for debug, from -vvv on, and YAML by default.
std::optional<int> indent_of(const core::value& shown, const output_options& o, std::optional<int> asked, bool yaml) {
  if (o.pretty_results == false) return std::nullopt;
  bool pretty = shown["_ansible_verbose_always"].truthy() || o.pretty_results == true || (yaml && !o.pretty_results) || o.verbosity > 2;
  return (!asked || *asked == 0) && pretty ? 4 : asked;
}

/// The lines of an output stand in the result already.
void omit_lines(core::dict& d) {
  for (auto key : {"stdout", "stderr"}) {
    auto lines = std::string(key) + "_lines";
    if (d.contains(key) && d.contains(lines)) d.set(lines, core::value("<omitted>"));
  }
}

yaml_format lossy_format(const output_options& o, int indent) {
  yaml_format f;
  f.indent = indent;
  f.block = has_yaml_break;
  if (o.pretty_results != false) f.readable = lossy_text;
  return f;
}

std::string standard_result(const core::value& shown, const output_options& o, std::optional<int> asked) {
  bool yaml = o.result_format == "yaml";
  auto indent = indent_of(shown, o, asked, yaml);
  auto d = abridged(shown, o.verbosity);
  if (!yaml) return sorted_json(d, indent.value_or(-1));
  if (o.pretty_results != false) omit_lines(d);
  auto text = to_yaml(core::value(std::move(d)), lossy_format(o, indent.value_or(0)));
  return "\n" + indent_lines(text, std::string(indent.value_or(0) ? static_cast<std::size_t>(*indent) : 4, ' '));
}

std::string standard_side(const core::value& side, const output_options& o) {
  if (o.result_format == "yaml") return indent_lines(to_yaml(side, lossy_format(o, 4)), "    ") + "\n";
  return sorted_json(side.as_dict(), 4, true) + "\n";
}

std::string community_result(const core::value& shown, const output_options& o, std::optional<int>) {
  if (shown["_ansible_no_log"].truthy())
    return R"({"censored": "The output has been hidden due to the fact that 'no_log: true' was specified for this result"})";
  auto d = abridged(shown, o.verbosity);
  std::string text;
  for (auto key : {"changed", "skipped"})
    if (auto* v = d.find(key)) {
      text += std::string(key) + "=" + core::lower(core::to_str(*v)) + " ";
      d.erase(key);
    }
  omit_lines(d);
  yaml_format format;
  format.width = 1000;
  format.block = has_any_break;
  format.readable = community_text;
  if (!d.empty()) text += "\n" + to_yaml(core::value(std::move(d)), format);
  std::string out;
  for (char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  // Python's rstrip.
  return std::string(out.substr(0, out.find_last_not_of(" \t\n\r\v\f") + 1));
}

std::string community_side(const core::value& side, const output_options&) {
  yaml_format format;
  format.width = 1000;
  return to_yaml(side, format);
}

std::string posix_debug_result(const core::value& shown, const output_options& o, std::optional<int>) {
  auto d = abridged(shown, o.verbosity);
  for (auto key : {"stdout", "stdout_lines", "stderr", "stderr_lines", "msg", "module_stdout", "module_stderr"}) d.erase(key);
  auto out = sorted_json(d, 4);
  for (std::string key : {"stdout", "stderr", "msg", "module_stdout", "module_stderr"}) {
    auto& v = shown[key];
    if (!v.truthy()) continue;
    for (auto& c : key) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    out += "\n\n" + key + ":\n\n" + core::to_str(v) + "\n";
  }
  return out;
}

std::string posix_debug_side(const core::value& side, const output_options&) { return sorted_json(side.as_dict(), 4, true) + "\n"; }

} // namespace

const dump_style standard_dump{standard_result, standard_side};
const dump_style community_yaml_dump{community_result, community_side};
const dump_style posix_debug_dump{posix_debug_result, posix_debug_side};

std::string sorted_json(const core::dict& d, int indent, bool ascii) {
  core::json_style style;
  style.spaced = true;
  style.indent = indent;
  style.ascii = ascii;
  if (auto sorted = sorted_throughout(core::value(core::dict(d)))) return core::to_json(*sorted, style);
  // Keys that do not compare: the outermost are put into the order of their texts, the others stay as they are.
  std::vector<std::pair<std::string, const core::dict::entry*>> order;
  for (auto& e : d) order.emplace_back(core::to_repr(core::value::tuple({e.key, e.val})), &e);
  std::stable_sort(order.begin(), order.end(), [](auto& a, auto& b) { return a.first < b.first; });
  core::dict out;
  for (auto& [text, e] : order) out.set_key(e->key, e->val);
  return core::to_json(core::value(std::move(out)), style);
}

} // namespace mito::report
