// Jobs whose module is not native: Python modules, run by a fork-server, and programs.
#include <csignal>
#include <sys/wait.h>

#include "agent/job.hpp"
#include "agent/program_files.hpp"
#include "agent/spawn.hpp"
#include "core/text.hpp"
#include "modules/common/os.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

using state = protocol::process_output::state;

struct job::foreign {
  python_pool* pool = nullptr;
  state how = state::done;
  program_files files;
  std::string last_words; ///< of a fork-server that is gone
};

void job::drop_foreign() {
  delete foreign_;
  foreign_ = nullptr;
}

void job::begin_foreign(python_pool* pool) {
  foreign_ = new foreign;
  foreign_->pool = pool;
  if (!read_request()) return fail("the module's arguments or environment are no JSON dict");
  if (what_.deadline_ms > 0) deadline_ = now() + what_.deadline_ms;
  if (!(flags_ & protocol::flag::upload)) return start_foreign();
  auto opened = upload_.open_memory(what_.upload_size);
  if (!opened) return fail(opened.error().message());
  uploading_ = true;
}

void job::start_foreign() {
  if (what_.module == protocol::python_module) {
    descriptor out, err;
    child_ = child::adopt(deadline_, protocol::max_result, out, err);
    if (child_->finished()) return fail("could not make pipes for the module");
    return foreign_->pool->run(id_, std::string(args_.text("interpreter")), args_["environment"].as_dict(), std::move(what_.blob), std::move(out),
                      std::move(err));
  }
  auto& files = foreign_->files;
  std::string uploaded;
  if (flags_ & protocol::flag::upload) uploaded = upload_.take_memory();
  auto program = flags_ & protocol::flag::upload ? std::string_view(uploaded) : std::string_view(what_.blob);
  auto failure = files.make(program, args_.text("arguments"), args_.flag("in_memory"), std::string(args_.text("name")),
                              modules::expand_path(view(), args_.text("folder")));
  if (!failure.empty()) return fail(failure);
  std::string command(args_.text("interpreter"));
  if (!command.empty()) command += ' ';
  command += files.program();
  if (args_.flag("arguments_file")) command += ' ' + files.arguments();
  spec_.argv = {"/bin/sh", "-c", command};
  spec_.directory = args_.text("directory");
  child_ = child::start(spec_, environment_, deadline_, protocol::max_result);
  files.started();
}

void job::heed(const python_pool::news& said) {
  using kind = python_pool::news::kind;
  if (result_ || !child_) return;
  protocol::process_output out;
  switch (said.what) {
  case kind::started:
    return child_->started(static_cast<pid_t>(said.number));
  case kind::ended:
    child_->exited(child_->pid(), static_cast<int>(said.number));
    return;
  case kind::lost:
    foreign_->how = state::lost;
    foreign_->last_words = said.text;
    child_->lose();
    return;
  case kind::refused:
    out.what = state::refused;
    break;
  case kind::no_start: {
    out.what = state::no_start;
    int status = static_cast<int>(said.number);
    out.status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    out.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    break;
  }
  }
  out.err = said.text;
  out.out = said.noise;
  child_.reset();
  settle_output(out);
}

void job::lose_foreign() {
  if (child_ && what_.module == protocol::python_module) child_->lose();
}

void job::finish_foreign() {
  if (child_->overdue()) {
    foreign_->pool->abandon(id_);
    child_->lose();
  }
  auto done = child_->take();
  child_.reset();
  auto how = foreign_->how;
  auto last_words = std::move(foreign_->last_words);
  drop_foreign();
  if (cancelled_) return fail("cancelled");
  protocol::process_output out;
  out.status = done.exit_status;
  out.signal = done.signal;
  out.what = done.start_errno != 0 ? state::no_start : done.timed_out ? state::timed_out : done.truncated ? state::truncated : how;
  out.err = how == state::lost ? done.err + last_words : std::move(done.err);
  out.out = std::move(done.out);
  settle_output(out);
}

void job::settle_output(const protocol::process_output& out) {
  std::string body;
  out.encode(body);
  result_ = std::move(body);
  result_flags_ = protocol::flag::output;
}

} // namespace mito::agent
