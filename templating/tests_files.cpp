// Tests on files, through the host.
#include "core/big_integer.hpp"
#include "templating/paths.hpp"
#include "templating/semantics.hpp"
#include "templating/tables.hpp"

namespace mito::templating {

namespace {

core::value stat_of(call& c, const core::value& path, bool follow = true) {
  if (follow && core::is_integral(path)) return core::value(core::dict{{text("exists"), path.as_int() >= 0 && path.as_int() < 3}});
  if (!path.is_string())
    return c.m.fail_type((follow ? "stat: path should be string, bytes, os.PathLike or integer, not "
                                 : "lstat: path should be string, bytes or os.PathLike, not ") +
                         type_of(path));
  return host_path(c.m, "stat", path.as_string(), follow);
}

core::value is_directory(call& c) {
  return stat_of(c, c.self).flag("isdir");
}
core::value is_file(call& c) {
  return stat_of(c, c.self).flag("isreg");
}
core::value is_link(call& c) {
  return stat_of(c, c.self, false).flag("islnk");
}
core::value is_exists(call& c) {
  return stat_of(c, c.self).flag("exists");
}
core::value is_link_exists(call& c) {
  return stat_of(c, c.self, false).flag("exists");
}
core::value is_mount(call& c) {
  if (!c.self.is_string()) return stat_of(c, c.self, false);
  return stat_of(c, c.self).flag("ismount");
}
core::value is_abs(call& c) {
  if (!c.self.is_string())
    return c.m.fail_type("expected str, bytes or os.PathLike object, not " + type_of(c.self));
  return c.self.as_string().starts_with('/');
}
core::value is_same_file(call& c) {
  auto a = stat_of(c, c.self), b = stat_of(c, c[0]);
  if (c.m.failed()) return {};
  for (auto& [v, name] : {std::pair{&a, &c.self}, std::pair{&b, &c[0]}})
    if (!v->flag("exists"))
      return c.m.fail("not_found", "[Errno 2] No such file or directory: " + repr(c.m, *name));
  return a.integer("dev") == b.integer("dev") && a.integer("inode") == b.integer("inode");
}

constexpr function_def rows[] = {
    {"directory", is_directory, "", function_impure, "isdir"},
    {"is_dir", is_directory, "", function_impure, "isdir"},
    {"file", is_file, "", function_impure, "isfile"},
    {"is_file", is_file, "", function_impure, "isfile"},
    {"link", is_link, "", function_impure, "islink"},
    {"is_link", is_link, "", function_impure, "islink"},
    {"exists", is_exists, "", function_impure},
    {"link_exists", is_link_exists, "", function_impure, "lexists"},
    {"abs", is_abs, "", 0, "isabs"},
    {"is_abs", is_abs, "", 0, "isabs"},
    {"mount", is_mount, "", function_impure, "ismount"},
    {"is_mount", is_mount, "", function_impure, "ismount"},
    {"same_file", is_same_file, "f2", function_impure, "samefile"},
    {"is_same_file", is_same_file, "f2", function_impure, "samefile"},
};

} // namespace

constinit const function_table file_tests = rows;

} // namespace mito::templating
