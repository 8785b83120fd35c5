#include "modules/common/regex.hpp"

#include "modules/common/os.hpp"

namespace mito::modules {

namespace {

bool is_word(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

} // namespace

/// Recursive descent; appends instructions as it goes. A repeat copies the instructions of what it repeats.
struct regex::parser {
  regex& r;
  std::string_view s;
  std::size_t at = 0;
  bool ignore_case = false, dot_all = false;
  int depth = 0;
  std::string error;

  bool more() const { return at < s.size() && error.empty(); }
  bool take(char c) { return more() && s[at] == c ? (++at, true) : false; }
  bool fail(std::string_view what) {
    if (error.empty()) error = what;
    return false;
  }
  std::uint32_t here() const { return static_cast<std::uint32_t>(r.program_.size()); }
  void emit(op code, std::uint32_t x = 0, std::uint32_t y = 0) { r.program_.push_back({code, x, y}); }

  void emit_set(class_set set) {
    if (ignore_case)
      for (unsigned char c = 'a'; c <= 'z'; ++c)
        if (set.has(c) || set.has(c - 32)) {
          set.add(c);
          set.add(c - 32);
        }
    r.sets_.push_back(set);
    emit(op::set, static_cast<std::uint32_t>(r.sets_.size() - 1));
  }

  /// \d and its kind; false for a letter that names no class.
  static bool named_class(char letter, class_set& set) {
    char lower = static_cast<char>(letter | 32);
    if (lower != 'd' && lower != 'w' && lower != 's') return false;
    for (unsigned c = 0; c < 256; ++c) {
      bool in = lower == 'd'   ? c >= '0' && c <= '9'
                : lower == 'w' ? is_word(static_cast<unsigned char>(c))
                               : c == ' ' || (c >= 9 && c <= 13);
      if (in == (letter == lower)) set.add(static_cast<unsigned char>(c));
    }
    return true;
  }

  /// The character of an escape whose letter is at `at`.
  bool escaped(unsigned char& c) {
    if (!more()) return fail("bad escape (end of pattern)");
    c = static_cast<unsigned char>(s[at++]);
    static constexpr char from[] = "nrtfva", to[] = "\n\r\t\f\v\a";
    if (std::size_t i = std::string_view(from).find(static_cast<char>(c)); i != std::string_view::npos) {
      c = static_cast<unsigned char>(to[i]);
    } else if (c == 'x') {
      unsigned code = 0;
      for (int i = 0; i < 2; ++i) {
        int d = more() ? s[at++] : 0;
        int v = d >= '0' && d <= '9'                 ? d - '0'
                : (d | 32) >= 'a' && (d | 32) <= 'f' ? (d | 32) - 'a' + 10
                                                     : -1;
        if (v < 0) return fail("incomplete escape \\x");
        code = code * 16 + static_cast<unsigned>(v);
      }
      c = static_cast<unsigned char>(code);
    } else if (c == '0') {
      c = 0;
    } else if (c >= '1' && c <= '9') {
      return fail("back-references are not supported by the native module");
    } else if (is_word(c)) {
      return fail(cat({"bad escape \\", std::string(1, static_cast<char>(c))}));
    }
    return true;
  }

  bool bracket() {
    class_set set;
    bool inverted = take('^');
    for (bool first = true;; first = false) {
      if (!more()) return fail("unterminated character set");
      if (s[at] == ']' && !first) break;
      auto low = static_cast<unsigned char>(s[at++]);
      if (low == '\\') {
        if (more() && named_class(s[at], set)) {
          ++at;
          continue;
        }
        if (take('b'))
          low = 8;
        else if (!escaped(low))
          return false;
      }
      unsigned char high = low;
      if (at + 1 < s.size() && s[at] == '-' && s[at + 1] != ']') {
        ++at;
        high = static_cast<unsigned char>(s[at++]);
        if (high == '\\' && !escaped(high)) return false;
        if (high < low) return fail("bad character range");
      }
      for (unsigned c = low; c <= high; ++c) set.add(static_cast<unsigned char>(c));
    }
    ++at;
    if (ignore_case)
      for (unsigned char c = 'a'; c <= 'z'; ++c)
        if (set.has(c) || set.has(c - 32)) {
          set.add(c);
          set.add(c - 32);
        }
    if (inverted)
      for (std::uint32_t& word : set.bits) word = ~word;
    r.sets_.push_back(set);
    emit(op::set, static_cast<std::uint32_t>(r.sets_.size() - 1));
    return true;
  }

