// yaml_conformance [--verbose] FILE…: our YAML reader against recorded values, places, warnings and errors.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "core/encrypted.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "playbook/yaml/reader.hpp"

using namespace mito;
using core::value;

namespace {

std::string unhex(std::string_view hex) {
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    out += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return out;
}

value marked(std::string_view name, value v) {
  return value(core::dict{{value(name), std::move(v)}});
}

/// Our value in the corpus' notation.
value encode(const value& v) {
  if (v.is_string() && v.trust() == core::trust::data) return marked("!unsafe", v);
  if (auto* vault = core::as_encrypted(v)) return marked("!vault", value(vault->ciphertext()));
  if (v.kind() == core::kind::date) return marked("!date", value(core::to_str(v)));
  if (v.kind() == core::kind::datetime) return marked("!datetime", value(core::to_str(v)));
  if (v.kind() == core::kind::bytes) {
    std::string hex;
    for (unsigned char c : v.as_string()) {
      char two[3];
      std::snprintf(two, sizeof two, "%02x", c);
      hex += two;
    }
    return marked("!bytes", value(hex));
  }
  if (v.is_real() && !(v.as_real() - v.as_real() == 0)) return marked("!float", value(core::to_repr(v)));
  if (v.is_sequence()) {
    core::list items;
    for (const auto& item : v.as_list()) items.push_back(encode(item));
    return v.is_tuple() ? marked("!tuple", value(std::move(items))) : value(std::move(items));
  }
  if (!v.is_dict()) return v;
  bool text_keys = true;
  for (const auto& e : v.as_dict()) text_keys = text_keys && e.key.is_string();
  core::dict d;
  core::list pairs;
  for (const auto& e : v.as_dict()) {
    if (text_keys) d.set_key(e.key, encode(e.val));
    pairs.push_back(value(core::list{encode(e.key), encode(e.val)}));
  }
  return text_keys ? value(std::move(d)) : marked("!dict", value(std::move(pairs)));
}

/// Datetimes are recorded as ISO text and as str(); only the latter is compared.
value simplify(const value& v) {
  if (v.is_list()) {
    core::list items;
    for (const auto& item : v.as_list()) items.push_back(simplify(item));
    return value(std::move(items));
  }
  if (!v.is_dict()) return v;
  if (v.as_dict().contains("!datetime")) return marked("!datetime", v["str"]);
  core::dict d;
  for (const auto& e : v.as_dict()) d.set_key(e.key, simplify(e.val));
  return value(std::move(d));
}

using places = std::map<std::string, playbook::yaml_mark>;

void collect(const playbook::yaml_node& n, const std::string& path, places& out) {
  out[path.empty() ? "." : path] = n.where;
  for (std::size_t i = 0; i < n.items.size(); ++i)
    collect(*n.items[i], path + "[" + std::to_string(i) + "]", out);
  for (const auto& m : n.members) {
    auto child = path + "." + core::to_str(m.key);
    out[child + "#key"] = m.where;
    collect(*m.node, child, out);
  }
}

std::string show(const value& v) {
  return core::to_json(v, {.sort_keys = true});
}

std::string check_error(const value& want, const core::error& got) {
  if (want.is_none()) return "got error " + core::render(got.what());
  if (!want["line"].is_int()) return {};
  auto line = want.integer("line"), column = want.integer("column");
  const auto& at = got.what().where;
  if (at.line == line && std::abs(static_cast<long>(at.column) - column) <= 2) return {};
  return "error at " + std::to_string(at.line) + ":" + std::to_string(at.column) + " (" + got.message() +
         "), expected " + std::to_string(line) + ":" + std::to_string(column) + " " +
         std::string(want.text("problem"));
}

std::string check(const value& row) {
  auto text = row["yaml_hex"].is_string() ? unhex(row.text("yaml_hex")) : std::string(row.text("yaml"));
  playbook::yaml_options options;
  options.json_first = false;
  auto doc = playbook::read_yaml_text("f.yml", text, options);
  if (!doc) return check_error(row["ansible_error"], doc.error());
  auto got = encode(doc->root->val);
  if (row["ansible_error"].is_dict())
    return "got " + show(got) + ", expected error " + show(row["ansible_error"]);
  const auto& said = row["ansible"];
  auto want = simplify(said.is_string() && said.as_string() == "same" ? row["safe_load"] : said);
  if (show(got) != show(want)) return "got " + show(got) + ", expected " + show(want);
  places ours;
  collect(*doc->root, "", ours);
  for (const auto& e : row["pos"].as_dict()) {
    auto found = ours.find(std::string(e.key.as_string()));
    auto line = e.val.as_list()[0].as_int(), column = e.val.as_list()[1].as_int();
    if (found == ours.end()) return "no place of " + std::string(e.key.as_string());
    if (found->second.line != line || found->second.column != column)
      return "place of " + std::string(e.key.as_string()) + ": got " + std::to_string(found->second.line) +
             ":" + std::to_string(found->second.column) + ", expected " + std::to_string(line) + ":" +
             std::to_string(column);
  }
  core::list warnings;
  for (const auto& w : doc->warnings) warnings.push_back(value(w.message));
  value wanted = row["warnings"].is_list() ? row["warnings"] : value(core::list{});
  if (show(value(warnings)) != show(wanted))
    return "warnings " + show(value(warnings)) + ", expected " + show(wanted);
  return {};
}

} // namespace

int main(int argc, char** argv) {
  bool verbose = false;
  std::map<std::string, std::pair<int, int>> categories;
  int passed = 0, failed = 0;
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]) == "--verbose") {
      verbose = true;
      continue;
    }
    std::ifstream in(argv[i]);
    if (!in) {
      std::cerr << "cannot read " << argv[i] << "\n";
      return 2;
    }
    for (std::string line; std::getline(in, line);) {
      if (line.empty()) continue;
      auto row = core::parse_json(line, {.depth = 2000});
      if (!row) {
        std::cerr << argv[i] << ": " << row.error().message() << "\n";
        return 2;
      }
      auto problem = check(*row);
      auto& [good, total] = categories[std::string(row->text("category"))];
      ++total;
      if (problem.empty()) {
        ++good, ++passed;
        continue;
      }
      ++failed;
      if (verbose)
        std::cout << row->integer("id") << " " << show((*row)["yaml"]).substr(0, 300) << "\n    " << problem
                  << "\n";
    }
  }
  for (const auto& [name, counts] : categories)
    std::cout << counts.first << "/" << counts.second << " " << name << "\n";
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed ? 1 : 0;
}
