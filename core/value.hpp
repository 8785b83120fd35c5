#pragma once
/// value: what variables, arguments and results are made of. Immutable, reference-counted, cheap to copy,
/// safe to share between threads. Semantics (equality, hashing, truth, order of keys) are Python's.
#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mito::core {

class value;
class dict;
using list = std::vector<value>;

enum class kind : std::uint8_t {
  none,
  boolean,
  integer,
  real,
  string,
  list,
  dict,
  tuple,
  big_integer, ///< outside 64 bits; see core/big_integer.hpp
  bytes,
  date,
  datetime,
  timedelta,
  range,
  undefined, ///< Jinja2's Undefined, with the name or message that explains it
  object,    ///< callables, loop contexts, lazy mappings: anything that templating defines
};

/// Whether a string may be a template. Only what an author wrote (playbook, inventory, vars file, command
/// line) is `source`; module results, facts and `!unsafe` are `data` and are never evaluated.
enum class trust : std::uint8_t { data, source };

/// Subclasses of Python's types that templating has to tell from their bases.
enum class subtype : std::uint8_t {
  plain,
  markup,      ///< string: markupsafe.Markup, escaped already
  verbatim,    ///< string: Ansible's NativeJinjaText, never literal-evaluated
  group,       ///< tuple: groupby's (grouper, list)
  generator,   ///< list: a generator or iterator, already unrolled
  dict_keys,   ///< list: dict.keys()
  dict_values, ///< list: dict.values()
  dict_items,  ///< list: dict.items()
  set,         ///< list: a set, members unique
  lenient,     ///< undefined: Jinja2's plain Undefined even where the others are strict
};

/// Base of everything on the heap. Counts are atomic; contents never change after construction.
class node {
public:
  node() = default;
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  virtual ~node() = default;
  void retain() const noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

private:
  mutable std::atomic<std::uint32_t> refs_{1};
};

/// Extension point for kind::object. `tag()` identifies the concrete type (there is no RTTI): each concrete
/// class returns the address of a static of its own.
class object : public node {
public:
  virtual const void* tag() const noexcept = 0;
  /// Python's type name, for messages ("function", "Namespace", …).
  virtual std::string_view type_name() const noexcept = 0;
};

struct date {
  std::int32_t year;
  std::uint8_t month, day;
  bool operator==(const date&) const = default;
};

struct datetime {
  core::date day;
  std::uint8_t hour, minute, second;
  std::uint32_t microsecond;
  /// Offset from UTC in seconds, or `naive` when the datetime has no zone.
  std::int32_t offset;
  static constexpr std::int32_t naive = INT32_MIN;
  bool operator==(const datetime&) const = default;
};

/// Python's timedelta, in microseconds.
struct timedelta {
  std::int64_t microseconds;
  bool operator==(const timedelta&) const = default;
};

struct range {
  std::int64_t start, stop, step;
  bool operator==(const range&) const = default;
  std::int64_t size() const;
};

class value {
public:
  constexpr value() noexcept : kind_(core::kind::none), data_{.i = 0} {}
  value(std::nullptr_t) noexcept : value() {}
  value(bool b) noexcept : kind_(core::kind::boolean), data_{.i = b} {}
  value(int i) noexcept : kind_(core::kind::integer), data_{.i = i} {}
  value(std::int64_t i) noexcept : kind_(core::kind::integer), data_{.i = i} {}
  value(double d) noexcept : kind_(core::kind::real), data_{.d = d} {}
  /// Strings are `data` unless the maker says otherwise: what nobody vouched for is never a template.
  value(std::string_view s, trust t = trust::data);
  value(const char* s, trust t = trust::data) : value(std::string_view(s), t) {}
  value(const std::string& s, trust t = trust::data) : value(std::string_view(s), t) {}
  value(core::list items);
  value(core::dict d);
  value(const core::date& d);
  value(const core::datetime& d);
  value(const core::timedelta& d);
  value(const core::range& r);
  static value tuple(core::list items);
  static value bytes(std::string_view raw);
  /// `hint` is the name or the message that a later error shows.
  static value undefined(std::string_view hint = {});
  /// Takes over one reference.
  static value adopt(const core::object* o) noexcept { return value(core::kind::object, o, 0); }
  /// Decimal digits with an optional sign; an integer when it fits 64 bits, else a big integer.
  static value big_integer(std::string_view decimal);

