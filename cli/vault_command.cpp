// `mito-actor vault`: actions on files.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "cli/commands.hpp"
#include "cli/pager.hpp"
#include "cli/signals.hpp"
#include "cli/vault_files.hpp"
#include "cli/vault_session.hpp"
#include "core/python.hpp"
#include "playbook/vault/envelope.hpp"

namespace mito::cli {

namespace {

std::vector<std::string> files_or_stdin(const parsed& given) {
  return given.positional.empty() ? std::vector<std::string>{"-"} : given.positional;
}

void note(bool shown, const char* text) {
  if (shown) std::fprintf(stderr, "%s\n", text);
}

std::string extension_of(const std::string& path) { return std::filesystem::path(path).extension().string(); }

/// Writes `data`, which is encrypted, to `path`; a file that stands there keeps its owner and permissions.
core::expected<void> put_into_place(std::string_view data, const std::string& path) {
  struct stat before;
  bool existed = ::stat(path.c_str(), &before) == 0 && S_ISREG(before.st_mode);
  if (auto ok = write_vault_data(data, path, old_file::remove); !ok || !existed) return ok;
  if (::chmod(path.c_str(), before.st_mode & 07777) != 0 || ::chown(path.c_str(), before.st_uid, before.st_gid) != 0)
    return core::error("cannot set owner and permissions of " + path);
  return {};
}

/// Nothing ends this program while plaintext lies on a disk.
struct signals_held {
  signals_held() { block_signals(); }
  ~signals_held() { unblock_signals(); }
};

/// Lets the user edit `plaintext` and writes what became of it to `path`. Without one the file is new.
core::expected<void> edit_into(vault_session& s, const std::string& path, const playbook::vault_secret& with,
                               const playbook::wiped_string* plaintext) {
  signals_held held;
  auto folder = private_folder::make(core::to_str(s.config().value("local_tmp")));
  if (!folder) return folder.error();
  auto file = folder->path() + "/vault" + extension_of(path);
  auto written = write_vault_data(plaintext ? plaintext->view() : std::string_view(), file, old_file::remove);
  if (!written) return written;
  if (auto ok = run_editor(file); !ok) return ok;
  auto edited = read_vault_data(file);
  if (!edited) return edited.error();
  if (plaintext && plaintext->view() == edited->view()) return {};
  auto encrypted = playbook::encrypt_vault(edited->view(), with);
  if (!encrypted) return encrypted.error();
  return put_into_place(*encrypted, path);
}

} // namespace

int vault_encrypt(const parsed& given) {
  vault_session s(given, action_of(vault_command, "encrypt"));
  if (int code = s.begin()) return code;
  if (int code = s.need_new_secret()) return code;
  note(given.positional.empty() && ::isatty(STDIN_FILENO), "Reading plaintext input from stdin");
  for (auto& name : files_or_stdin(given)) {
    auto path = real_path(name);
    auto plaintext = read_vault_data(path);
    if (!plaintext) return s.fail(plaintext.error().message());
    auto encrypted = playbook::encrypt_vault(plaintext->view(), s.encrypt_with());
    if (!encrypted) return s.fail(encrypted.error().message());
    auto to = given.has("output") ? real_path(given.last("output")) : path;
    if (auto ok = write_vault_data(*encrypted, to, old_file::shred); !ok) return s.fail(ok.error().message());
  }
  note(::isatty(STDOUT_FILENO), "Encryption successful");
  return 0;
}

int vault_decrypt(const parsed& given) {
  vault_session s(given, action_of(vault_command, "decrypt"));
  if (int code = s.begin()) return code;
  if (int code = s.need_secrets()) return code;
  note(given.positional.empty() && ::isatty(STDIN_FILENO), "Reading ciphertext input from stdin");
  for (auto& name : files_or_stdin(given)) {
    auto path = real_path(name);
    auto text = read_vault_data(path);
    if (!text) return s.fail(text.error().message());
    auto opened = s.keys().open(text->view(), path);
    if (!opened) return s.fail(opened.error().message() + " for " + path);
    auto to = given.has("output") ? real_path(given.last("output")) : path;
    if (auto ok = write_vault_data(opened->plaintext.view(), to, old_file::remove); !ok) return s.fail(ok.error().message());
  }
  note(::isatty(STDOUT_FILENO), "Decryption successful");
  return 0;
}

int vault_create(const parsed& given) {
  vault_session s(given, action_of(vault_command, "create"));
  if (int code = s.begin()) return code;
  if (int code = s.need_new_secret()) return code;
  if (given.positional.size() != 1) return s.fail_options("ansible-vault create can take only one filename argument");
  auto& path = given.positional.front();
  std::error_code code;
  auto folder = std::filesystem::path(path).parent_path();
  if (!folder.empty() && !std::filesystem::exists(folder, code)) {
    s.display().warning(folder.string() + " does not exist, creating...");
    std::filesystem::create_directories(folder, code);
    if (code) return s.fail("Unable to create local directories(" + folder.string() + "): " + code.message());
  }
  if (std::filesystem::is_regular_file(path, code)) return s.fail(path + " exists, please use 'edit' instead");
  auto done = edit_into(s, path, s.encrypt_with(), nullptr);
  return done ? 0 : s.fail(done.error().message());
}

int vault_edit(const parsed& given) {
  vault_session s(given, action_of(vault_command, "edit"));
  if (int code = s.begin()) return code;
  if (int code = s.need_secrets()) return code;
  for (auto& name : given.positional) {
    auto path = real_path(name);
    auto text = read_vault_data(path);
    if (!text) return s.fail(text.error().message());
    auto opened = s.keys().open(text->view());
    if (!opened) return s.fail(opened.error().message() + " for " + path);
    // The id of the header stays, whichever secret opened it.
    auto envelope = playbook::parse_vault_envelope(text->view(), path);
    auto id = envelope && !envelope->id.empty() ? envelope->id : s.config().text("vault_identity", "default");
    auto done = edit_into(s, path, {id, opened->used.password}, &opened->plaintext);
    if (!done) return s.fail(done.error().message());
  }
  return 0;
}

int vault_view(const parsed& given) {
  vault_session s(given, action_of(vault_command, "view"));
  if (int code = s.begin()) return code;
  if (int code = s.need_secrets()) return code;
  for (auto& path : given.positional) {
    auto text = read_vault_data(path);
    if (!text) return s.fail(text.error().message());
    auto opened = s.keys().open(text->view(), path);
    if (!opened) return s.fail(opened.error().message() + " for " + path);
    page(opened->plaintext.view());
  }
  return 0;
}

int vault_rekey(const parsed& given) {
  vault_session s(given, action_of(vault_command, "rekey"));
  if (int code = s.begin()) return code;
  if (int code = s.need_secrets()) return code;
  if (int code = s.need_rekey_secret()) return code;
  for (auto& name : given.positional) {
    auto path = real_path(name);
    auto text = read_vault_data(path);
    if (!text) return s.fail(text.error().message());
    auto opened = s.keys().open(text->view());
    if (!opened) return s.fail(opened.error().message() + " for " + path);
    auto encrypted = playbook::encrypt_vault(opened->plaintext.view(), s.encrypt_with());
    if (!encrypted) return s.fail(encrypted.error().message());
    if (auto ok = put_into_place(*encrypted, path); !ok) return s.fail(ok.error().message());
  }
  note(true, "Rekey successful");
  return 0;
}

} // namespace mito::cli
