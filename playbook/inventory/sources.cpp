#include "playbook/inventory/sources.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "core/text.hpp"
#include "playbook/inventory/formats.hpp"
#include "templating/regex.hpp"

namespace mito::playbook {

namespace fs = std::filesystem;

namespace {

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

bool is_folder(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

core::error fatal(std::string what) {
  core::error e(std::move(what));
  e.what().category = "fatal";
  return e;
}

/// Reads sources one after the other, each with the first format that can.
class source_reader {
public:
  source_reader(inventory& into, const inventory_options& options, const std::vector<std::string>& sources)
      : into_(into), options_(options), sources_(sources) {}

  core::expected<void> prepare() {
    for (const auto& name : options_.enabled) enabled_.push_back({name, find_format(name)});
    if (enabled_.empty())
      return fatal("No inventory plugins available to generate inventory, make sure you have at least one enabled.");
    for (const auto& pattern : options_.ignore_patterns) {
      auto re = templating::compile_regex(pattern, {});
      if (!re) return fatal("bad regular expression '" + pattern + "' in inventory ignore_patterns: " + re.error().message());
      ignored_.push_back(std::move(*re));
    }
    return {};
  }

  /// True when something was read from `source`. An error is what must stop the run.
  core::expected<bool> read(const std::string& source) {
    std::vector<std::string> failures;
    auto done = is_folder(source) ? folder(source) : one(source, failures);
    if (!done || *done) return done;
    // The default may be missing without a word.
    if (source == "/etc/ansible/hosts" && !exists(source)) return false;
    for (auto& f : failures) into_.say(core::severity::warning, std::move(f));
    if (options_.any_unparsed_is_failed) return fatal("Completely failed to parse inventory source " + source);
    into_.say(core::severity::warning, "Unable to parse " + source + " as an inventory source");
    return false;
  }

private:
  struct enabled_format {
    std::string name;
    const source_format* format; ///< null: a plugin that is none of ours
  };

  bool ignored(const std::string& name) const {
    if (name.starts_with('.') || name == "host_vars" || name == "group_vars" || name == "vars_plugins") return true;
    for (const auto& end : options_.ignore_extensions)
      if (name.ends_with(end)) return true;
    return std::any_of(ignored_.begin(), ignored_.end(), [&](const templating::regex& re) {
      auto found = re.match(name, 0, templating::regex_mode::search);
      return found && !found->empty();
    });
  }

  core::expected<bool> folder(const std::string& path) {
    std::vector<std::string> names;
    std::error_code code;
    for (fs::directory_iterator it(path, code), end; !code && it != end; it.increment(code))
      names.push_back(it->path().filename().string());
    if (code) return fatal("cannot read the folder " + path + ": " + code.message());
    std::sort(names.begin(), names.end());
    bool any = false;
    for (const auto& name : names) {
      if (ignored(name)) continue;
      auto ok = read(path.ends_with('/') ? path + name : path + "/" + name);
      if (!ok) return ok;
      any = any || *ok;
    }
    return any;
  }

  core::expected<bool> one(const std::string& source, std::vector<std::string>& failures) {
    into_.set_source(source, exists(source) ? fs::absolute(fs::path(source)).parent_path().lexically_normal().string() : "");
    bool read = false;
    for (const auto& e : enabled_) {
      auto done = try_format(e, source, failures);
      if (!done) return done;
      if ((read = *done)) break;
    }
    into_.set_source({}, {});
    if (read) read_.push_back(source);
    return read;
  }

  core::expected<bool> try_format(const enabled_format& e, const std::string& source, std::vector<std::string>& failures) {
    reading r{into_, options_, sources_, read_, source, e.name};
    bool wanted = e.format ? e.format->wants(r) : exists(source);
    if (!wanted) {
      r.note(3, e.name + " declined parsing " + source + " as it did not pass its verify_file() method");
      return false;
    }
    auto done = e.format ? e.format->read(r) : read_foreign_source(r);
    if (done) {
      r.note(3, "Parsed " + source + " inventory source with " + e.name + " plugin");
      return true;
    }
    const auto& d = done.error().what();
    if (d.category == "fatal") return done.error();
    failures.push_back("\n* Failed to parse " + source + " with " + e.name + " plugin: " + d.message +
                       (d.where ? " (" + d.where.str() + ")" : ""));
    return false;
  }

  inventory& into_;
  const inventory_options& options_;
  const std::vector<std::string>& sources_;
  std::vector<enabled_format> enabled_;
  std::vector<templating::regex> ignored_;
  std::vector<std::string> read_;
};

/// Where a source's group_vars/ and host_vars/ are looked for; empty for a host list.
std::string vars_folder(const std::string& source) {
  if (is_folder(source)) return source;
  if (source.find(',') != source.npos && !exists(source)) return {};
  auto folder = fs::path(source).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// Reads `sources` into `out.hosts`, which is empty.
core::expected<void> fill(loaded_inventory& out, const std::vector<std::string>& sources, const inventory_options& options) {
  source_reader reader(out.hosts, options, sources);
  if (auto ok = reader.prepare(); !ok) return ok;
  bool any = false;
  for (const auto& source : sources) {
    auto read = reader.read(source);
    if (!read) return read.error();
    any = any || *read;
  }
  // What a failed source left behind stays outside `all`, as in Ansible.
  if (any) return out.hosts.reconcile();
  if (options.unparsed_is_failed) return fatal("No inventory was parsed, please check your configuration and options.");
  if (options.unparsed_warning)
    out.hosts.say(core::severity::warning, "No inventory was parsed, only implicit localhost is available");
  return {};
}

core::expected<loaded_inventory> load(inventory empty, const std::vector<std::string>& sources,
                                      const inventory_options& options) {
  loaded_inventory out{std::move(empty), {}};
  out.hosts.sources = sources;
  out.hosts.directories.clear();
  for (const auto& source : sources)
    if (auto folder = vars_folder(source); !folder.empty()) out.hosts.directories.push_back(folder);
  if (auto ok = fill(out, sources, options); !ok) {
    // What was said before belongs to the reason.
    for (auto& m : out.hosts.take_messages())
      if (m.severity != core::severity::note) ok.error().what().notes.push_back(std::move(m));
    return ok.error();
  }
  out.warnings = out.hosts.take_messages();
  return out;
}

} // namespace

std::string unfrack_path(const std::string& path) {
  std::string p = path;
  if (p.starts_with("~/") || p == "~")
    if (const char* home = std::getenv("HOME")) p = home + p.substr(1);
  for (auto at = p.find('$'); at != p.npos; at = p.find('$', at + 1)) {
    bool braces = at + 1 < p.size() && p[at + 1] == '{';
    auto from = at + 1 + braces, end = from;
    while (end < p.size() && (p[end] == '_' || std::isalnum(static_cast<unsigned char>(p[end])))) ++end;
    if (end == from || (braces && (end >= p.size() || p[end] != '}'))) continue;
    const char* v = std::getenv(p.substr(from, end - from).c_str());
    if (v) p.replace(at, end + braces - at, v);
  }
  std::error_code code;
  auto out = fs::absolute(p.empty() ? "." : p, code).lexically_normal().string();
  while (out.size() > 1 && out.ends_with('/')) out.pop_back();
  return out;
}

core::expected<loaded_inventory> load_inventory(const std::vector<std::string>& given, const inventory_options& options) {
  std::vector<std::string> sources;
  for (const auto& s : given) sources.push_back(s.find(',') == s.npos ? unfrack_path(s) : s);
  return load(inventory(options.rules), sources, options);
}

core::expected<loaded_inventory> reload_inventory(const inventory& old, const inventory_options& options) {
  return load(old.renewed(), old.sources, options);
}

} // namespace mito::playbook
