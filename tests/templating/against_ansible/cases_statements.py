"""Statements, white space, text that is no template, and what is wrong: templates as a playbook has them."""
import itertools
import re

from values import LITERALS

SNIPPETS = [
    "{% for i in lst %}{{ i }},{% endfor %}", "{% for i in lst %}{{ loop.index }}/{{ loop.length }}{% if not loop.last %};{% endif %}{% endfor %}",
    "{% for i in [] %}x{% else %}none{% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }} {% endfor %}", "{% for k, v in [[1, 2], [3, 4]] %}{{ k + v }}{% endfor %}",
    "{% for u in users if u.active %}{{ loop.index0 }}{{ u.name }}{% endfor %}", "{% for u in users recursive %}{{ u.name }}{{ loop(u.kids) if u.kids is defined }}{% endfor %}",
    "{% for i in [1, [2, [3]]] recursive %}{{ loop(i) if i is iterable else i }}-{{ loop.depth }}{% endfor %}", "{% for i in lst %}{{ loop.cycle('a', 'b') }}{{ loop.first }}{{ loop.revindex }}{{ loop.revindex0 }}{% endfor %}",
    "{% for i in lst %}{{ loop.previtem | default('-') }}{{ loop.nextitem | default('-') }}{{ loop.changed(i) }}{% endfor %}", "{% for i in lst %}{% for j in lst %}{{ loop.index }}{% endfor %}{{ loop.index }}{% endfor %}",
    "{% for i in lst %}{% set x = i %}{% endfor %}{{ x | default('unset') }}", "{% set x = 1 %}{% for i in lst %}{% set x = x + i %}{{ x }}{% endfor %}|{{ x }}", "{% set ns = namespace(n=0) %}{% for i in lst %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}",
    "{% set ns = namespace() %}{% set ns.a = [] %}{% for i in lst %}{% set _ = ns.a.append(i) %}{% endfor %}{{ ns.a }}", "{% set x %}a{{ port }}b{% endset %}{{ x }}", "{% set x | upper %}abc{% endset %}{{ x }}", "{% set x | replace('a', 'b') | upper %}abc{% endset %}{{ x }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}", "{% set a, b = [1] %}", "{% set (a, (b, c)) = (1, (2, 3)) %}{{ a }}{{ b }}{{ c }}", "{% set d.x = 1 %}", "{% if flag %}yes{% else %}no{% endif %}", "{% if nothing %}a{% elif port == 8080 %}b{% else %}c{% endif %}", "{% if nope %}a{% endif %}", "{% if nope is defined %}a{% else %}b{% endif %}",
    "{% if true %}{% if false %}a{% else %}b{% endif %}{% endif %}", "{{ 'a' if flag else 'b' }}", "{{ 'a' if nothing }}|", "{% macro m(a, b=2, *args) %}{% endmacro %}", "{% macro m(a, b=2) %}[{{ a }},{{ b }}]{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a=5) }}", "{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m() }}",
    "{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(z=2) }}", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}", "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}in{% endcall %}", "{% macro m(l) %}{% for i in l %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(x) m([1, 2]) %}({{ x }}){% endcall %}",
    "{% macro m() %}a{% endmacro %}{% call m() %}in{% endcall %}", "{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}", "{% macro m(x) %}{% if x > 0 %}{{ x }}{{ m(x - 1) }}{% endif %}{% endmacro %}{{ m(3) }}", "{% macro m() %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{% endmacro %}{{ m() }}", "{% macro m(a='x', b=a) %}{{ b }}{% endmacro %}{{ m() }}{{ m('q') }}",
    "{% macro m() %}{{ port }}{% endmacro %}{{ m() }}", "{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}", "{% filter upper %}abc {{ name }}{% endfilter %}", "{% filter replace('a', 'b') | upper %}abca{% endfilter %}", "{% with x = 1, y = 2 %}{{ x + y }}{% endwith %}{{ x | default('gone') }}", "{% with %}{% set z = 1 %}{{ z }}{% endwith %}{{ z | default('gone') }}",
    "{% with x = 1 %}{% with y = x + 1 %}{{ y }}{% endwith %}{% endwith %}", "{% raw %}{{ not }}{% a %}{# b #}{% endraw %}", "{% raw -%}  x  {%- endraw %}|", "{# comment #}x{# {{ multi }}\nline #}y", "{% block a %}in{% endblock %}", "{% block a %}x{% endblock %}{{ self.a() }}", "{% block a scoped %}{{ port }}{% endblock a %}", "{% block a %}{% endblock %}{% block a %}{% endblock %}",
    "{% autoescape true %}{{ '<' }}{% endautoescape %}{{ '<' }}", "{% autoescape false %}{{ '<' }}{% endautoescape %}", "{% do lst.append(1) %}", "{% for i in lst %}{% break %}{% endfor %}", "{% for i in lst %}{% continue %}{% endfor %}", "{% print port %}", "{% debug %}", "{% trans %}x{% endtrans %}", "{{ loop }}", "{{ self }}", "{{ super() }}", "{{ caller() }}",
    "{% for i in nope %}{% endfor %}", "{% for i in port %}{% endfor %}", "{% for i in none %}{% endfor %}", "{% for i in nope.x %}{{ i }}{% endfor %}", "{% for i in 'abc' %}{{ i }}-{% endfor %}", "{% for i in d %}{{ i }}{% endfor %}", "{% for i in range(3) %}{{ i }}{% endfor %}", "{% for a, b in lst %}{% endfor %}", "{% for a, b in ['xy', 'z'] %}{{ a }}{% endfor %}", "{% for i in users %}{{ i.name.nope }}{% endfor %}",
    "{% for u in users | sort(attribute='name') %}{{ u.name }} {% endfor %}", "{% for g, l in users | groupby('active') %}{{ g }}:{{ l | map(attribute='name') | join(',') }};{% endfor %}", "{% for i in lst | batch(2) %}{{ i }}{% endfor %}", "{% set x = lst | map('string') | list %}{{ x }}", "{{ lst | join(',') }}", "{% set r = [] %}{% for u in users %}{{ r.append(u.name) }}{% endfor %}{{ r }}",
    "{% set r = {} %}{% for u in users %}{% set _ = r.update({u.name: u.uid}) %}{% endfor %}{{ r }}", "{% for i in lst %}{{ i }}{{ '' if loop.last else ', ' }}{% endfor %}", "{%- for i in lst -%} {{ i }} {%- endfor -%}", "[{% for i in lst %}{{ i }}{% if not loop.last %},{% endif %}{% endfor %}]", "{ {% for k in d %}'{{ k }}': 1{{ ',' if not loop.last }}{% endfor %} }", "{{ '{' }}{{ '}' }}", "{{ '{{' }}x{{ '}}' }}", "{{ ref }} {{ deepref }}", "{{ undefref }}", "x {{ loopy }}",
    "{{ fact }}", "{{ fact }}{{ ref }}", "{% set x = fact %}{{ x }}", "{% if fact %}{{ fact | length }}{% endif %}", "{{ namespace(a=1) }}", "{{ cycler('a', 'b') }}", "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{% set _ = c.reset() %}{{ c.current }}", "{% set j = joiner(',') %}{{ j() }}a{{ j() }}b", "{% set x = 5 if nothing else 6 %}{{ x }}", "{{ dict(a=1) }}", "{{ [1, 2] | to_json }}", "{{ d | to_nice_json }}", "{{ users[0] | to_yaml }}",
]

