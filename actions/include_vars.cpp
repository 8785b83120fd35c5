// include_vars: variables from a file or a folder of files on the controller.
#include <algorithm>
#include <filesystem>

#include "actions/list.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"
#include "playbook/file_search.hpp"
#include "playbook/inventory/matcher.hpp"
#include "playbook/yaml/reader.hpp"

namespace mito::actions {

namespace {

using core::value;
namespace fs = std::filesystem;

class include_vars final : public local_action {
public:
  value run(const context& c) override;

private:
  bool read_options(const core::dict& args);
  core::expected<void> load_file(const std::string& path, bool check_ending);
  core::expected<void> load_folder(const context& c);
  core::expected<void> load_level(const context& c, const std::string& folder);
  core::expected<bool> ignored(const std::string& name) const;
  bool good_ending(const std::string& path) const;
  std::string root_of(const context& c) const;

  std::string file_, folder_, name_, error_;
  std::optional<std::string> hash_behaviour_, matching_;
  std::int64_t depth_ = 0;
  bool ignore_unknown_ = false;
  std::vector<std::string> ignore_, endings_{"yaml", "yml", "json"};
  core::dict vars_;
  core::list included_;
};

bool is_one_of(std::string_view name, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

/// The expression anywhere in a name.
core::expected<playbook::name_matcher> searching(const std::string& expression) {
  return playbook::name_matcher::compile("~[\\s\\S]*?(?:" + expression + ")");
}

std::vector<std::string> texts(const value& v) {
  std::vector<std::string> out;
  if (v.is_list())
    for (const auto& i : v.as_list()) out.push_back(core::to_str(i));
  return out;
}

bool include_vars::read_options(const core::dict& args) {
  bool files = false, folders = false;
  for (const auto& e : args) {
    auto name = core::to_str(e.key);
    if (is_one_of(name, {"dir", "depth", "files_matching", "ignore_files", "extensions", "ignore_unknown_extensions"}))
      folders = true;
    else if (is_one_of(name, {"file", "_raw_params"}))
      files = true;
    else if (!is_one_of(name, {"name", "hash_behaviour"}))
      return error_ = name + " is not a valid option in include_vars", false;
  }
  if (files && folders) return error_ = "You are mixing file only and dir only arguments, these are incompatible", false;
  auto text = [&](const char* name) {
    const auto* v = args.find(name);
    return v && !v->is_none() ? core::to_str(*v) : std::string();
  };
  folder_ = text("dir");
  file_ = text("file");
  name_ = text("name");
  if (folder_.empty() && file_.empty()) {
    file_ = text("_raw_params");
    while (file_.ends_with('\n')) file_.pop_back();
  }
  if (args.contains("hash_behaviour")) hash_behaviour_ = text("hash_behaviour");
  if (auto m = text("files_matching"); !m.empty()) matching_ = m;
  depth_ = core::parse_int(text("depth")).value_or(0);
  if (const auto* v = args.find("ignore_unknown_extensions")) ignore_unknown_ = engine::to_boolean(*v).value_or(v->truthy());
  if (const auto* v = args.find("ignore_files")) {
    if (v->is_string())
      for (auto word : core::split(v->as_string(), ' ')) {
        if (!word.empty()) ignore_.emplace_back(word);
      }
    else
      ignore_ = texts(*v);
  }
  if (const auto* v = args.find("extensions")) {
    if (v->is_string()) { // as Python's list() of a text
      endings_.clear();
      for (char ch : v->as_string()) endings_.emplace_back(1, ch);
    } else if (v->is_list()) {
      endings_ = texts(*v);
    } else {
      return error_ = "Invalid type for \"extensions\" option, it must be a list", false;
    }
  }
  return true;
}

bool include_vars::good_ending(const std::string& path) const {
  auto ending = fs::path(path).extension().string();
  return std::find(endings_.begin(), endings_.end(), ending.empty() ? ending : ending.substr(1)) != endings_.end();
}

core::expected<void> include_vars::load_file(const std::string& path, bool check_ending) {
  if (check_ending && !good_ending(path))
    return core::error(path + " does not have a valid extension: " + core::join(endings_, ", "));
  auto doc = playbook::read_yaml_file(path);
  if (!doc) return core::error(core::render(doc.error().what()));
  const auto& v = doc->root->val;
  if (v.truthy() && !v.is_dict()) return core::error(path + " must be stored as a dictionary/hash");
  included_.emplace_back(path);
  vars_.update(v.as_dict());
  return {};
}

core::expected<bool> include_vars::ignored(const std::string& name) const {
  for (const auto& pattern : ignore_) {
    auto m = searching("(?:" + pattern + ")$");
    if (!m) return core::error("Invalid regular expression: " + pattern);
    if (m->matches(name)) return true;
  }
  return false;
}

core::expected<void> include_vars::load_level(const context& c, const std::string& folder) {
  std::vector<std::string> names;
  std::error_code code;
  for (fs::directory_iterator it(folder, code), end; !code && it != end; it.increment(code))
    if (!fs::is_directory(it->path(), code)) names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  std::optional<playbook::name_matcher> wanted;
  if (matching_) {
    auto m = searching(*matching_);
    if (!m) return core::error("Invalid regular expression: " + *matching_);
    wanted = std::move(*m);
  }
  auto role = c.request.vars->lookup("role_path");
  for (const auto& name : names) {
    // A role's main file is read with the role.
    if (role && name == "main.yml" && folder == core::to_str(*role) + "/vars") continue;
    if (wanted && !wanted->matches(name)) continue;
    auto path = folder + "/" + name;
    auto skip = ignored(name);
    if (!skip) return skip.error();
    if (*skip || (ignore_unknown_ && !good_ending(path))) continue;
    if (auto ok = load_file(path, true); !ok) return ok;
  }
  return {};
}

std::string include_vars::root_of(const context& c) const {
  auto role = c.request.vars->lookup("role_path");
  std::error_code code;
  if (role && role->is_string()) {
    std::string path(role->as_string());
    if (folder_ == "vars" || folder_.starts_with("vars/"))
      return fs::exists(path + "/" + folder_, code) ? path + "/" + folder_ : folder_;
    return folder_.starts_with('/') ? folder_ : path + "/vars/" + folder_;
  }
  auto file = c.where.file ? c.where.file->name : std::string();
  auto slash = file.rfind('/');
  if (folder_.starts_with('/')) return folder_;
  return (slash == file.npos ? c.playbook_dir : file.substr(0, slash)) + "/" + folder_;
}

core::expected<void> include_vars::load_folder(const context& c) {
  auto root = root_of(c);
  std::error_code code;
  if (!fs::exists(root, code)) return core::error(root + " directory does not exist");
  if (!fs::is_directory(root, code)) return core::error(root + " is not a directory");
  std::vector<std::string> folders{root};
  for (fs::recursive_directory_iterator it(root, code), end; !code && it != end; it.increment(code))
    if (it->is_directory(code) && !it->is_symlink(code)) folders.push_back(it->path().string());
  std::sort(folders.begin(), folders.end());
  for (std::size_t i = 0; i < folders.size(); ++i) {
    if (depth_ > 0 && static_cast<std::int64_t>(i) >= depth_) break;
    if (auto ok = load_level(c, folders[i]); !ok) return ok;
  }
  return {};
}

/// Lists are replaced, dicts merged in depth.
value merged(const value& old, const value& fresh) {
  if (!old.is_dict() || !fresh.is_dict()) return fresh;
  core::dict out = old.as_dict();
  for (const auto& e : fresh.as_dict()) {
    const auto* before = out.find_key(e.key);
    out.set_key(e.key, before ? merged(*before, e.val) : e.val);
  }
  return value(std::move(out));
}

value include_vars::run(const context& c) {
  if (!read_options(c.request.args.as_dict())) return raise_error(error_);
  core::expected<void> done;
  if (!folder_.empty()) {
    done = load_folder(c);
  } else {
    auto path = find_file(c, "vars", file_);
    done = path ? load_file(*path, false) : core::expected<void>(path.error());
  }
  if (done && hash_behaviour_ == "merge") {
    core::dict all;
    for (const auto& e : vars_) {
      auto before = e.key.is_string() ? c.request.vars->lookup(e.key.as_string()) : std::nullopt;
      auto old = before.value_or(value());
      // Ansible merges dicts only, and says so of everything else.
      if (!old.is_dict() || !e.val.is_dict())
        return raise_error("failed to combine variables, expected dicts but got a '" + std::string(core::type_name(old)) + "' and a '" +
                           std::string(core::type_name(e.val)) + "': \n" + core::to_json(old, {true}) + "\n" + core::to_json(e.val, {true}));
      all.set_key(e.key, merged(old, e.val));
    }
    vars_ = std::move(all);
  }
  if (!name_.empty()) vars_ = core::dict{{value(name_), value(std::move(vars_))}};
  core::dict out;
  if (!done) {
    out.set("failed", value(true));
    out.set("message", value(done.error().message()));
  }
  out.set("ansible_included_var_files", value(std::move(included_)));
  out.set("ansible_facts", value(std::move(vars_)));
  out.set("_ansible_no_log", value(false));
  return value(std::move(out));
}

} // namespace

std::unique_ptr<action> make_include_vars() { return std::make_unique<include_vars>(); }

} // namespace mito::actions
