#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/text.hpp"
#include "transport/known_hosts.hpp"
#include "transport/ssh_config.hpp"
#include "transport/ssh_config_match.hpp"

namespace mito::transport {
namespace {

constexpr int include_limit = 16;

/// One pass over command line, user's and system's file.
class evaluation {
public:
  evaluation(const config_query& query, config_store& store, config_answer& answer, bool final_pass)
      : query_(query), store_(store), answer_(answer), final_(final_pass) {}

  core::expected<void> run() {
    for (const auto& [keyword, value] : query_.overrides) {
      auto words = split_arguments(value);
      if (!words) return core::error("command-line line 0: " + words.error().message());
      config_line line{0, keyword, value, std::move(*words)};
      if (auto done = apply(line, "command-line"); !done) return done;
    }
    if (!query_.user_file.empty()) {
      const bool own = !query_.user_file_must_exist;
      if (auto done = read(query_.user_file, true, own, query_.user_file_must_exist, 0, true); !done)
        return done;
    }
    if (!query_.system_file.empty())
      if (auto done = read(query_.system_file, true, false, false, 0, false); !done) return done;
    return {};
  }
  bool wants_final() const { return wants_final_; }

private:
  core::expected<void> read(const std::string& path, bool active, bool check_owner, bool must_exist,
                            int depth, bool users) {
    if (depth > include_limit) return core::error("Too many recursive configuration includes");
    struct stat info {};
    if (check_owner && ::stat(path.c_str(), &info) == 0 &&
        ((info.st_uid != 0 && info.st_uid != query_.account.uid) || (info.st_mode & 022) != 0))
      return core::error("Bad owner or permissions on " + path);
    const auto file = store_.file(path);
    if (!file) {
      if (must_exist) return core::error("Can't open user config file " + path + ": " + std::strerror(errno));
      return {};
    }
    if (!final_) answer_.read.push_back(path);
    if (!file->error.empty()) return core::error(file->error);
    bool on = active;
    for (const auto& line : file->lines) {
      if (line.keyword == "host" || line.keyword == "match") {
        auto matched = line.keyword == "host" ? host_matches(line) : match(line, path);
        if (!matched) return matched.error();
        on = active && *matched;
      } else if (line.keyword == "include") {
        for (const auto& pattern : line.args)
          if (auto done = include(pattern, path, on, depth, users); !done) return done;
      } else if (auto done = check(line, path, on); !done) {
        return done;
      }
    }
    return {};
  }

  core::expected<void> include(const std::string& pattern, const std::string&, bool on, int depth,
                               bool users) {
    std::string full = pattern;
    if (pattern.starts_with("~")) {
      auto expanded = expand_path(pattern, query_.account);
      if (!expanded) return expanded.error();
      full = *expanded;
    } else if (!pattern.starts_with("/")) {
      full = (users ? query_.account.home + "/.ssh/" : std::string("/etc/ssh/")) + pattern;
    }
    glob_t found{};
    std::vector<std::string> paths;
    if (::glob(full.c_str(), 0, nullptr, &found) == 0)
      paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
    ::globfree(&found);
    for (const auto& path : paths)
      if (auto done = read(path, on, users && !query_.user_file_must_exist, false, depth + 1, users); !done)
        return done;
    return {};
  }

  core::expected<bool> host_matches(const config_line& line) const {
    bool matched = false;
    for (const auto& word : line.args) {
      const bool negated = word.starts_with("!");
      const auto pattern = negated ? word.substr(1) : word;
      if (!match_pattern(final_ ? final_host() : query_.host, pattern)) continue;
      if (negated) return false;
      matched = true;
    }
    return matched;
  }

  std::string final_host() const {
    const auto* name = answer_.find("hostname");
    return core::lower(name == nullptr ? query_.host : *name);
  }

  core::expected<bool> match(const config_line& line, const std::string& path) {
    match_subject subject{query_, answer_, final_, final_ ? final_host() : std::string()};
    auto result = match_criteria(line.args, subject);
    if (!result)
      return core::error(path + " line " + std::to_string(line.number) + ": " + result.error().message());
    wants_final_ = wants_final_ || result->wants_final;
    return result->matched;
  }

