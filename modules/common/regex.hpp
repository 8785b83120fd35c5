#pragma once
/// A small backtracking matcher for Python's regular expressions over bytes, as `re.compile(text,
/// re.MULTILINE)`: literals, classes, groups (capturing, named, `(?:`), alternation, greedy and lazy repeats,
/// anchors, \d \w \s \b, and the flags (?i) (?s) at the start. Look-around, back-references and possessive
/// forms are refused by name.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mito::modules {

class regex {
public:
  /// Empty on success, else what is wrong.
  std::string compile(std::string_view pattern);

  struct span {
    std::size_t begin = std::string_view::npos, end = 0;
    bool matched() const { return begin != std::string_view::npos; }
  };
  /// Leftmost match. `groups`: one span for each capturing group. Gives up (false) on patterns that need more
  /// than ten million steps for a start position.
  bool search(std::string_view text, std::vector<span>& groups) const;
  std::size_t group_count() const { return names_.size(); }
  /// Names of the groups in order; empty for those without one.
  const std::vector<std::string>& names() const { return names_; }

private:
  enum class op : std::uint8_t {
    set,
    begin,
    end,
    text_begin,
    text_end,
    word,
    not_word,
    open,
    close,
    split,
    jump,
    mark,
    progress,
    match
  };
  struct instruction {
    op code;
    std::uint32_t x = 0, y = 0;
  };
  struct class_set {
    std::uint32_t bits[8] = {};
    void add(unsigned char c) { bits[c >> 5] |= 1u << (c & 31); }
    bool has(unsigned char c) const { return bits[c >> 5] >> (c & 31) & 1; }
  };
  struct parser;
  struct matcher;

  std::vector<instruction> program_;
  std::vector<class_set> sets_;
  std::vector<std::string> names_;
  std::uint32_t marks_ = 0;
};

} // namespace mito::modules