  bool group() {
    std::string name;
    bool capture = true;
    if (take('?')) {
      if (take(':')) {
        capture = false;
      } else if (take('P') && take('<')) {
        std::size_t end = s.find('>', at);
        if (end == s.npos) return fail("missing >, unterminated name");
        name = s.substr(at, end - at);
        at = end + 1;
      } else {
        return fail("look-around and inline flags inside the pattern are not supported by the native module");
      }
    }
    auto index = static_cast<std::uint32_t>(r.names_.size());
    if (capture) {
      r.names_.push_back(name);
      emit(op::open, index);
    }
    if (!alternatives()) return false;
    if (!take(')')) return fail("missing ), unterminated subpattern");
    if (capture) emit(op::close, index);
    return true;
  }

  /// One thing that a repeat may follow. `repeatable`: whether one may.
  bool atom(bool& repeatable) {
    char c = s[at++];
    class_set set;
    repeatable = true;
    if (c == '(') return group();
    if (c == '[') return bracket();
    if (c == '^' || c == '$') {
      repeatable = false;
      emit(c == '^' ? op::begin : op::end);
      return true;
    }
    if (c == '*' || c == '+' || c == '?') return fail("nothing to repeat");
    if (c == '.') {
      for (std::uint32_t& word : set.bits) word = ~0u;
      if (!dot_all) set.bits['\n' >> 5] &= ~(1u << '\n');
      emit_set(set);
      return true;
    }
    auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      static constexpr char letters[] = "AZbB";
      static constexpr op codes[] = {op::text_begin, op::text_end, op::word, op::not_word};
      std::size_t i = more() ? std::string_view(letters).find(s[at]) : std::string_view::npos;
      if (i != std::string_view::npos) {
        ++at;
        repeatable = false;
        emit(codes[i]);
        return true;
      }
      if (more() && named_class(s[at], set)) {
        ++at;
        emit_set(set);
        return true;
      }
      if (!escaped(byte)) return false;
    }
    set.add(byte);
    emit_set(set);
    return true;
  }

  /// {m,n} at `at`; false when the brace is a literal.
  bool bounds(std::uint32_t& least, std::uint32_t& most) {
    std::size_t i = at + 1;
    auto number = [&](std::uint32_t& n) {
      std::size_t start = i;
      n = 0;
      while (i < s.size() && s[i] >= '0' && s[i] <= '9' && n < 100000)
        n = n * 10 + static_cast<std::uint32_t>(s[i++] - '0');
      return i > start;
    };
    bool any = number(least);
    most = least;
    if (i < s.size() && s[i] == ',') {
      ++i;
      if (!number(most))
        most = unbounded;
      else
        any = true;
    } else if (!any) {
      return false;
    }
    if (i >= s.size() || s[i] != '}') return false;
    at = i + 1;
    return true;
  }
  static constexpr std::uint32_t unbounded = ~0u;

  /// Appends a copy of the instructions of one repeated thing.
  void append(const std::vector<instruction>& body, std::uint32_t from) {
    std::uint32_t shift = here() - from;
    for (instruction i : body) {
      if (i.code == op::split || i.code == op::jump) i.x += shift;
      if (i.code == op::split || i.code == op::jump || i.code == op::progress) {
        i.y += shift;
      }
      r.program_.push_back(i);
    }
  }

  bool repeat(std::uint32_t start, std::uint32_t least, std::uint32_t most) {
    bool lazy = take('?');
    if (take('+')) return fail("possessive repeats are not supported by the native module");
    if (most < least) return fail("min repeat greater than max repeat");
    std::vector<instruction> body(r.program_.begin() + start, r.program_.end());
    r.program_.resize(start);
    std::uint32_t copies = most == unbounded ? least + 1 : most;
    if (body.size() * copies > 20000) return fail("the repeats are too large for the native module");
    auto split = [&] {
      emit(op::split);
      return here() - 1;
    };
    auto aim = [&](std::uint32_t which, std::uint32_t in, std::uint32_t out) {
      r.program_[which].x = lazy ? out : in;
      r.program_[which].y = lazy ? in : out;
    };
    for (std::uint32_t i = 0; i < least; ++i) append(body, start);
    if (most == unbounded) {
      std::uint32_t top = split(), mark = r.marks_++;
      emit(op::mark, mark);
      append(body, start);
      // A round that consumed nothing ends the loop, and counts.
      emit(op::progress, mark, here() + 2);
      emit(op::jump, top, top);
      aim(top, top + 1, here());
      return true;
    }
    std::vector<std::uint32_t> splits;
    for (std::uint32_t i = least; i < most; ++i) {
      splits.push_back(split());
      append(body, start);
    }
    for (std::uint32_t which : splits) aim(which, which + 1, here());
    return true;
  }

