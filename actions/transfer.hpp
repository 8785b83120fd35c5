#pragma once
/// Sending one file's content to a target: small content with the request, larger only once the target asks for it.
#include <memory>
#include <optional>
#include <string>

#include "actions/action.hpp"

namespace mito::actions {

/// What is to arrive: text in memory, or a local file.
struct content {
  std::shared_ptr<const std::string> text;
  std::string path;
  std::uint64_t size = 0;
  std::string sha1;
  std::string shown;      ///< the name that differences and results have for it
  bool made_here = false; ///< it is no file of the user's: it cannot go into a folder
};

/// Reads size and SHA-1 of a local file.
core::expected<content> file_content(const std::string& path);
content text_content(std::string text);

/// The copy module's conversation for one file: compare by checksum, send the content if it differs.
class transfer {
public:
  /// `args` are the module's: dest, mode, owner, …; src, checksum and _original_basename are added here.
  transfer(core::dict args, content what, std::string basename);
  module_call first(const context& c);
  /// The next call, or the result that the task has.
  std::variant<module_call, core::value> next(const context& c, core::value result);

private:
  module_call call(const context& c) const;
  core::dict args_;
  content what_;
  bool sent_ = false;
};

} // namespace mito::actions
