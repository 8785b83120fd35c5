"""Operators, subscripts, methods, formatting: every rule with every pair of types that it may meet."""
from values import LITERALS, SHORT, literal

BINARY = ("+", "-", "*", "/", "//", "%", "**", "~", "==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or")


def operators():
    for op in BINARY:
        for a in SHORT:
            for b in SHORT:
                if op == "**" and ("big" in (a, b) or (a, b) == ("neg", "real")):
                    continue  # our bound; and complex numbers, which we lack
                if op == "*" and "big" in (a, b) and {a, b} & {"str", "digits", "ints", "strs", "tuple", "empty", "markup"}:
                    continue  # our bound is another than Python's
                yield f"{{{{ {literal(a)} {op} {literal(b)} }}}}"
    for op in ("-", "+", "not "):
        for a in LITERALS:
            yield f"{{{{ {op}{literal(a)} }}}}"
    for chain in ("1 < 2 < 3", "1 < 3 > 2 != 5", "3 > 2 > 1 == 1", "1 in [1] == true", "'a' < 'b' < 'c'", "1 < 'a' < 3", "1 == 1.0 == true",
                  "not 1 == 2", "not not 1", "1 if 2 else 3", "1 if 0", "1 if 0 else 2 if 0 else 3", "(1, 2) < (1, 3)", "[1, 2] < [1]",
                  "2 ** 3 ** 2", "-2 ** 2", "2 ** -1", "7 // -2", "-7 // 2", "-7 % 3", "7 % -3", "7.5 // 2", "-7.5 % 2", "1 / 3", "0.1 + 0.2",
                  "10 ** 20", "10 ** 20 // 3", "-(10 ** 20) % 7", "1e16 + 1", "1e400", "-1e400", "2 ** 0.5", "0 ** -1", "0.0 ** -1",
                  "1 // 0.0", "1 % 0.0", "1.0 % 0", "5 % 0", "true + true", "true / 2", "'%s' % 1", "'%s %s' % (1, 2)", "'%d' % 'a'", "'%s' % [1]",
                  "'%(a)s' % {'a': 1}", "'a' 'b'", "'a' ~ 1 ~ none ~ true", "[1] + [2]", "(1,) + (2,)", "[1] + (2,)", "{} + {}", "'a' * 3", "3 * 'a'",
                  "[0] * 3", "'a' * -1", "1_000 + 0x1f + 0o17 + 0b11", "1_0.5", "1.5e3", "1e3", "'\\n\\t\\x41\\u017e\\\\'", "1 is 1", "none is none",
                  "1 < none", "[] < {}", "{} == []", "nope == nope", "nope == 1", "nope != 1", "nope < 1", "1 < nope", "nope in [1]", "1 in nope",
                  "nope and 1", "nope or 1", "1 or nope", "0 and nope", "not nope", "nope + 1", "1 + nope", "nope ~ 'a'", "-nope", "nope if nope else 1",
                  "1 if nope else 2", "nope.a.b", "nope['a']", "nope()", "nope.a()", "nope[0][1]", "(1, 2, 3)", "1, 2", "()", "(1,)", "[1, 2,]", "{'a': 1,}",
                  "{1: 2, 'a': none, (1, 2): []}", "{[]: 1}", "{'a': nope}", "[nope]", "(nope,)", "True, False, None", "true and 'x' or 'y'"):
        yield f"{{{{ {chain} }}}}"


