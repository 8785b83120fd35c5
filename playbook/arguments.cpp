#include "playbook/arguments.hpp"

#include <cstdlib>

#include "core/text.hpp"

namespace mito::playbook {

namespace {

/// Puts words together again that blanks split inside quotes or Jinja blocks.
class splitter {
public:
  core::expected<std::vector<std::string>> run(std::string_view text) {
    auto lines = core::split(text, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i) {
      bool continued = false;
      auto tokens = core::split(lines[i], ' ');
      for (std::size_t k = 0; k < tokens.size(); ++k) {
        if (tokens[k].empty() && k) { // one of several blanks in a row
          if (params_.empty()) return core::error("Unable to parse argument string");
          params_.back() += ' ';
        } else if (tokens[k] == "\\" && !quote_) {
          continued = true;
        } else if (!token(tokens[k], k, tokens.size())) {
          return core::error("Unable to parse argument string");
        }
      }
      if (lines.size() > 1 && i + 1 < lines.size() && !continued) {
        if (params_.empty()) return core::error("Unable to parse argument string");
        params_.back() += '\n';
      }
    }
    if (print_ || block_ || comment_ || quote_)
      return core::error("failed at splitting arguments, either an unbalanced jinja2 block or quotes: " +
                         std::string(text));
    return std::move(params_);
  }

private:
  bool in_jinja() const { return print_ || block_ || comment_; }

  void follow_quotes(std::string_view token) {
    char before = 0;
    for (char c : token) {
      if ((c == '"' || c == '\'') && before != '\\') {
        if (!quote_)
          quote_ = c;
        else if (quote_ == c)
          quote_ = 0;
      }
      before = c;
    }
  }

  static int count(std::string_view token, std::string_view mark) {
    int n = 0;
    for (auto at = token.find(mark); at != token.npos; at = token.find(mark, at + mark.size())) ++n;
    return n;
  }
  /// True when the depth changed.
  static bool follow_block(int& depth, std::string_view token, std::string_view open,
                           std::string_view close) {
    auto before = depth;
    depth = std::max(0, depth + count(token, open) - count(token, close));
    return depth != before;
  }

  bool token(std::string_view token, std::size_t index, std::size_t tokens) {
    bool was_quoted = quote_ != 0;
    follow_quotes(token);
    bool quoted = quote_ != 0, placed = false;
    if (quoted && !was_quoted && !in_jinja()) {
      params_.emplace_back(token);
      placed = true;
    } else if (in_jinja() || quoted || was_quoted) {
      if (params_.empty()) return false;
      if (!(index == 0 && was_quoted)) params_.back() += tokens == 1 ? "\n" : index > 0 ? " " : "";
      params_.back() += token;
      placed = true;
    }
    for (auto [depth, open, close] :
         {std::tuple(&print_, "{{", "}}"), {&block_, "{%", "%}"}, {&comment_, "{#", "#}"}})
      if (follow_block(*depth, token, open, close) && !placed) {
        params_.emplace_back(token);
        placed = true;
      }
    if (!in_jinja() && !quoted && !placed && !token.empty()) params_.emplace_back(token);
    return true;
  }

  std::vector<std::string> params_;
  char quote_ = 0;
  int print_ = 0, block_ = 0, comment_ = 0;
};

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) {
    if (!out.empty() && out.back() != '\n') out += ' ';
    out += w;
  }
  return out;
}

/// \n, \x41, \u017e and the like; anything else after a backslash stays.
std::string decode_escapes(std::string_view s) {
  static constexpr std::string_view names = "\\'\"abfnrtv", values = "\\'\"\a\b\f\n\r\t\v";
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\' || i + 1 >= s.size()) {
      out += s[i];
      continue;
    }
    char c = s[i + 1];
    if (auto n = names.find(c); n != names.npos) {
      out += values[n];
      ++i;
      continue;
    }
    std::size_t width = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    auto digits = s.substr(i + 2, width);
    if (!width || digits.size() != width ||
        digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos) {
      out += s[i];
      continue;
    }
    core::append_utf8(out,
                      static_cast<std::uint32_t>(std::strtoul(std::string(digits).c_str(), nullptr, 16)));
    i += 1 + width;
  }
  return out;
}

std::string_view unquote(std::string_view s) {
  bool quoted = s.size() > 1 && s.front() == s.back() && (s.front() == '"' || s.front() == '\'') &&
                s[s.size() - 2] != '\\';
  return quoted ? s.substr(1, s.size() - 2) : s;
}

bool command_option(std::string_view key) {
  for (std::string_view k : {"creates", "removes", "chdir", "executable", "warn", "stdin",
                             "stdin_add_newline", "strip_empty_ends"})
    if (k == key) return true;
  return false;
}

/// The first `=` that no backslash escapes and that is not the first character.
std::size_t find_equals(std::string_view s) {
  for (auto at = s.find('=', 1); at != s.npos; at = s.find('=', at + 1))
    if (s[at - 1] != '\\') return at;
  return s.npos;
}

std::string without_escaped_equals(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\\' && i + 1 < s.size() && s[i + 1] == '=') continue;
    out += s[i];
  }
  return out;
}

} // namespace

core::expected<std::vector<std::string>> split_arguments(std::string_view text) {
  return splitter().run(text);
}

core::expected<core::dict> parse_arguments(std::string_view text, bool raw) {
  auto words = split_arguments(text);
  if (!words) return words.error();
  core::dict out;
  std::vector<std::string> rest;
  for (const auto& word : *words) {
    auto decoded = decode_escapes(word);
    if (decoded.find('=') == decoded.npos) {
      rest.push_back(word);
      continue;
    }
    auto equals = find_equals(decoded);
    if (equals == decoded.npos) {
      rest.push_back(without_escaped_equals(decoded));
      continue;
    }
    auto key = std::string_view(decoded).substr(0, equals),
         val = std::string_view(decoded).substr(equals + 1);
    if (raw && !command_option(key))
      rest.push_back(word);
    else
      out.set(core::trim(key), core::value(unquote(core::trim(val)), core::trust::source));
  }
  if (!rest.empty()) out.set("_raw_params", core::value(join(rest), core::trust::source));
  return out;
}

bool has_template(std::string_view text) {
  for (auto at = text.find('{'); at != text.npos && at + 1 < text.size(); at = text.find('{', at + 1))
    if (text[at + 1] == '{' || text[at + 1] == '%' || text[at + 1] == '#') return true;
  return false;
}

} // namespace mito::playbook
