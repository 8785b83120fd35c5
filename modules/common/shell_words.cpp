#include "modules/common/shell_words.hpp"

namespace mito::modules {

const char* split_words(std::string_view text, std::vector<std::string>& words) {
  std::string word;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (c == '\\') {
      if (++at == text.size()) return "No escaped character";
      word += text[at];
    } else if (c == '\'' || c == '"') {
      for (++at;; ++at) {
        if (at >= text.size()) return "No closing quotation";
        if (text[at] == c) break;
        if (c == '"' && text[at] == '\\') {
          if (++at == text.size()) return "No escaped character";
          if (text[at] != '"' && text[at] != '\\') word += '\\';
        }
        word += text[at];
      }
    } else {
      word += c;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return nullptr;
}

std::string quote_word(std::string_view word) {
  bool plain = !word.empty();
  for (char c : word)
    plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
  if (plain) return std::string(word);
  std::string out = "'";
  for (char c : word) {
    if (c == '\'')
      out += "'\"'\"'";
    else
      out += c;
  }
  return out + '\'';
}

std::string printable_command(const std::vector<std::string>& argv) {
  std::string out;
  bool mask = false;
  for (const std::string& word : argv) {
    std::string shown = mask ? "********" : word;
    bool was_masked = mask;
    mask = false;
    std::size_t at = word.find_first_not_of('-');
    if (!was_masked && at <= 2 && word.compare(at, 4, "pass") == 0) {
      std::size_t equals = word.find('=');
      if (equals == word.npos)
        mask = true;
      else
        shown = word.substr(0, equals) + "=********";
    }
    if (!out.empty()) out += ' ';
    out += quote_word(shown);
  }
  return out;
}

} // namespace mito::modules
