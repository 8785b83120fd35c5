#include "agent/job.hpp"

#include <cerrno>

#include "core/json.hpp"
#include "core/text.hpp"
#include "modules/common/os.hpp"
#include "protocol/frame.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

namespace {

constexpr core::json_limits argument_limits{.depth = 64, .bytes = protocol::max_body_to_agent};

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

} // namespace

bool job::read_request() {
  auto args = core::parse_json(what_.args, argument_limits);
  if (!args || !args->is_dict()) return false;
  args_ = std::move(*args);
  std::string().swap(what_.args);
  if (what_.environment.empty()) return true;
  auto environment = core::parse_json(what_.environment, argument_limits);
  if (!environment || !environment->is_dict()) return false;
  environment_ = environment->as_dict();
  return true;
}

void job::begin() {
  module_ = modules::find(what_.module);
  if (!module_) return fail("the agent has no module named " + what_.module);
  if (!read_request()) return fail("the module's arguments or environment are no JSON dict");
  if (what_.deadline_ms > 0) deadline_ = now() + what_.deadline_ms;
  if (!(flags_ & protocol::flag::upload)) return start();
  if (!modules::takes_uploads) return fail(what_.module + " takes no upload");
  auto opened = upload_.open(modules::expand_path(view(), args_.text("dest")), what_.upload_size);
  if (!opened) return fail(opened.error().message());
  uploading_ = true;
}

modules::request job::view() const {
  return {.args = args_,
          .check = (flags_ & protocol::flag::check) != 0,
          .diff = (flags_ & protocol::flag::diff) != 0,
          .environment = environment_,
          .blob = what_.blob,
          .has_blob = (flags_ & protocol::flag::blob) != 0,
          .upload = upload_.name(),
          .upload_sha1 = upload_sha1_};
}

void job::settle(const core::value& v) {
  std::string text;
  core::write_json(text, v, {.keep_bytes = true});
  if (text.size() > protocol::max_result) return fail("the module's result is larger than 64 MiB");
  result_ = std::move(text);
}

void job::fail(std::string_view message) { settle(modules::failure(message)); }

void job::upload_data(std::string_view bytes) {
  if (!modules::takes_uploads || !uploading_ || result_) return;
  if (auto written = upload_.write(bytes); !written) fail(written.error().message());
}

void job::upload_done() {
  if (!modules::takes_uploads || !uploading_ || result_) return;
  uploading_ = false;
  if (auto completed = upload_.complete(); !completed) return fail(completed.error().message());
  upload_sha1_ = upload_.sha1();
  start();
}

void job::start() {
  switch (module_->mode) {
  case modules::run_mode::quick:
    return settle(module_->run(view()));
  case modules::run_mode::forked:
    child_ = child::fork(deadline_, protocol::max_result, [this](int out) {
      settle(module_->run(view()));
      write_all(out, *result_);
    });
    return;
  case modules::run_mode::process:
    return start_process();
  }
}

void job::start_process() {
  core::value at_once = module_->prepare(view(), spec_);
  if (!at_once.is_none()) return settle(at_once);
  child_ = child::start(spec_, environment_, deadline_, protocol::max_output);
}

void job::cancel() {
  if (result_) return;
  cancelled_ = true;
  if (child_ && !child_->finished())
    child_->stop();
  else
    fail("cancelled");
}

void job::poll(poll_set& set) const {
  if (child_) child_->poll(set);
  if (uploading_) set.wake_at(deadline_);
}

void job::handle(const poll_set& set) {
  if (result_) return;
  if (uploading_ && now() >= deadline_) return fail("the upload did not finish in time");
  if (!child_) return;
  child_->handle(set);
  if (!child_->finished()) return;
  if (cancelled_)
    fail("cancelled");
  else if (module_->mode == modules::run_mode::process)
    finish_process();
  else
    finish_fork();
  child_.reset();
}

void job::finish_process() { settle(module_->finish(view(), spec_, child_->take())); }

void job::finish_fork() {
  auto outcome = child_->take();
  if (outcome.timed_out) {
    core::dict result = modules::failure("The module did not finish in time and was ended").as_dict();
    result.set("timed_out", true);
    settle(core::value(std::move(result)));
  } else if (outcome.start_errno != 0) {
    fail("could not start a process for the module");
  } else if (outcome.truncated) {
    fail("the module's result is larger than 64 MiB");
  } else if (outcome.signal != 0 || outcome.exit_status != 0 || outcome.out.empty()) {
    std::string message = "the module's process died";
    if (outcome.signal != 0) {
      message += " of signal ";
      core::append_int(message, outcome.signal);
    }
    fail(message);
  } else {
    result_ = std::move(outcome.out);
  }
}

void job::kill_now() {
  if (child_) child_->kill_now();
}

} // namespace mito::agent
