#include "actions/temporary_names.hpp"

#include <sys/random.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>

#include "core/text.hpp"

namespace mito::actions {

std::string random_name(std::string_view prefix) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789_";
  unsigned char bytes[8] = {};
  (void)!::getrandom(bytes, sizeof bytes, 0);
  std::string out(prefix);
  for (auto b : bytes) out += letters[b % letters.size()];
  return out;
}

std::string local_folder(std::string_view base) {
  return std::string(base) + "/" + random_name("ansible-local-" + std::to_string(::getpid()));
}

std::string remote_source(std::string_view base, const engine::become_settings& become, std::string_view login) {
  bool unprivileged = become.active && become.user != "root" && become.user != "toor" && become.user != login;
  std::uint64_t number = 0;
  (void)!::getrandom(&number, 6, 0);
  double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  std::string out(unprivileged ? "/var/tmp" : base);
  out += "/ansible-tmp-";
  core::append_real(out, now);
  out += "-" + std::to_string(::getpid()) + "-" + std::to_string(number) + "/source";
  return out;
}

} // namespace mito::actions
