#include "pymodules/scanner.hpp"

#include "core/text.hpp"
#include "pymodules/tokens.hpp"

namespace mito::pymodules {

namespace {

using kind = token::kind;

class scanner {
public:
  scanner(std::string_view source, std::string_view module, bool package)
      : source_(source), module_(module), package_(package), tokens_(tokenize(source)) {
    std::erase_if(tokens_, [](const token& t) { return t.what == kind::comment; });
  }

  std::vector<import_name> run() {
    bool at_start = true, compound = false;
    unsigned depth = 0;
    for (at_ = 0; at_ < tokens_.size();) {
      const token& t = tokens_[at_];
      auto word = text(t);
      if (t.what == kind::newline) {
        at_start = true;
        compound = false;
        ++at_;
        continue;
      }
      if (at_start && t.what == kind::name && (word == "import" || word == "from")) {
        optional_ = compound || t.column > 0;
        ++at_;
        word == "import" ? plain() : from();
        at_start = false;
        continue;
      }
      if (t.what == kind::op) {
        if (word == "(" || word == "[" || word == "{") ++depth;
        if ((word == ")" || word == "]" || word == "}") && depth > 0) --depth;
        // `try: import x`, `a = 1; import y`
        at_start = depth == 0 && (word == ";" || word == ":");
        compound = compound || (depth == 0 && word == ":");
      } else {
        at_start = false;
      }
      ++at_;
    }
    return std::move(out_);
  }

private:
  std::string_view text(const token& t) const { return source_.substr(t.begin, t.end - t.begin); }
  bool is(std::string_view word) const { return at_ < tokens_.size() && text(tokens_[at_]) == word; }
  bool more() const { return at_ < tokens_.size() && tokens_[at_].what != kind::newline && !is(";"); }

  std::string dotted() {
    std::string name;
    while (more() && (tokens_[at_].what == kind::name || is("."))) {
      // `import a.b as c`, `from a import b`, `from . import c`
      if (is("import") || (!name.empty() && name.back() != '.' && tokens_[at_].what == kind::name)) break;
      name += text(tokens_[at_++]);
    }
    return name;
  }

  void skip_alias() {
    if (!is("as")) return;
    ++at_;
    if (more()) ++at_;
  }

  void plain() {
    while (more()) {
      auto name = dotted();
      skip_alias();
      if (name.starts_with("ansible.module_utils.") || name.starts_with("ansible_collections."))
        add({name, true, optional_});
      if (!is(",")) break;
      ++at_;
    }
  }

  /// The absolute name that `from <name> import` means; empty when it leads out of the tree.
  std::string absolute(std::string_view name) const {
    std::size_t level = 0;
    while (level < name.size() && name[level] == '.') ++level;
    if (level == 0) return std::string(name);
    auto rest = name.substr(level);
    auto parts = core::split(module_, '.');
    std::size_t up = package_ ? level - 1 : level;
    std::string base;
    for (std::size_t i = 0; i + up < parts.size(); ++i) {
      if (i > 0) base += '.';
      base += parts[i];
    }
    if (!rest.empty() && !base.empty()) base += '.';
    return base + std::string(rest);
  }

  void from() {
    std::string name = absolute(dotted());
    if (!is("import")) return;
    ++at_;
    bool wanted = name == "ansible.module_utils" || name.starts_with("ansible.module_utils.") ||
                  (name.starts_with("ansible_collections.") &&
                   (name.ends_with("plugins.module_utils") || name.find(".plugins.module_utils.") != name.npos));
    if (is("(")) ++at_;
    bool six = is("_six");
    while (more() && !is(")")) {
      auto part = std::string(text(tokens_[at_++]));
      skip_alias();
      if (wanted && !six) add({name + "." + part, true, optional_});
      if (!is(",")) break;
      ++at_;
    }
    if (is(")")) ++at_;
  }

  void add(import_name n) {
    for (auto& known : out_)
      if (known.name == n.name) {
        // Ansible keeps one set of names that are optional somewhere: such a name is optional everywhere.
        known.optional = known.optional || n.optional;
        return;
      }
    out_.push_back(std::move(n));
  }

  std::string_view source_, module_;
  bool package_, optional_ = false;
  std::vector<token> tokens_;
  std::size_t at_ = 0;
  std::vector<import_name> out_;
};

} // namespace

std::vector<import_name> scan_imports(std::string_view source, std::string_view module, bool package) {
  return scanner(source, module, package).run();
}

} // namespace mito::pymodules
