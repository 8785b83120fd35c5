#include "core/value.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "core/encrypted.hpp"
#include "core/text.hpp"

namespace mito::core {

namespace {

struct text_node final : node {
  explicit text_node(std::string_view s) : text(s) {}
  std::string text;
  /// Computed at first use; 0 means not yet. Racing writers store the same number.
  mutable std::atomic<std::uint64_t> hash{0};
  /// Whether the text has template marks: 0 not yet known, 1 no, 2 yes.
  mutable std::atomic<std::uint8_t> marks{0};
};

/// What a container remembers about the strings in it.
enum : std::uint8_t {
  holds_template = 1,
  holds_data = 2,
  holds_source = 4,
  holds_undefined = 8,
  holds_tuple = 16,
  holds_encrypted = 32
};

std::uint8_t contents_of(const value& v) {
  if (v.is_undefined()) return v.has_undefined() ? holds_undefined : 0;
  if (as_encrypted(v)) return holds_encrypted | holds_data;
  if (!v.is_string() && !v.is_sequence() && !v.is_dict()) return 0;
  return static_cast<std::uint8_t>((v.templated() ? holds_template : 0) | (v.has_data() ? holds_data : 0) |
                                   (v.has_source() ? holds_source : 0) |
                                   (v.has_undefined() ? holds_undefined : 0) |
                                   (v.has_tuple() ? holds_tuple : 0) |
                                   (v.has_encrypted() ? holds_encrypted : 0));
}

bool has_marks(std::string_view s) {
  for (auto at = s.find('{'); at != s.npos && at + 1 < s.size(); at = s.find('{', at + 1))
    if (s[at + 1] == '{' || s[at + 1] == '%' || s[at + 1] == '#') return true;
  return false;
}

struct list_node final : node {
  explicit list_node(list v) : items(std::move(v)) {
    for (auto& i : items) {
      depth = std::max(depth, i.depth() + 1);
      contents |= contents_of(i);
    }
  }
  list items;
  std::uint32_t depth = 1;
  std::uint8_t contents = 0;
};

struct dict_node final : node {
  explicit dict_node(dict v) : members(std::move(v)) {
    for (auto& e : members) {
      depth = std::max({depth, e.val.depth() + 1, e.key.depth() + 1});
      contents |= contents_of(e.val);
      // Keys are made by `set(text)` all over, mostly plain names: only what could start a template counts.
      if (e.key.is_string() && e.key.trust() == trust::data &&
          e.key.as_string().find('{') != std::string_view::npos)
        contents |= holds_data;
      if (as_encrypted(e.key)) contents |= holds_encrypted | holds_data;
    }
  }
  dict members;
  std::uint32_t depth = 1;
  std::uint8_t contents = 0;
};

template <class T>
struct boxed final : node {
  explicit boxed(const T& v) : it(v) {}
  T it;
};

template <class T>
const T& unbox(const node* n) {
  return static_cast<const boxed<T>*>(n)->it;
}

std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 32;
  h *= 0xD6E8FEB86659FD93u;
  h ^= h >> 32;
  return h;
}

std::uint64_t hash_text(std::string_view s) {
  std::uint64_t h = 0xCBF29CE484222325u ^ s.size();
  while (s.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, s.data(), 8);
    h = mix(h ^ word);
    s.remove_prefix(8);
  }
  for (char c : s) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  h = mix(h);
  return h ? h : 1;
}

} // namespace

std::int64_t range::size() const {
  if (step > 0 && start < stop) return (stop - start - 1) / step + 1;
  if (step < 0 && start > stop) return (start - stop - 1) / -step + 1;
  return 0;
}

value::value(std::string_view s, core::trust t)
    : kind_(core::kind::string), trust_(t), data_{.n = new text_node(s)} {}
value::value(core::list items) : kind_(core::kind::list), data_{.n = new list_node(std::move(items))} {}
value::value(core::dict d) : kind_(core::kind::dict), data_{.n = new dict_node(std::move(d))} {}
value::value(const core::date& d) : kind_(core::kind::date), data_{.n = new boxed<core::date>(d)} {}
value::value(const core::datetime& d)
    : kind_(core::kind::datetime), data_{.n = new boxed<core::datetime>(d)} {}
