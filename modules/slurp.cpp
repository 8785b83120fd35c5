/// slurp: a file's contents in base64.
#include <cerrno>

#include "modules/common/arguments.hpp"
#include "modules/common/os.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

namespace {

/// In base64 this fills a result, which is bounded.
constexpr std::size_t most = 47u << 20;

std::string base64(std::string_view data) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((data.size() + 2) / 3 * 4);
  for (std::size_t at = 0; at < data.size(); at += 3) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 3; ++i)
      word = word << 8 | (at + i < data.size() ? static_cast<unsigned char>(data[at + i]) : 0u);
    for (std::size_t i = 0; i < 4; ++i)
      out += at + i <= data.size() ? digits[word >> (18 - 6 * i) & 63] : '=';
  }
  return out;
}

} // namespace

core::value run_slurp(const request& r) {
  static constexpr option options[] = {{"src", option_type::path, nullptr, "path", nullptr, true}};
  call c(r, {"slurp", options});
  if (c.ended()) return c.result();
  std::string source = c.text("src"), content;
  if (read_file(source, content, most + 1) != 0) {
    int error = errno;
    c.fail(error == ENOENT   ? cat({"file not found: ", source})
           : error == EACCES ? cat({"file is not readable: ", source})
           : error == EISDIR ? cat({"source is a directory and must be a file: ", source})
                             : cat({"unable to slurp file: ", os_error_text(error, source)}));
    return c.result();
  }
  if (content.size() > most) {
    c.fail(cat({"the file is larger than 47 MiB, the most that slurp takes: ", source}));
    return c.result();
  }
  core::dict d;
  return c.result(d.set("content", base64(content)).set("source", source).set("encoding", "base64"));
}

} // namespace mito::modules