  value(const value& v) noexcept : kind_(v.kind_), trust_(v.trust_), subtype_(v.subtype_), data_(v.data_) {
    if (on_heap()) data_.n->retain();
  }
  value(value&& v) noexcept : kind_(v.kind_), trust_(v.trust_), subtype_(v.subtype_), data_(v.data_) {
    v.kind_ = core::kind::none;
    v.data_.i = 0;
  }
  value& operator=(const value& v) noexcept {
    value copy(v);
    swap(copy);
    return *this;
  }
  value& operator=(value&& v) noexcept {
    swap(v);
    return *this;
  }
  ~value() {
    if (on_heap()) data_.n->release();
  }
  void swap(value& v) noexcept {
    std::swap(kind_, v.kind_);
    std::swap(trust_, v.trust_);
    std::swap(subtype_, v.subtype_);
    std::swap(data_, v.data_);
  }

  core::kind kind() const noexcept { return kind_; }
  bool is_none() const noexcept { return kind_ == core::kind::none; }
  bool is_bool() const noexcept { return kind_ == core::kind::boolean; }
  bool is_int() const noexcept { return kind_ == core::kind::integer; }
  bool is_real() const noexcept { return kind_ == core::kind::real; }
  bool is_string() const noexcept { return kind_ == core::kind::string; }
  bool is_list() const noexcept { return kind_ == core::kind::list; }
  bool is_tuple() const noexcept { return kind_ == core::kind::tuple; }
  bool is_sequence() const noexcept { return is_list() || is_tuple(); }
  bool is_dict() const noexcept { return kind_ == core::kind::dict; }
  bool is_undefined() const noexcept { return kind_ == core::kind::undefined; }
  bool is_object() const noexcept { return kind_ == core::kind::object; }

  /// Each accessor is defined for its own kind only, and gives an empty value of it for any other.
  bool as_bool() const noexcept { return kind_ == core::kind::boolean && data_.i; }
  std::int64_t as_int() const noexcept {
    return kind_ == core::kind::integer || kind_ == core::kind::boolean ? data_.i : 0;
  }
  double as_real() const noexcept {
    return kind_ == core::kind::real ? data_.d : static_cast<double>(as_int());
  }
  /// Text of a string, raw bytes, decimal digits of a big integer, or an undefined's hint.
  std::string_view as_string() const noexcept;
  const core::list& as_list() const noexcept; ///< lists and tuples
  const core::dict& as_dict() const noexcept;
  core::date as_date() const noexcept;
  core::datetime as_datetime() const noexcept;
  core::timedelta as_timedelta() const noexcept;
  core::range as_range() const noexcept;
  const core::object* as_object() const noexcept;

  /// A string's mark; anything that is no string counts as data.
  core::trust trust() const noexcept { return kind_ == core::kind::string ? trust_ : core::trust::data; }
  /// The same string with another mark (shares the text); other kinds unchanged.
  value with_trust(core::trust t) const {
    value v(*this);
    if (v.is_string()) v.trust_ = t;
    return v;
  }

