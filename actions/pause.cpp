#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>

#include "actions/list.hpp"
#include "core/python.hpp"
#include "core/text.hpp"
#include "engine/keywords.hpp"

namespace mito::actions {

namespace {

using wall = std::chrono::system_clock;

/// Python's str(datetime.now()).
std::string now_text(wall::time_point t) {
  auto us = std::chrono::duration_cast<std::chrono::microseconds>(t.time_since_epoch()).count();
  std::time_t s = static_cast<std::time_t>(us / 1000000);
  std::tm tm{};
  ::localtime_r(&s, &tm);
  core::datetime d{{tm.tm_year + 1900, static_cast<std::uint8_t>(tm.tm_mon + 1), static_cast<std::uint8_t>(tm.tm_mday)},
                   static_cast<std::uint8_t>(tm.tm_hour), static_cast<std::uint8_t>(tm.tm_min),
                   static_cast<std::uint8_t>(tm.tm_sec), static_cast<std::uint32_t>(us % 1000000), core::datetime::naive};
  return core::to_str(core::value(d));
}

class pause final : public action {
public:
  step start(const context& c) override {
    auto& args = c.request.args;
    if (auto wrong = complaint(c)) return finished{raise_failure(*wrong)};
    bool minutes = !args["minutes"].is_none();
    begun_ = wall::now();
    in_minutes_ = true;
    std::string text;
    std::string prompt = args["prompt"].is_none() ? "Press enter to continue, Ctrl+C to interrupt" : core::to_str(args["prompt"]);
    echo_ = engine::to_boolean(args["echo"]).value_or(true);
    prompt = "[" + c.task_name + "]\n" + prompt + (echo_ ? "" : " (output is hidden)") + ":";
    if (!minutes && args["seconds"].is_none()) {
      if (c.interactive)
        return failed("pause: waiting for a key is not supported yet; give 'seconds' or 'minutes'");
      return pause_call{std::chrono::milliseconds(0),
                        prompt + "\n[WARNING]: Not waiting for response to prompt as stdin is not interactive"};
    }
    auto seconds = whole(args[minutes ? "minutes" : "seconds"]);
    auto length = seconds.value_or(0) * (minutes ? 60 : 1);
    in_minutes_ = minutes;
    if (length < 1) length = 1;
    text = "Pausing for " + std::to_string(length) + " seconds" + (echo_ ? "" : " (output is hidden)") +
           "\n(ctrl+C then 'C' = continue early, ctrl+C then 'A' = abort)\r";
    if (!args["prompt"].is_none()) text += "\n" + prompt;
    return pause_call{std::chrono::seconds(length), std::move(text)};
  }

  step resume(const context&, core::value) override {
    auto ended = wall::now();
    double took = std::chrono::duration<double>(ended - begun_).count();
    core::dict out;
    out.set("changed", core::value(false));
    out.set("rc", core::value(0));
    out.set("stderr", "");
    out.set("start", core::value(now_text(begun_)));
    out.set("stop", core::value(now_text(ended)));
    out.set("delta", core::value(static_cast<std::int64_t>(took)));
    out.set("echo", core::value(echo_));
    out.set("user_input", "");
    double shown = std::round((in_minutes_ ? took / 60.0 : took) * 100.0) / 100.0;
    std::string number;
    core::append_real(number, shown);
    out.set("stdout", core::value("Paused for " + number + (in_minutes_ ? " minutes" : " seconds")));
    return finished{core::value(std::move(out))};
  }

private:
  /// What is wrong with the arguments, in the words of Ansible's validator.
  static std::optional<std::string> complaint(const context& c) {
    auto& args = c.request.args;
    if (!args["minutes"].is_none() && !args["seconds"].is_none())
      return "parameters are mutually exclusive: minutes|seconds";
    for (auto name : {"minutes", "seconds"})
      if (auto& v = args[name]; !v.is_none() && !whole(v)) {
        // A word that was written in the playbook has a class of its own; what a template gave has not.
        bool written = v.is_string() && c.request.raw_args[name] == v;
        std::string type(written ? "ansible.parsing.yaml.objects.AnsibleUnicode" : core::type_name(v));
        return "argument '" + std::string(name) + "' is of type <class '" + type + "'> and we were unable to convert to int: " +
               "invalid literal for int() with base 10: " + core::to_repr(v);
      }
    std::vector<std::string> unknown;
    for (auto& e : args.as_dict())
      if (auto k = e.key.as_string(); k != "echo" && k != "minutes" && k != "seconds" && k != "prompt")
        unknown.push_back(core::to_str(e.key));
    if (unknown.empty()) return std::nullopt;
    std::sort(unknown.begin(), unknown.end());
    return "Unsupported parameters for (pause) module: " + core::join(unknown, ", ") +
           ". Supported parameters include: echo, minutes, prompt, seconds.";
  }

  static std::optional<std::int64_t> whole(const core::value& v) {
    if (v.is_int()) return v.as_int();
    if (v.is_real()) return static_cast<std::int64_t>(v.as_real());
    return v.is_string() ? core::parse_int(core::trim(v.as_string())) : std::nullopt;
  }

  wall::time_point begun_;
  bool echo_ = true, in_minutes_ = true;
};

} // namespace

std::unique_ptr<action> make_pause() { return std::make_unique<pause>(); }

} // namespace mito::actions
