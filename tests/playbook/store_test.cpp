#define CAF_SUITE playbook.store
#include <caf/test/unit_test.hpp>

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "core/encrypted.hpp"
#include "core/json.hpp"
#include "core/python.hpp"
#include "playbook/inventory/sources.hpp"
#include "playbook/loader.hpp"
#include "playbook/variables/extra_vars.hpp"
#include "playbook/variables/facts.hpp"
#include "playbook/variables/store.hpp"

using namespace mito;
using namespace mito::playbook;
using core::value;

namespace {

/// A scratch folder with the files of a test.
struct fixture {
  fixture() {
    char name[] = "/tmp/mito-store-XXXXXX";
    folder = ::mkdtemp(name);
  }
  ~fixture() { std::filesystem::remove_all(folder); }
  void write(const std::string& path, std::string_view text) const {
    auto full = std::filesystem::path(folder) / path;
    std::filesystem::create_directories(full.parent_path());
    std::ofstream(full) << text;
  }
  std::unique_ptr<variable_store> make(run_settings settings = {}) const {
    auto loaded = load_inventory({folder + "/inv/hosts"});
    CAF_REQUIRE(loaded.has_value());
    settings.playbook_dir = folder;
    auto out = std::make_unique<variable_store>(std::move(loaded->hosts), settings);
    auto ok = out->load_vars_folders();
    CAF_CHECK_EQUAL(ok ? std::string() : ok.error().message(), "");
    return out;
  }
  std::shared_ptr<const play> first_play(const std::string& text) const {
    static const action_table actions = [] {
      action_table t;
      t.add({"debug"});
      return t;
    }();
    load_options options;
    options.actions = &actions;
    auto book = load_playbook_text(folder + "/p.yml", text, options);
    CAF_REQUIRE(book.has_value() && book->runnable());
    return std::make_shared<play>(book->book.plays.at(0));
  }
  std::string folder;
};

host_id id_of(const variable_store& store, std::string_view name) {
  host_id out = no_id;
  store.read_inventory([&](const inventory& i) { out = i.find_host(name); });
  return out;
}

std::string look(const templating::scope& vars, std::string_view name) {
  auto v = vars.lookup(name);
  return v ? core::to_str(*v) : "(none)";
}

std::string look(const variable_store& store, std::string_view host, std::string_view name,
                 const task_state& state = {}) {
  auto vars = store.scope_for(id_of(store, host), state);
  return vars ? look(**vars, name) : "error: " + vars.error().message();
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(store, fixture)

CAF_TEST(each level wins over the one before) {
  write("inv/hosts", "[web]\nh p=own\n[web:vars]\np=group\n[all:vars]\np=all\n");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "own");
  write("inv/hosts", "[web]\nh\n[web:vars]\np=group\n[all:vars]\np=all\n");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "group");
  write("inv/group_vars/all.yml", "p: inventory all file");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "inventory all file");
  write("group_vars/all", "p: playbook all file");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "playbook all file");
  write("inv/group_vars/web/x.yml", "p: inventory group file");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "inventory group file");
  write("group_vars/web.json", "{\"p\": \"playbook group file\"}");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "playbook group file");
  write("inv/host_vars/h.yml", "p: inventory host file");
  CAF_CHECK_EQUAL(look(*make(), "h", "p"), "inventory host file");
  write("host_vars/h.yaml", "p: playbook host file");
  auto store = make();
  CAF_CHECK_EQUAL(look(*store, "h", "p"), "playbook host file");

  auto h = id_of(*store, "h");
  store->add_facts(h, core::dict{{value("p"), value("fact")}});
  CAF_CHECK_EQUAL(look(*store, "h", "p"), "fact");
  write("vars/f.yml", "p: vars file");
  auto play =
      first_play("- hosts: all\n  vars: {p: play}\n  vars_files: [[missing.yml, f.yml]]\n  tasks:\n"
                 "    - block:\n        - debug:\n          vars: {p: task}\n      vars: {p: block}\n");
  auto no_files = std::make_shared<playbook::play>(*play);
  no_files->vars_files = {};
  CAF_REQUIRE(store->begin_play({no_files, {h}, {h}, {h}}).has_value());
  CAF_CHECK_EQUAL(look(*store, "h", "p"), "play");
  store->set_prompted(core::dict{{value("p"), value("prompt")}});
  CAF_CHECK_EQUAL(look(*store, "h", "p"), "prompt");
  CAF_REQUIRE(store->begin_play({play, {h}, {h}, {h}}).has_value());
  CAF_CHECK_EQUAL(look(*store, "h", "p"), "vars file");
  const block* blocks[] = {play->tasks[0].block.get()};
  task_state state{nullptr, blocks, nullptr, nullptr, nullptr};
  CAF_CHECK_EQUAL(look(*store, "h", "p", state), "block");
  state.task = blocks[0]->body[0].task.get();
  CAF_CHECK_EQUAL(look(*store, "h", "p", state), "task");
  store->add_included(h, core::dict{{value("p"), value("included")}});
  CAF_CHECK_EQUAL(look(*store, "h", "p", state), "included");
  store->set_fact(h, "p", value("set_fact"));
  CAF_CHECK_EQUAL(look(*store, "h", "p", state), "set_fact");

  run_settings settings;
  settings.extra_vars.set("p", value("extra"));
  settings.extra_vars.set("inventory_hostname", value("never"));
  auto with_extra = make(settings);
  with_extra->set_fact(id_of(*with_extra, "h"), "p", value("set_fact"));
  CAF_CHECK_EQUAL(look(*with_extra, "h", "p", state), "extra");
  CAF_CHECK_EQUAL(look(*with_extra, "h", "inventory_hostname"), "h");
}

