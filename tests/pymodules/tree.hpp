#pragma once
/// A folder with an ansible-core of a few lines, collections and a playbook's folder, for tests without the real one.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "playbook/yaml/reader.hpp"
#include "pymodules/library.hpp"

namespace mito::test {

class tree {
public:
  tree() {
    std::string name = "/tmp/mito-pymodules-XXXXXX";
    root_ = ::mkdtemp(name.data());
    write("core/release.py", "__version__ = '2.14.18'\n__author__ = 'x'\n");
    write("core/module_utils/__init__.py", "");
    write("core/module_utils/basic.py", "_ANSIBLE_ARGS = None\n");
    write("core/modules/__init__.py", "");
    write("core/config/ansible_builtin_runtime.yml", "plugin_routing: {}\n");
  }
  ~tree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  tree(const tree&) = delete;
  tree& operator=(const tree&) = delete;

  std::string path(const std::string& below) const { return root_ + "/" + below; }
  void write(const std::string& below, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(below)).parent_path());
    std::ofstream(path(below), std::ios::binary) << text;
  }
  /// A module of ansible-core: `body` behind the import that makes it one.
  void module(const std::string& name, const std::string& body) const {
    write("core/modules/" + name + ".py", "#!/usr/bin/python\nfrom ansible.module_utils import basic\nimport json, os, sys\n" + body);
  }
  pymodules::settings settings() const {
    pymodules::settings s;
    s.core = path("core");
    s.library = {path("library")};
    s.module_utils = {path("utils")};
    s.collections = {path("coll")};
    s.read_yaml = [](const std::string& file) -> core::expected<core::value> {
      auto doc = playbook::read_yaml_file(file);
      if (!doc) return doc.error();
      return doc->root->val;
    };
    return s;
  }

private:
  std::string root_;
};

} // namespace mito::test
