// The ordered hash table behind dict: a vector of entries, and past a few of them an index into it.
#include "core/value.hpp"

namespace mito::core {

namespace {
/// Below this a scan of the entries is quicker than hashing.
constexpr std::size_t small = 8;
} // namespace

dict::dict(std::initializer_list<entry> entries) {
  for (auto& e : entries) set_key(e.key, e.val);
}

template <class Same>
std::size_t dict::locate(std::uint64_t h, const Same& same) const noexcept {
  const std::size_t mask = index_.size() - 1;
  for (std::size_t slot = h & mask;; slot = (slot + 1) & mask) {
    if (index_[slot] == 0) return none;
    if (same(entries_[index_[slot] - 1].key)) return index_[slot] - 1;
  }
}

const value* dict::find(std::string_view key) const noexcept {
  auto same = [&](const value& k) { return k.is_string() && k.as_string() == key; };
  if (index_.empty()) {
    for (auto& e : entries_)
      if (same(e.key)) return &e.val;
    return nullptr;
  }
  auto at = locate(hash(key), same);
  return at == none ? nullptr : &entries_[at].val;
}

const value* dict::find_key(const value& key) const noexcept {
  if (key.is_string()) {
    auto text = key.as_string();
    auto same = [&](const value& k) { return k.is_string() && k.as_string() == text; };
    if (!index_.empty()) {
      auto at = locate(hash(key), same);
      return at == none ? nullptr : &entries_[at].val;
    }
    for (auto& e : entries_)
      if (same(e.key)) return &e.val;
    return nullptr;
  }
  auto same = [&](const value& k) { return k == key; };
  if (!index_.empty()) {
    auto at = locate(hash(key), same);
    return at == none ? nullptr : &entries_[at].val;
  }
  for (auto& e : entries_)
    if (same(e.key)) return &e.val;
  return nullptr;
}

void dict::index_entry(std::size_t at) {
  const std::size_t mask = index_.size() - 1;
  std::size_t slot = hash(entries_[at].key) & mask;
  while (index_[slot]) slot = (slot + 1) & mask;
  index_[slot] = static_cast<std::uint32_t>(at + 1);
}

void dict::rebuild_index() {
  index_.clear();
  if (entries_.size() <= small) return;
  std::size_t size = 32;
  while (size < entries_.size() * 2) size *= 2;
  index_.assign(size, 0);
  for (std::size_t at = 0; at < entries_.size(); ++at) index_entry(at);
}

void dict::push(value key, value v) {
  entries_.push_back({std::move(key), std::move(v)});
  if (entries_.size() * 2 > index_.size())
    rebuild_index();
  else
    index_entry(entries_.size() - 1);
}

dict& dict::set(std::string_view key, value v) {
  if (auto* old = const_cast<value*>(find(key)))
    *old = std::move(v);
  else
    push(value(key), std::move(v));
  return *this;
}

dict& dict::set(const char* key, value v) { return set(std::string_view(key), std::move(v)); }

dict& dict::set_key(value key, value v) {
  if (auto* old = const_cast<value*>(find_key(key)))
    *old = std::move(v);
  else
    push(std::move(key), std::move(v));
  return *this;
}

dict& dict::set_default(std::string_view key, value v) {
  if (!find(key)) push(value(key), std::move(v));
  return *this;
}

bool dict::erase_at(std::size_t at) {
  entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(at));
  rebuild_index();
  return true;
}

bool dict::erase_key(const value& key) {
  for (std::size_t at = 0; at < entries_.size(); ++at)
    if (entries_[at].key == key) return erase_at(at);
  return false;
}

bool dict::erase(std::string_view key) {
  return erase_key(value(key));
}

dict& dict::update(const dict& other) {
  for (auto& e : other) set_key(e.key, e.val);
  return *this;
}

void dict::reserve(std::size_t n) {
  entries_.reserve(n);
}

} // namespace mito::core
