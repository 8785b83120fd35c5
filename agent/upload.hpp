#pragma once
/// A file on its way to the target: written to a nameless (or else temporary, 0600) file in the directory of its
/// destination, so that the module only renames it. Nothing is left behind when it does not get that far.
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/descriptor.hpp"
#include "agent/sha1.hpp"
#include "core/expected.hpp"

namespace mito::agent {

class upload {
public:
  upload() = default;
  upload(const upload&) = delete;
  upload& operator=(const upload&) = delete;
  ~upload();

  /// `destination` as the module will see it: a file, or a directory.
  core::expected<void> open(std::string destination, std::uint64_t size);
  /// To memory instead of a file: see `take_memory`.
  core::expected<void> open_memory(std::uint64_t size);
  core::expected<void> write(std::string_view bytes);
  /// All bytes are there: gives the file its name. More or fewer bytes than announced are an error.
  core::expected<void> complete();
  /// After `complete`.
  const std::string& name() const { return name_; }
  std::string sha1() { return hash_.hex(); }
  /// What came, after `complete`.
  std::string take_memory() { return std::move(memory_); }
  /// Bytes written since this was last asked, once they are worth a credit.
  std::uint32_t take_credit();

private:
  descriptor file_;
  std::string directory_, name_, memory_;
  bool in_memory_ = false;
  std::uint64_t size_ = 0, written_ = 0, credited_ = 0;
  agent::sha1 hash_;
};

} // namespace mito::agent