value::value(const core::timedelta& d)
    : kind_(core::kind::timedelta), data_{.n = new boxed<core::timedelta>(d)} {}
value::value(const core::range& r) : kind_(core::kind::range), data_{.n = new boxed<core::range>(r)} {}

value value::tuple(core::list items) {
  return value(core::kind::tuple, new list_node(std::move(items)), 0);
}
value value::bytes(std::string_view raw) {
  return value(core::kind::bytes, new text_node(raw), 0);
}
value value::undefined(std::string_view hint) {
  return value(core::kind::undefined, new text_node(hint), 0);
}

value value::big_integer(std::string_view decimal) {
  if (auto small = parse_int(decimal)) return *small;
  std::string digits;
  if (decimal.starts_with('-')) digits = "-";
  if (decimal.starts_with('-') || decimal.starts_with('+')) decimal.remove_prefix(1);
  while (decimal.size() > 1 && decimal[0] == '0') decimal.remove_prefix(1);
  digits += decimal;
  return value(core::kind::big_integer, new text_node(digits), 0);
}

std::string_view value::as_string() const noexcept {
  switch (kind_) {
  case core::kind::string:
  case core::kind::bytes:
  case core::kind::big_integer:
  case core::kind::undefined:
    return static_cast<const text_node*>(data_.n)->text;
  default:
    return {};
  }
}

std::uint64_t value::text_hash() const noexcept {
  auto& n = *static_cast<const text_node*>(data_.n);
  auto h = n.hash.load(std::memory_order_relaxed);
  if (h == 0) n.hash.store(h = hash_text(n.text), std::memory_order_relaxed);
  return h;
}

const core::list& value::as_list() const noexcept {
  static const core::list empty;
  return is_sequence() ? static_cast<const list_node*>(data_.n)->items : empty;
}

const core::dict& value::as_dict() const noexcept {
  static const core::dict empty;
  return is_dict() ? static_cast<const dict_node*>(data_.n)->members : empty;
}

core::date value::as_date() const noexcept {
  if (kind_ == core::kind::datetime) return as_datetime().day;
  return kind_ == core::kind::date ? unbox<core::date>(data_.n) : core::date{};
}
core::datetime value::as_datetime() const noexcept {
  return kind_ == core::kind::datetime ? unbox<core::datetime>(data_.n) : core::datetime{};
}
core::timedelta value::as_timedelta() const noexcept {
  return kind_ == core::kind::timedelta ? unbox<core::timedelta>(data_.n) : core::timedelta{};
}
core::range value::as_range() const noexcept {
  return kind_ == core::kind::range ? unbox<core::range>(data_.n) : core::range{0, 0, 1};
}
const core::object* value::as_object() const noexcept {
  return kind_ == core::kind::object ? static_cast<const core::object*>(data_.n) : nullptr;
}

bool value::truthy() const noexcept {
  switch (kind_) {
  case core::kind::none:
  case core::kind::undefined:
    return false;
  case core::kind::boolean:
  case core::kind::integer:
    return data_.i != 0;
  case core::kind::real:
    return data_.d != 0;
  case core::kind::string:
  case core::kind::bytes:
    return !as_string().empty();
  case core::kind::list:
  case core::kind::tuple:
    return !as_list().empty();
  case core::kind::dict:
    return !as_dict().empty();
  case core::kind::timedelta:
    return as_timedelta().microseconds != 0;
  case core::kind::range:
    return as_range().size() != 0;
  default:
    return true;
  }
}

const value& value::operator[](std::string_view key) const noexcept {
  static constinit const value nothing;
  auto* found = as_dict().find(key);
  return found ? *found : nothing;
}
std::string_view value::text(std::string_view key, std::string_view fallback) const noexcept {
  auto& v = (*this)[key];
  return v.is_string() ? v.as_string() : fallback;
}
std::int64_t value::integer(std::string_view key, std::int64_t fallback) const noexcept {
  auto& v = (*this)[key];
  return v.is_int() ? v.as_int() : fallback;
}
bool value::flag(std::string_view key, bool fallback) const noexcept {
  auto& v = (*this)[key];
  return v.is_bool() ? v.as_bool() : fallback;
}

