#include "pymodules/bundle.hpp"

#include <algorithm>
#include <zlib.h>

#include "protocol/wire.hpp"
#include "pymodules/server_data.hpp"
#include "pymodules/strip.hpp"

namespace mito::pymodules {

namespace {

constexpr std::uint64_t program_mark = 1; ///< in known_sources: the program was sent

/// zlib's form (RFC 1950), or gzip's (RFC 1952).
std::string packed(const std::string& bytes, bool gzip) {
  constexpr int window = 15, memory = 9;
  z_stream z = {};
  if (::deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, window + (gzip ? 16 : 0), memory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(::deflateBound(&z, bytes.size()), '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  ::deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  ::deflateEnd(&z);
  return out;
}

} // namespace

std::string server_program() { return strip_source(server_source()); }

std::string make_bundle(const std::vector<source_ptr>& sources, const std::vector<closure_ptr>& closures) {
  std::string plain;
  protocol::writer w(plain);
  w.u32(static_cast<std::uint32_t>(sources.size()));
  for (const auto& s : sources) {
    w.u64(s->digest);
    w.text(s->text);
  }
  w.u32(static_cast<std::uint32_t>(closures.size()));
  for (const auto& c : closures) {
    w.u64(c->digest);
    w.u32(static_cast<std::uint32_t>(c->members.size()));
    for (const auto& m : c->members) {
      w.u16(static_cast<std::uint16_t>(m.name.size()));
      w.raw(m.name);
      w.u8(static_cast<std::uint8_t>((m.package ? 1 : 0) | (m.what->core ? 2 : 0)));
      w.u64(m.what->digest);
    }
  }
  return packed(plain, false);
}

std::vector<protocol::source_set::part> bundler::missing(const closure_ptr& c, protocol::known_sources& known) {
  std::vector<protocol::source_set::part> out;
  if (known.contains(c->digest)) return out;
  std::lock_guard lock(mutex_);
  if (known.insert(program_mark).second) {
    if (!program_) program_ = std::make_shared<const std::string>(packed(server_program(), true));
    out.push_back({protocol::flag::program, program_});
  }
  known.insert(c->digest);
  std::vector<source_ptr> sources;
  std::string key = std::to_string(c->digest);
  for (const auto& m : c->members)
    if (known.insert(m.what->digest).second) {
      sources.push_back(m.what);
      key += "," + std::to_string(m.what->digest);
    }
  auto& made = made_[digest_of(key)];
  if (!made) made = std::make_shared<const std::string>(make_bundle(sources, {c}));
  out.push_back({protocol::flag::sources, made});
  return out;
}

} // namespace mito::pymodules
