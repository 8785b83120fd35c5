"""Plain Jinja2: environments that Ansible does not use, but that #jinja2 headers and other callers can ask for."""
import cases_filters
import cases_statements
from values import COMMON_CONTEXT, LITERALS, SHORT, literal

ENVIRONMENTS = ({}, {"trim_blocks": True}, {"lstrip_blocks": True}, {"trim_blocks": True, "lstrip_blocks": True}, {"keep_trailing_newline": True}, {"undefined": "StrictUndefined"}, {"undefined": "ChainableUndefined"}, {"undefined": "DebugUndefined"},
                {"autoescape": True}, {"native": True}, {"sandboxed": "SandboxedEnvironment"}, {"sandboxed": "ImmutableSandboxedEnvironment"}, {"newline_sequence": "\r\n"}, {"line_statement_prefix": "%", "line_comment_prefix": "##"}, {"line_statement_prefix": "#", "trim_blocks": True},
                {"block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "${", "variable_end_string": "}", "comment_start_string": "<%#", "comment_end_string": "%>"})

SPACES = ("", " ", "\n", "  \n", "\n  ", "\t")
WHITE = [f"a{s}{{%{l} if true {r}%}}{s}b{s}{{% endif %}}{s}c\n" for s in SPACES for l in ("", "-", "+") for r in ("", "-", "+")]
WHITE += [f"a{s}{{#{l} x {r}#}}{s}b" for s in SPACES for l in ("", "-", "+") for r in ("", "-", "+")]
WHITE += [f"a{s}{{{{{l} 1 {r}}}}}{s}b" for s in SPACES for l in ("", "-", "+") for r in ("", "-")]
WHITE += [f"{s}{{% raw {r}%}}{s}b{{{{ {s}{{%{l} endraw %}}{s}c" for s in SPACES for l in ("", "-") for r in ("", "-")]
LINES = ("% if true\nx\n% endif\n", "%for i in [1, 2]:\n  {{ i }}\n%endfor", "a\n  % set x = 1\n{{ x }}\n", "## comment\nx ## tail\n% if 1 ## c\ny\n% endif\n", "% set x = (1 +\n 2)\n{{ x }}", "%if true\n%endif", "a % b\n% if true\nz\n% endif", "% for i in [1]\n%- if i\n{{ i }}\n% endif\n% endfor\n", "% raw\n", "% if\n", "# if true\nx\n# endif\n", "# for i in [1, 2]\n- {{ i }}\n# endfor\n", "<% if a %>${ a }<%# c %><% endif %>", "${ a | upper }$}", "<% for i in [1] %>${ i }<% endfor %>")
UNDEFINED = ("{{ nope }}", "{{ nope.a }}", "{{ nope.a.b }}", "{{ nope['a'] }}", "{{ d.nope }}", "{{ d['nope'] }}", "{{ d.nope.x }}", "{{ l[9] }}", "{{ nope() }}", "{{ nope + 1 }}", "{{ 1 + nope }}", "{{ nope ~ 'a' }}", "{{ nope == 1 }}", "{{ nope == nope2 }}", "{{ nope < 1 }}", "{{ nope | length }}", "{{ nope | upper }}", "{{ nope | default('x') }}", "{{ d.nope.x | default('x') }}", "{{ nope | list }}", "{{ nope | join }}", "{{ nope | int }}", "{{ -nope }}", "{{ not nope }}", "{{ nope if nope else 2 }}", "{% for i in nope %}x{% endfor %}",
             "{% if nope %}x{% else %}y{% endif %}", "{{ nope is defined }}", "{{ nope in [1] }}", "{{ 1 in nope }}", "{{ [nope] }}", "{{ 'x' if false }}", "{{ ('x' if false) is defined }}", "{{ a.nope }}", "{{ a.upper.nope }}", "{{ none.x }}", "{{ (1).x }}", "{{ nope | string }}", "{{ nope | first }}", "{{ nope | sort }}", "{{ nope | sum }}", "{{ nope | tojson }}", "{{ nope | e }}", "{{ nope._undefined_name }}", "{{ nope | abs }}", "{{ nope | round }}", "{{ nope | map('upper') | list }}", "{{ nope is iterable }}", "{{ nope is string }}", "{{ nope is none }}", "{{ nope is sameas nope }}", "{{ '%s' | format(nope) }}", "{{ '{}'.format(nope) }}", "{{ [] | first }}", "{{ [] | last }}", "{{ [] | max }}", "{{ [] | random }}", "{{ {}.x }}")
ESCAPES = ("{{ '<a>' }}", "{{ '<a>' | safe }}", "{{ '<a>' | e }}", "{{ '<' ~ '>' }}", "{{ '<' ~ ('>' | safe) }}", "{{ ('<' | safe) + '>' }}", "{{ '<' + ('>' | safe) }}", "{{ ['<'] }}", "{{ ['<', '>'] | join }}", "{{ ['<', '>' | safe] | join(' & ') }}", "{{ '<%s>' | format('&') }}", "{{ ('<%s>' | safe) | format('&') }}", "{{ ('<%s>' | safe) % '&' }}", "{{ ('<{}>' | safe).format('&') }}", "{% set x %}<b>{% endset %}{{ x }}", "{% macro m(a) %}<{{ a }}>{% endmacro %}{{ m('&') }}", "{{ '<a>' | upper }}", "{{ ('<a>' | safe) | upper }}", "{{ ('<a>' | safe).upper() }}", "{{ '<a>' | replace('a', '&') }}", "{{ ('<a>' | safe) | replace('a', '&') }}",
           "{{ '<a>' | length }}", "{{ {'a': '<'} }}", "{{ {'a': '<'} | tojson }}", "{{ '<a>' | indent }}", "{{ {'a': '<'} | xmlattr }}", "{% autoescape false %}{{ '<' }}{% endautoescape %}{{ '<' }}", "{% filter upper %}<a>{{ '<' }}{% endfilter %}", "{{ '<a>' | string }}", "{{ '<a> b' | truncate(2) }}", "{{ '<a>' | striptags }}", "{{ '<a>' | forceescape }}", "{{ ('<a>' | e) | e }}", "{{ ('<a>' | safe) * 2 }}", "{{ ('<a>' | safe)[0] }}", "{{ '<' if true }}", "{{ ('<a b>' | safe).split() }}", "{{ ('a' | safe).join(['<', '>']) }}", "{{ '<a>' | wordwrap(2) }}", "{{ '<a>' | center(9) }}", "{{ '<a>' | title }}", "{{ '<a>' | trim }}", "{{ '<a>' | list }}", "{{ '<a>' | reverse }}", "{{ '<a>' | first }}", "{{ '<a>' is escaped }}", "{{ ('<' | safe) is escaped }}",
           "{{ '<' == ('<' | safe) }}", "{{ 'see http://x.org <b>' | urlize }}", "{% call m() %}{% endcall %}", "{% for i in ['<'] %}{{ i }}{% endfor %}", "{{ loop }}", "{{ '<' | urlencode }}", "{{ 'a<' | capitalize }}", "{{ ['<'] | map('upper') | join }}", "{{ namespace(a='<').a }}", "{{ '<' and '>' }}", "{{ ('<' | safe) ~ '<' }}", "{{ ['a<', 'b'] | pprint }}", "{{ '<' | pprint }}")
EXTENSIONS = ("{% do l.append(4) %}{{ l }}", "{% for i in l %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "{% for i in l %}{% if i == 2 %}{% continue %}{% endif %}{{ i }}{% endfor %}", "{% break %}", "{% continue %}", "{% for i in l %}{% for j in l %}{% break %}{% endfor %}{{ i }}{% endfor %}", "{% do %}", "{% do 1, 2 %}x", "{% for i in l %}{{ i }}{% else %}{% break %}{% endfor %}", "{% macro m() %}{% break %}{% endmacro %}", "{% for i in l %}{% macro m() %}{% break %}{% endmacro %}{% endfor %}")
SANDBOX = ("{{ ''.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ l.append(1) }}", "{{ d.update({'a': 1}) }}", "{{ d.clear() }}", "{{ l.sort() }}", "{{ range(1000000) }}", "{{ range(100001) | length }}", "{{ '{0.__class__}'.format(1) }}", "{{ m.__call__ }}", "{{ l | length }}", "{{ ''.format.__globals__ }}", "{{ d._x }}", "{{ d.__getitem__ }}", "{{ 'a'.upper() }}", "{{ [].__len__() }}", "{{ a._private }}", "{{ '%s' % a }}")


def rendered():
    for env in ENVIRONMENTS:
        custom = "block_start_string" in env
        for t in LINES if custom or "line_statement_prefix" in env else ():
            yield t, COMMON_CONTEXT, env
        if not custom:
            for t in WHITE:
                yield t, COMMON_CONTEXT, env


def undefined():
    for env in ENVIRONMENTS[5:8] + ({}, {"native": True}, {"autoescape": True}):
        for t in UNDEFINED:
            yield t, COMMON_CONTEXT, env


def escaping():
    for env in ({"autoescape": True}, {}):
        for t in ESCAPES:
            yield t, COMMON_CONTEXT, env


def extensions():
    for t in EXTENSIONS:
        yield t, COMMON_CONTEXT
    for env in ({"sandboxed": "SandboxedEnvironment"}, {"sandboxed": "ImmutableSandboxedEnvironment"}):
        for t in SANDBOX:
            yield t, COMMON_CONTEXT, env


def statements():
    for t in cases_statements.SNIPPETS + cases_statements.TEXTS:
        if "#jinja2" not in t:
            yield t, COMMON_CONTEXT
            yield t, COMMON_CONTEXT, {"trim_blocks": True, "lstrip_blocks": True}
    for t in cases_statements.INCLUDES:
        yield t, COMMON_CONTEXT, {}, cases_statements.FILES


JINJA_FILTERS = ("abs", "attr", "batch", "capitalize", "center", "count", "default", "dictsort", "escape", "filesizeformat", "first", "last", "float", "forceescape", "format", "indent", "int", "items", "join", "length", "list", "lower", "upper", "map", "max", "min", "pprint", "reject", "select", "selectattr", "rejectattr", "replace", "reverse", "round", "safe", "slice", "sort", "string", "striptags", "sum", "title", "tojson", "trim", "truncate", "unique", "urlencode", "urlize", "wordcount", "wordwrap", "xmlattr", "groupby")
GENERATORS = ("batch", "items", "map", "reject", "select", "selectattr", "rejectattr", "slice", "unique")


def filters():
    for name in JINJA_FILTERS:
        for v in cases_filters.inputs(name):
            for arguments in cases_filters.FILTERS[name]:
                call = f"{name}({arguments})" if arguments else name
                if name in GENERATORS:
                    call += ") | list"
                    v = "(" + v  # a bare generator prints an address
                yield f"{{{{ {v} | {call} }}}}", COMMON_CONTEXT


def expressions():
    for v in LITERALS:
        yield literal(v), COMMON_CONTEXT, {}, None, True
    for op in ("+", "==", "<", "in", "and", "~"):
        for a in SHORT[::2]:
            for b in SHORT[::2]:
                yield f"{literal(a)} {op} {literal(b)}", COMMON_CONTEXT, {}, None, True
    for t in ("a", "nope", "d.x", "l[0]", "1 +", "a b", "", "{{ a }}", "l | length > 2", "a if nope else d", "(", "a |", "nope.x", "nope.x.y", "[nope]", "1,", "1, 2", "a is defined", "l[1:]", "'%s' % a", "not a", "a;", "a}}", "a %}"):
        yield t, COMMON_CONTEXT, {}, None, True


JINJA = {"jinja_white_space": rendered, "jinja_undefined": undefined, "jinja_escaping": escaping, "jinja_extensions": extensions, "jinja_statements": statements, "jinja_filters": filters, "jinja_expressions": expressions}
