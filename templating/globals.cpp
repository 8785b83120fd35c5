// Global functions: range, dict, namespace, cycler, joiner, lookup, query, now, undef.
#include "core/python.hpp"
#include "templating/dates.hpp"
#include "templating/entropy.hpp"
#include "templating/lookups.hpp"
#include "templating/methods.hpp"
#include "templating/objects.hpp"
#include "templating/semantics.hpp"
#include "templating/tables.hpp"

namespace mito::templating {

namespace {

core::value make_range(call& c) {
  if (c.rest.empty() || c.rest.size() > 3)
    return c.m.fail_type("range expected at " +
                         std::string(c.rest.empty()
                                         ? "least 1 argument, got 0"
                                         : "most 3 arguments, got " + std::to_string(c.rest.size())));
  std::int64_t v[3] = {0, 0, 1};
  for (std::size_t i = 0; i < c.rest.size(); ++i) v[i] = index(c.m, c.rest[i]);
  if (c.m.failed()) return {};
  if (c.rest.size() == 1) v[1] = v[0], v[0] = 0;
  if (v[2] == 0) return c.m.fail("value", "range() arg 3 must not be zero");
  constexpr std::int64_t far = INT64_MAX / 4;
  if (v[0] > far || v[0] < -far || v[1] > far || v[1] < -far || v[2] > far || v[2] < -far)
    return c.m.fail("overflow", "Python int too large to convert to C ssize_t");
  core::range r{v[0], v[1], v[2]};
  if (c.m.env().sandboxed && r.size() > limits::sandbox_range)
    return c.m.fail("overflow", "Range too big. The sandbox blocks ranges larger than MAX_RANGE (100000).");
  return core::value(r);
}

core::value make_dict(call& c) {
  core::dict out;
  if (c.rest.size() > 1)
    return c.m.fail_type("dict expected at most 1 argument, got " + std::to_string(c.rest.size()));
  if (!c.rest.empty()) {
    if (!update_pairs(c.m, out, c.rest[0])) return {};
  }
  out.update(c.named);
  return core::value(std::move(out));
}

core::value make_namespace(call& c) {
  auto made = make_dict(c);
  return c.m.failed() ? core::value() : core::value::adopt(new namespace_object(made.as_dict()));
}

core::value make_cycler(call& c) {
  if (c.rest.empty()) return c.m.fail("runtime", "at least one item has to be provided");
  return core::value::adopt(new cycler(std::move(c.rest)));
}

core::value make_joiner(call& c) {
  return core::value::adopt(new joiner(c.has(0) ? str(c.m, c[0]) : ", "));
}

/// Paragraphs of Latin, each of between `min` and `max` words.
core::value make_lipsum(call& c) {
  static constexpr std::string_view words[] = {
      "a",      "ac",    "ad",     "amet",   "ante",  "arcu",   "at",     "augue",  "commodo", "cras",   "cum",
      "cursus", "diam",  "dolor",  "donec",  "dui",   "eget",   "elit",   "enim",   "erat",    "est",    "et",
      "eu",     "fames", "felis",  "fusce",  "hac",   "iaculis", "in",    "ipsum",  "justo",   "lacus",  "laoreet",
      "lectus", "leo",   "libero", "ligula", "lorem", "magna",  "mattis", "mauris", "mi",      "morbi",  "nam",
      "nec",    "nibh",  "nisi",   "nulla",  "nunc",  "odio",   "orci",   "pede",   "porta",   "purus",  "quam",
      "quis",   "risus", "sapien", "sed",    "sem",   "sit",    "tellus", "tempor", "turpis",  "urna",   "vel"};
  auto number = [&](unsigned i, std::int64_t otherwise) { return c.has(i) ? index(c.m, c[i]) : otherwise; };
  auto n = number(0, 5), least = number(2, 20), most = number(3, 100);
  bool html = !c.has(1) || truth(c.m, c[1]);
  if (c.m.failed()) return {};
  if (most <= least) return c.m.fail("value", "empty range for randrange() (" + std::to_string(least) + ", " +
                                                  std::to_string(most) + ", " + std::to_string(most - least) + ")");
  std::string out;
  for (std::int64_t p = 0; p < n; ++p) {
    auto size = least + static_cast<std::int64_t>(entropy_below(static_cast<std::uint64_t>(most - least)));
    if (!c.m.step(static_cast<std::uint64_t>(std::max<std::int64_t>(size, 0)) + 1)) return {};
    std::string paragraph;
    for (std::int64_t i = 0; i < size; ++i) {
      std::string word(words[entropy_below(std::size(words))]);
      bool sentence = i % 9 == 0;
      if (i) paragraph += sentence ? ". " : i % 5 == 0 ? ", " : " ";
      if (sentence) word[0] = static_cast<char>(word[0] - 32);
      paragraph += word;
    }
    if (!paragraph.empty()) paragraph += '.';
    if (p) out += html ? "\n" : "\n\n";
    out += html ? "<p>" + paragraph + "</p>" : paragraph;
    if (!c.m.fits(0, paragraph.size())) return {};
  }
  return html ? markup(out) : text(out);
}

core::value make_now(call& c) {
  bool utc = c.has(0) && truth(c.m, c[0]);
  auto t = now(utc);
  if (c.has(1) && truth(c.m, c[1])) return text(format_time(str(c.m, c[1]), t, ""));
  return core::value(t);
}

core::value make_undef(call& c) {
  bool empty =
      !c.has(0) || c[0].is_none() || c[0].is_undefined() || (c[0].is_string() && c[0].as_string().empty());
  return core::value::undefined(empty ? "Mandatory variable has not been overridden" : str(c.m, c[0]));
}

core::value do_lookup(call& c) {
  return run_lookup(c.m, c[0], std::move(c.rest), std::move(c.named), false);
}
core::value do_query(call& c) {
  return run_lookup(c.m, c[0], std::move(c.rest), std::move(c.named), true);
}

constexpr function_def rows[] = {
    {"range", make_range, "*args", function_bare | function_class},
    {"dict", make_dict, "*args **kwargs", function_bare | function_class},
    {"namespace", make_namespace, "*args **kwargs", function_bare | function_class},
    {"cycler", make_cycler, "*args", function_bare | function_class},
    {"joiner", make_joiner, "sep=", function_bare | function_class},
    {"lipsum", make_lipsum, "n= html= min= max=", function_bare, "generate_lorem_ipsum"},
    {"now", make_now, "utc= fmt=", function_bare | function_ansible},
    {"undef", make_undef, "hint=", function_bare | function_ansible},
    {"lookup", do_lookup, "name *args **kwargs", function_bare | function_ansible, "Templar._lookup"},
    {"query", do_query, "name *args **kwargs", function_bare | function_ansible, "Templar._query_lookup"},
    {"q", do_query, "name *args **kwargs", function_bare | function_ansible, "Templar._query_lookup"},
};

} // namespace

constinit const function_table global_functions = rows;

} // namespace mito::templating
