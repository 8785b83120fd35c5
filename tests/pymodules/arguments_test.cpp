#define CAF_SUITE pymodules.arguments
#include <caf/test/unit_test.hpp>

#include "core/json.hpp"
#include "pymodules/arguments.hpp"

using namespace mito;
using namespace mito::pymodules;

namespace {

core::value args() {
  core::dict d;
  d.set("name", "it's").set("count", 3).set("on", true).set("nothing", core::value());
  return core::value(std::move(d));
}

} // namespace

CAF_TEST(scripts get a file in their own form) {
  CAF_CHECK_EQUAL(arguments_file(module_kind::old_style, args()), "name='it'\"'\"'s' count=3 on=True nothing=None ");
  CAF_CHECK_EQUAL(arguments_file(module_kind::want_json, args()), R"({"name": "it's", "count": 3, "on": true, "nothing": null})");
}

CAF_TEST(marks in a JSONARGS script are replaced) {
  call_context c;
  c.version = "2.14.18";
  c.syslog_facility = "LOG_LOCAL1";
  c.selinux_special_fs = default_special_filesystems();
  core::dict d;
  d.set("a", 1);
  CAF_CHECK_EQUAL(with_json_arguments("x='''<<INCLUDE_ANSIBLE_MODULE_JSON_ARGS>>''' v=\"<<ANSIBLE_VERSION>>\" f=<<SELINUX_SPECIAL_FILESYSTEMS>> "
                                      "c=\"<<INCLUDE_ANSIBLE_MODULE_COMPLEX_ARGS>>\" syslog.LOG_USER",
                                      core::value(std::move(d)), c),
                  "x='''{\"a\": 1}''' v='2.14.18' f=fuse,nfs,vboxsf,ramfs,9p,vfat c=b'{\"a\": 1}' syslog.LOG_LOCAL1");
}

CAF_TEST(internal arguments are those of Ansible) {
  call_context c;
  c.check = true;
  c.version = "2.14.18";
  c.module_name = "ping";
  auto v = with_internal_arguments(core::value(core::dict{}), c);
  CAF_CHECK_EQUAL(core::to_json(v),
                  R"({"_ansible_check_mode":true,"_ansible_no_log":false,"_ansible_debug":false,"_ansible_diff":false,"_ansible_verbosity":0,)"
                  R"("_ansible_version":"2.14.18","_ansible_module_name":"ping","_ansible_syslog_facility":"LOG_USER","_ansible_selinux_special_fs":[],)"
                  R"("_ansible_string_conversion_action":"warn","_ansible_socket":null,"_ansible_shell_executable":"/bin/sh",)"
                  R"("_ansible_keep_remote_files":false,"_ansible_tmpdir":null,"_ansible_remote_tmp":"~/.ansible/tmp"})");
}