CAF_TEST(deeper groups and priorities win) {
  write(
      "inv/hosts",
      "[a]\nh\n[b]\nh\n[top:children]\na\n[top:vars]\nv=top\n[a:vars]\nv=a\nw=a\nansible_group_priority=10\n"
      "[b:vars]\nv=b\nw=b\n");
  auto store = make();
  CAF_CHECK_EQUAL(look(*store, "h", "v"), "a"); // deeper than b
  write("inv/hosts", "[a]\nh\n[b]\nh\n[a:vars]\nw=a\nansible_group_priority=10\n[b:vars]\nw=b\n");
  CAF_CHECK_EQUAL(look(*make(), "h", "w"), "a");
}

CAF_TEST(facts are data and cannot steer connections) {
  write("inv/hosts", "h ansible_host=1.2.3.4\n");
  auto store = make();
  auto h = id_of(*store, "h");
  core::dict facts;
  for (const auto* name : {"ansible_host", "ansible_user", "ansible_connection", "ansible_become_password",
                           "ansible_become_whatever", "ansible_python_interpreter", "ansible_ssh_common_args",
                           "ansible_ssh_anything", "ansible_winrm_x", "ansible_facts",
                           "ansible_playbook_python", "_ansible_no_log"})
    facts.set(name, value("evil", core::trust::source));
  facts.set("ansible_distribution", value("{{ lookup('pipe', 'id') }}", core::trust::source));
  facts.set("ansible_ssh_host_key_rsa_public", value("key"));
  facts.set("ansible_docker0_bridge", value("dev"));
  store->add_facts(h, facts);
  CAF_CHECK_EQUAL(look(*store, "h", "ansible_host"), "1.2.3.4");
  for (const auto* name : {"ansible_user", "ansible_connection", "ansible_become_password",
                           "ansible_become_whatever", "ansible_python_interpreter", "ansible_ssh_common_args",
                           "ansible_ssh_anything", "ansible_winrm_x", "_ansible_no_log"})
    CAF_CHECK_EQUAL(look(*store, "h", name), "(none)");
  auto vars = *store->scope_for(h);
  CAF_CHECK(vars->lookup("ansible_distribution")->trust() == core::trust::data);
  CAF_CHECK_EQUAL((*vars->lookup("ansible_facts")).text("distribution"), "{{ lookup('pipe', 'id') }}");
  CAF_CHECK((*vars->lookup("ansible_facts"))["distribution"].trust() == core::trust::data);
  CAF_CHECK_EQUAL(look(*vars, "ansible_ssh_host_key_rsa_public"), "key");
  CAF_CHECK_EQUAL(look(*vars, "ansible_docker0_bridge"), "dev");
  store->clear_facts(h);
  CAF_CHECK_EQUAL(look(*store, "h", "ansible_distribution"), "(none)");
  store->set_registered(h, "r", value(core::dict{{value("out"), value("{{ x }}", core::trust::source)}}));
  CAF_CHECK((*(*store->scope_for(h))->lookup("r"))["out"].trust() == core::trust::data);
}

CAF_TEST(a scope is a snapshot) {
  write("inv/hosts", "h\ng\n");
  auto store = make();
  auto h = id_of(*store, "h");
  store->set_fact(h, "x", value(1));
  auto before = *store->scope_for(h);
  store->set_fact(h, "x", value(2));
  CAF_CHECK_EQUAL(look(*before, "x"), "1");
  CAF_CHECK_EQUAL(look(*store, "h", "x"), "2");
  CAF_CHECK_EQUAL(look(*store, "g", "x"), "(none)");
  store.reset(); // scopes keep what they need
  CAF_CHECK_EQUAL(look(*before, "inventory_hostname"), "h");
}

