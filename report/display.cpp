#include "report/display.hpp"

#include "core/text.hpp"

namespace mito::report {

namespace {

/// SGR codes of Ansible's default colours.
std::string_view code_of(color c) {
  switch (c) {
  case color::ok:
  case color::diff_add: return "0;32";
  case color::changed: return "0;33";
  case color::skip:
  case color::diff_lines: return "0;36";
  case color::error:
  case color::diff_remove: return "0;31";
  case color::unreachable: return "1;31";
  case color::warn: return "1;35";
  case color::debug: return "1;30";
  case color::verbose: return "0;34";
  case color::deprecate: return "0;35";
  default: return {};
  }
}

unsigned width_of(std::uint32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return 0;
  if ((c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F)) return 0;
  bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
              (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
              (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F900 && c <= 0x1F9FF) ||
              (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

} // namespace

std::string paint(std::string_view text, color c, bool on) {
  auto code = code_of(c);
  if (!on || code.empty()) return std::string(text);
  std::string out;
  bool first = true;
  for (auto line : core::split(text, '\n')) {
    if (!first) out += '\n';
    first = false;
    out += "\033[";
    out += code;
    out += 'm';
    out += line;
    out += "\033[0m";
  }
  return out;
}

unsigned text_width(std::string_view text) {
  unsigned n = 0;
  for (std::size_t at = 0; at < text.size();) n += width_of(core::next_utf8(text, at).value_or(0xFFFD));
  return n;
}

std::string wrap_text(std::string_view text, unsigned columns) {
  std::string out;
  unsigned used = 0;
  std::string word;
  auto put_word = [&] {
    if (word.empty()) return;
    auto width = static_cast<unsigned>(core::count_code_points(word));
    if (used && used + 1 + width > columns) {
      out += '\n';
      used = 0;
    }
    if (used) {
      out += ' ';
      ++used;
    }
    // A word longer than a line is cut.
    std::string_view rest = word;
    while (core::count_code_points(rest) + used > columns && columns > used) {
      std::size_t at = 0;
      for (unsigned i = used; i < columns && at < rest.size(); ++i) core::next_utf8(rest, at);
      out += rest.substr(0, at);
      out += '\n';
      rest.remove_prefix(at);
      used = 0;
    }
    out += rest;
    used += static_cast<unsigned>(core::count_code_points(rest));
    word.clear();
  };
  for (char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r'))
      put_word();
    else
      word += c;
  }
  put_word();
  return out;
}

display::display(const output_options& options, std::FILE* out, std::FILE* err)
    : options_(options), out_(out), err_(err) {}

display::~display() { erase_status(); }

void display::erase_status() {
  if (!drawn_) return;
  std::fputs("\r\033[K", out_);
  drawn_ = false;
}

void display::draw_status() {
  if (status_.empty() || !options_.terminal) return;
  std::string line;
  unsigned used = 0;
  for (std::size_t at = 0; at < status_.size() && used + 1 < options_.columns;) {
    auto from = at;
    used += width_of(core::next_utf8(status_, at).value_or(0xFFFD));
    line += status_.substr(from, at - from);
  }
  std::fputs(line.c_str(), out_);
  std::fflush(out_);
  drawn_ = true;
}

void display::print(std::string_view text, color c, bool to_stderr) {
  std::string valid;
  if (!core::is_utf8(text)) text = valid = core::to_valid_utf8(text);
  erase_status();
  bool newline = text.ends_with('\n');
  if (newline) text.remove_suffix(1);
  auto shown = paint(text, c, options_.color);
  shown += '\n';
  if (to_stderr) std::fflush(out_);
  std::FILE* to = to_stderr ? err_ : out_;
  std::fwrite(shown.data(), 1, shown.size(), to);
  if (to_stderr || options_.terminal) std::fflush(to);
  draw_status();
}

void display::banner(std::string_view text) {
  text = core::trim(text);
  auto width = text_width(text);
  auto stars = options_.columns > width + 3 ? options_.columns - width : 3;
  std::string line = "\n";
  line += text;
  line += ' ';
  line.append(stars, '*');
  print(line);
}

void display::warning(std::string_view text) {
  auto wrapped = wrap_text("[WARNING]: " + std::string(text), options_.columns);
  if (!warned_.insert(wrapped).second) return;
  print(wrapped + "\n", color::warn, true);
}

void display::status(std::string text) {
  if (!options_.terminal) return;
  erase_status();
  status_ = std::move(text);
  draw_status();
  std::fflush(out_);
}

} // namespace mito::report
