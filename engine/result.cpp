// Reading results, and the wording of errors with a place.
#include "core/text.hpp"
#include "engine/task_run.hpp"

namespace mito::engine {

namespace {

/// Ansible looks at every item of a loop, and at the result itself where there is no loop.
bool any_item(const core::value& result, std::string_view key) {
  if (result[key].truthy()) return true;
  for (auto& item : result["results"].as_list())
    if (item.is_dict() && item[key].truthy()) return true;
  return false;
}

std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t at = 1; at < number; ++at) {
    auto end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

constexpr std::string_view missing_quotes =
    "\nWe could be wrong, but this one looks like it might be an issue with\nmissing quotes. Always quote template "
    "expression brackets when they\nstart a value. For instance:\n\n    with_items:\n      - {{ foo }}\n\nShould be "
    "written as:\n\n    with_items:\n      - \"{{ foo }}\"\n";

/// A quick guess at a bare `key: {{ expression }}`, the commonest mistake.
bool looks_unquoted(std::string_view line) {
  auto at = line.find("{{");
  return at != line.npos && line.find("\"{{") == line.npos && line.find("'{{") == line.npos &&
         line.find("}}") != line.npos;
}

} // namespace

bool is_failed(const core::value& result) {
  if (result["failed_when_result"].is_bool()) return result["failed_when_result"].as_bool();
  for (auto& item : result["results"].as_list())
    if (item.is_dict() && item["failed_when_result"].is_bool() && item["failed_when_result"].as_bool()) return true;
  return any_item(result, "failed");
}

bool is_unreachable(const core::value& result) { return any_item(result, "unreachable"); }

bool is_changed(const core::value& result) { return any_item(result, "changed"); }

bool is_skipped(const core::value& result) {
  auto& items = result["results"].as_list();
  if (!items.empty()) {
    bool any_dict = false;
    for (auto& item : items) {
      if (!item.is_dict()) return result["skipped"].truthy();
      any_dict = true;
      if (!item["skipped"].truthy()) return false;
    }
    if (any_dict) return true;
  }
  return result["skipped"].truthy();
}

core::value failed_result(std::string_view message) {
  return core::dict{{core::value("failed"), core::value(true)}, {core::value("msg"), core::value(message)}};
}

std::string placed_message(const core::error& e, const core::location& task) {
  bool malformed = e.what().category == "vault_format";
  return with_place(malformed ? with_place(e.message(), e.what().where) : e.message(), task);
}

std::string with_place(std::string_view message, const core::location& where) {
  std::string out(message);
  if (!where.file || where.line == 0) return out;
  out += "\n\nThe error appears to be in '";
  out += where.file->name;
  out += "': line ";
  core::append_uint(out, where.line);
  out += ", column ";
  core::append_uint(out, where.column);
  out += ", but may\nbe elsewhere in the file depending on the exact syntax problem.\n";
  auto line = line_of(where.file->text, where.line);
  auto before = where.line > 1 ? line_of(where.file->text, where.line - 1) : std::string_view();
  if (where.file->text.empty()) return out;
  out += "\nThe offending line appears to be:\n\n";
  out += before;
  out += '\n';
  out += line;
  out += '\n';
  out.append(where.column > 0 ? where.column - 1 : 0, ' ');
  out += "^ here\n";
  if (looks_unquoted(line)) out += missing_quotes;
  return out;
}

} // namespace mito::engine