CAF_TEST(magic variables) {
  write("inv/hosts", "[web]\na.example.org\nb\n");
  run_settings settings;
  settings.limit = "web";
  settings.check_mode = true;
  auto store = make(settings);
  auto a = id_of(*store, "a.example.org"), b = id_of(*store, "b");
  auto play = first_play(
      "- hosts: web\n  name: the play\n  environment: {A: b}\n  tasks: [{debug: , environment: {C: d}}]\n");
  CAF_REQUIRE(store->begin_play({play, {a, b}, {a, b}, {a}}).has_value());
  task_state state;
  state.task = play->tasks[0].task.get();
  auto vars = *store->scope_for(a, state);
  for (auto [name, want] : std::initializer_list<std::pair<const char*, std::string>>{
           {"inventory_hostname_short", "a"},
           {"group_names", "['web']"},
           {"ansible_play_name", "the play"},
           {"ansible_play_hosts", "['a.example.org', 'b']"},
           {"play_hosts", "['a.example.org']"},
           {"groups", "{'all': ['a.example.org', 'b'], 'ungrouped': [], 'web': ['a.example.org', 'b']}"},
           {"ansible_check_mode", "True"},
           {"ansible_limit", "web"},
           {"ansible_run_tags", "['all']"},
           {"environment", "[{'A': 'b'}, {'C': 'd'}]"},
           {"playbook_dir", folder},
           {"inventory_dir", folder + "/inv"},
           {"inventory_file", folder + "/inv/hosts"}})
    CAF_CHECK_EQUAL(look(*vars, name), want);
  CAF_CHECK_EQUAL((*vars->lookup("ansible_version")).text("full"), "2.14.18");
  CAF_CHECK(look(*vars, "omit").starts_with("__omit_place_holder__"));
  store->update_hosts({b}, {b});
  CAF_CHECK_EQUAL(look(*store, "b", "ansible_play_hosts"), "['b']");
  CAF_CHECK_EQUAL(look(*vars, "ansible_play_hosts"), "['a.example.org', 'b']");
  auto lazy = *vars->lookup("vars");
  CAF_REQUIRE(lazy.is_object());
  CAF_CHECK_EQUAL(
      core::to_str(
          *static_cast<const templating::lazy_mapping*>(lazy.as_object())->get(value("inventory_hostname"))),
      "a.example.org");
}

CAF_TEST(hostvars are read when they are used) {
  write("inv/hosts", "a x=1\nb x=2\n");
  auto store = make();
  auto play = first_play("- hosts: all\n  vars: {pv: 1}\n");
  CAF_REQUIRE(store->begin_play({play, {}, {}, {}}).has_value());
  auto vars = *store->scope_for(id_of(*store, "a"));
  auto all = *vars->lookup("hostvars");
  CAF_REQUIRE(all.is_object());
  const auto& mapping = *static_cast<const templating::lazy_mapping*>(all.as_object());
  CAF_CHECK_EQUAL(mapping.keys().size(), 2u);
  CAF_CHECK(!mapping.get(value("nobody")));
  store->set_fact(id_of(*store, "b"), "late", value("yes"));
  auto b = mapping.get(value("b"));
  CAF_REQUIRE(b.has_value() && b->is_object());
  const auto& of_b = *static_cast<const templating::lazy_mapping*>(b->as_object());
  CAF_CHECK_EQUAL(core::to_str(*of_b.get(value("x"))), "2");
  CAF_CHECK_EQUAL(core::to_str(*of_b.get(value("late"))), "yes");
  CAF_CHECK(!of_b.get(value("pv"))); // a play's variables are no host's
  auto local = mapping.get(value("localhost"));
  CAF_REQUIRE(local.has_value());
  CAF_CHECK_EQUAL(core::to_str(*static_cast<const templating::lazy_mapping*>(local->as_object())
                                    ->get(value("ansible_connection"))),
                  "local");
}