std::uint32_t value::depth() const noexcept {
  if (is_sequence()) return static_cast<const list_node*>(data_.n)->depth;
  if (is_dict()) return static_cast<const dict_node*>(data_.n)->depth;
  return 0;
}

bool value::templated() const noexcept {
  if (is_string()) {
    if (trust_ == core::trust::data) return false;
    auto& n = *static_cast<const text_node*>(data_.n);
    auto known = n.marks.load(std::memory_order_relaxed);
    if (known == 0) n.marks.store(known = has_marks(n.text) ? 2 : 1, std::memory_order_relaxed);
    return known == 2;
  }
  if (is_sequence()) return static_cast<const list_node*>(data_.n)->contents & holds_template;
  return is_dict() && static_cast<const dict_node*>(data_.n)->contents & holds_template;
}

bool value::has_data() const noexcept {
  if (is_string()) return trust_ == core::trust::data;
  if (as_encrypted(*this)) return true;
  if (is_sequence()) return static_cast<const list_node*>(data_.n)->contents & holds_data;
  return is_dict() && static_cast<const dict_node*>(data_.n)->contents & holds_data;
}

bool value::has_source() const noexcept {
  if (is_string()) return trust_ == core::trust::source;
  if (is_sequence()) return static_cast<const list_node*>(data_.n)->contents & holds_source;
  return is_dict() && static_cast<const dict_node*>(data_.n)->contents & holds_source;
}

bool value::has_undefined() const noexcept {
  if (is_undefined()) return subtype_ != core::subtype::lenient;
  if (is_sequence()) return static_cast<const list_node*>(data_.n)->contents & holds_undefined;
  return is_dict() && static_cast<const dict_node*>(data_.n)->contents & holds_undefined;
}

bool value::has_tuple() const noexcept {
  if (is_tuple()) return true;
  if (is_list()) return static_cast<const list_node*>(data_.n)->contents & holds_tuple;
  return is_dict() && static_cast<const dict_node*>(data_.n)->contents & holds_tuple;
}

bool value::has_encrypted() const noexcept {
  if (!MITO_ENCRYPTED_TEXTS) return false;
  if (is_object()) return as_encrypted(*this);
  if (is_sequence()) return static_cast<const list_node*>(data_.n)->contents & holds_encrypted;
  return is_dict() && static_cast<const dict_node*>(data_.n)->contents & holds_encrypted;
}

bool value::same(const value& other) const noexcept {
  if (kind_ != other.kind_) return false;
  if (on_heap()) return data_.n == other.data_.n;
  if (is_real()) return data_.d == other.data_.d;
  return data_.i == other.data_.i;
}

namespace {

bool numeric(const value& v) {
  return v.is_bool() || v.is_int() || v.is_real();
}

bool equal_numbers(const value& a, const value& b) {
  if (!a.is_real() && !b.is_real()) return a.as_int() == b.as_int();
  if (a.is_real() && b.is_real()) return a.as_real() == b.as_real();
  // An int and a float are equal when the float is that whole number exactly.
  const double d = a.is_real() ? a.as_real() : b.as_real();
  const std::int64_t i = a.is_real() ? b.as_int() : a.as_int();
  if (!(d >= -9223372036854775808.0 && d < 9223372036854775808.0)) return false;
  return static_cast<std::int64_t>(d) == i && static_cast<double>(static_cast<std::int64_t>(d)) == d;
}

bool equal_dicts(const dict& a, const dict& b) {
  if (a.size() != b.size()) return false;
  for (auto& e : a) {
    auto* other = b.find_key(e.key);
    if (!other || !(*other == e.val)) return false;
  }
  return true;
}

} // namespace

bool operator==(const value& a, const value& b) {
  if (numeric(a) && numeric(b)) return equal_numbers(a, b);
  if (a.kind() != b.kind()) return false;
  if (a.same(b)) return true;
  switch (a.kind()) {
  case kind::none:
    return true;
  case kind::string:
  case kind::bytes:
  case kind::big_integer:
    return a.as_string() == b.as_string();
  case kind::undefined:
    return true;
  case kind::list:
  case kind::tuple:
    return a.as_list() == b.as_list();
  case kind::dict:
    return equal_dicts(a.as_dict(), b.as_dict());
  case kind::date:
    return a.as_date() == b.as_date();
  case kind::datetime: {
    auto x = a.as_datetime(), y = b.as_datetime();
    return x == y;
  }
  case kind::timedelta:
    return a.as_timedelta() == b.as_timedelta();
  case kind::range:
    return a.as_range() == b.as_range();
  default:
    return false;
  }
}