TEXTS = [
    "", " ", "plain", "a\n", "a\n\n", "\n", "{{ port }}\n", "{{ port }}\n\n", "\n{{ port }}", " {{ port }}", "{{ port }} ", "{{port}}", "{{  port  }}", "{{ port\n}}", "{{-port-}}", " {{- port -}} ", "{{+ port }}", "{{ port }}{{ port }}", "{ {{ port }} }", "[{{ port }}]", "{'a': {{ port }}}", '{"a": "{{ name }}"}', "[1, 2", "[{{ lst }}, 1]", "{{ lst }}{{ lst }}", "True", "{{ 'True' }}", "{{ true }}", "{{ 'true' }}",
    "{{ '[1, true, null]' }}", "{{ '{\"a\": true}' }}", "{{ '[true' }}", "{{ '[a]' }}", "{{ '[1]' }} ", "{{ '(1, 2)' }}", "{{ '1' }}", "{{ '1.0' }}", "{{ '0x1f' }}", "{{ '007' }}", "{{ '1_000' }}", "{{ 'None' }}", "{{ '\"q\"' }}", "{{ \"'q'\" }}", "{{ '-1' }}", "{{ '1+1' }}", "{{ '1+2j' }}", "{{ ' 1' }}", "{{ '1 ' }}", "{{ 'b\"x\"' }}", "{{ '{1, 2}' }}", "{{ '{}' }}", "{{ '[]' }}", "{{ '{\"a\": [1, {\"b\": null}]}' }}", "{{ '[1, 2] # c' }}", "{{ '[1,\\n2]' }}",
    "{{ '[u\"a\"]' }}", "{{ '[1, nope]' }}", "{{ '[f()]' }}", "{{ '[1] + [2]' }}", "{{ '[\"a\" \"b\"]' }}", "{{ '[\\\"\\\\x41\\\"]' }}", "{{ '[' }}1{{ ']' }}", "a {{ '[1]' }}", "{{ '[1]' }}{{ '' }}", "{{ {'a': 1} }}", "{{ {'a': none} }}", "{{ [none, true] }}", "{{ [1.0, 'x', (1, 2)] }}", "{{ {1: 2} }}", "{{ {'k': [1, {'z': 'y'}]} }}", "{{ [fact] }}", "{{ {'a': fact} }}", "\\{{ port }}", "{{ 'a\\\\b' }}", "{{ 'a\\nb' }}", "{{ \"a\\tb\" }}", "{{ '\\d' }}", "{{ 'x' | regex_replace('(x)', '\\\\1y') }}",
    "{% if true %}a\n{% endif %}b", "{% if true %}\na\n{% endif %}\nb\n", "  {% if true %}\n  a\n  {% endif %}\n", "a\r\nb{{ port }}\r\n", "{% set x = 1 %}\n{{ x }}\n", "{# c #}\nx", "a\n{#- c -#}\nb", "a  {%- if true -%}  b  {%- endif -%}  c", "a {%+ if true +%} b {%+ endif +%} c", "{% if true -%}\n\n x\n{%- endif %}", "#jinja2: trim_blocks:False\n{% if true %}\nx\n{% endif %}\n", "#jinja2: lstrip_blocks:True\n  {% if true %}\nx\n  {% endif %}\n",
    "#jinja2: variable_start_string:'[[', variable_end_string:']]'\n[[ port ]] {{ port }}", "#jinja2: block_start_string:'<%', block_end_string:'%>'\n<% if true %>x<% endif %>{{ port }}", "#jinja2: comment_start_string:'<#', comment_end_string:'#>'\na<# x #>b{{ port }}", "#jinja2: line_statement_prefix:'#'\n# if true\nx\n# endif\n{{ port }}", "#jinja2: nocolon\n{{ port }}", "#jinja2: keep_trailing_newline:True\n{{ port }}\n\n", "#jinja2: newline_sequence:'\\r\\n'\n{{ port }}\nx\n", "#jinja2:trim_blocks:True, lstrip_blocks:True\n  {% if true %}\n a\n  {% endif %}\n", "#jinja2: foo:1\n{{ port }}", " #jinja2: trim_blocks:False\n{{ port }}",
    "{{", "{{ port", "}}", "{{ }}", "{%", "{% %}", "{#", "{# x", "#}", "{% if %}", "{% if port %}", "{% endif %}", "{% else %}", "{% for %}", "{% for i %}", "{% for i in %}", "{% for i in lst %}", "{% endfor %}", "{% nosuch %}", "{% raw %}", "{% endraw %}", "{{ port }", "{ { port } }", "{% if true }", "{{ port %}", "{% if true }}", "{{ 'abc }}", "{{ \"abc }}", "{{ port | }}", "{{ | upper }}", "{{ port | nosuch }}", "{{ port | nosuch(1) | upper }}", "{{ port is nosuch }}", "{{ port is }}", "{{ port. }}", "{{ .port }}", "{{ port[ }}", "{{ port[] }}",
    "{{ port( }}", "{{ port(1, }}", "{{ (port }}", "{{ port) }}", "{{ [1, 2 }}", "{{ {1: } }}", "{{ {1} }}", "{{ {1, 2} }}", "{{ 1 2 }}", "{{ a b }}", "{{ 1 + }}", "{{ + }}", "{{ 1 = 1 }}", "{{ 1 == }}", "{{ not }}", "{{ if }}", "{{ port if }}", "{{ port if true else }}", "{{ port else 1 }}", "{{ $x }}", "{{ x? }}", "{{ `x` }}", "{{ x; y }}", "{{ x! }}", "{{ 1 <> 2 }}", "{{ x -> y }}", "{{ lambda: 1 }}", "{{ x := 1 }}", "{{ @x }}", "{{ f(a=1, 2) }}", "{{ f(*a, *b) }}", "{{ f(**a, 1) }}", "{{ f(1=2) }}", "{{ port.1a }}", "{{ 1a }}", "{{ 0x }}", "{{ 1__0 }}", "{{ 1e }}", "{{ '\\x' }}", "{{ '\\u12' }}", "{{ '\\N{DASH}' }}", "{{ a.b.c( }}",
    "{% set %}", "{% set x %}", "{% set x = %}", "{% set 1 = 2 %}", "{% set x.y.z = 1 %}", "{% set x[0] = 1 %}", "{% set none = 1 %}", "{% set true = 1 %}", "{% set loop = 1 %}{{ loop }}", "{% macro %}", "{% macro m %}", "{% macro m( %}", "{% macro m(a=1, b) %}{% endmacro %}", "{% macro m(1) %}{% endmacro %}", "{% macro m() %}", "{% call %}", "{% call m %}{% endcall %}", "{% call 1 %}{% endcall %}", "{% filter %}", "{% filter nosuch %}x{% endfilter %}", "{% with %}", "{% with x %}{% endwith %}", "{% with 1 = 2 %}{% endwith %}", "{% block %}", "{% block a %}", "{% block a-b %}{% endblock %}", "{% block a %}{% endblock b %}", "{% block 1 %}{% endblock %}", "{% include %}", "{% include 1 %}", "{% include nope %}",
    "{% include 'no.j2' %}", "{% include 'no.j2' ignore missing %}x", "{% include ['no.j2', 'neither.j2'] %}", "{% include [] %}", "{% import %}", "{% import 'no.j2' %}", "{% import 'no.j2' as m %}", "{% from 'no.j2' import x %}", "{% from 'no.j2' %}", "{% from 'no.j2' import %}", "{% from 'no.j2' import _x %}", "{% from 'no.j2' import x as %}", "{% extends %}", "{% extends 'no.j2' %}", "{% extends nope %}", "{% extends 'no.j2' %}{% extends 'no.j2' %}", "{% if true %}{% for i in lst %}{% endif %}{% endfor %}", "{% for i in lst %}{% endif %}", "{% if true %}{% endfor %}", "{% if true %}x", "{% for i in lst %}{% if i %}{% endfor %}", "{% macro a() %}{% if true %}{% endmacro %}", "{% if true %}{% else %}{% else %}{% endif %}", "{% if true %}{% else %}{% elif x %}{% endif %}", "{% for i in lst %}{% else %}{% else %}{% endfor %}", "{% endset %}", "{% elif x %}",
    "line1\nline2 {{ port | nosuch }}\n", "line1\n\n{% if %}\n", "a\n{{ 'x\ny' }}\n{{ nope }}", "a\nb\n{% for i in lst %}\n{{ i | nosuch }}\n{% endfor %}", "a\n{# c\nd #}\n{{ 1 + }}", "{{ port }}\n{{ 1 / 0 }}", "a{{ 'é' }}ž{{ 'š' | upper }}", "{{ 'ž' ~ '日本' }}", "日本 {{ port }}", "{{ {'ž': 'š'} }}", "{{ ['ž'] }}", "{{ port }}\u00a0{{ port }}", "{{\u00a0port }}", "{{ port }}\x00", "{{ '\x00' }}", "tab\t{{ port }}\t", "{{ port ~ '\t' }}",
]

