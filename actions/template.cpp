#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <sstream>

#include "actions/encoding.hpp"
#include "actions/list.hpp"
#include "actions/temporary_names.hpp"
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

/// An AnsibleActionFail that the action catches: a failed result like any other.
finished fail_with(std::string_view message) {
  core::dict out = raise_failure(message).as_dict();
  out.erase(engine::raised_key);
  return {core::value(std::move(out))};
}

/// What went wrong in a template, with the name of Ansible's exception for it.
finished template_failure(const core::error& e) {
  auto& what = e.what();
  std::string kind = what.category == "undefined" ? "AnsibleUndefinedVariable" : "AnsibleError";
  core::dict out = engine::failed_result(kind + ": " + what.message).as_dict();
  out.set("exception", core::value("Traceback (most recent call last):\nansible.errors." + kind + ": " + what.message + "\n"));
  return {core::value(std::move(out))};
}

constexpr std::string_view template_only[] = {
    "newline_sequence",  "block_start_string",   "block_end_string",   "variable_start_string", "variable_end_string",
    "comment_start_string", "comment_end_string", "trim_blocks", "lstrip_blocks", "output_encoding"};

/// `\\n` as YAML's plain scalars give it means a newline; nullopt: none of the three.
std::optional<std::string> newline_of(const core::value& v) {
  std::string text = v.is_none() ? "\n" : core::to_str(v);
  for (auto [written, meant] : {std::pair{"\\n", "\n"}, {"\\r", "\r"}, {"\\r\\n", "\r\n"}})
    if (text == written || text == meant) return meant;
  return std::nullopt;
}

templating::render_options options_of(const core::value& args, const std::string& newline) {
  auto text = [&](const char* key) { return args[key].is_none() ? std::string() : core::to_str(args[key]); };
  templating::render_options out;
  out.preserve_trailing_newlines = true;
  out.escape_backslashes = false;
  out.trim_blocks = engine::to_boolean(args["trim_blocks"]).value_or(true);
  out.lstrip_blocks = engine::to_boolean(args["lstrip_blocks"]).value_or(false);
  out.newline_sequence = newline;
  out.marks = {text("variable_start_string"), text("variable_end_string"), text("block_start_string"),
               text("block_end_string"), text("comment_start_string"), text("comment_end_string")};
  return out;
}

class template_action final : public action {
public:
  step start(const context& c) override {
    auto& args = c.request.args;
    if (!args["state"].is_none()) return fail_with("'state' cannot be specified on a template");
    if (args["src"].is_none() || args["dest"].is_none()) return fail_with("src and dest are required");
    auto newline = newline_of(args["newline_sequence"]);
    if (!newline) return fail_with("newline_sequence needs to be one of: \n, \r or \r\n");
    std::string src = core::to_str(args["src"]), dest = core::to_str(args["dest"]);
    auto path = find_file(c, "templates", src);
    if (!path) return finished{not_found(path.error().message())};
    struct stat st;
    if (::stat(path->c_str(), &st) != 0) return fail_with("could not find src=" + *path);
    std::ifstream in(*path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    std::string source = text.str();
    if (!in || !core::is_utf8(source)) return fail_with("Template source files must be utf-8 encoded");
    templating::dict_scope vars(template_vars(src, *path, dest, st), c.request.vars.get());
    auto rendered = c.templar.render_file(source, *path, vars, options_of(args, *newline));
    if (!rendered) return template_failure(rendered.error());
    auto encoded = encode(*rendered, args["output_encoding"].truthy() ? core::to_str(args["output_encoding"]) : "utf-8");
    if (!encoded) return finished{raise_unexpected(encoded.error().message())};
    return transfer_to(c, std::move(*encoded), *path, st);
  }

  step resume(const context& c, core::value result) override {
    auto next = sender_->next(c, std::move(result));
    if (auto* call = std::get_if<module_call>(&next)) return std::move(*call);
    result = std::move(std::get<core::value>(next));
    auto& d = result.as_dict();
    if (!d.contains("path") || d.contains("dest")) return finished{std::move(result)};
    core::dict out = d;
    out.set("dest", result["path"]);
    return finished{core::value(std::move(out))};
  }

private:
  step transfer_to(const context& c, std::string text, const std::string& path, const struct stat& st) {
    core::dict args = c.request.args.as_dict();
    for (auto key : template_only) args.erase(key);
    if (auto* mode = args.find("mode"); mode && core::to_str(*mode) == "preserve") {
      std::string octal;
      for (int shift = 9; shift >= 0; shift -= 3) octal += static_cast<char>('0' + ((st.st_mode >> shift) & 7));
      args.set("mode", core::value(octal));
    }
    args.set("follow", core::value(engine::to_boolean(c.request.args["follow"]).value_or(false)));
    auto name = path.substr(path.rfind('/') + 1);
    auto what = text_content(std::move(text));
    what.shown = c.local_tmp + "/" + random_name("tmp") + "/" + name;
    sender_.emplace(std::move(args), std::move(what), std::move(name));
    return sender_->first(c);
  }

  std::optional<transfer> sender_;
};

} // namespace

std::unique_ptr<action> make_template() { return std::make_unique<template_action>(); }

} // namespace mito::actions
