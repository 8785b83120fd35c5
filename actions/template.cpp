#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>

#include "actions/list.hpp"
#include "actions/transfer.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"

namespace mito::actions {

namespace {

core::datetime local_time(std::time_t t) {
  std::tm tm{};
  ::localtime_r(&t, &tm);
  return {{tm.tm_year + 1900, static_cast<std::uint8_t>(tm.tm_mon + 1), static_cast<std::uint8_t>(tm.tm_mday)},
          static_cast<std::uint8_t>(tm.tm_hour), static_cast<std::uint8_t>(tm.tm_min), static_cast<std::uint8_t>(tm.tm_sec),
          0, core::datetime::naive};
}

/// template_host, template_uid, template_path, … as Ansible's template module offers them.
core::dict template_vars(const std::string& src, const std::string& path, const std::string& dest, const struct stat& st) {
  core::dict v;
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  v.set("template_host", core::value(host));
  v.set("template_path", core::value(src));
  v.set("template_mtime", core::value(local_time(st.st_mtime)));
  auto* owner = ::getpwuid(st.st_uid);
  v.set("template_uid", owner ? core::value(owner->pw_name) : core::value(static_cast<std::int64_t>(st.st_uid)));
  v.set("template_run_date", core::value(local_time(std::time(nullptr))));
  char* full = ::realpath(path.c_str(), nullptr);
  v.set("template_fullpath", core::value(full ? std::string(full) : path));
  std::free(full);
  if (!dest.empty()) v.set("template_destpath", core::value(dest));
  v.set("ansible_managed", core::value("Ansible managed"));
  return v;
}

class template_action final : public action {
public:
  step start(const context& c) override {
    auto& args = c.request.args;
    if (!args["state"].is_none()) return failed("'state' cannot be specified on a template");
    if (args["src"].is_none() || args["dest"].is_none()) return failed("src and dest are required");
    std::string newline = args["newline_sequence"].is_none() ? "\n" : core::to_str(args["newline_sequence"]);
    if (newline == "\\n") newline = "\n";
    if (newline == "\\r") newline = "\r";
    if (newline == "\\r\\n") newline = "\r\n";
    if (newline != "\n" && newline != "\r" && newline != "\r\n")
      return failed("newline_sequence needs to be one of: \n, \r or \r\n");
    for (auto key : {"variable_start_string", "variable_end_string", "block_start_string", "block_end_string",
                     "comment_start_string", "comment_end_string"})
      if (!args[key].is_none())
        return failed("template: the option '" + std::string(key) +
                      "' is not supported yet; put a '#jinja2: " + key + ":…' header into the template instead");
    std::string src = core::to_str(args["src"]), dest = core::to_str(args["dest"]);
    auto path = find_file(c, "templates", src);
    if (!path) return failed(path.error().message());
    struct stat st;
    if (::stat(path->c_str(), &st) != 0) return failed("could not find src=" + *path);
    auto plain = decrypted_file(c, *path);
    if (!plain) return finished{raise_failure(plain.error().message())};
    std::ifstream in(*path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    std::string source = *plain ? std::move(**plain) : text.str();
    if (!in || !core::is_utf8(source)) return failed("Template source files must be utf-8 encoded");
    templating::render_options opt;
    opt.preserve_trailing_newlines = true;
    opt.escape_backslashes = false;
    opt.trim_blocks = engine::to_boolean(args["trim_blocks"]).value_or(true);
    opt.lstrip_blocks = engine::to_boolean(args["lstrip_blocks"]).value_or(false);
    opt.newline_sequence = newline;
    templating::dict_scope vars(template_vars(src, *path, dest, st), c.request.vars.get());
    auto rendered = c.templar.render_file(source, *path, vars, opt);
    if (!rendered) {
      auto& e = rendered.error().what();
      return failed((e.category == "undefined" ? "AnsibleUndefinedVariable: " : "AnsibleError: ") + e.message);
    }
    return transfer_to(c, std::move(*rendered), *path, st);
  }

  step resume(const context& c, core::value result) override {
    if (auto again = sender_->next(c, result)) return std::move(*again);
    auto& d = result.as_dict();
    if (!d.contains("path") || d.contains("dest")) return finished{std::move(result)};
    core::dict out = d;
    out.set("dest", result["path"]);
    return finished{core::value(std::move(out))};
  }

private:
  step transfer_to(const context& c, std::string text, const std::string& path, const struct stat& st) {
    core::dict args = c.request.args.as_dict();
    for (auto key : {"newline_sequence", "trim_blocks", "lstrip_blocks", "output_encoding"}) args.erase(key);
    if (auto* mode = args.find("mode"); mode && core::to_str(*mode) == "preserve") {
      std::string octal;
      for (int shift = 9; shift >= 0; shift -= 3) octal += static_cast<char>('0' + ((st.st_mode >> shift) & 7));
      args.set("mode", core::value(octal));
    }
    args.set("src", core::value(path));
    sender_.emplace(std::move(args), text_content(std::move(text)), path.substr(path.rfind('/') + 1));
    return sender_->first(c);
  }

  std::optional<transfer> sender_;
};

} // namespace

std::unique_ptr<action> make_template() { return std::make_unique<template_action>(); }

} // namespace mito::actions
