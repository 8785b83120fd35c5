#include "core/encrypted.hpp"

namespace mito::core {

const void* encrypted_text::static_tag() noexcept {
  static const char tag = 0;
  return &tag;
}

namespace {

expected<value> decrypted_list(const value& v) {
  list out;
  out.reserve(v.as_list().size());
  for (auto& i : v.as_list()) {
    auto item = decrypted(i);
    if (!item) return item;
    out.push_back(std::move(*item));
  }
  return (v.is_tuple() ? value::tuple(std::move(out)) : value(std::move(out))).with_subtype(v.subtype());
}

} // namespace

expected<value> decrypted(const value& v) {
  if (!v.has_encrypted()) return v;
  if (auto* e = as_encrypted(v)) return e->plaintext();
  if (v.is_sequence()) return decrypted_list(v);
  dict out;
  out.reserve(v.as_dict().size());
  for (auto& e : v.as_dict()) {
    auto key = decrypted(e.key);
    if (!key) return key;
    auto val = decrypted(e.val);
    if (!val) return val;
    out.set_key(std::move(*key), std::move(*val));
  }
  return value(std::move(out));
}

} // namespace mito::core
