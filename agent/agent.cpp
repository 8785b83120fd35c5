#include "agent/agent.hpp"

#include <sys/utsname.h>
#include <sys/wait.h>

#include "core/json.hpp"
#include "protocol/features.hpp"
#include "protocol/limits.hpp"

namespace mito::agent {

namespace {

/// While the controller does not take our bytes, we take none from children and hops.
constexpr std::size_t high_water = 4u << 20;
/// What children get between SIGTERM and SIGKILL when the controller is gone.
constexpr moment last_grace = 500;

} // namespace

agent::agent(channel controller, descriptor children, std::string via)
    : controller_(std::move(controller)), children_(std::move(children)), via_(std::move(via)), heard_(now()) {}

void agent::say_hello() {
  utsname u;
  ::uname(&u);
  protocol::hello hello;
  for (auto name : protocol::features::all) hello.features.emplace_back(name);
  hello.machine = u.machine;
  hello.system = u.sysname;
  hello.node = u.nodename;
  hello.release = u.release;
  hello.pid = static_cast<std::uint64_t>(::getpid());
  hello.uid = ::getuid();
  hello.via = via_;
  std::string bytes(protocol::magic);
  protocol::append_message(bytes, {.type = protocol::type::hello}, hello);
  controller_.send(bytes);
}

void agent::poll() {
  set_.clear();
  bool room = controller_.queued() < high_water;
  controller_.poll(set_);
  set_.add(children_.get(), POLLIN);
  if (room)
    for (auto& j : jobs_) j->poll(set_);
  for (auto& h : hops_) h->poll(set_, room);
  if (lease_ > 0) set_.wake_at(heard_ + lease_);
  set_.wait();
}

void agent::run() {
  say_hello();
  while (!ending_) {
    poll();
    controller_.handle(set_);
    receive();
    handle_children();
    handle_jobs();
    handle_hops();
    if (controller_.dead() || (lease_ > 0 && now() >= heard_ + lease_)) ending_ = true;
  }
  shut_down();
}

void agent::receive() {
  if (set_.ready(controller_.in()) != 0) heard_ = now();
  protocol::frame f;
  while (!ending_ && controller_.next(f)) {
    if (f.header.type == protocol::type::set_hop || f.header.hop == number_)
      for_us(f);
    else
      for_hop(f);
  }
}

agent::handler agent::handler_of(protocol::type t) {
  constexpr struct {
    protocol::type type;
    handler call;
  } handlers[] = {
      {protocol::type::set_hop, &agent::on_set_hop},         {protocol::type::request, &agent::on_request},
      {protocol::type::cancel, &agent::on_cancel},           {protocol::type::upload_data, &agent::on_upload_data},
      {protocol::type::upload_done, &agent::on_upload_done}, {protocol::type::hop_open, &agent::on_hop_open},
      {protocol::type::hop_payload, &agent::on_hop_payload}, {protocol::type::hop_close, &agent::on_hop_close},
      {protocol::type::lease, &agent::on_lease},             {protocol::type::bye, &agent::on_bye},
  };
  for (const auto& h : handlers)
    if (h.type == t) return h.call;
  return &agent::refuse;
}

void agent::for_us(const protocol::frame& f) { (this->*handler_of(f.header.type))(f); }

/// A type that only agents send, or a body that is none of its type: whoever speaks so is not our controller.
void agent::refuse(const protocol::frame&) { ending_ = true; }

void agent::on_set_hop(const protocol::frame& f) { number_ = f.header.hop; }

void agent::on_request(const protocol::frame& f) {
  auto what = protocol::request::decode(f.body, f.header.flags);
  if (!what || find_job(f.header.id)) return refuse(f);
  if (jobs_.size() >= protocol::max_requests)
    return send_result(f.header.id, core::to_json(modules::failure("the agent has too many requests under way")));
  jobs_.push_back(std::make_unique<job>(f.header.id, std::move(*what), f.header.flags));
  jobs_.back()->begin();
}

void agent::on_cancel(const protocol::frame& f) {
  if (auto* j = find_job(f.header.id)) j->cancel();
}

// Data for a request that is settled already may be under way: it is dropped.
void agent::on_upload_data(const protocol::frame& f) {
  auto* j = find_job(f.header.id);
  if (!j) return;
  j->upload_data(f.body);
  if (auto credit = j->take_credit(); credit > 0) {
    std::string bytes;
    protocol::append_message(bytes, {.hop = number_, .type = protocol::type::upload_credit, .id = f.header.id},
                             protocol::upload_credit{credit});
    controller_.send(bytes);
  }
}

void agent::on_upload_done(const protocol::frame& f) {
  if (auto* j = find_job(f.header.id)) j->upload_done();
}

void agent::on_lease(const protocol::frame& f) {
  auto lease = protocol::lease::decode(f.body);
  if (!lease) return refuse(f);
  if (lease->seconds > 0) lease_ = moment{lease->seconds} * 1000;
}

void agent::on_bye(const protocol::frame&) { ending_ = true; }

void agent::handle_children() {
  if (set_.ready(children_.get()) == 0) return;
  char what;
  while (::read(children_.get(), &what, 1) > 0)
    if (what == 'e') ending_ = true;
  int status;
  for (pid_t pid; (pid = ::waitpid(-1, &status, WNOHANG)) > 0;) {
    for (auto& j : jobs_)
      if (j->exited(pid, status)) break;
    for (auto& h : hops_)
      if (h->exited(pid, status)) break;
  }
}

void agent::handle_jobs() {
  for (std::size_t i = 0; i < jobs_.size();) {
    jobs_[i]->handle(set_);
    if (!jobs_[i]->result()) {
      ++i;
      continue;
    }
    send_result(jobs_[i]->id(), *jobs_[i]->result());
    jobs_.erase(jobs_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void agent::send_result(std::uint32_t id, std::string_view json) {
  std::string bytes;
  do {
    auto part = json.substr(0, protocol::result_part);
    json.remove_prefix(part.size());
    std::uint8_t flags = json.empty() ? 0 : protocol::flag::more;
    protocol::append_frame(bytes, {.hop = number_, .type = protocol::type::result, .flags = flags, .id = id}, part);
  } while (!json.empty());
  controller_.send(bytes);
}

void agent::send_empty(protocol::type type, std::uint32_t id) {
  std::string bytes;
  protocol::append_frame(bytes, {.hop = number_, .type = type, .id = id}, {});
  controller_.send(bytes);
}

job* agent::find_job(std::uint32_t id) {
  for (auto& j : jobs_)
    if (j->id() == id) return j.get();
  return nullptr;
}

/// Ends all that we started. Hops run as others and end when their streams do.
void agent::shut_down() {
  hops_.clear();
  for (auto& j : jobs_) j->cancel();
  std::erase_if(jobs_, [](auto& j) { return !j->running(); });
  moment last = now() + last_grace;
  while (!jobs_.empty() && now() < last) {
    set_.clear();
    set_.add(children_.get(), POLLIN);
    set_.wake_at(last);
    set_.wait();
    handle_children();
    std::erase_if(jobs_, [](auto& j) { return !j->running(); });
  }
  jobs_.clear();
}

} // namespace mito::agent