def subscripts():
    keys = ("0", "-1", "5", "-9", "'a'", "'0'", "'nokey'", "none", "1.0", "true", "[1]", "(1, 2)", "nope", "1:", ":1", "::-1", "::2", "-2:", ":-1", "5:1",
            "1:3:1", "none:none", "'a':", "1:'b'", "::0", "::-2", "0:2:none", "true:", "1.5:", "nope:")
    for v in ("str", "uni", "empty", "ints", "strs", "tuple", "dict", "intkeys", "deep", "one", "none", "real", "bool", "undef", "range", "gen", "markup"):
        for k in keys:
            yield f"{{{{ {literal(v)}[{k}] }}}}"
        for a in ("a", "items", "keys", "nokey", "0", "real", "count", "start", "b.c", "a.b.c", "0.1"):
            yield f"{{{{ {literal(v)}.{a} }}}}"
        yield f"{{{{ ({literal(v)}).nokey is defined }}}}"
    for text in ("d.a", "d['a']", "d.items", "d['items']", "d.key-dash", "d['key-dash']", "d.b.c[2].x", "d.b.c.2.x", "d.b.c.-1", "d.b['c'][0]", "d.zzz",
                 "d.zzz.yyy", "d.zzz['y']", "d.zzz.y is defined", "d.zzz | default(5)", "d.zzz.y.x | default(5)", "lst[9]", "lst[9] | default('x')", "lst.0", "lst.first",
                 "name[0]", "name[-1]", "name[9]", "name.upper()", "users[0].name", "users[0]['home']['path']", "users[9].name", "users[2].shell",
                 "users[0].shell", "users[0].shell is defined", "users[0].shell | default('/bin/sh')", "ref", "ref.name", "intref", "intref + 1",
                 "listref[0]", "listref | length", "deepref", "deepref.k", "deepref.l[0]", "loopy", "undefref", "undefref | default('z')", "undefref is defined",
                 "undefdict", "undefdict.ok", "undefdict.bad", "undefdict | default(1)", "undefdict.bad is defined", "undefdict.ok is defined", "fact", "fact ~ 'x'", "[fact]", "{'k': fact}",
                 "fact | upper", "vars.name", "vars['ref']", "vars.nokey", "vars.undefref", "vars | length > 3", "vars['na' ~ 'me']", "lookup('vars', 'ref')", "flag", "nothing", "pi",
                 "name.__class__", "d.__class__", "name.format", "name.nope()", "name()", "port()", "d()", "users.0.name",
                 "users[0:2] | length", "lst[::-1]", "lst[1:][0]", "d | list", "d.keys() | list", "d.values() | list", "d.items() | list", "d.get('a')",
                 "d.get('zz')", "d.get('zz', 7)", "d.b.get('c')", "hostvars", "groups", "inventory_hostname", "playbook_dir", "ansible_facts"):
        yield f"{{{{ {text} }}}}"
        yield f"x{{{{ {text} }}}}"


