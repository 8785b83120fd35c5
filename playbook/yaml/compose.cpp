// The only file that sees yaml-cpp: its events become raw nodes; whatever it throws ends here.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>
#include <unordered_map>

#include "playbook/yaml/raw.hpp"

namespace mito::playbook::raw {

namespace {

/// Stands for the place of the end as libyaml gives it.
constexpr std::size_t past_end = static_cast<std::size_t>(-1);

/// Thrown through yaml-cpp when one of our own checks refuses.
struct refusal {
  std::string problem;
  std::size_t offset;
};

bool word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/// yaml-cpp writes \N and \_ as single bytes; the text was valid UTF-8, so no other lone ones exist.
std::string mend_escapes(const std::string& s) {
  if (s.find_first_of("\x85\xa0") == s.npos) return s;
  std::string out;
  for (std::size_t i = 0; i < s.size();) {
    auto c = static_cast<unsigned char>(s[i]);
    std::size_t n = c < 0x80 ? 1 : c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1;
    if (c >= 0x80 && c < 0xc0) out += '\xc2';
    out.append(s, i, n);
    i += n;
  }
  return out;
}

class handler final : public YAML::EventHandler {
public:
  handler(std::string_view text, const line_map& lines, const yaml_options& options, tree& out)
      : text_(text), lines_(lines), options_(options), out_(out) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (!started_) {
      started_ = true;
      return;
    }
    auto at = offset(mark);
    throw refusal{text_.substr(at).starts_with("---") ? "but found another document"
                                                      : "did not find expected <document start>",
                  at};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check_missing(offset(mark));
    auto* n = make(shape::scalar, mark, anchor);
    n->plain = true;
    place(n);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    check_name(offset(mark));
    auto found = anchors_.find(anchor);
    if (found == anchors_.end()) throw refusal{"found undefined alias", offset(mark)};
    if (found->second->open)
      throw refusal{"an alias to a node that it is part of is not supported", offset(mark)};
    check_tabs(offset(mark));
    place(found->second);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    auto at = offset(mark);
    auto* n = make(shape::scalar, mark, anchor);
    check_quotes(at);
    n->offset = at;
    n->text = mend_escapes(value);
    if (keeps_folded(at)) n->text += '\n';
    if (tag == "?" || tag.empty() || (tag == "!" && at < text_.size() && text_[at] == '!'))
      n->plain = true;
    else
      n->tag = tag == "!" ? "tag:yaml.org,2002:str" : tag;
    place(n);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override {
    open(shape::sequence, mark, tag, anchor, style);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override {
    open(shape::mapping, mark, tag, anchor, style);
  }
  void OnMapEnd() override { close(); }

  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    auto bad = std::find_if_not(name.begin(), name.end(), word_character);
    if (bad == name.end()) return;
    auto at = text_.find("&" + name, offset(mark));
    throw refusal{"did not find expected alphabetic or numeric character",
                  at == text_.npos ? offset(mark) : at + 1 + static_cast<std::size_t>(bad - name.begin())};
  }

private:
  struct level {
    node* n;
    node* key; ///< of a mapping: read, its value is next
    bool flow;
  };

  std::size_t offset(const YAML::Mark& m) const {
    return m.pos < 0 ? text_.size() : std::min<std::size_t>(static_cast<std::size_t>(m.pos), text_.size());
  }

  node* make(raw::shape s, const YAML::Mark& mark, YAML::anchor_t anchor) {
    auto at = offset(mark);
    check_tabs(at);
    auto* n = &out_.nodes.emplace_back();
    n->shape = s;
    n->where = lines_.mark(at);
    if (anchor) anchors_[anchor] = n;
    return n;
  }

  void open(raw::shape s, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YAML::EmitterStyle::value style) {
    auto* n = make(s, mark, anchor);
    if (tag != "?" && tag != "!") n->tag = tag;
    n->open = true;
    if (levels_.size() >= options_.depth)
      throw refusal{"nested more than " + std::to_string(options_.depth) + " levels deep", offset(mark)};
    bool flow = style == YAML::EmitterStyle::Flow || (!levels_.empty() && levels_.back().flow);
    levels_.push_back({n, nullptr, flow});
  }

