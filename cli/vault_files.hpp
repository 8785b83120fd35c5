#pragma once
/// Reading, replacing and destroying the files that `vault` works on.
#include <string>
#include <string_view>
#include <sys/types.h>

#include "core/expected.hpp"
#include "playbook/vault/secret.hpp"

namespace mito::cli {

/// "-" is stdin. The error is Ansible's ("Unable to read source file (…): …").
core::expected<playbook::wiped_string> read_vault_data(const std::string& path);
/// What is done with a file that stands where one is written.
enum class old_file : unsigned char { shred, remove };
/// "-" is stdout. The file is made anew, for its owner only; never through a link that somebody puts there meanwhile.
core::expected<void> write_vault_data(std::string_view data, const std::string& path, old_file old);
/// Overwrites a file's blocks three times and removes it; nothing when there is none.
void shred_file(const std::string& path);
/// The path with links followed; "-" stays.
std::string real_path(const std::string& path);

/// A folder for plaintext that nobody else can look into, below `base`; it goes with what is in it, shredded.
class private_folder {
public:
  static core::expected<private_folder> make(const std::string& base);
  private_folder(private_folder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  private_folder& operator=(private_folder&&) = delete;
  ~private_folder();
  const std::string& path() const { return path_; }

private:
  explicit private_folder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Runs $EDITOR (else vi) on `path` and waits for its end; what it returns does not matter. The error is Ansible's.
core::expected<void> run_editor(const std::string& path);

} // namespace mito::cli
