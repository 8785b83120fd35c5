#pragma once
/// A module and all the sources that it may import.
#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "pymodules/finder.hpp"
#include "pymodules/scanner.hpp"

namespace mito::pymodules {

/// One source, stripped; equal texts are one object.
struct source {
  std::uint64_t digest = 0; ///< first 64 bits of its SHA-256
  std::string text;
  bool core = false; ///< ansible-core's own module_utils: may be imported ahead of calls
};
using source_ptr = std::shared_ptr<const source>;

struct closure {
  struct member {
    std::string name; ///< dotted: "ansible.module_utils.basic"
    bool package = false;
    source_ptr what;
  };
  std::string fqn;          ///< of the module itself
  std::uint64_t digest = 0; ///< of names and digests
  std::vector<member> members;
};
using closure_ptr = std::shared_ptr<const closure>;

/// Builds closures; shares what they have in common. Not thread-safe.
class closure_builder {
public:
  closure_builder(const settings& s, finder& f, routing& r) : settings_(s), finder_(f), routing_(r) {}

  /// `text` is the module's, `fqn` the name that it gets on the target. Errors are Ansible's: support code that is missing.
  core::expected<closure_ptr> build(const std::string& fqn, std::string_view text);

  /// After a folder was added: module_utils may mean other files.
  void forget();

private:
  struct located {
    bool found = false, package = false, redirected = false, core = false;
    std::string name; ///< as found
    std::string text;
  };
  struct wanted {
    import_name what;
    bool child_is_redirected = false;
  };
  /// A source with its imports, scanned once.
  struct scanned {
    source_ptr what;
    std::vector<import_name> imports;
  };
  core::expected<located> locate(const wanted& w);
  core::expected<located> locate_legacy(const wanted& w);
  core::expected<located> locate_in_collection(const wanted& w);
  core::expected<bool> redirect(const std::string& collection, const std::string& name, const std::string& remainder,
                                bool optional, located& out);
  bool find_legacy(const std::string& name, located& out);
  bool find_in_collection(const std::string& name, located& out);
  const scanned& scan(const std::string& name, bool package, bool core, std::string_view text);
  source_ptr intern(std::string_view text, bool core);

  const settings& settings_;
  finder& finder_;
  routing& routing_;
  folder_cache folders_;
  std::unordered_map<std::string, located> located_;
  std::unordered_map<std::string, scanned> scanned_;
  std::unordered_map<std::uint64_t, source_ptr> sources_;
};

/// First 64 bits of the SHA-256.
std::uint64_t digest_of(std::string_view bytes);

} // namespace mito::pymodules
