#include "protocol/python.hpp"

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"

namespace mito::protocol {

void process_output::encode(std::string& body) const {
  writer w(body);
  w.u32(static_cast<std::uint32_t>(status));
  w.u32(static_cast<std::uint32_t>(signal));
  w.u8(static_cast<std::uint8_t>(what));
  w.text(err);
  w.raw(out);
}

std::optional<process_output> process_output::decode(std::string_view body) {
  reader r(body);
  process_output m;
  m.status = static_cast<std::int32_t>(r.u32());
  m.signal = static_cast<std::int32_t>(r.u32());
  auto what = r.u8();
  if (what > static_cast<std::uint8_t>(state::lost)) return std::nullopt;
  m.what = static_cast<state>(what);
  m.err = r.text(max_result);
  m.out = r.rest();
  if (!r.complete()) return std::nullopt;
  return m;
}

} // namespace mito::protocol