  bool sequence() {
    while (more() && s[at] != '|' && s[at] != ')') {
      std::uint32_t start = here(), least = 1, most = 1;
      bool repeatable = false;
      if (!atom(repeatable)) return false;
      if (!more()) break;
      char c = s[at];
      bool found = c == '*' || c == '+' || c == '?';
      if (found) {
        ++at;
        least = c == '+';
        most = c == '?' ? 1 : unbounded;
      } else {
        found = c == '{' && bounds(least, most);
      }
      if (!found) continue;
      if (!repeatable) return fail("nothing to repeat");
      if (!repeat(start, least, most)) return false;
      if (more() && (s[at] == '*' || s[at] == '+' || s[at] == '?')) return fail("multiple repeat");
    }
    return error.empty();
  }

  bool alternatives() {
    if (++depth > 100) return fail("the pattern nests too deeply");
    std::vector<std::uint32_t> exits;
    for (;;) {
      std::uint32_t start = here();
      if (!sequence()) return false;
      if (!take('|')) break;
      std::vector<instruction> body(r.program_.begin() + start, r.program_.end());
      r.program_.resize(start);
      emit(op::split, start + 1, start + static_cast<std::uint32_t>(body.size()) + 2);
      append(body, start);
      exits.push_back(here());
      emit(op::jump);
    }
    for (std::uint32_t which : exits) r.program_[which].x = r.program_[which].y = here();
    --depth;
    return true;
  }
};

std::string regex::compile(std::string_view pattern) {
  parser p{*this, pattern, 0, false, false, 0, {}};
  while (pattern.substr(p.at).starts_with("(?") && pattern.find(')', p.at) != pattern.npos) {
    std::string_view flags = pattern.substr(p.at + 2, pattern.find(')', p.at) - p.at - 2);
    if (flags.empty() || flags.find_first_not_of("ims") != flags.npos) break;
    p.ignore_case |= flags.find('i') != flags.npos;
    p.dot_all |= flags.find('s') != flags.npos;
    p.at += flags.size() + 3;
  }
  if (p.alternatives() && p.more()) p.fail("unbalanced parenthesis");
  p.emit(op::match);
  return p.error;
}

/// Backtracking with an explicit stack: a hostile text cannot overflow the call stack.
struct regex::matcher {
  const regex& r;
  std::string_view text;
  struct choice {
    std::uint32_t next;
    std::size_t at;
    std::size_t undo;
  };
  struct change {
    std::size_t* place;
    std::size_t was;
  };
  std::vector<choice> choices;
  std::vector<change> trail;
  std::vector<span> spans;
  std::vector<std::size_t> opened, marks;

  void set(std::size_t& place, std::size_t to) {
    trail.push_back({&place, place});
    place = to;
  }

  bool holds(op code, std::size_t at) const {
    switch (code) {
    case op::begin:
      return at == 0 || text[at - 1] == '\n';
    case op::end:
      return at == text.size() || text[at] == '\n';
    case op::text_begin:
      return at == 0;
    case op::text_end:
      return at == text.size();
    default:
      break;
    }
    bool before = at > 0 && is_word(static_cast<unsigned char>(text[at - 1]));
    bool after = at < text.size() && is_word(static_cast<unsigned char>(text[at]));
    return (before != after) == (code == op::word);
  }

  /// One step at `at`; false: this way leads nowhere.
  bool step(std::uint32_t& next, std::size_t& at) {
    const instruction& i = r.program_[next++];
    switch (i.code) {
    case op::set:
      return at < text.size() && r.sets_[i.x].has(static_cast<unsigned char>(text[at++]));
    case op::open:
      set(opened[i.x], at);
      return true;
    case op::close:
      set(spans[i.x].begin, opened[i.x]);
      set(spans[i.x].end, at);
      return true;
    case op::split:
      choices.push_back({i.y, at, trail.size()});
      next = i.x;
      return true;
    case op::jump:
      next = i.x;
      return true;
    case op::mark:
      set(marks[i.x], at);
      return true;
    case op::progress:
      if (marks[i.x] == at) next = i.y;
      return true;
    default:
      return holds(i.code, at);
    }
  }

  bool run(std::size_t start) {
    choices.clear();
    trail.clear();
    spans.assign(r.names_.size(), {});
    opened.assign(r.names_.size(), 0);
    marks.assign(r.marks_, 0);
    std::uint32_t next = 0;
    std::size_t at = start;
    for (int steps = 0; steps < 10'000'000; ++steps) {
      if (r.program_[next].code == op::match) return true;
      if (step(next, at)) continue;
      if (choices.empty()) return false;
      choice c = choices.back();
      choices.pop_back();
      for (; trail.size() > c.undo; trail.pop_back()) *trail.back().place = trail.back().was;
      next = c.next;
      at = c.at;
    }
    return false;
  }
};

bool regex::search(std::string_view text, std::vector<span>& groups) const {
  matcher m{*this, text, {}, {}, {}, {}, {}};
  for (std::size_t start = 0; start <= text.size(); ++start) {
    if (!m.run(start)) continue;
    groups = std::move(m.spans);
    return true;
  }
  return false;
}

} // namespace mito::modules