FILES = {"inc.j2": "inc {{ port }}\n", "loop.j2": "{{ i }};", "macros.j2": "{% macro hello(x, y='d') %}hi {{ x }} {{ y }}{% endmacro %}{% macro ctx() %}{{ port }}{% endmacro %}{% set val = 7 %}{% set _hidden = 1 %}", "base.j2": "<{% block head %}base head{% endblock %}|{% block body %}base body{% endblock %}>\n",
         "mid.j2": "{% extends 'base.j2' %}{% block head %}mid {{ super() }}{% endblock %}", "bad.j2": "x\n{% if %}\n", "undef.j2": "a\n{{ nope }}", "nested.j2": "[{% include 'inc.j2' %}]", "self.j2": "{% include 'self.j2' %}", "set.j2": "{% set port = 1 %}{{ port }}", "list.j2": "{{ lst }}", "nl.j2": "a\n\n", "err.j2": "\n{{ port | nosuch }}", "req.j2": "{% block r required %}{% endblock %}"}
INCLUDES = [
    "{% include 'inc.j2' %}", "{% include 'inc.j2' %}!", "{% include 'inc.j2' without context %}", "{% set port = 5 %}{% include 'inc.j2' %}", "{% for i in lst %}{% include 'loop.j2' %}{% endfor %}", "{% for i in lst %}{% include 'loop.j2' without context %}{% endfor %}", "{% include ['no.j2', 'inc.j2'] %}", "{% include 'n' ~ 'o.j2' ignore missing %}|", "{% include ['no.j2'] ignore missing with context %}|", "{% include 'bad.j2' %}", "{% include 'undef.j2' %}", "{% include 'nested.j2' %}", "{% include 'self.j2' %}",
    "{% include 'set.j2' %}{{ port }}", "{% include 'list.j2' %}", "x{% include 'nl.j2' %}y", "{% include 'err.j2' %}", "{% import 'macros.j2' as m %}{{ m.hello('w') }}", "{% import 'macros.j2' as m %}{{ m.ctx() }}", "{% import 'macros.j2' as m with context %}{{ m.ctx() }}", "{% import 'macros.j2' as m %}{{ m.val }}{{ m.nope }}", "{% import 'macros.j2' as m %}{{ m._hidden }}", "{% import 'macros.j2' as m %}{{ m.nope() }}", "{% import 'macros.j2' as m %}{{ m }}", "{% from 'macros.j2' import hello %}{{ hello('a', y=2) }}", "{% from 'macros.j2' import hello as h, val %}{{ h('a') }}{{ val }}", "{% from 'macros.j2' import nope %}{{ nope }}", "{% from 'macros.j2' import nope %}{{ nope() }}",
    "{% from 'macros.j2' import ctx with context %}{{ ctx() }}", "{% from 'macros.j2' import ctx without context %}{{ ctx() }}", "{% from 'macros.j2' import hello, %}{{ hello(1) }}", "{% extends 'base.j2' %}", "{% extends 'base.j2' %}{% block body %}child{% endblock %}", "{% extends 'base.j2' %}{% block body %}child {{ super() }}{% endblock %}", "{% extends 'mid.j2' %}{% block head %}top {{ super() }}{% endblock %}", "{% extends 'base.j2' %}text outside{% set x = 1 %}{% block body %}{{ x }}{% endblock %}", "{% extends 'base.j2' %}{% block nosuch %}x{% endblock %}", "{% extends 'base.j2' %}{% block body %}{{ self.head() }}{% endblock %}", "{% extends 'mid.j2' %}{% block body %}{{ port }}{% endblock %}", "{% extends 'bad.j2' %}", "{% extends 'req.j2' %}", "{% extends 'req.j2' %}{% block r %}ok{% endblock %}",
    "{% block body %}{{ super() }}{% endblock %}", "{% extends 'base.j2' if flag else 'mid.j2' %}{% block body %}c{% endblock %}", "{% set t = 'base.j2' %}{% extends t %}{% block body %}c{% endblock %}", "{% include 'base.j2' %}", "{% import 'base.j2' as b %}{{ b }}", "{% from 'bad.j2' import x %}", "a\n{% include 'inc.j2' %}b\n", "{% macro f() %}{% include 'inc.j2' %}{% endmacro %}{{ f() }}", "{% set x %}{% include 'inc.j2' %}{% endset %}[{{ x }}]",
]


