#define CAF_SUITE agent.inflate
#include <caf/test/unit_test.hpp>

#include <random>
#include <zlib.h>

#include "agent/inflate.hpp"

using mito::agent::gunzip;

namespace {

std::string packed(const std::string& text, int level, int strategy) {
  z_stream z = {};
  deflateInit2(&z, level, Z_DEFLATED, 31, 9, strategy);
  std::string out(deflateBound(&z, text.size()) + 64, '\0');
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  z.avail_in = static_cast<uInt>(text.size());
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

std::string sample(std::mt19937& random, std::size_t size, unsigned letters) {
  std::string text;
  while (text.size() < size) {
    if (text.size() > 300 && random() % 3 == 0)
      text += text.substr(random() % (text.size() - 280), random() % 280);
    else
      text += static_cast<char>(random() % letters);
  }
  return text;
}

} // namespace

CAF_TEST(unpacks what zlib packed) {
  std::mt19937 random(1);
  for (std::size_t size : {0, 1, 100, 70000, 300000})
    for (unsigned letters : {2u, 60u, 256u})
      for (int level : {0, 1, 9})
        for (int strategy : {Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY}) {
          auto text = sample(random, size, letters);
          auto out = gunzip(packed(text, level, strategy), 1 << 20);
          CAF_CHECK(out && *out == text);
        }
}

CAF_TEST(holds its bound and survives damage) {
  std::mt19937 random(2);
  auto text = sample(random, 50000, 60);
  auto good = packed(text, 9, Z_DEFAULT_STRATEGY);
  CAF_CHECK(!gunzip(good, text.size() - 1));
  CAF_CHECK(gunzip(good, text.size()));
  CAF_CHECK(!gunzip(std::string_view(good).substr(0, good.size() / 2), 1 << 20));
  CAF_CHECK(!gunzip("", 10));
  for (int i = 0; i < 3000; ++i) {
    auto bad = good;
    for (int n = 0; n < 3; ++n) bad[10 + random() % (bad.size() - 10)] = static_cast<char>(random());
    auto out = gunzip(bad, 1 << 20);
    CAF_CHECK(!out || out->size() <= 1 << 20);
  }
}