METHODS = {
    "str": {
        "upper": [""], "lower": [""], "capitalize": [""], "title": [""], "swapcase": [""], "casefold": [""], "strip": ["", "'a'", "none", "' a'", "1"],
        "lstrip": ["", "'a'"], "rstrip": ["", "'c'", "'bc'"], "split": ["", "'b'", "','", "none, 1", "'', 1", "sep='b'", "maxsplit=1", "'b', 0", "'b', '1'", "1"],
        "rsplit": ["", "'b', 1", "none, 1", "'l', 1"], "splitlines": ["", "true", "keepends=true"], "partition": ["'b'", "''", "1"], "rpartition": ["'b'", "'l'"],
        "replace": ["'b', 'x'", "'', '-'", "'l', 'L', 1", "'a'", "'a', 1", "'b', 'x', -1"], "join": ["['x', 'y']", "[1]", "'xyz'", "[]", "{'k': 1}", "1"],
        "startswith": ["'a'", "('z', 'a')", "'b', 1", "1", "''", "['a']"], "endswith": ["'c'", "('z', 'c')", "'b', 0, 2", "''"],
        "find": ["'b'", "'z'", "'', 1", "'b', -1", "1"], "rfind": ["'l'"], "index": ["'b'", "'z'"], "rindex": ["'l'", "'z'"], "count": ["'l'", "''", "'b', 1"],
        "center": ["7", "8, '*'", "2", "'x'", "6, 'ab'", ""], "ljust": ["6, '.'", "5"], "rjust": ["6", "5, '0'"], "zfill": ["6", "2", "'3'"], "expandtabs": ["", "4"],
        "isdigit": [""], "isnumeric": [""], "isdecimal": [""], "isalpha": [""], "isalnum": [""], "isspace": [""], "isupper": [""], "islower": [""],
        "istitle": [""], "isidentifier": [""], "isascii": [""], "isprintable": [""], "removeprefix": ["'a'", "'z'"], "removesuffix": ["'c'"],
        "encode": ["", "'utf-8'", "'ascii'"], "format": ["1", "a=1"], "format_map": ["{'a': 1}"], "translate": ["{98: 'x'}"], "maketrans": ["'a', 'b'"],
        "nosuch": [""],
    },
    "list": {"append": ["9"], "extend": ["[9, 8]", "1"], "insert": ["0, 9"], "remove": ["1", "77"], "pop": ["", "0", "99"], "index": ["1", "77"], "count": ["1"],
             "sort": ["", "reverse=true"], "reverse": [""], "copy": [""], "clear": [""], "nosuch": [""]},
    "dict": {"keys": ["", "1"], "values": [""], "items": [""], "get": ["'a'", "'zz'", "'zz', 1", "", "[]"], "pop": ["'a'", "'zz'", "'zz', 3"], "popitem": [""],
             "update": ["{'z': 1}", "z=1", "[('q', 2)]"], "setdefault": ["'q', 1", "'a', 1"], "copy": [""], "clear": [""], "fromkeys": ["['x']", "['x'], 1"], "has_key": ["'a'"]},
    "tuple": {"index": ["1", "77"], "count": ["1"], "append": ["1"]},
    "int": {"bit_length": ["", "1"], "numerator": None, "real": None, "imag": None},
    "real": {"is_integer": [""], "real": None},
    "bool": {"bit_length": [""], "numerator": None},
}
RECEIVERS = {"str": ("str", "upper", "uni", "lines", "digits", "empty", "markup", "padded"), "list": ("ints", "mixed", "emptyl", "strs"),
             "dict": ("dict", "emptyd", "intkeys"), "tuple": ("tuple",), "int": ("one", "neg", "big"), "real": ("real", "negreal"), "bool": ("bool",)}


def methods():
    for kind, table in METHODS.items():
        for method, arguments in table.items():
            for receiver in RECEIVERS[kind]:
                if arguments is None:
                    yield f"{{{{ ({LITERALS[receiver]}).{method} }}}}"
                    continue
                for a in arguments:
                    yield f"{{{{ ({LITERALS[receiver]}).{method}({a}) }}}}"
    for change in ("x.append(4)", "x.extend([5])", "x.pop()", "x.insert(0, 1)", "x.remove(1)", "x.sort()", "x.reverse()", "x.clear()"):
        yield "{% set x = [3, 1, 2] %}{% set y = x %}{{ " + change + " }}|{{ x }}|{{ y }}"
    for change in ("x.update({'q': 1})", "x.pop('a')", "x.setdefault('n', 2)", "x.clear()", "x.popitem()", "x.update(q=2)"):
        yield "{% set x = {'a': 1} %}{% set y = [x] %}{{ " + change + " }}|{{ x }}|{{ y }}"


def percent_formats():
    values = ("0", "42", "-42", "3.14159", "'abc'", "true", "none", "[1]", "12345678901234567890", "1e20", "-0.0", "(1, 2)", "{'a': 1}", "nope", "'ž'")
    for spec in ("%s", "%r", "%d", "%i", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%X", "%#x", "%o", "%e", "%E", "%f", "%.2f", "%10.3f", "%g", "%G", "%c", "%%", "%5s", "%-5s|",
                 "%.2s", "%a", "%u", "%z", "%", "%(a)s", "%(b)s", "%*d", "%.0f", "%#o", "%05.1f", "%+.1e", "%ld"):
        for v in values:
            yield f"{{{{ '{spec}' % {v} }}}}"
    for text in ("'%s' | format(1)", "'%s %s' | format(1)", "'%s' | format(1, 2)", "'%(a)s' | format(a=1)", "'%s' | format", "'x' | format(1)", "'%s %d' | format('a', 'b')",
                 "'%s' % ()", "'%s%s' % (1,)", "'%s' % (1, 2)", "'x' % 1", "'x' % {'a': 1}", "'x' % [1]", "'%(a)d' % {'a': 'x'}", "'%(a' % {'a': 1}"):
        yield f"{{{{ {text} }}}}"


