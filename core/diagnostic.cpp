#include "core/diagnostic.hpp"

#include "core/text.hpp"

namespace mito::core {

std::string location::str() const {
  std::string out = file ? file->name : std::string("<unknown>");
  if (line == 0) return out;
  out += ':';
  append_int(out, line);
  if (column == 0) return out;
  out += ':';
  append_int(out, column);
  return out;
}

namespace {

/// The text of line `number` (from 1) of `text`, without its newline.
std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t at = 1; at < number; ++at) {
    auto end = text.find('\n');
    if (end == text.npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find('\n'));
}

void render_into(std::string& out, const diagnostic& d) {
  static constexpr std::string_view names[] = {"note", "warning", "error"};
  if (d.where) {
    out += d.where.str();
    out += ": ";
  }
  out += names[static_cast<int>(d.severity)];
  out += ": ";
  out += d.message;
  if (d.where && d.where.line && !d.where.file->text.empty()) {
    auto shown = line_of(d.where.file->text, d.where.line);
    if (!shown.empty()) {
      out += "\n  | ";
      out += shown.substr(0, 400);
      if (d.where.column) {
        out += "\n  | ";
        out.append(d.where.column - 1 < 400 ? d.where.column - 1 : 400, ' ');
        out += '^';
      }
    }
  }
  if (!d.hint.empty()) {
    out += "\n  = ";
    out += d.hint;
  }
  for (auto& n : d.notes) {
    out += '\n';
    render_into(out, n);
  }
}

} // namespace

std::string render(const diagnostic& d) {
  std::string out;
  render_into(out, d);
  return out;
}

} // namespace mito::core
