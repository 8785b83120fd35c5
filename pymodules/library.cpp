#include "pymodules/library.hpp"

#include "core/text.hpp"

namespace mito::pymodules {

namespace {

class sent_closure final : public protocol::source_set {
public:
  sent_closure(std::shared_ptr<bundler> b, closure_ptr c) : bundler_(std::move(b)), closure_(std::move(c)) {}
  std::vector<part> missing(protocol::known_sources& known) const override { return bundler_->missing(closure_, known); }

private:
  std::shared_ptr<bundler> bundler_;
  closure_ptr closure_;
};

/// The name that a module gets on the target: by its place in ansible-core or a collection, else a made-up one.
std::string fqn_of(const found_module& m, const settings& s, const std::string& called_as) {
  auto dotted = [](std::string_view path) {
    std::string out;
    for (char c : path) out += c == '/' ? '.' : c;
    return out;
  };
  auto [stem, extension] = split_extension(base_name(m.path));
  std::string whole = joined(folder_of(m.path), stem);
  auto core_modules = joined(s.core, "modules/");
  if (!s.core.empty() && whole.starts_with(core_modules) && extension == ".py")
    return "ansible.modules." + dotted(std::string_view(whole).substr(core_modules.size()));
  constexpr std::string_view marker = "/ansible_collections/";
  if (auto at = whole.rfind(marker); at != whole.npos && extension == ".py") {
    auto path = std::string_view(whole).substr(at + 1);
    if (path.find("/plugins/modules/") != path.npos && path.find('.') == path.npos) return dotted(path);
  }
  return "ansible.modules." + called_as;
}

/// A script's text as it is run: Python ones get Ansible's declaration of their encoding behind the first line.
std::string script_text(std::string text, const module_text& kind) {
  if (kind.interpreter.empty() || !base_name(kind.interpreter[0]).starts_with("python")) return text;
  auto line = text.find('\n');
  if (line == text.npos) return text;
  return text.insert(line + 1, "# -*- coding: utf-8 -*-\n");
}

} // namespace

library::library(settings s)
    : settings_(std::move(s)), routing_(settings_), finder_(settings_, routing_), closures_(settings_, finder_, routing_),
      version_(finder_.version()), bundler_(std::make_shared<bundler>()) {}

library::~library() = default;

void library::add_folder(const std::string& folder, bool playbook) {
  std::lock_guard lock(mutex_);
  finder_.add_folder(folder, playbook);
  closures_.forget();
  loaded_.clear();
  found_.clear();
}

core::expected<found_module> library::find(const std::string& name, const std::vector<std::string>& collections) {
  std::lock_guard lock(mutex_);
  auto found = finder_.find(name, collections);
  if (found) found_[found->name] = *found;
  return found;
}

std::string library::version() const { return version_; }

bool library::overridden(const std::string& name) {
  std::lock_guard lock(mutex_);
  return finder_.overridden(name);
}

core::expected<loaded_ptr> library::load(const std::string& name, const std::string& called_as) {
  std::lock_guard lock(mutex_);
  std::string key = name + "\n" + called_as;
  if (auto at = loaded_.find(key); at != loaded_.end()) return at->second;
  if (!found_.contains(name)) {
    auto where = finder_.find(name, {});
    if (!where) return where.error();
    found_[name] = std::move(*where);
  }
  auto made = read(found_[name], called_as);
  if (made) loaded_[key] = *made;
  return made;
}

core::expected<loaded_ptr> library::read(const found_module& where, const std::string& called_as) {
  auto text = read_file(where.path);
  if (!text) return core::error("the module's file " + where.path + " cannot be read");
  auto out = std::make_shared<loaded_module>();
  out->where = where;
  auto kind = classify(*text, called_as);
  if (!kind) return kind.error();
  out->text = std::move(*kind);
  if (out->text.kind != module_kind::python) {
    out->program = std::make_shared<const std::string>(
        out->text.kind == module_kind::binary ? std::move(*text) : script_text(std::move(*text), out->text));
    return loaded_ptr(std::move(out));
  }
  constexpr std::string_view old_marker = "#<<INCLUDE_ANSIBLE_MODULE_COMMON>>";
  for (std::size_t at; (at = text->find(old_marker)) != text->npos;)
    text->replace(at, old_marker.size(), "from ansible.module_utils.basic import *");
  auto sources = closures_.build(fqn_of(where, settings_, called_as), *text);
  if (!sources) return sources.error();
  out->sources = *sources;
  out->sent = std::make_shared<sent_closure>(bundler_, *sources);
  return loaded_ptr(std::move(out));
}

} // namespace mito::pymodules
