// cmdline: the kernel's command line, as the last value of each word and as all values.
#include "modules/setup/collectors.hpp"

namespace mito::modules::setup {

namespace {

/// Python's shlex.split(posix=False): white space outside quotes separates, quotes stay in the word, and a
/// quote that begins a word ends it. False when a quote is left open.
bool split_words(std::string_view s, std::vector<std::string_view>& out) {
  constexpr std::string_view blanks = " \t\r\n";
  std::size_t at = 0;
  while ((at = s.find_first_not_of(blanks, at)) != s.npos) {
    const auto from = at;
    if (s[at] == '"' || s[at] == '\'') {
      at = s.find(s[at], at + 1);
      if (at == s.npos) return false;
      ++at;
    } else {
      while (at < s.size() && blanks.find(s[at]) == blanks.npos) {
        if (s[at] == '"' || s[at] == '\'') at = s.find(s[at], at + 1);
        if (at == s.npos) return false;
        ++at;
      }
    }
    out.push_back(s.substr(from, at - from));
  }
  return true;
}

} // namespace

void collect_cmdline(context& c, core::dict& out) {
  const auto line = text(c, {"/proc/cmdline"});
  if (line.empty()) return;
  std::vector<std::string_view> pieces;
  auto& last = c.new_dict();
  auto& all = c.new_dict();
  if (split_words(line, pieces)) {
    for (const auto piece : pieces) {
      const auto name = before(piece, '=');
      if (name.size() == piece.size()) {
        put_flag(last, name, true);
        put_flag(all, name, true);
        continue;
      }
      const core::value v(after(piece, '='));
      put_value(last, name, v);
      if (const auto* old = all.find(name); old == nullptr) {
        put_value(all, name, v);
      } else {
        if (!old->is_list()) {
          auto& values = c.new_list();
          values.push_back(*old);
          put(all, name, values);
        }
        add_to(all, name, v);
      }
    }
  }
  put(out, "cmdline", last);
  put(out, "proc_cmdline", all);
}

} // namespace mito::modules::setup
