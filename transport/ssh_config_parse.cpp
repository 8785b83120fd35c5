#include <unistd.h>

#include "core/text.hpp"
#include "transport/files.hpp"
#include "transport/ssh_config.hpp"

namespace mito::transport {
namespace {

constexpr std::string_view blanks = " \t\r\f\n";

} // namespace

core::expected<std::vector<std::string>> split_arguments(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < text.size();) {
    if (blanks.find(text[i]) != blanks.npos) {
      ++i;
      continue;
    }
    if (text[i] == '#') break;
    std::string word;
    char quote = 0;
    for (; i < text.size(); ++i) {
      const char c = text[i];
      const char next = i + 1 < text.size() ? text[i + 1] : 0;
      if (c == '\\' && (next == '\'' || next == '"' || next == '\\' || (quote == 0 && next == ' '))) {
        word += next;
        ++i;
      } else if (quote == 0 && (c == ' ' || c == '\t')) {
        break;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    }
    if (quote != 0) return core::error("invalid quotes");
    words.push_back(std::move(word));
  }
  return words;
}

config_file parse_config(std::string_view text, const std::string& path) {
  config_file file;
  file.path = path;
  std::uint32_t number = 0;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    const auto from = line.find_first_not_of(blanks);
    if (from == line.npos || line[from] == '#') continue;
    line = line.substr(from, line.find_last_not_of(blanks) - from + 1);
    // A keyword ends at white space or `=`, of which one may stand between keyword and argument.
    const auto stop = std::min(line.find_first_of(" \t\r\f="), line.size());
    config_line out;
    out.number = number;
    out.keyword = core::lower(line.substr(0, stop));
    auto rest = line.substr(stop);
    rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    if (!rest.empty() && rest.front() == '=') {
      rest.remove_prefix(1);
      rest.remove_prefix(std::min(rest.find_first_not_of(blanks), rest.size()));
    }
    out.rest = rest;
    auto words = split_arguments(rest);
    if (words) {
      out.args = std::move(*words);
    } else if (out.keyword != "proxycommand" && out.keyword != "localcommand" &&
               out.keyword != "remotecommand" && out.keyword != "knownhostscommand" && file.error.empty()) {
      file.error = path + " line " + std::to_string(number) + ": invalid quotes";
    }
    file.lines.push_back(std::move(out));
  }
  return file;
}

std::shared_ptr<const config_file> config_store::file(const std::string& path) {
  {
    std::lock_guard guard(mutex_);
    auto found = files_.find(path);
    if (found != files_.end()) return found->second;
  }
  const auto text = read_file(path, 16u << 20);
  if (!text) return nullptr;
  auto parsed = std::make_shared<const config_file>(parse_config(*text, path));
  std::lock_guard guard(mutex_);
  return files_.emplace(path, std::move(parsed)).first->second;
}

const std::string* config_answer::find(const std::string& keyword) const {
  const auto found = values.find(keyword);
  return found == values.end() || found->second.empty() ? nullptr : &found->second.front();
}

} // namespace mito::transport
