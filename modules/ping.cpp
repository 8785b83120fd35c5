/// ping: answers with `data`.
#include "modules/common/arguments.hpp"
#include "modules/entries.hpp"

namespace mito::modules {

core::value run_ping(const request& r) {
  static constexpr option options[] = {{"data", option_type::str, "pong"}};
  call c(r, {"ping", options});
  if (!c.ended() && c["data"].as_string() == "crash") c.crash("Exception: boom");
  return c.result(core::dict().set("ping", c["data"]));
}

} // namespace mito::modules