CAF_TEST(templates in hostvars and vars_files names see their own host) {
  write("inv/hosts", "a x=1 y='{{ x }}-{{ inventory_hostname }}'\nb x=2 y='{{ x }}-{{ inventory_hostname }}' "
                     "z='{{ nope }}'\n");
  write("vars/Debian.yml", "os: deb");
  write("other.yml", "os: other");
  auto loaded = load_inventory({folder + "/inv/hosts"});
  CAF_REQUIRE(loaded.has_value());
  templating::templar templar;
  run_settings settings;
  settings.playbook_dir = folder;
  variable_store store(std::move(loaded->hosts), settings, &templar);
  auto a = id_of(store, "a"), b = id_of(store, "b");
  auto play = first_play("- hosts: all\n  vars_files: [['{{ distro }}.yml', other.yml]]\n");
  CAF_REQUIRE(store.begin_play({play, {a, b}, {a, b}, {a, b}}).has_value());
  auto rendered = [&](host_id h, std::string_view text) {
    auto vars = store.scope_for(h);
    if (!vars) return "error: " + vars.error().message();
    auto v = templar.render(value(text, core::trust::source), **vars);
    return v ? core::to_str(*v) : "error: " + v.error().message();
  };
  CAF_CHECK_EQUAL(rendered(a, "{{ hostvars['b'].y }} {{ hostvars.b['x'] }} {{ y }}"), "2-b 2 1-a");
  CAF_CHECK_EQUAL(rendered(a, "{{ hostvars['b'].nothing | default('none') }}"), "none");
  CAF_CHECK_EQUAL(rendered(a, "{{ groups.all | map('extract', hostvars, 'x') | join('+') }}"), "1+2");
  // Without facts an undefined name is skipped; then each host has its own file.
  CAF_CHECK_EQUAL(rendered(a, "{{ os | default('none') }}"), "none");
  store.add_facts(a, core::dict{{value("distro"), value("Debian")}});
  store.add_facts(b, core::dict{{value("distro"), value("Plan9")}});
  CAF_CHECK_EQUAL(rendered(a, "{{ os }}"), "deb");
  CAF_CHECK_EQUAL(rendered(b, "{{ os }}"), "other");
}

CAF_TEST(hosts and groups may come in mid - run) {
  write("inv/hosts", "a\n[os_debian:vars]\nd=1\n[os_debian]\nz\n");
  auto store = make();
  CAF_CHECK_EQUAL(look(*store, "a", "d"), "(none)");
  store->change_inventory([](inventory& i) {
    i.add_to_group(i.find_host("a"), i.find_group("os_debian"));
    i.set_host_var(i.add_host("new"), "n", value(5));
    i.reconcile();
  });
  CAF_CHECK_EQUAL(look(*store, "a", "d"), "1");
  CAF_CHECK_EQUAL(look(*store, "new", "n"), "5");
  CAF_CHECK_EQUAL(look(*store, "new", "group_names"), "['ungrouped']");
}

CAF_TEST(broken and secret vars files) {
  write("inv/hosts", "a\n");
  write("inv/group_vars/all.yml", "ok: 1\nsecret: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  31\n");
  auto store = make();
  CAF_CHECK_EQUAL(look(*store, "a", "ok"), "1");
  auto secret = *(*store->scope_for(id_of(*store, "a")))->lookup("secret");
  auto* encrypted = core::as_encrypted(secret);
  CAF_REQUIRE(encrypted != nullptr);
  CAF_CHECK(encrypted->where().str().ends_with("group_vars/all.yml:2:9"));
  auto text = encrypted->plaintext();
  CAF_REQUIRE(!text.has_value());
  CAF_CHECK_EQUAL(text.error().message(), "Attempting to decrypt but no vault secrets found");
  write("inv/group_vars/all.yml", "- a list\n");
  auto loaded = load_inventory({folder + "/inv/hosts"});
  variable_store bad(std::move(loaded->hosts), {});
  auto ok = bad.load_vars_folders();
  CAF_REQUIRE(!ok.has_value());
  CAF_CHECK(ok.error().message().starts_with("failed to combine variables, expected dicts"));
  write("inv/group_vars/all.yml", "ok: 1\n");
  store = make();
  auto play = first_play("- hosts: all\n  vars_files: [nothere.yml]\n");
  auto begun = store->begin_play({play, {}, {}, {}});
  CAF_REQUIRE(!begun.has_value());
  CAF_CHECK(begun.error().message().starts_with("vars file nothere.yml was not found"));
}

CAF_TEST(extra vars in each form) {
  write("x.yml", "a: [1]\nb: 2\n");
  auto got = parse_extra_vars({"@" + folder + "/x.yml", "b=3 c='d e'", "{\"f\": true}", "{g: yes}"});
  CAF_REQUIRE(got.has_value());
  CAF_CHECK_EQUAL(core::to_json(value(*got)), R"({"a":[1],"b":"3","c":"d e","f":true,"g":true})");
  auto refused = [](std::string argument) {
    auto v = parse_extra_vars({std::move(argument)});
    return v ? std::string() : v.error().message();
  };
  CAF_CHECK_EQUAL(refused("/x.yml"), "Please prepend extra_vars filename '/x.yml' with '@'");
  CAF_CHECK(refused("[1]").starts_with("Invalid extra vars data supplied."));
  CAF_CHECK(refused("@/no/such").starts_with("Could not find or access '/no/such'"));
}

CAF_TEST_FIXTURE_SCOPE_END()
