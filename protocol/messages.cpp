#include "protocol/messages.hpp"

#include "protocol/frame.hpp"
#include "protocol/limits.hpp"
#include "protocol/wire.hpp"

namespace mito::protocol {

namespace {

/// The message, when the reader saw exactly its bytes.
template <class Message>
std::optional<Message> whole(const reader& r, Message&& m) {
  if (!r.complete()) return std::nullopt;
  return std::move(m);
}

} // namespace

void hello::encode(std::string& out) const {
  writer w(out);
  w.texts(features);
  w.text(machine);
  w.text(system);
  w.text(node);
  w.text(release);
  w.u64(pid);
  w.u64(uid);
  w.text(via);
}

std::optional<hello> hello::decode(std::string_view body) {
  reader r(body);
  hello m;
  m.features = r.texts();
  m.machine = r.text(max_text);
  m.system = r.text(max_text);
  m.node = r.text(max_text);
  m.release = r.text(max_text);
  m.pid = r.u64();
  m.uid = r.u64();
  m.via = r.text(max_text);
  return whole(r, std::move(m));
}

void request::encode(std::string& out, std::uint8_t flags) const {
  writer w(out);
  w.text(module);
  w.u32(deadline_ms);
  w.text(args);
  w.text(environment);
  if (flags & flag::upload) w.u64(upload_size);
  if (flags & flag::blob) w.raw(blob);
}

std::optional<request> request::decode(std::string_view body, std::uint8_t flags) {
  reader r(body);
  request m;
  m.module = r.text(256);
  m.deadline_ms = r.u32();
  m.args = r.text(max_body_to_agent);
  m.environment = r.text(max_text);
  if (flags & flag::upload) m.upload_size = r.u64();
  if (flags & flag::blob) m.blob = r.rest();
  return whole(r, std::move(m));
}

void upload_credit::encode(std::string& out) const { writer(out).u32(bytes); }

std::optional<upload_credit> upload_credit::decode(std::string_view body) {
  reader r(body);
  upload_credit m;
  m.bytes = r.u32();
  return whole(r, std::move(m));
}

void hop_open::encode(std::string& out) const {
  writer w(out);
  w.text(method);
  w.text(user);
  w.texts(argv);
  w.text(prompt);
  w.text(password);
  w.u32(timeout_ms);
}

std::optional<hop_open> hop_open::decode(std::string_view body) {
  reader r(body);
  hop_open m;
  m.method = r.text(64);
  m.user = r.text(max_text);
  m.argv = r.texts();
  m.prompt = r.text(max_text);
  m.password = r.text(max_text);
  m.timeout_ms = r.u32();
  return whole(r, std::move(m));
}

void hop_payload::encode(std::string& out) const {
  writer w(out);
  w.texts(argv);
  w.raw(image);
}

std::optional<hop_payload> hop_payload::decode(std::string_view body) {
  reader r(body);
  hop_payload m;
  m.argv = r.texts();
  m.image = r.rest();
  return whole(r, std::move(m));
}

void hop_report::encode(std::string& out) const {
  writer w(out);
  w.u8(static_cast<std::uint8_t>(why));
  w.text(message);
}

std::optional<hop_report> hop_report::decode(std::string_view body) {
  reader r(body);
  hop_report m;
  auto why = r.u8();
  if (why < 1 || why > 3) return std::nullopt;
  m.why = static_cast<reason>(why);
  m.message = r.text(max_text);
  return whole(r, std::move(m));
}

void lease::encode(std::string& out) const {
  if (seconds != 0) writer(out).u32(seconds);
}

std::optional<lease> lease::decode(std::string_view body) {
  lease m;
  if (body.empty()) return m;
  reader r(body);
  m.seconds = r.u32();
  return whole(r, std::move(m));
}

} // namespace mito::protocol