def brace_formats():
    values = ("0", "42", "-42", "3.14159", "'abc'", "true", "none", "[1]", "1234567", "1e20", "nope")
    specs = ("", ":d", ":5", ":<5", ":>5", ":^5", ":05", ":+", ": ", ":,", ":_", ":x", ":#x", ":b", ":o", ":e", ":.2f", ":10.3f", ":g", ":%", ":s", ":.2", ":*^9", ":c", ":n", "!r",
             "!s", "!a", "!r:>8", ":z", ":08.2f", ":=+8", ":,.2f", ":.3s", ":#b", ":-", ":X", ":E", ":G", "!z", ":5.", ":<", ":#,x")
    for spec in specs:
        for v in values:
            yield f"{{{{ '{{{spec}}}'.format({v}) }}}}"
    for text in ("'{} {}'.format(1)", "'{0} {1} {0}'.format(1, 2)", "'{a}'.format(a=1)", "'{a}'.format()", "'{} {0}'.format(1)", "'{0} {}'.format(1)", "'{{}}'.format(1)", "'{'.format(1)",
                 "'}'.format(1)", "'{0[a]}'.format({'a': 1})", "'{0[0]}'.format([7])", "'{0.a}'.format({'a': 1})", "'{0.__class__}'.format(1)", "'{:{}}'.format('x', 5)",
                 "'{:{w}.{p}f}'.format(3.14159, w=8, p=2)", "'{0!r}'.format('a')", "'{:>{}}'.format(1, 4)", "'{2}'.format(1)", "'{a.b}'.format(a=1)", "'{a[b]}'.format(a={})", "'{-1}'.format(1)",
                 "'{:d}'.format(1.5)", "'{:s}'.format(1)", "'{a b}'.format(1)", "'{!}'.format(1)", "'{0'.format(1)", "'{:,d}'.format(-1234567)", "'{:^+8.1f}'.format(2.25)", "'{:e}'.format(0)"):
        yield f"{{{{ {text} }}}}"


def conditions():
    atoms = ("flag", "not flag", "nothing", "port == 8080", "port > '1'", "name == 'web1'", "name", "''", "0", "1", "'False'", "'false'", "'no'", "'yes'", "[]", "[0]", "{}", "lst", "d",
             "nope", "nope is defined", "nope is not defined", "nope.a", "d.zzz", "d.a", "d.a is defined", "undefref", "undefref is defined", "undefdict.ok", "undefdict", "fact", "loopy", "ref", "ref is defined",
             "'wheel' in users[0].groups", "name is match('web')", "name is search('1$')", "intref == 8080", "intref | int == 8080", "port is number", "1 +", "name ==", "(port", "port)", "nosuch()", "name | nosuch",
             "name is nosuch", "{{ flag }}", "{{ name }} == 'web1'", "{{ nope }}", "true", "True", "false", "none", "None", "'{{ name }}'", "name == '{{ name }}'", "flag and", "d['a'] == 1", "d[nope]",
             "vars['name'] == 'web1'", "vars.nope", "hostvars['x'].y", "hostvars is defined", "lookup('env', 'NOPE') == ''", "lst | length > 2", "users | selectattr('active') | list | length == 2", "port + name", "1/0",
             "name.nope", "name.nope is defined", "nope | default(true)", "nope | default(false)", "nope | bool", "'abc' | bool", "'on' | bool", "port | bool", "{% if true %}True{% endif %}", "'a' 'b'", "flag;", "flag #x", "'\\n'")
    for a in atoms:
        yield a
    for a in ("flag", "nothing", "nope", "nope is defined", "d.zzz", "port == 8080", "1 +"):
        for b in ("flag", "nope", "nope is defined", "not nothing", "d.a == 1"):
            yield f"{a} and {b}"
            yield f"{a} or {b}"
            yield f"not ({a}) and {b}"


TEMPLATES = {"operators": operators, "subscripts": subscripts, "methods": methods, "percent_formats": percent_formats, "brace_formats": brace_formats}
CONDITIONS = {"conditions": conditions}
