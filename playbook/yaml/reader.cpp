#include "playbook/yaml/reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/json.hpp"
#include "core/text.hpp"
#include "playbook/yaml/raw.hpp"

namespace mito::playbook {

const yaml_member* yaml_node::find(std::string_view key) const {
  for (const auto& m : members)
    if (m.key.is_string() && m.key.as_string() == key) return &m;
  return nullptr;
}

namespace {

/// What Ansible's JSON decoder makes of {"__ansible_vault": text} and {"__ansible_unsafe": value}.
core::value revived(const core::value& v, const std::shared_ptr<const core::source_file>& file, const keyring_handle& keys) {
  if (v.is_list()) {
    core::list out;
    for (const auto& i : v.as_list()) out.push_back(revived(i, file, keys));
    return core::value(std::move(out));
  }
  if (!v.is_dict()) return v;
  core::dict out;
  for (const auto& e : v.as_dict()) {
    if (e.key.as_string() == "__ansible_vault" && e.val.is_string())
      return encrypted_value(std::string(e.val.as_string()), {file, 0, 0}, keys);
    if (e.key.as_string() == "__ansible_unsafe") return core::as_data(e.val);
    out.set_key(e.key, revived(e.val, file, keys));
  }
  return core::value(std::move(out));
}

/// A JSON document's nodes: values without places of their own.
yaml_ref from_json(const core::value& v) {
  auto out = std::make_shared<yaml_node>();
  out->val = v;
  out->where = {1, 1};
  if (v.is_list())
    for (const auto& item : v.as_list()) out->items.push_back(from_json(item));
  if (v.is_dict())
    for (const auto& e : v.as_dict()) out->members.push_back({e.key, {1, 1}, from_json(e.val)});
  return out;
}

core::expected<yaml_document> refuse(std::string message, std::shared_ptr<const core::source_file> file) {
  core::error e(std::move(message), {std::move(file), 0, 0});
  e.what().category = "yaml";
  return e;
}

/// `text` need not be the file's own: a vault's stays out of it, so that no message can show it.
core::expected<yaml_document> read_document(std::string_view text, std::shared_ptr<const core::source_file> file,
                                            const yaml_options& options) {
  if (text.size() > options.bytes)
    return refuse("the file is larger than " + std::to_string(options.bytes) + " bytes", file);
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  yaml_document doc{file, nullptr, {}};
  auto start = text.find_first_not_of(" \t\r\n");
  if (options.json_first && start != text.npos &&
      std::string_view("{[\"-0123456789tfnNI").find(text[start]) != text.npos) {
    auto json = core::parse_json(
        text, {.depth = options.depth, .bytes = options.bytes, .trust = core::trust::source});
    if (json) {
      bool marked = text.find("\"__ansible_") != text.npos;
      doc.root = from_json(marked ? revived(*json, file, options.vault) : *json);
      return doc;
    }
  }
  if (auto ok = raw::check_characters(text, {file, 0, 0}); !ok) return ok.error();
  if (auto ok = raw::check_directives(text, file); !ok) return ok.error();
  auto tree = raw::compose(raw::widen_block_scalars(text), file, options);
  if (!tree) return tree.error();
  auto root = raw::construct(*tree, file, options, doc.warnings);
  if (!root) return root.error();
  doc.root = std::move(*root);
  return doc;
}

} // namespace

core::expected<yaml_document> read_yaml(std::shared_ptr<const core::source_file> file, const yaml_options& options) {
  std::string_view text = file->text;
  return read_document(text, std::move(file), options);
}

core::expected<yaml_document> read_yaml_text(std::string name, std::string text,
                                             const yaml_options& options) {
  return read_yaml(std::make_shared<core::source_file>(core::source_file{std::move(name), std::move(text)}),
                   options);
}

core::expected<yaml_document> read_yaml_file(const std::string& path, const yaml_options& options) {
  auto text = read_text_file(path);
  if (!text) return text.error();
  if (is_vault_text(*text)) {
    auto opened = open_vault_file(*text, path, options.vault);
    if (!opened) return opened.error();
    return read_document(opened->view(), std::make_shared<core::source_file>(core::source_file{path, {}}), options);
  }
  return read_yaml_text(path, std::move(*text), options);
}

core::expected<std::string> read_text_file(const std::string& path) {
  auto failed = [&](int code) {
    core::error e(code == ENOENT
                      ? "Could not find or access '" + path + "' on the Ansible Controller."
                      : "an error occurred while trying to read the file '" + path + "': " + strerror(code));
    e.what().category = code == ENOENT || code == ENOTDIR ? "missing" : "io";
    return e;
  };
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return failed(errno);
  std::string out;
  char buffer[65536];
  for (;;) {
    auto n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      int code = errno;
      ::close(fd);
      if (n < 0) return failed(code);
      return out;
    }
    out.append(buffer, static_cast<std::size_t>(n));
  }
}

} // namespace mito::playbook
