#include "actions/encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <cerrno>

#include "core/text.hpp"

namespace mito::actions {

namespace {

struct converter {
  iconv_t handle;
  explicit converter(const std::string& to) : handle(::iconv_open(to.c_str(), "UTF-8")) {}
  ~converter() {
    if (good()) ::iconv_close(handle);
  }
  converter(const converter&) = delete;
  converter& operator=(const converter&) = delete;
  bool good() const { return handle != reinterpret_cast<iconv_t>(-1); }
};

} // namespace

core::expected<std::string> encode(std::string_view text, std::string_view encoding) {
  auto name = core::lower(encoding);
  std::replace(name.begin(), name.end(), '_', '-');
  if (name == "utf-8" || name == "utf8") return std::string(text);
  if (name == "utf-8-sig") return "\xEF\xBB\xBF" + std::string(text);
  converter to(name);
  if (!to.good()) return core::error("unknown encoding: " + std::string(encoding));
  std::string in(text), out;
  char* from = in.data();
  std::size_t left = in.size();
  char buffer[4096];
  while (left > 0) {
    char* at = buffer;
    std::size_t room = sizeof buffer;
    bool failed = ::iconv(to.handle, &from, &left, &at, &room) == static_cast<std::size_t>(-1) && errno != E2BIG;
    out.append(buffer, static_cast<std::size_t>(at - buffer));
    if (failed) {
      auto position = static_cast<std::size_t>(from - in.data());
      return core::error("'" + name + "' codec can't encode the character at position " +
                         std::to_string(core::count_code_points(text.substr(0, position))));
    }
  }
  return out;
}

} // namespace mito::actions