bool hashable(const value& v) noexcept {
  if (v.is_tuple()) {
    for (auto& i : v.as_list())
      if (!hashable(i)) return false;
    return true;
  }
  return !v.is_list() && !v.is_dict();
}

std::uint64_t hash(const value& v) noexcept {
  switch (v.kind()) {
  case kind::boolean:
  case kind::integer:
    return mix(static_cast<std::uint64_t>(v.as_int()) + 0x9E3779B97F4A7C15u);
  case kind::real: {
    double d = v.as_real();
    if (d >= -9223372036854775808.0 && d < 9223372036854775808.0 &&
        static_cast<double>(static_cast<std::int64_t>(d)) == d)
      return hash(value(static_cast<std::int64_t>(d)));
    std::uint64_t bits;
    std::memcpy(&bits, &d, 8);
    return mix(bits);
  }
  case kind::string:
  case kind::bytes:
  case kind::big_integer:
    return v.text_hash();
  case kind::tuple: {
    std::uint64_t h = 7;
    for (auto& i : v.as_list()) h = mix(h ^ hash(i));
    return h;
  }
  case kind::date: {
    auto d = v.as_date();
    return mix(static_cast<std::uint64_t>(d.year) << 16 | static_cast<std::uint64_t>(d.month) << 8 | d.day);
  }
  case kind::datetime: {
    auto d = v.as_datetime();
    return mix(hash(value(d.day)) ^
               (static_cast<std::uint64_t>(d.hour) << 40 | static_cast<std::uint64_t>(d.minute) << 32 |
                static_cast<std::uint64_t>(d.second) << 24 | d.microsecond));
  }
  case kind::timedelta:
    return mix(static_cast<std::uint64_t>(v.as_timedelta().microseconds));
  case kind::object:
    return mix(reinterpret_cast<std::uintptr_t>(v.as_object()));
  default:
    return 0;
  }
}

std::uint64_t hash(std::string_view text) noexcept {
  return hash_text(text);
}

std::string_view type_name(const value& v) noexcept {
  switch (v.kind()) {
  case kind::none:
    return "NoneType";
  case kind::boolean:
    return "bool";
  case kind::integer:
  case kind::big_integer:
    return "int";
  case kind::real:
    return "float";
  case kind::string:
    return "str";
  case kind::list:
    switch (v.subtype()) {
    case subtype::generator:
      return "generator";
    case subtype::dict_keys:
      return "dict_keys";
    case subtype::dict_values:
      return "dict_values";
    case subtype::dict_items:
      return "dict_items";
    case subtype::set:
      return "set";
    default:
      return "list";
    }
  case kind::dict:
    return "dict";
  case kind::tuple:
    return "tuple";
  case kind::bytes:
    return "bytes";
  case kind::date:
    return "date";
  case kind::datetime:
    return "datetime";
  case kind::timedelta:
    return "timedelta";
  case kind::range:
    return "range";
  case kind::undefined:
    return "AnsibleUndefined";
  case kind::object:
    return v.as_object()->type_name();
  }
  return "object";
}

namespace {

value remark(const value& v, trust t) {
  switch (v.kind()) {
  case kind::string:
    return v.with_trust(t);
  case kind::list:
  case kind::tuple: {
    list out;
    out.reserve(v.as_list().size());
    for (auto& i : v.as_list()) out.push_back(remark(i, t));
    return (v.is_tuple() ? value::tuple(std::move(out)) : value(std::move(out))).with_subtype(v.subtype());
  }
  case kind::dict: {
    dict out;
    out.reserve(v.as_dict().size());
    for (auto& e : v.as_dict()) out.set_key(remark(e.key, t), remark(e.val, t));
    return value(std::move(out));
  }
  default:
    return v;
  }
}

} // namespace

value as_data(const value& v) {
  return v.has_source() ? remark(v, trust::data) : v;
}

value as_source(const value& v) {
  return v.has_data() ? remark(v, trust::source) : v;
}

} // namespace mito::core