  /// A line of a file: unknown options are errors wherever they stand, values count where the block matches.
  core::expected<void> check(const config_line& line, const std::string& path, bool on) {
    const auto* row = find_option(line.keyword);
    if (row == nullptr) {
      const auto ignored = answer_.whole.find("ignoreunknown");
      if (ignored != answer_.whole.end() &&
          match_pattern_list(line.keyword, core::lower(ignored->second)) == 1)
        return {};
      return core::error(path + ": line " + std::to_string(line.number) +
                         ": Bad configuration option: " + line.keyword);
    }
    if (line.args.empty() && line.rest.empty())
      return core::error(path + " line " + std::to_string(line.number) + ": no argument after keyword \"" +
                         std::string(row->name) + "\"");
    return on ? apply(line, path) : core::expected<void>{};
  }

  core::expected<void> apply(const config_line& line, const std::string& path) {
    const auto* row = find_option(line.keyword);
    if (row == nullptr) return core::error(path + ": line 0: Bad configuration option: " + line.keyword);
    const auto key = canonical(line.keyword);
    const auto value = line.args.empty() ? std::string() : core::lower(line.args[0]);
    const bool first = answer_.whole.count(key) == 0;
    if (first && answer_.needs_program.empty() && needs_program(*row, value)) {
      const auto place = line.number == 0 ? path : path + " line " + std::to_string(line.number);
      answer_.needs_program = std::string(row->name) + " " + line.rest + " (" + place + ")";
    }
    if (key == "sendenv") add_send_env(line.args);
    if (key == "identityfile") add_unique(answer_.identity_files, line.args);
    // Whichever of ProxyJump and ProxyCommand comes first disables the other; `ProxyJump none` does not.
    const auto set = [&](const char* other) {
      const auto found = answer_.values.find(other);
      return found != answer_.values.end() &&
             !(std::string_view(other) == "proxyjump" && core::lower(found->second.front()) == "none");
    };
    if ((key == "proxyjump" && set("proxycommand")) || (key == "proxycommand" && set("proxyjump")))
      return {};
    if (first) {
      answer_.whole[key] = line.rest;
      answer_.values[key] = line.args;
    }
    return {};
  }

  static bool needs_program(const option_row& row, const std::string& value) {
    if (row.kind == option_kind::program)
      return !(value == "none" && row.name == "CertificateFile") && value != "none";
    return row.kind == option_kind::program_unless_no && value != "no" && value != "none" &&
           value != "false" && value != "default";
  }

  static std::string canonical(const std::string& keyword) {
    if (keyword == "challengeresponseauthentication" || keyword == "skeyauthentication")
      return "kbdinteractiveauthentication";
    if (keyword == "keepalive") return "tcpkeepalive";
    if (keyword == "identityfile2") return "identityfile";
    if (keyword == "pubkeyacceptedkeytypes") return "pubkeyacceptedalgorithms";
    if (keyword == "rsaminsize") return "requiredrsasize";
    return keyword;
  }

  /// `-PATTERN` takes back what earlier lines said.
  void add_send_env(const std::vector<std::string>& words) {
    for (const auto& word : words)
      if (word.starts_with("-"))
        std::erase_if(answer_.send_env, [&](const auto& there) { return match_pattern(there, word.substr(1)); });
      else
        answer_.send_env.push_back(word);
  }

  static void add_unique(std::vector<std::vector<std::string>>& list, const std::vector<std::string>& words) {
    for (const auto& there : list)
      if (there == words) return;
    list.push_back(words);
  }

  const config_query& query_;
  config_store& store_;
  config_answer& answer_;
  const bool final_;
  bool wants_final_ = false;
};

} // namespace

core::expected<config_answer> evaluate_config(const config_query& query, config_store& store) {
  config_answer answer;
  evaluation first(query, store, answer, false);
  if (auto done = first.run(); !done) return done.error();
  if (first.wants_final()) { // `Match final`: once more, now with the HostName that was found
    std::string host = query.host;
    if (const auto* name = answer.find("hostname"))
      if (auto expanded = expand_tokens(*name, {{'h', query.host}})) host = *expanded;
    // As in ssh: the second pass sees this name and does not change it any more.
    answer.values["hostname"] = {core::lower(host)};
    answer.whole["hostname"] = core::lower(host);
    evaluation second(query, store, answer, true);
    if (auto done = second.run(); !done) return done.error();
  }
  return answer;
}

} // namespace mito::transport
