/// pymodules_dump: what pymodules makes of names and files, as JSON lines, for comparison with Ansible (oracle.py). Names come by stdin.
///   pymodules_dump closure   {"name", "members": {name: package}} or {"name", "error"}
///   pymodules_dump strip     {"name", "text"}
///   pymodules_dump kinds     {"name", "kind", "interpreter"} or {"name", "error"}
///   pymodules_dump finder    {"name", "path", "resolved"} or {"name", "error"}
#include <cstdio>

#include "core/json.hpp"
#include "playbook/yaml/reader.hpp"
#include "pymodules/files.hpp"
#include "pymodules/library.hpp"
#include "pymodules/strip.hpp"

using namespace mito;

namespace {

void print(core::dict d) { std::printf("%s\n", core::to_json(core::value(std::move(d))).c_str()); }

pymodules::settings installed() {
  pymodules::settings s;
  s.core = pymodules::find_ansible_core("/usr/lib/python3/dist-packages/ansible");
  s.read_yaml = [](const std::string& path) -> core::expected<core::value> {
    auto doc = playbook::read_yaml_file(path);
    if (!doc) return doc.error();
    return doc->root->val;
  };
  return s;
}

void closure(pymodules::library& lib, const std::string& name) {
  core::dict d;
  d.set("name", name);
  auto m = lib.load(name, name);
  if (!m) return print(std::move(d.set("error", m.error().message())));
  core::dict members;
  if ((*m)->sources)
    for (const auto& member : (*m)->sources->members) members.set(member.name, member.package);
  print(std::move(d.set("members", core::value(std::move(members)))));
}

void strip(pymodules::library&, const std::string& path) {
  print(std::move(core::dict().set("name", path).set("text", pymodules::strip_source(pymodules::read_file(path).value_or("")))));
}

void kinds(pymodules::library&, const std::string& path) {
  static constexpr const char* names[] = {"python", "powershell", "jsonargs", "non_native_want_json", "old", "binary"};
  core::dict d;
  d.set("name", path);
  auto k = pymodules::classify(pymodules::read_file(path).value_or(""), "x");
  if (!k) return print(std::move(d.set("error", k.error().message())));
  core::list words;
  for (const auto& w : k->interpreter) words.emplace_back(w);
  print(std::move(d.set("kind", names[static_cast<int>(k->kind)]).set("interpreter", core::value(std::move(words)))));
}

void finder(pymodules::library& lib, const std::string& name) {
  core::dict d;
  d.set("name", name);
  auto m = lib.find(name, {});
  if (!m) return print(std::move(d.set("error", m.error().message())));
  print(std::move(d.set("path", m->path).set("resolved", m->name)));
}

} // namespace

int main(int argc, char** argv) {
  constexpr struct {
    std::string_view name;
    void (*run)(pymodules::library&, const std::string&);
  } modes[] = {{"closure", closure}, {"strip", strip}, {"kinds", kinds}, {"finder", finder}};
  pymodules::library lib(installed());
  for (const auto& m : modes) {
    if (argc < 2 || m.name != argv[1]) continue;
    std::string line;
    for (int c; (c = std::getchar()) != EOF;) {
      if (c != '\n') {
        line += static_cast<char>(c);
        continue;
      }
      m.run(lib, line);
      line.clear();
    }
    return 0;
  }
  std::fprintf(stderr, "usage: pymodules_dump closure|strip|kinds|finder < names\n");
  return 2;
}
