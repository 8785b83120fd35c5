// Costs of templating, warm: a simple variable, a condition of two terms, a reference three deep, a 47-line
// template.
#include <benchmark/benchmark.h>

#include "core/json.hpp"
#include "templating/templar.hpp"

namespace {

using namespace mito;

const templating::dict_scope& scope() {
  static const templating::dict_scope s = [] {
    core::json_limits limits;
    limits.trust = core::trust::source;
    auto v = core::parse_json(
        R"({"name": "web1", "port": 8080, "domain": "example.com", "a": "{{ b }}", "b": "{{ c }}", "c": "{{ name }}",
      "result": {"rc": 0, "stdout": "hello", "changed": true}, "admins": ["alice", "bob"], "tls": true, "workers": 4,
      "users": [{"name": "alice", "uid": 1001, "groups": ["wheel", "dev"]}, {"name": "bob", "uid": 1002, "groups": ["dev"]},
                {"name": "carol", "uid": 1003, "groups": []}],
      "vhosts": [{"host": "a.example.com", "root": "/srv/a", "aliases": ["x", "y"]}, {"host": "b.example.com", "root": "/srv/b"}]})",
        limits);
    return templating::dict_scope(v->as_dict());
  }();
  return s;
}

void run(benchmark::State& state, std::string_view text) {
  templating::templar t;
  core::value source(text, core::trust::source);
  for (auto _ : state) {
    auto r = t.render(source, scope());
    if (!r) state.SkipWithError(r.error().message().c_str());
    benchmark::DoNotOptimize(r);
  }
}

void simple_variable(benchmark::State& state) {
  run(state, "{{ name }}");
}
void three_deep(benchmark::State& state) {
  run(state, "{{ a }}");
}

void when_two_terms(benchmark::State& state) {
  templating::templar t;
  core::value source("result.rc == 0 and name == 'web1'", core::trust::source);
  for (auto _ : state) {
    auto r = t.condition(source, scope());
    if (!r) state.SkipWithError(r.error().message().c_str());
    benchmark::DoNotOptimize(r);
  }
}

constexpr std::string_view whole_file = R"(# {{ ansible_managed | default('managed') }}
user www-data;
worker_processes {{ workers }};
pid /run/nginx.pid;

events {
    worker_connections {{ workers * 256 }};
}

http {
    sendfile on;
    server_name {{ name }}.{{ domain }};
{% if tls %}
    ssl_protocols TLSv1.2 TLSv1.3;
{% endif %}
{% for vhost in vhosts %}
    server {
        listen {{ port }};
        server_name {{ vhost.host }}{% for a in vhost.aliases | default([]) %} {{ a }}.{{ domain }}{% endfor %};
        root {{ vhost.root }};
{% if loop.first %}
        # default
{% endif %}
        location / {
            try_files $uri =404;
        }
    }
{% endfor %}
}
# users
{% for u in users %}
{{ u.name | upper }}:{{ u.uid }}:{{ u.groups | join(',') }}
{% if 'wheel' in u.groups %}
{{ u.name }} ALL=(ALL) ALL
{% else %}
# {{ u.name }} has no sudo
{% endif %}
{% endfor %}
# admins: {{ admins | join(', ') }}
{% set total = users | length %}
total={{ total }}
first={{ users[0].name }}
last={{ (users | last).name }}
sorted={{ users | map(attribute='uid') | sort | join('-') }}
{% macro entry(k, v) %}{{ k }}={{ v }}{% endmacro %}
{{ entry('a', 1) }}
{{ entry('b', 2) }}
json={{ admins | to_json }}
end
)";

void lines_47(benchmark::State& state) {
  templating::templar t;
  templating::render_options opt;
  opt.convert_data = false;
  core::value source(whole_file, core::trust::source);
  for (auto _ : state) {
    auto r = t.render(source, scope(), opt);
    if (!r) state.SkipWithError(r.error().message().c_str());
    benchmark::DoNotOptimize(r);
  }
}

void parse_47_lines(benchmark::State& state) {
  for (auto _ : state) {
    templating::templar t;
    auto r = t.check(whole_file, false);
    benchmark::DoNotOptimize(r);
  }
}

BENCHMARK(simple_variable);
BENCHMARK(three_deep);
BENCHMARK(when_two_terms);
BENCHMARK(lines_47);
BENCHMARK(parse_47_lines);

} // namespace

BENCHMARK_MAIN();