  void close() {
    auto* n = levels_.back().n;
    n->open = false;
    levels_.pop_back();
    place(n);
  }

  void place(node* n) {
    if (levels_.empty()) {
      out_.root = n;
      return;
    }
    auto& top = levels_.back();
    // What a walk over the value would visit; saturates instead of wrapping round.
    top.n->expanded = std::min(top.n->expanded + n->expanded, options_.expanded_nodes + 1);
    if (top.n->expanded > options_.expanded_nodes)
      throw refusal{"aliases expand to more than " + std::to_string(options_.expanded_nodes) + " nodes", 0};
    if (top.n->shape == shape::sequence) {
      top.n->items.push_back(n);
    } else if (!top.key) {
      top.key = n;
    } else {
      top.n->pairs.emplace_back(top.key, n);
      top.key = nullptr;
    }
  }

  void check_name(std::size_t at) const {
    auto end = at + 1;
    while (end < text_.size() && word_character(text_[end])) ++end;
    if (end < text_.size() && std::string_view(" \t\r\n?:,]}%@`").find(text_[end]) == std::string_view::npos)
      throw refusal{"did not find expected alphabetic or numeric character", end};
  }

  /// libyaml takes no tab between a line's start, its `-` or `?`, and a node; yaml-cpp takes some.
  void check_tabs(std::size_t at) const {
    if (!levels_.empty() && levels_.back().flow) return;
    auto before = lines_.line_before(at);
    auto tab = before.find('\t');
    if (tab == before.npos || before.find_first_not_of(" \t-?") != before.npos) return;
    throw refusal{"found character that cannot start any token", at - before.size() + tab};
  }

  /// Past the tag and anchor that may stand before a node at `at`.
  std::size_t after_properties(std::size_t at) const {
    while (at < text_.size() && (text_[at] == '!' || text_[at] == '&')) {
      at = text_.find_first_of(" \t\n", at);
      if (at != text_.npos) at = text_.find_first_not_of(" \t\n", at);
      if (at == text_.npos) return text_.size();
    }
    return at;
  }

  /// True for `>+` scalars, of which yaml-cpp drops one line break at the end.
  bool keeps_folded(std::size_t at) const {
    at = after_properties(at);
    if (at >= text_.size() || text_[at] != '>') return false;
    auto end = text_.find_first_not_of("+-0123456789", at + 1);
    return text_.substr(at, end == text_.npos ? end : end - at).find('+') != std::string_view::npos;
  }

  /// yaml-cpp takes the end of the text for a closing quote.
  void check_quotes(std::size_t at) const {
    at = after_properties(at);
    if (at >= text_.size() || (text_[at] != '"' && text_[at] != '\'')) return;
    char quote = text_[at];
    for (++at; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\')
        ++at;
      else if (text_[at] == quote && quote == '\'' && at + 1 < text_.size() && text_[at + 1] == quote)
        ++at;
      else if (text_[at] == quote)
        return;
    }
    throw refusal{"found unexpected end of stream", text_.size()};
  }

  /// Block mappings need a key before `:` and a `:` after a key; yaml-cpp fills in a null for either.
  void check_missing(std::size_t at) const {
    if (levels_.empty() || levels_.back().flow || levels_.back().n->shape != shape::mapping) return;
    const auto* key = levels_.back().key;
    if (!key) {
      if (at < text_.size() && text_[at] == ':' && !after_question(at))
        throw refusal{"did not find expected key", at};
      return;
    }
    if (key->shape != shape::scalar || !key->offset || after_question(*key->offset)) return;
    auto end = std::min(text_.find('\n', *key->offset), text_.size());
    auto line = text_.substr(*key->offset, end - *key->offset);
    for (auto colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1))
      if (colon + 1 == line.size() || line[colon + 1] == ' ' || line[colon + 1] == '\t' ||
          line[colon + 1] == '\r')
        return;
    throw refusal{"could not find expected ':'", next_token(end)};
  }

  /// Whether the last thing before `at` is the indicator of an explicit key.
  bool after_question(std::size_t at) const {
    auto before = at ? text_.find_last_not_of(" \t\r\n", at - 1) : text_.npos;
    return before != text_.npos && text_[before] == '?' &&
           (before == 0 || text_[before - 1] == ' ' || text_[before - 1] == '\n');
  }

