#include "cli/ini_file.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "core/python.hpp"
#include "core/text.hpp"

namespace mito::cli {

namespace {

constexpr std::string_view source = "'<string>'", blanks = " \t\n\r\f\v";

std::string_view trimmed_end(std::string_view s) {
  auto last = s.find_last_not_of(blanks);
  return s.substr(0, last == s.npos ? 0 : last + 1);
}
std::string_view trimmed(std::string_view s) {
  s = trimmed_end(s);
  return s.substr(std::min(s.find_first_not_of(blanks), s.size()));
}

class reader {
public:
  core::expected<ini_values> read(std::string_view text) {
    while (!text.empty() && !error_) {
      auto end = text.find('\n');
      ++number_;
      line(text.substr(0, end == text.npos ? end : end + 1));
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    finish_value();
    if (!error_ && !bad_lines_.empty())
      error_ = core::error("Source contains parsing errors: " + std::string(source) + bad_lines_);
    if (error_) return *error_;
    spread_defaults();
    return std::move(values_);
  }

private:
  /// Where a comment begins; npos: there is none.
  static std::size_t comment_start(std::string_view line) {
    auto first = line.find_first_not_of(blanks);
    if (first != line.npos && (line[first] == '#' || line[first] == ';')) return 0;
    for (auto at = line.find(';'); at != line.npos; at = line.find(';', at + 1))
      if (at == 0 || blanks.find(line[at - 1]) != blanks.npos) return at;
    return line.npos;
  }

  void fail(std::string message) {
    if (!error_) error_ = core::error(std::move(message));
  }
  std::string place() const {
    auto digits = std::to_string(number_);
    return "[line " + std::string(digits.size() < 2 ? 2 - digits.size() : 0, ' ') + digits + "]";
  }

  void line(std::string_view raw) {
    auto comment = comment_start(raw);
    auto text = trimmed(raw.substr(0, comment));
    if (text.empty()) {
      // An empty line belongs to a value that goes on behind it; one with a comment does not.
      if (comment == raw.npos && !option_.empty()) parts_.emplace_back();
      return;
    }
    auto indent = raw.find_first_not_of(blanks);
    if (have_section_ && !option_.empty() && indent > indent_) {
      parts_.emplace_back(text);
      return;
    }
    indent_ = indent;
    finish_value();
    if (text[0] == '[' && text.rfind(']') != text.npos && text.rfind(']') > 1) return section(text);
    if (!have_section_)
      return fail("File contains no section headers.\nfile: " + std::string(source) + ", line: " +
                  std::to_string(number_) + "\n" + core::to_repr(core::value(raw)));
    option(raw, text);
  }

  void section(std::string_view text) {
    section_ = text.substr(1, text.rfind(']') - 1);
    have_section_ = true;
    if (section_ != "DEFAULT" && !sections_.insert(section_).second)
      fail("While reading from " + std::string(source) + " " + place() + ": section " +
           core::to_repr(core::value(section_)) + " already exists");
  }

  void option(std::string_view raw, std::string_view text) {
    auto at = text.find_first_of("=:");
    auto name = core::lower(trimmed_end(text.substr(0, at)));
    if (at == text.npos || name.empty()) {
      bad_lines_ += "\n\t" + place() + ": " + core::to_repr(core::value(raw));
      return;
    }
    if (!seen_.insert(section_ + "." + name).second)
      return fail("While reading from " + std::string(source) + " " + place() + ": option " +
                  core::to_repr(core::value(name)) + " in section " + core::to_repr(core::value(section_)) +
                  " already exists");
    option_ = name;
    parts_ = {std::string(trimmed(text.substr(at + 1)))};
  }

  void finish_value() {
    if (option_.empty()) return;
    values_[section_ + "." + option_] = trimmed_end(core::join(parts_, "\n"));
    option_.clear();
    parts_.clear();
  }

  void spread_defaults() {
    constexpr std::string_view prefix = "DEFAULT.";
    ini_values defaults;
    for (auto& [name, value] : values_)
      if (name.starts_with(prefix)) defaults[name.substr(prefix.size())] = value;
    for (auto& [name, value] : defaults) {
      values_.erase(std::string(prefix) + name);
      for (auto& s : sections_) values_.emplace(s + "." + name, value);
    }
  }

  ini_values values_;
  std::set<std::string> sections_, seen_;
  std::string section_, option_, bad_lines_;
  std::vector<std::string> parts_;
  bool have_section_ = false;
  std::size_t number_ = 0, indent_ = 0;
  std::optional<core::error> error_;
};

} // namespace

core::expected<ini_values> read_ini(std::string_view text) { return reader().read(text); }

} // namespace mito::cli
