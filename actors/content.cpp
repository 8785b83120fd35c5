#include "actors/content.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mito::actors {

namespace {

/// A local file, read in pieces as the target takes them.
class file_source final : public bootstrap::content_source {
public:
  explicit file_source(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat st;
    if (fd_ >= 0 && ::fstat(fd_, &st) == 0) size_ = static_cast<std::uint64_t>(st.st_size);
  }
  ~file_source() override {
    if (fd_ >= 0) ::close(fd_);
  }
  bool good() const { return fd_ >= 0; }
  std::uint64_t size() const override { return size_; }
  core::expected<void> read(std::string& into, std::size_t limit) override {
    auto had = into.size();
    into.resize(had + limit);
    auto n = ::read(fd_, into.data() + had, limit);
    into.resize(had + (n > 0 ? static_cast<std::size_t>(n) : 0));
    if (n < 0) return core::error(std::string("cannot read the file to send: ") + std::strerror(errno));
    return {};
  }

private:
  int fd_;
  std::uint64_t size_ = 0;
};

class text_source final : public bootstrap::content_source {
public:
  explicit text_source(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}
  std::uint64_t size() const override { return text_->size(); }
  core::expected<void> read(std::string& into, std::size_t limit) override {
    auto n = std::min(limit, text_->size() - at_);
    into.append(*text_, at_, n);
    at_ += n;
    return {};
  }

private:
  std::shared_ptr<const std::string> text_;
  std::size_t at_ = 0;
};

} // namespace

std::shared_ptr<bootstrap::content_source> file_content(const std::string& path) {
  auto source = std::make_shared<file_source>(path);
  return source->good() ? source : nullptr;
}

std::shared_ptr<bootstrap::content_source> text_content(std::shared_ptr<const std::string> text) {
  return std::make_shared<text_source>(std::move(text));
}

} // namespace mito::actors
