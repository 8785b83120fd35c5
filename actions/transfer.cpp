#include "actions/transfer.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mito::actions {

namespace {

/// Below this the content travels with the first request: cheaper than a second round trip.
constexpr std::size_t inline_limit = 16 * 1024;
/// Ansible shows differences of files up to this size.
constexpr std::size_t diff_limit = 104448;

class sha1 {
public:
  sha1() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_, EVP_sha1(), nullptr); }
  ~sha1() { EVP_MD_CTX_free(context_); }
  sha1(const sha1&) = delete;
  sha1& operator=(const sha1&) = delete;
  void add(const void* data, std::size_t n) { EVP_DigestUpdate(context_, data, n); }
  std::string hex() {
    unsigned char digest[20];
    EVP_DigestFinal_ex(context_, digest, nullptr);
    std::string out;
    for (unsigned char b : digest) {
      out += "0123456789abcdef"[b >> 4];
      out += "0123456789abcdef"[b & 15];
    }
    return out;
  }

private:
  EVP_MD_CTX* context_;
};

} // namespace

core::expected<content> file_content(const std::string& path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return core::error("could not find src=" + path + ", " + std::strerror(errno));
  content out;
  out.path = out.shown = path;
  sha1 sum;
  std::string buffer(64 * 1024, '\0');
  std::string whole;
  ssize_t n;
  while ((n = ::read(fd, buffer.data(), buffer.size())) > 0) {
    sum.add(buffer.data(), static_cast<std::size_t>(n));
    out.size += static_cast<std::uint64_t>(n);
    if (out.size <= diff_limit) whole.append(buffer.data(), static_cast<std::size_t>(n));
  }
  int why = errno;
  ::close(fd);
  if (n < 0) return core::error("could not read src=" + path + ", " + std::strerror(why));
  out.sha1 = sum.hex();
  if (out.size <= diff_limit) out.text = std::make_shared<const std::string>(std::move(whole));
  return out;
}

content text_content(std::string text) {
  content out;
  sha1 sum;
  sum.add(text.data(), text.size());
  out.sha1 = sum.hex();
  out.size = text.size();
  out.text = std::make_shared<const std::string>(std::move(text));
  return out;
}

transfer::transfer(core::dict args, content what, std::string basename) : args_(std::move(args)), what_(std::move(what)) {
  if (auto* given = args_.find("checksum"); !given || !given->truthy()) args_.set("checksum", core::value(what_.sha1));
  args_.set("_original_basename", core::value(basename));
  args_.set("_mito_checksum", core::value(what_.sha1));
  args_.set("_mito_source", core::value(what_.shown));
  args_.set("_ansible_module_name", "ansible.legacy.copy");
  if (what_.made_here) args_.set("_mito_content", core::value(true));
}

module_call transfer::call(const context& c) const {
  module_call out;
  out.module = "copy";
  out.args = core::value(core::dict(args_));
  out.check = c.request.check;
  out.diff = c.request.diff;
  out.sends_source = true;
  return out;
}

module_call transfer::first(const context& c) {
  auto out = call(c);
  if (what_.text && what_.size <= (c.request.diff ? diff_limit : inline_limit)) {
    out.blob = *what_.text;
    sent_ = true;
  }
  return out;
}

std::variant<module_call, core::value> transfer::next(const context& c, core::value result) {
  if (auto& path = result["_mito_unknown"]; path.is_string())
    return raise_error("Failed to get information on remote file (" + std::string(path.as_string()) +
                       "): " + std::string(result.text("msg")));
  if (sent_ || !result["_mito_need_content"].truthy()) return result;
  sent_ = true;
  auto out = call(c);
  core::dict args = args_;
  // The target has resolved a folder to the file in it; the upload's temporary file stands beside that.
  if (result["dest"].is_string()) args.set("dest", result["dest"]);
  out.args = core::value(std::move(args));
  if (what_.path.empty())
    out.upload_text = what_.text;
  else
    out.upload_path = what_.path;
  return out;
}

} // namespace mito::actions
