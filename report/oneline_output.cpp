#include "report/oneline_output.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "core/python.hpp"
#include "core/text.hpp"
#include "report/result_text.hpp"
#include "report/side_messages.hpp"

namespace mito::report {

namespace {

std::string escaped(const core::value& result, std::string_view key) {
  const auto* v = result.as_dict().find(key);
  std::string out;
  for (char c : v ? core::to_str(*v) : std::string()) {
    if (c == '\n')
      out += "\\n";
    else if (c == '\r')
      out += "\\r";
    else
      out += c;
  }
  return out;
}

std::string command_line(const std::string& host, const core::value& result, std::string_view caption) {
  const auto* rc = result.as_dict().find("rc");
  auto out = host + " | " + std::string(caption) + " | rc=" + (rc ? core::to_str(*rc) : "-1") + " | (stdout) " +
             escaped(result, "stdout");
  if (result["stderr"].truthy()) out += " (stderr) " + escaped(result, "stderr");
  return out;
}

} // namespace

std::string oneline_output::one_line(const core::value& result) const {
  auto text = dump_result(result, out_->options(), 0);
  std::erase(text, '\n');
  return text;
}

void oneline_output::failed(const host_finished& e, core::value result) {
  if (!result["exception"].is_none()) {
    if (prints_no_json(*e.task) && !result.as_dict().contains("module_stderr")) {
      out_->print(command_line(e.host, result, "FAILED"), color::error);
    } else {
      auto copy = result;
      show_exception(*out_, copy);
    }
  }
  out_->print(e.host + " | FAILED! => " + one_line(result), color::error);
}

void oneline_output::ok(const host_finished& e, core::value result) {
  bool changed = result["changed"].truthy();
  std::string state = changed ? "CHANGED" : "SUCCESS";
  bool command = prints_no_json(*e.task) && !result.as_dict().contains("ansible_job_id");
  out_->print(command ? command_line(e.host, result, state) : e.host + " | " + state + " => " + one_line(result),
              changed ? color::changed : color::ok);
}

void oneline_output::unreachable(const host_finished& e, const core::value& result) {
  const auto* why = result.as_dict().find("msg");
  out_->print(e.host + " | UNREACHABLE!: " + (why ? core::to_str(*why) : ""), color::unreachable);
}

void tree_output::on(const event& e) {
  const auto* done = std::get_if<host_finished>(&e);
  if (!done || done->how == verdict::skipped) return;
  std::error_code code;
  std::filesystem::create_directories(folder_, code);
  if (code)
    out_->warning("Unable to access or create the configured directory (" + folder_ + "): " + code.message());
  auto options = out_->options();
  std::ofstream file(folder_ + "/" + done->host, std::ios::binary | std::ios::trunc);
  file << dump_result(visible(done->result, *done->task), options);
  file.close();
  if (!file) out_->warning("Unable to write to " + done->host + "'s file: " + std::strerror(errno));
}

} // namespace mito::report
