#include "templating/vault/secret.hpp"

#include <cstring>

namespace mito::templating {

void wipe(std::string& s) noexcept {
  // A short string moves in place to its full capacity without an allocation.
  s.resize(s.capacity());
  ::explicit_bzero(s.data(), s.size());
  s.clear();
}

void wiped_string::append(std::string_view more) {
  if (text.size() + more.size() > text.capacity()) {
    std::string larger;
    larger.reserve((text.size() + more.size()) * 2);
    larger = text;
    text.swap(larger);
    wipe(larger);
  }
  text += more;
}

secret::secret(std::string_view bytes) {
  auto held = std::make_shared<wiped_string>();
  held->append(bytes);
  bytes_ = std::move(held);
}

} // namespace mito::templating
