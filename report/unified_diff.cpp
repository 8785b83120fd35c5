// The matcher finds the longest common block first and goes on to both sides of it; lines that make up over a percent of
// a long text are no anchors. That is Ratcliff-Obershelp as Python's difflib documents it; the order of choices decides
// the output, so it is followed exactly.
#include "report/unified_diff.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <tuple>

#include "core/text.hpp"

namespace mito::report {

namespace {

using lines = std::vector<std::string>;
struct match {
  std::size_t a, b, size;
};
struct opcode {
  enum class kind : std::uint8_t { equal, replace, remove, insert } what;
  std::size_t a1, a2, b1, b2;
};

class matcher {
public:
  matcher(const lines& a, const lines& b) : a_(a), b_(b) {
    for (std::size_t j = 0; j < b.size(); ++j) places_[b[j]].push_back(j);
    if (b.size() < 200) return;
    std::size_t limit = b.size() / 100 + 1;
    for (auto at = places_.begin(); at != places_.end();)
      at = at->second.size() > limit ? places_.erase(at) : std::next(at);
  }

  std::vector<match> blocks() {
    std::vector<match> found;
    std::vector<std::array<std::size_t, 4>> queue{{0, a_.size(), 0, b_.size()}};
    while (!queue.empty()) {
      auto [alo, ahi, blo, bhi] = queue.back();
      queue.pop_back();
      auto m = longest(alo, ahi, blo, bhi);
      if (m.size == 0) continue;
      found.push_back(m);
      if (alo < m.a && blo < m.b) queue.push_back({alo, m.a, blo, m.b});
      if (m.a + m.size < ahi && m.b + m.size < bhi) queue.push_back({m.a + m.size, ahi, m.b + m.size, bhi});
    }
    std::sort(found.begin(), found.end(), [](auto& x, auto& y) { return std::tie(x.a, x.b) < std::tie(y.a, y.b); });
    std::vector<match> joined;
    for (auto& m : found) {
      if (!joined.empty() && joined.back().a + joined.back().size == m.a && joined.back().b + joined.back().size == m.b)
        joined.back().size += m.size;
      else
        joined.push_back(m);
    }
    joined.push_back({a_.size(), b_.size(), 0});
    return joined;
  }

private:
  match longest(std::size_t alo, std::size_t ahi, std::size_t blo, std::size_t bhi) {
    match best{alo, blo, 0};
    std::unordered_map<std::size_t, std::size_t> lengths;
    for (std::size_t i = alo; i < ahi; ++i) {
      std::unordered_map<std::size_t, std::size_t> next;
      auto at = places_.find(a_[i]);
      if (at != places_.end()) {
        for (auto j : at->second) {
          if (j < blo) continue;
          if (j >= bhi) break;
          auto before = j > 0 ? lengths.find(j - 1) : lengths.end();
          auto k = next[j] = (before == lengths.end() ? 0 : before->second) + 1;
          if (k > best.size) best = {i + 1 - k, j + 1 - k, k};
        }
      }
      lengths = std::move(next);
    }
    while (best.a > alo && best.b > blo && a_[best.a - 1] == b_[best.b - 1]) best = {best.a - 1, best.b - 1, best.size + 1};
    while (best.a + best.size < ahi && best.b + best.size < bhi && a_[best.a + best.size] == b_[best.b + best.size]) ++best.size;
    return best;
  }

  const lines& a_;
  const lines& b_;
  std::unordered_map<std::string, std::vector<std::size_t>> places_;
};

std::vector<opcode> opcodes(const lines& a, const lines& b) {
  std::vector<opcode> out;
  std::size_t i = 0, j = 0;
  for (auto& m : matcher(a, b).blocks()) {
    if (i < m.a && j < m.b) out.push_back({opcode::kind::replace, i, m.a, j, m.b});
    else if (i < m.a) out.push_back({opcode::kind::remove, i, m.a, j, m.b});
    else if (j < m.b) out.push_back({opcode::kind::insert, i, m.a, j, m.b});
    i = m.a + m.size;
    j = m.b + m.size;
    if (m.size) out.push_back({opcode::kind::equal, m.a, i, m.b, j});
  }
  return out;
}

std::vector<std::vector<opcode>> groups(const lines& a, const lines& b, std::size_t context) {
  auto codes = opcodes(a, b);
  std::vector<std::vector<opcode>> out;
  if (codes.empty()) return out;
  auto equal = [](const opcode& c) { return c.what == opcode::kind::equal; };
  if (auto& c = codes.front(); equal(c)) {
    c.a1 = std::max(c.a1, c.a2 > context ? c.a2 - context : 0);
    c.b1 = std::max(c.b1, c.b2 > context ? c.b2 - context : 0);
  }
  if (auto& c = codes.back(); equal(c)) {
    c.a2 = std::min(c.a2, c.a1 + context);
    c.b2 = std::min(c.b2, c.b1 + context);
  }
  std::vector<opcode> group;
  for (auto c : codes) {
    if (equal(c) && c.a2 - c.a1 > 2 * context) {
      group.push_back({c.what, c.a1, std::min(c.a2, c.a1 + context), c.b1, std::min(c.b2, c.b1 + context)});
      out.push_back(std::move(group));
      group.clear();
      c.a1 = std::max(c.a1, c.a2 - context);
      c.b1 = std::max(c.b1, c.b2 - context);
    }
    group.push_back(c);
  }
  if (!group.empty() && !(group.size() == 1 && equal(group[0]))) out.push_back(std::move(group));
  return out;
}

std::string span(std::size_t from, std::size_t to) {
  std::string out;
  auto length = to - from;
  if (length == 1) {
    core::append_uint(out, from + 1);
    return out;
  }
  core::append_uint(out, length ? from + 1 : from);
  out += ',';
  core::append_uint(out, length);
  return out;
}

} // namespace

std::vector<std::string> unified_diff(const lines& before, const lines& after, std::string_view before_name,
                                      std::string_view after_name, std::size_t context) {
  std::vector<std::string> out;
  for (auto& g : groups(before, after, context)) {
    if (out.empty()) {
      out.push_back("--- " + std::string(before_name) + "\n");
      out.push_back("+++ " + std::string(after_name) + "\n");
    }
    out.push_back("@@ -" + span(g.front().a1, g.back().a2) + " +" + span(g.front().b1, g.back().b2) + " @@\n");
    for (auto& c : g) {
      if (c.what == opcode::kind::equal) {
        for (auto i = c.a1; i < c.a2; ++i) out.push_back(" " + before[i]);
        continue;
      }
      if (c.what != opcode::kind::insert)
        for (auto i = c.a1; i < c.a2; ++i) out.push_back("-" + before[i]);
      if (c.what != opcode::kind::remove)
        for (auto j = c.b1; j < c.b2; ++j) out.push_back("+" + after[j]);
    }
  }
  return out;
}

} // namespace mito::report