  /// Python's bool(): false for none, false, 0, 0.0, empty strings and containers, undefined.
  bool truthy() const noexcept;
  /// Shorthand for dicts: the member, or a none value when it is missing or this is no dict.
  const value& operator[](std::string_view key) const noexcept;
  /// Member that is a string, else `fallback`.
  std::string_view text(std::string_view key, std::string_view fallback = {}) const noexcept;
  std::int64_t integer(std::string_view key, std::int64_t fallback = 0) const noexcept;
  bool flag(std::string_view key, bool fallback = false) const noexcept;
  /// How deep containers nest: 0 for scalars. Known at construction, so code that recurses can refuse first.
  std::uint32_t depth() const noexcept;
  /// Hash of a string, bytes or big integer, computed once a node.
  std::uint64_t text_hash() const noexcept;
  /// A string that may hold a template: `source`, with a template mark in it ("{{", "{%", "{#"); a list,
  /// tuple or dict with such a string among its values at any depth. Containers know it from construction:
  /// O(1).
  bool templated() const noexcept;
  /// True when a string in here (at any depth; of keys only those with a brace) is `data`, respectively
  /// `source`. Encrypted texts are data.
  bool has_data() const noexcept;
  bool has_source() const noexcept;
  /// An undefined value (no lenient one), or a container with one among its values at any depth.
  bool has_undefined() const noexcept;
  /// A tuple, or a container with one among its values at any depth.
  bool has_tuple() const noexcept;
  /// An encrypted text (core/encrypted.hpp), or a container with one among its keys and values at any depth.
  bool has_encrypted() const noexcept;
  /// Which Python subclass this is, where templates can tell the difference; it changes neither equality nor
  /// hash. `plain` for almost everything.
  core::subtype subtype() const noexcept { return subtype_; }
  value with_subtype(core::subtype t) const {
    value v(*this);
    v.subtype_ = t;
    return v;
  }
  /// True when both handles share one heap node (or are equal scalars): a cheap test before a deep one.
  bool same(const value& other) const noexcept;

private:
  value(core::kind k, const node* n, int) noexcept : kind_(k), data_{.n = n} {}
  bool on_heap() const noexcept { return kind_ > core::kind::real; }

  core::kind kind_;
  core::trust trust_ = core::trust::data;
  core::subtype subtype_ = core::subtype::plain;
  union {
    std::int64_t i;
    double d;
    const node* n;
  } data_;
};

/// Python's ==: 1 == 1.0 == True; dicts compare without order; lists never equal tuples.
bool operator==(const value& a, const value& b);
/// Python's hash for hashable kinds; equal values hash equally. Lists and dicts hash to 0: test `hashable`.
std::uint64_t hash(const value& v) noexcept;
/// The hash of a string value with this text.
std::uint64_t hash(std::string_view text) noexcept;
bool hashable(const value& v) noexcept;
/// Python's type name: "NoneType", "bool", "int", "float", "str", "list", "dict", …
std::string_view type_name(const value& v) noexcept;
/// The same value with every string inside marked `data` (Ansible's wrap_var). Shares what needs no change.
value as_data(const value& v);
/// The opposite: every string inside marked `source`. For what an author wrote.
value as_source(const value& v);

/// An ordered dict: insertion order, any hashable key, replacing keeps the place. Mutable while it is being
/// built; immutable once it is in a value.
class dict {
public:
  struct entry {
    value key;
    value val;
  };

  dict() = default;
  dict(std::initializer_list<entry> entries);

  std::size_t size() const noexcept { return entries_.size(); }
  bool empty() const noexcept { return entries_.empty(); }
  auto begin() const noexcept { return entries_.begin(); }
  auto end() const noexcept { return entries_.end(); }
  const entry& at(std::size_t i) const noexcept { return entries_[i]; }

  const value* find(std::string_view key) const noexcept;
  const value* find_key(const value& key) const noexcept;
  bool contains(std::string_view key) const noexcept { return find(key) != nullptr; }

  dict& set(std::string_view key, value v);
  /// The same for a literal, which is measured once here and not by each caller: the agent is short of bytes.
  dict& set(const char* key, value v);
  dict& set_key(value key, value v);
  /// Sets only when the key is missing.
  dict& set_default(std::string_view key, value v);
  bool erase(std::string_view key);
  bool erase_key(const value& key);
  /// Sets every entry of `other` (a shallow merge; the later wins).
  dict& update(const dict& other);
  void reserve(std::size_t n);

private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  template <class Same>
  std::size_t locate(std::uint64_t h, const Same& same) const noexcept;
  void index_entry(std::size_t at);
  void rebuild_index();
  void push(value key, value v);
  bool erase_at(std::size_t at);

  std::vector<entry> entries_;
  /// Open addressing, entry number + 1; empty while there are few entries.
  std::vector<std::uint32_t> index_;
};

} // namespace mito::core
