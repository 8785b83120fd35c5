#pragma once
/// One request under way: from the frame that asked for it to its result.
#include <memory>
#include <optional>
#include <string>

#include "agent/child.hpp"
#include "agent/python_pool.hpp"
#include "agent/upload.hpp"
#include "modules/module.hpp"
#include "protocol/messages.hpp"

namespace mito::agent {

class job {
public:
  /// `flags`: the frame's.
  job(std::uint32_t id, protocol::request&& what, std::uint8_t flags)
      : id_(id), what_(std::move(what)), flags_(flags) {}
  ~job() {
    if (modules::runs_python) drop_foreign();
  }
  job(const job&) = delete;
  job& operator=(const job&) = delete;
  /// Starts the module at once, unless it waits for an upload. `pool` runs Python modules; it outlives the job.
  void begin(python_pool* pool);

  std::uint32_t id() const { return id_; }
  /// Once set: JSON text of the result, or another body (see `result_flags`).
  const std::optional<std::string>& result() const { return result_; }
  std::uint8_t result_flags() const { return result_flags_; }
  /// What the pool has to say about this job's module.
  void heed(const python_pool::news& said);

  /// Bytes of the upload; nothing happens when none is expected (they may be under way when it fails).
  void upload_data(std::string_view bytes);
  void upload_done();
  /// What may be sent further.
  std::uint32_t take_credit() { return uploading_ ? upload_.take_credit() : 0; }

  void cancel();
  void poll(poll_set& set) const;
  void handle(const poll_set& set);
  bool exited(pid_t pid, int status) { return child_ && child_->exited(pid, status); }
  void kill_now();
  /// The fork-servers are gone: what they ran is ended.
  void lose_foreign();
  bool running() const { return child_ && child_->running(); }

private:
  bool read_request();
  void start();
  void start_process();
  void finish_process();
  void finish_fork();
  void begin_foreign(python_pool* pool);
  void start_foreign();
  void finish_foreign();
  void settle_output(const protocol::process_output& out);
  void drop_foreign();
  void settle(const core::value& v);
  void fail(std::string_view message);
  modules::request view() const;

  std::uint32_t id_;
  protocol::request what_;
  std::uint8_t flags_;
  const modules::module* module_ = nullptr;
  core::value args_;
  core::dict environment_;
  moment deadline_ = never;
  bool uploading_ = false, cancelled_ = false;
  upload upload_;
  std::string upload_sha1_;
  modules::process_spec spec_;
  std::unique_ptr<child> child_;
  std::optional<std::string> result_;
  std::uint8_t result_flags_ = 0;
  /// Of modules that are none of ours; by hand, so that an image without them is without its code.
  struct foreign;
  foreign* foreign_ = nullptr;
};

} // namespace mito::agent