def statements():
    yield from SNIPPETS
    for s in SNIPPETS:
        yield "x" + s + "\n"
        if "{%" in s:
            yield s.replace("%}", "-%}", 1)
            yield " \n " + s.replace("{%", "{%-", 1) + " \n"


def texts():
    yield from TEXTS


def literals():
    for text in LITERALS.values():
        yield f"{{{{ {text} }}}}"
        yield f"<{{{{ {text} }}}}>"
        yield f"{{{{ {text} }}}}{{{{ {text} }}}}"
        yield f"{{% set x = {text} %}}{{{{ x }}}}"
        yield f"{{% if {text} %}}1{{% else %}}0{{% endif %}}"
        yield f"{{% for i in {text} %}}{{{{ i }}}};{{% endfor %}}"


def includes():
    for t in INCLUDES:
        yield t, FILES


TOKEN = re.compile(r"\s+|\{%-?|-?%\}|\{\{-?|-?\}\}|\{#|#\}|\w+|'[^']*'|.", re.S)


def mutations():
    """Good templates with one token dropped, doubled or swapped with the next: error texts and odd readings."""
    for s in SNIPPETS[::3]:
        tokens = TOKEN.findall(s)
        for i in range(len(tokens)):
            if tokens[i].isspace():
                continue
            yield "".join(tokens[:i] + tokens[i + 1:])
            if i % 3 == 0:
                yield "".join(tokens[:i] + [tokens[i], " ", tokens[i]] + tokens[i + 1:])
            if i % 4 == 0 and i + 2 < len(tokens):
                yield "".join(tokens[:i] + [tokens[i + 2], tokens[i + 1], tokens[i]] + tokens[i + 3:])


def pairs():
    for a, b in itertools.product(SNIPPETS[::9], SNIPPETS[::7]):
        yield a + "\n" + b


TEMPLATES = {"statements": statements, "texts": texts, "literals": literals, "includes": includes, "mutations": mutations, "pairs": pairs}
