#pragma once
/// Parsed templates by their text: bounded, sharded, shared by threads.
#include <array>
#include <atomic>

#include "templating/environment.hpp"

namespace mito::templating {

class template_cache {
public:
  /// What the text is: a template, a bare expression, or a condition (`{% if … %} True {% else %} False {%
  /// endif %}` is put around it, as Ansible does).
  enum class form : std::uint8_t { text, expression, condition };

  /// Parses unless it is known. Errors are not kept. `#jinja2:` headers are heeded.
  core::expected<code_ptr> get(std::string_view text, const environment& env, form what = form::text);

  /// A file's text, not kept: files are read once. Its name goes into errors.
  core::expected<code_ptr> get(std::string_view text, const environment& env, std::string_view file_name);

  template_cache() = default;
  template_cache(const template_cache&) = delete;

private:
  struct entry {
    std::uint64_t hash = 0;
    std::string text;
    code_ptr code;
  };
  struct shard {
    std::atomic_flag busy = ATOMIC_FLAG_INIT;
    std::vector<entry> entries;
    std::size_t next = 0, bytes = 0;
  };
  static constexpr std::size_t shards = 16, slots = 512, ways = 4, shard_bytes = 8u << 20;
  std::array<shard, shards> shards_;
};

/// A number that differs between environments whose parsing differs.
std::uint64_t signature(const environment& env);

} // namespace mito::templating
