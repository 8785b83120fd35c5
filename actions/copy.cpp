#include <sys/stat.h>

#include "actions/folder_walk.hpp"
#include "actions/list.hpp"
#include "actions/temporary_names.hpp"
#include "actions/transfer.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "engine/keywords.hpp"

namespace mito::actions {

namespace {

std::string basename_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string octal(mode_t mode) {
  std::string out;
  for (int shift = 9; shift >= 0; shift -= 3) out += static_cast<char>('0' + ((mode >> shift) & 7));
  return out;
}

bool is_folder(const std::string& path) {
  struct stat st;
  return ::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

/// What the file module may be told of copy's options.
constexpr std::string_view file_options[] = {"mode", "owner", "group", "seuser", "serole", "selevel", "setype", "attributes",
                                             "unsafe_writes", "force"};

class copy final : public action {
public:
  step start(const context& c) override { return finish(c, begin(c)); }
  step resume(const context& c, core::value result) override { return finish(c, go_on(c, std::move(result))); }

private:
  /// Results without a module's own `invocation` say what the action was called with.
  static step finish(const context& c, step s) {
    auto* done = std::get_if<finished>(&s);
    if (!done || !c.want_invocation || done->result.as_dict().contains("invocation") || done->result["unreachable"].truthy() ||
        done->result.as_dict().contains(engine::raised_key))
      return s;
    core::dict module_args = c.request.args.as_dict(), invocation = module_args;
    if (module_args.contains("content")) {
      module_args.set("content", core::value("VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"));
      invocation.set("content", core::value("CENSORED: content is a no_log parameter"));
    }
    invocation.set("module_args", core::value(std::move(module_args)));
    core::dict out = done->result.as_dict();
    out.set("invocation", core::value(std::move(invocation)));
    return finished{core::value(std::move(out))};
  }

  step begin(const context& c) {
    auto& args = c.request.args;
    auto& src = args["src"];
    auto* content = args.as_dict().find("content");
    if (content && content->is_none()) content = nullptr;
    std::string dest = args["dest"].is_none() ? std::string() : core::to_str(args["dest"]);
    if (!src.truthy() && !content) return complain("src (or content) is required");
    if (dest.empty()) return complain("dest is required");
    if (src.truthy() && content) return complain("src and content are mutually exclusive");
    if (content && dest.ends_with('/')) return complain("can not use content with a dir as dest");
    if (!content && engine::to_boolean(args["remote_src"]).value_or(false)) return remote(c);
    args_ = args.as_dict();
    for (auto key : {"content", "decrypt"}) args_.erase(key);
    if (content) {
      std::string text = content->is_dict() || content->is_sequence() ? core::to_json(*content, {.spaced = true, .ascii = true})
                                                                      : core::to_str(*content);
      auto name = random_name("tmp");
      auto what = text_content(std::move(text));
      what.shown = c.local_tmp + "/" + name;
      what.made_here = true;
      sender_.emplace(args_, std::move(what), std::move(name));
      return sender_->first(c);
    }
    return start_source(c, core::to_str(src), std::move(dest));
  }

  step go_on(const context& c, core::value result) {
    if (sender_) {
      auto next = sender_->next(c, result);
      if (auto* call = std::get_if<module_call>(&next)) return std::move(*call);
      result = std::move(std::get<core::value>(next));
      sender_.reset();
    }
    if (!recursive_) return finished{with_dest(std::move(result))};
    return next_job(c, std::move(result));
  }

  static step complain(std::string_view text) { return failed(text); }

  step remote(const context& c) {
    recursive_ = false;
    return module_call{"copy", c.request.args, c.request.check, c.request.diff, {}, {}, {}};
  }

  step start_source(const context& c, std::string src, std::string dest) {
    bool slash = src.ends_with('/');
    auto path = find_file(c, "files", slash && src.size() > 1 ? src.substr(0, src.size() - 1) : src);
    if (!path) return finished{not_found(path.error().message())};
    if (!is_folder(*path)) return send(c, {*path, basename_of(*path)}, dest);
    recursive_ = true;
    source_ = *path + (slash ? "/" : "");
    dest_ = dest.ends_with('/') ? dest : dest + "/";
    tree_ = walk_folder(*path, !slash, engine::to_boolean(c.request.args["local_follow"]).value_or(true));
    return next_job(c, core::value());
  }

  step send(const context& c, const folder_entry& file, const std::string& dest) {
    auto what = file_content(file.from);
    if (!what) return complain(what.error().message());
    core::dict args = args_;
    args.set("dest", core::value(dest));
    if (!tree_.folders.empty()) args.set("follow", core::value(false));
    if (args.find("mode") && core::to_str(*args.find("mode")) == "preserve") {
      struct stat st;
      if (::stat(file.from.c_str(), &st) == 0) args.set("mode", core::value(octal(st.st_mode & 07777)));
    }
    sender_.emplace(std::move(args), std::move(*what), file.to);
    return sender_->first(c);
  }

  /// Files first: they make the folders that they stand in.
  step next_job(const context& c, core::value last) {
    if (!last.is_none()) {
      if (last["failed"].truthy() || last["unreachable"].truthy()) return finished{std::move(last)};
      learn_destination(last);
      changed_ |= last["changed"].truthy();
      // A file that is there and is to stay is nothing that ran.
      if (!last["_mito_kept"].truthy()) last_ = std::move(last);
    }
    auto at = at_++;
    if (at < tree_.files.size()) return send(c, tree_.files[at], dest_);
    at -= tree_.files.size();
    if (at < tree_.folders.size()) return make_folder(c, tree_.folders[at]);
    at -= tree_.folders.size();
    if (at < tree_.links.size()) return make_link(c, tree_.links[at]);
    if (tree_.files.size() == 1 && last_.is_dict()) return finished{with_dest(std::move(last_))};
    core::dict out;
    out.set("changed", core::value(changed_));
    out.set("dest", core::value(dest_));
    out.set("src", core::value(source_));
    return finished{core::value(std::move(out))};
  }

  core::dict file_arguments(const folder_entry& what, std::string_view state) const {
    core::dict args;
    for (auto key : file_options)
      if (auto* v = args_.find(key)) args.set(key, *v);
    args.set("path", core::value(dest_ + what.to));
    args.set("state", core::value(state));
    args.set("_ansible_module_name", "ansible.legacy.file");
    return args;
  }

  step make_folder(const context& c, const folder_entry& folder) const {
    auto args = file_arguments(folder, "directory");
    auto* mode = args_.find("directory_mode");
    args.set("mode", mode ? *mode : core::value());
    args.set("recurse", core::value(false));
    return module_call{"file", core::value(std::move(args)), c.request.check, c.request.diff, {}, {}, {}};
  }

  step make_link(const context& c, const folder_entry& link) const {
    auto args = file_arguments(link, "link");
    args.set("src", core::value(link.from));
    args.set("force", core::value(true));
    if (!tree_.folders.empty()) args.set("follow", core::value(false));
    if (auto* mode = args.find("mode"); mode && core::to_str(*mode) == "preserve") args.erase("mode");
    return module_call{"file", core::value(std::move(args)), c.request.check, c.request.diff, {}, {}, {}};
  }

  /// A destination in somebody's home is known by its full name once the target has said it.
  void learn_destination(const core::value& last) {
    if (!dest_.starts_with('~') || at_ == 0) return;
    auto at = at_ - 1;
    for (auto* list : {&tree_.files, &tree_.folders, &tree_.links}) {
      if (at >= list->size()) {
        at -= list->size();
        continue;
      }
      auto& relative = (*list)[at].to;
      auto said = last[last["dest"].is_string() ? "dest" : "path"].as_string();
      if (said.starts_with('/') && said.ends_with("/" + relative)) dest_ = said.substr(0, said.size() - relative.size());
      return;
    }
  }

  /// The file module names its path `path`; copy's users know `dest`.
  static core::value with_dest(core::value result) {
    auto& d = result.as_dict();
    if (!d.contains("path") || d.contains("dest")) return result;
    core::dict out = d;
    out.set("dest", result["path"]);
    return core::value(std::move(out));
  }

  core::dict args_;
  std::optional<transfer> sender_;
  bool recursive_ = false, changed_ = false;
  folder_tree tree_;
  std::size_t at_ = 0; ///< jobs done: files, folders, links
  std::string source_, dest_;
  core::value last_;
};

} // namespace

std::unique_ptr<action> make_copy() { return std::make_unique<copy>(); }

} // namespace mito::actions
