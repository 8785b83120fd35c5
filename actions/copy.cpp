#include <dirent.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "actions/list.hpp"
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

/// One thing to make on the target.
struct job {
  enum class kind : std::uint8_t { file, directory, link } what;
  std::string from; ///< local path, or a link's target
  std::string to;   ///< relative to dest
};

/// Everything below `root`, files first as Ansible copies them; `prefix` goes before each relative name.
void walk(const std::string& root, const std::string& prefix, bool follow, std::vector<job>& files,
          std::vector<job>& folders, std::vector<job>& links, int depth) {
  if (depth > 64) return;
  DIR* dir = ::opendir(root.c_str());
  if (!dir) return;
  std::vector<std::string> names;
  while (auto* e = ::readdir(dir))
    if (std::string n = e->d_name; n != "." && n != "..") names.push_back(std::move(n));
  ::closedir(dir);
  std::sort(names.begin(), names.end());
  for (auto& n : names) {
    std::string path = root + "/" + n, relative = prefix.empty() ? n : prefix + "/" + n;
    struct stat st;
    if (::lstat(path.c_str(), &st) != 0) continue;
    if (S_ISLNK(st.st_mode)) {
      if (!follow) {
        char target[PATH_MAX];
        auto len = ::readlink(path.c_str(), target, sizeof target);
        if (len > 0) links.push_back({job::kind::link, std::string(target, static_cast<std::size_t>(len)), relative});
        continue;
      }
      if (::stat(path.c_str(), &st) != 0) continue;
    }
    if (S_ISDIR(st.st_mode)) {
      folders.push_back({job::kind::directory, path, relative});
      walk(path, relative, follow, files, folders, links, depth + 1);
    } else if (S_ISREG(st.st_mode)) {
      files.push_back({job::kind::file, path, relative});
    }
  }
}

class copy final : public action {
public:
  step start(const context& c) override { return finish(c, begin(c)); }
  step resume(const context& c, core::value result) override { return finish(c, go_on(c, std::move(result))); }

private:
  /// Results without a module's own `invocation` say what the action was called with.
  static step finish(const context& c, step s) {
    auto* done = std::get_if<finished>(&s);
    if (!done || !c.want_invocation || done->result.as_dict().contains("invocation") || done->result["unreachable"].truthy()) return s;
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
    for (auto key : {"local_follow", "decrypt", "remote_src"}) args_.erase(key);
    if (content) {
      from_content_ = true;
      std::string text = content->is_dict() || content->is_sequence() ? core::to_json(*content, {.spaced = true, .ascii = true})
                                                                      : core::to_str(*content);
      args_.erase("src");
      sender_.emplace(args_, text_content(std::move(text)), ".ansible_content");
      return sender_->first(c);
    }
    return start_source(c, core::to_str(src), std::move(dest));
  }

  step go_on(const context& c, core::value result) {
    if (sender_) {
      if (auto again = sender_->next(c, result)) return std::move(*again);
      sender_.reset();
    }
    if (jobs_.empty() && !recursive_) return finished{with_dest(std::move(result))};
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
    if (!path) return complain(path.error().message());
    struct stat st;
    if (::stat(path->c_str(), &st) != 0 || !S_ISDIR(st.st_mode)) return send(c, *path, "", basename_of(*path));
    recursive_ = true;
    source_ = *path + (slash ? "/" : "");
    dest_ = dest.ends_with('/') ? dest : dest + "/";
    bool follow = engine::to_boolean(c.request.args["local_follow"]).value_or(true);
    std::vector<job> files, folders, links;
    std::string prefix = slash ? "" : basename_of(*path);
    if (!prefix.empty()) folders.push_back({job::kind::directory, *path, prefix});
    walk(*path, prefix, follow, files, folders, links, 0);
    single_file_ = files.size() == 1;
    // Parents before what stands in them: folders, files, links.
    for (auto* list : {&folders, &files, &links})
      for (auto& j : *list) jobs_.push_back(std::move(j));
    return next_job(c, core::value());
  }

  step send(const context& c, const std::string& path, const std::string& dest, const std::string& name) {
    auto plain = engine::to_boolean(c.request.args["decrypt"]).value_or(true) ? decrypted_file(c, path)
                                                                              : std::optional<std::string>();
    if (!plain) return finished{raise_failure(plain.error().message())};
    auto what = *plain ? core::expected<content>(text_content(std::move(**plain))) : file_content(path);
    if (!what) return complain(what.error().message());
    core::dict args = args_;
    if (!dest.empty()) args.set("dest", core::value(dest));
    args.set("src", core::value(path));
    if (args.find("mode") && core::to_str(*args.find("mode")) == "preserve") {
      struct stat st;
      if (::stat(path.c_str(), &st) == 0) args.set("mode", core::value(octal(st.st_mode & 07777)));
    }
    sender_.emplace(std::move(args), std::move(*what), name);
    return sender_->first(c);
  }

  step next_job(const context& c, core::value last) {
    if (!last.is_none()) {
      if (last["failed"].truthy() || last["unreachable"].truthy()) return finished{std::move(last)};
      changed_ |= last["changed"].truthy();
      if (was_file_) file_result_ = last;
    }
    if (at_ == jobs_.size()) {
      if (single_file_ && file_result_.is_dict()) return finished{with_dest(std::move(file_result_))};
      core::dict out;
      out.set("changed", core::value(changed_));
      out.set("dest", core::value(dest_));
      out.set("src", core::value(source_));
      return finished{core::value(std::move(out))};
    }
    auto& j = jobs_[at_++];
    was_file_ = j.what == job::kind::file;
    if (was_file_) return send(c, j.from, dest_ + j.to, basename_of(j.to));
    core::dict args;
    for (auto key : {"owner", "group", "selevel", "serole", "setype", "seuser", "attributes", "unsafe_writes"})
      if (auto* v = args_.find(key)) args.set(key, *v);
    args.set("path", core::value(dest_ + j.to));
    if (j.what == job::kind::directory) {
      args.set("state", "directory");
      if (auto* mode = args_.find("directory_mode")) args.set("mode", *mode);
    } else {
      args.set("state", "link");
      args.set("src", core::value(j.from));
      args.set("force", core::value(true));
      args.set("follow", core::value(false));
    }
    return module_call{"file", core::value(std::move(args)), c.request.check, c.request.diff, {}, {}, {}};
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
  bool from_content_ = false, recursive_ = false, single_file_ = false, changed_ = false, was_file_ = false;
  std::vector<job> jobs_;
  std::size_t at_ = 0;
  std::string source_, dest_;
  core::value file_result_;
};

} // namespace

std::unique_ptr<action> make_copy() { return std::make_unique<copy>(); }

} // namespace mito::actions
