#include "report/file_outputs.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "report/result_text.hpp"

namespace mito::report {

namespace {

namespace fs = std::filesystem;

/// Why `text` could not be written to `path`; empty when it was.
std::string write_file(const std::string& path, const std::string& text) {
  errno = 0;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text;
  file.close();
  return file ? std::string() : std::strerror(errno ? errno : EIO);
}

} // namespace

void retry_file::on(const event& e) {
  if (auto* run = std::get_if<run_started>(&e)) playbook_ = run->playbook;
  if (auto* done = std::get_if<run_finished>(&e); done && !done->to_retry.empty()) write(*done);
}

void retry_file::write(const run_finished& e) {
  std::error_code error;
  auto book = fs::absolute(playbook_, error);
  auto folder = folder_.empty() ? book.parent_path() : fs::path(folder_);
  auto path = (folder / (book.stem().string() + ".retry")).string();
  std::string text;
  for (auto& host : e.to_retry) text += host + "\n";
  fs::create_directories(folder, error);
  if (auto why = write_file(path, text); !why.empty())
    return out_->warning("Could not create retry file '" + path + "'.\n\t" + why);
  out_->print("\tto retry, use: --limit @" + path + "\n");
}

void tree_output::on(const event& e) {
  auto* done = std::get_if<host_finished>(&e);
  if (!done || done->how == verdict::skipped) return;
  std::error_code error;
  fs::create_directories(folder_, error);
  if (error) out_->warning("Unable to access or create the configured directory (" + folder_ + "): " + error.message());
  // A host's name is not to lead out of the folder.
  if (done->host.find('/') != std::string::npos || done->host == "..")
    return out_->warning("Unable to write to " + done->host + "'s file: the host's name is no file name");
  output_options plain;
  plain.verbosity = out_->options().verbosity;
  auto why = write_file(folder_ + "/" + done->host, standard_dump.result(visible(done->result, *done->task), plain, std::nullopt));
  if (!why.empty()) out_->warning("Unable to write to " + done->host + "'s file: " + why);
}

} // namespace mito::report
