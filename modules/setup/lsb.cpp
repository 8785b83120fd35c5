// lsb: what `lsb_release -a` says, else /etc/lsb-release.
#include "core/text.hpp"
#include "modules/setup/collectors.hpp"
#include "modules/setup/os_release.hpp"

namespace mito::modules::setup {

namespace {

struct field {
  std::string_view program_key, file_key, name;
};
// In lsb_release's order: a release line comes after the version line and wins.
constexpr field fields[] = {
    {"lsb_version", {}, "release"},
    {"distributor_id", "DISTRIB_ID", "id"},
    {"description", "DISTRIB_DESCRIPTION", "description"},
    {"release", "DISTRIB_RELEASE", "release"},
    {"codename", "DISTRIB_CODENAME", "codename"},
};

} // namespace

void collect_lsb(context& c, core::dict& out) {
  auto& found = c.new_dict();
  auto& said = c.new_dict();
  lsb_release(c, said);
  for (const auto& f : fields)
    if (const auto* v = said.find(f.program_key)) put_value(found, f.name, *v);
  if (said.empty())
    for (const auto& file = text(c, {"/etc/lsb-release"}); const auto line : lines(file))
      for (const auto& f : fields)
        if (!f.file_key.empty() && contains(line, f.file_key)) put(found, f.name, trim(after(line, '=')));

  auto& facts = c.new_dict();
  for (const auto& [key, val] : found) put(facts, key.as_string(), strip(val.as_string(), "'\"\\"));
  if (const auto* release = facts.find("release"))
    put(facts, "major_release", before(c.join({release->as_string()}), '.'));
  put(out, "lsb", facts);
}

} // namespace mito::modules::setup