  /// The first character after `at` that is neither white space nor comment; past the end when there is none.
  std::size_t next_token(std::size_t at) const {
    for (;;) {
      at = text_.find_first_not_of(" \t\r\n", at);
      if (at == text_.npos) return past_end;
      if (text_[at] != '#') return at;
      at = text_.find('\n', at);
      if (at == text_.npos) return past_end;
    }
  }

  std::string_view text_;
  const line_map& lines_;
  const yaml_options& options_;
  tree& out_;
  std::vector<level> levels_;
  std::unordered_map<YAML::anchor_t, node*> anchors_;
  bool started_ = false;
};

struct phrase {
  std::string_view theirs, ours;
};

/// libyaml's words, which Ansible's users know, for yaml-cpp's.
constexpr phrase phrases[] = {
    {"illegal map value", "mapping values are not allowed in this context"},
    {"illegal map key", "mapping keys are not allowed in this context"},
    {"illegal block entry", "block sequence entries are not allowed in this context"},
    {"end of map not found", "did not find expected key"},
    {"end of map flow not found", "did not find expected ',' or '}'"},
    {"end of sequence not found", "did not find expected '-' indicator"},
    {"end of sequence flow not found", "did not find expected ',' or ']'"},
    {"unknown token", "found character that cannot start any token"},
    {"illegal tab when looking for indentation",
     "found a tab character where an indentation space is expected"},
    {"illegal EOF in scalar", "found unexpected end of stream"},
    {"illegal document indicator in scalar", "found unexpected document indicator"},
    {"alias not found after *", "did not find expected alphabetic or numeric character"},
    {"anchor not found after &", "did not find expected alphabetic or numeric character"},
    {"illegal character found while scanning alias", "did not find expected alphabetic or numeric character"},
    {"illegal character found while scanning anchor",
     "did not find expected alphabetic or numeric character"},
    {"the referenced anchor is not defined", "found undefined alias"},
    {"unknown escape character: ", "found unknown escape character"},
    {"bad character found while scanning hex number", "did not find expected hexdecimal number"},
    {"invalid unicode: ", "found invalid Unicode character escape code"},
    {"illegal flow end", "did not find expected node content"},
    {"unexpected character in block scalar", "did not find expected comment or line break"},
    {"cannot set zero indentation for a block scalar", "found an indentation indicator equal to 0"},
    {"repeated YAML directive", "found duplicate %YAML directive"},
    {"YAML major version too large", "found incompatible YAML document"},
};

std::string in_their_words(const std::string& message) {
  for (const auto& p : phrases)
    if (message.starts_with(p.theirs)) return std::string(p.ours);
  return message;
}

/// libyaml's place of the end: the line after the last one, unless that is empty.
yaml_mark end_mark(std::string_view text, const line_map& lines) {
  auto m = lines.mark(text.size());
  return m.column > 1 ? yaml_mark{m.line + 1, 1} : m;
}

} // namespace

core::expected<tree> compose(std::string_view text, const std::shared_ptr<const core::source_file>& file,
                             const yaml_options& options) {
  tree out;
  line_map lines(text);
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    handler events(text, lines, options, out);
    if (parser.HandleNextDocument(events)) parser.HandleNextDocument(events);
  } catch (const refusal& r) {
    return yaml_error(r.problem, file, r.offset == past_end ? end_mark(text, lines) : lines.mark(r.offset));
  } catch (const YAML::ParserException& e) {
    auto problem = in_their_words(e.msg);
    if (e.mark.is_null() || e.mark.pos < 0) return yaml_error(problem, file, end_mark(text, lines));
    auto at = static_cast<std::size_t>(e.mark.pos);
    bool flow_end = problem.starts_with("did not find expected ',' or");
    // At the end of the text yaml-cpp gives the place 0 for an open bracket.
    if (flow_end && (at == 0 || at >= text.size())) return yaml_error(problem, file, end_mark(text, lines));
    return yaml_error(problem, file, lines.mark(at));
  } catch (const std::exception& e) {
    return yaml_error(e.what(), file, {});
  }
  return out;
}

} // namespace mito::playbook::raw
