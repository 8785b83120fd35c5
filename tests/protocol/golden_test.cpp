#define CAF_SUITE protocol.golden
#include <caf/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>

#include "core/json.hpp"
#include "protocol/features.hpp"
#include "protocol/frame.hpp"
#include "protocol/messages.hpp"

// Every message as its bytes (golden/<name>.bin) and as what it says (golden/<name>.json). With MITO_REGENERATE=1 the files are
// written anew from the samples below; a change of a .bin that is not a new message breaks agents that are under way.

using namespace mito;
using protocol::type;

namespace {

struct sample {
  std::string name;
  protocol::header header;
  std::string body;
  core::value meaning;
  /// Decodes a body and encodes it again; nothing when it is refused.
  std::function<std::optional<std::string>(std::string_view)> again;
};

template <class Message>
sample of(std::string name, protocol::header h, const Message& m, core::value meaning) {
  std::string body;
  m.encode(body);
  return {std::move(name), h, body, std::move(meaning), [](std::string_view bytes) -> std::optional<std::string> {
            auto m = Message::decode(bytes);
            if (!m) return std::nullopt;
            std::string out;
            m->encode(out);
            return out;
          }};
}

sample of_request(std::string name, std::uint8_t flags, const protocol::request& m, core::value meaning) {
  std::string body;
  m.encode(body, flags);
  return {std::move(name), {.hop = 2, .type = type::request, .flags = flags, .id = 7}, body, std::move(meaning),
          [flags](std::string_view bytes) -> std::optional<std::string> {
            auto m = protocol::request::decode(bytes, flags);
            if (!m) return std::nullopt;
            std::string out;
            m->encode(out, flags);
            return out;
          }};
}

sample raw(std::string name, protocol::header h, std::string body) {
  core::dict d;
  d.set("body", body);
  return {std::move(name), h, body, d, [](std::string_view bytes) { return std::string(bytes); }};
}

core::value members(std::initializer_list<core::dict::entry> entries) { return core::value(core::dict(entries)); }

std::vector<sample> requests() {
  namespace flag = protocol::flag;
  const std::string args = R"({"_raw_params":"hostname"})";
  auto meaning = [&](std::string_view module) { return members({{"module", module}, {"args", args}}); };
  return {
      of_request("request", 0, {.module = "command", .deadline_ms = 0, .args = args, .environment = "", .upload_size = 0, .blob = ""},
                 meaning("command")),
      of_request("request-environment", flag::check | flag::diff,
                 {.module = "shell", .deadline_ms = 90000, .args = args, .environment = R"({"LANG":"C"})", .upload_size = 0, .blob = ""},
                 meaning("shell")),
      of_request("request-blob", flag::blob,
                 {.module = "copy", .deadline_ms = 0, .args = "{}", .environment = "", .upload_size = 0, .blob = std::string("a\0b", 3)},
                 members({{"module", "copy"}, {"blob_size", 3}})),
      of_request("request-upload", flag::upload,
                 {.module = "copy", .deadline_ms = 0, .args = R"({"dest":"/f"})", .environment = "", .upload_size = 5000000000, .blob = ""},
                 members({{"module", "copy"}, {"upload_size", std::int64_t{5000000000}}})),
  };
}

std::vector<sample> samples() {
  using reason = protocol::hop_report::reason;
  auto list = requests();
  protocol::hello hello{{"modules", "hops"}, "x86_64", "Linux", "web1", "6.1.0", 4242, 1000, "python-memfd"};
  list.push_back(of("hello", {.type = type::hello}, hello, members({{"machine", "x86_64"}, {"via", "python-memfd"}})));
  list.push_back(raw("set_hop", {.hop = 3, .type = type::set_hop}, ""));
  list.push_back(raw("result", {.type = type::result, .id = 7}, R"({"changed":false})"));
  list.push_back(raw("result-more", {.type = type::result, .flags = protocol::flag::more, .id = 7}, R"({"cha)"));
  list.push_back(raw("cancel", {.type = type::cancel, .id = 7}, ""));
  list.push_back(raw("upload_data", {.type = type::upload_data, .id = 7}, "some bytes"));
  list.push_back(of("upload_credit", {.type = type::upload_credit, .id = 7}, protocol::upload_credit{262144}, members({{"bytes", 262144}})));
  list.push_back(raw("upload_done", {.type = type::upload_done, .id = 7}, ""));
  protocol::hop_open open{"sudo", "root", {"sudo", "-H", "-u", "root", "/bin/sh", "-c", "exec /proc/self/fd/1"}, "[mito] password:", "hidden", 20000};
  list.push_back(of("hop_open", {.type = type::hop_open, .id = 1}, open, members({{"method", "sudo"}, {"user", "root"}})));
  list.push_back(of("hop_payload", {.type = type::hop_payload, .id = 1}, protocol::hop_payload{{"sudo", "sh"}, "image"}, members({{"image", "image"}})));
  list.push_back(raw("hop_retry", {.type = type::hop_retry, .id = 1}, ""));
  list.push_back(of("hop_failed", {.type = type::hop_failed, .id = 1}, protocol::hop_report{reason::become, "Incorrect sudo password"},
                    members({{"why", "become"}, {"message", "Incorrect sudo password"}})));
  list.push_back(of("hop_down", {.type = type::hop_down, .id = 1}, protocol::hop_report{reason::lost, "gone"}, members({{"why", "lost"}, {"message", "gone"}})));
  list.push_back(raw("hop_close", {.type = type::hop_close, .id = 1}, ""));
  list.push_back(of("lease", {.type = type::lease}, protocol::lease{60}, members({{"seconds", 60}})));
  list.push_back(of("heartbeat", {.type = type::lease}, protocol::lease{}, members({{"seconds", 0}})));
  list.push_back(raw("bye", {.type = type::bye}, ""));
  list.push_back(raw("python", {.type = type::python, .id = 9}, "passed through"));
  return list;
}

std::string file_of(const std::string& name) { return MITO_SOURCE_DIR "/tests/protocol/golden/" + name; }

std::string contents(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string bytes_of(const sample& s) {
  std::string bytes;
  protocol::append_frame(bytes, s.header, s.body);
  return bytes;
}

std::string text_of(const sample& s) {
  core::dict d;
  d.set("type", static_cast<int>(s.header.type)).set("hop", s.header.hop).set("flags", s.header.flags);
  d.set("id", static_cast<std::int64_t>(s.header.id)).set("message", s.meaning);
  return core::to_json(d, {.spaced = true, .indent = 2}) + "\n";
}

} // namespace

CAF_TEST(bytes are the golden ones) {
  bool regenerate = std::getenv("MITO_REGENERATE") != nullptr;
  for (const auto& s : samples()) {
    if (regenerate) {
      std::ofstream(file_of(s.name + ".bin"), std::ios::binary) << bytes_of(s);
      std::ofstream(file_of(s.name + ".json")) << text_of(s);
    }
    CAF_MESSAGE(s.name);
    CAF_CHECK(contents(file_of(s.name + ".bin")) == bytes_of(s));
    CAF_CHECK_EQUAL(contents(file_of(s.name + ".json")), text_of(s));
  }
}

CAF_TEST(golden bytes decode to the same message) {
  for (const auto& s : samples()) {
    protocol::decoder d(1 << 20);
    d.feed(contents(file_of(s.name + ".bin")));
    protocol::frame f;
    CAF_MESSAGE(s.name);
    CAF_REQUIRE(d.next(f));
    auto expected = s.header;
    expected.size = static_cast<std::uint32_t>(s.body.size());
    CAF_CHECK(f.header == expected);
    auto again = s.again(f.body);
    CAF_CHECK(again && *again == s.body);
    CAF_CHECK(!d.next(f));
  }
}

CAF_TEST(every shorter body of a typed message is refused or says less) {
  for (const auto& s : samples()) {
    CAF_MESSAGE(s.name);
    bool typed = !s.meaning.as_dict().contains("body");
    bool open_ended = s.name == "request-blob" || s.name == "hop_payload" || s.name == "lease" || s.name == "heartbeat";
    for (std::size_t n = 0; typed && !open_ended && n < s.body.size(); ++n)
      CAF_CHECK(!s.again(std::string_view(s.body).substr(0, n)));
    if (typed && !open_ended) CAF_CHECK(!s.again(s.body + "x"));
  }
}

CAF_TEST(a command request stays under 200 bytes) {
  CAF_CHECK_LESS(bytes_of(requests()[0]).size(), 200u);
}
