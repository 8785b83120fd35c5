"""The values that cases are made of: one or two of every type, with the boundaries that rules turn on."""

#: name -> literal in a template
LITERALS = {
    "zero": "0", "one": "1", "neg": "-7", "big": "12345678901234567890", "bool": "true", "no": "false", "none": "none",
    "real": "2.5", "small": "1e-7", "negreal": "-0.5", "huge": "1e300", "empty": "''", "str": "'abc'", "upper": "'Hello World'",
    "digits": "'42'", "padded": "' 7 '", "hex": "'0x1f'", "yes": "'yes'", "uni": "'žluť'", "lines": "'a\\nb\\n'", "quote": "\"it's\"",
    "path": "'/etc/a.d/x.tar.gz'", "html": "'<a href=\"x\">b & c</a>'", "csv": "'a, b,c'", "json": "'{\"a\": [1, null]}'",
    "emptyl": "[]", "ints": "[3, 1, 2]", "strs": "['b', 'A', 'c', 'a']", "nested": "[1, [2, [3, [4]]]]", "mixed": "[1, 'a', none]",
    "pairs": "[['a', 1], ['b', 2]]", "dicts": "[{'n': 'x', 'v': 2}, {'n': 'y', 'v': 1}]", "tuple": "(1, 2)", "emptyd": "{}",
    "dict": "{'b': 1, 'a': [2]}", "deep": "{'a': {'b': {'c': 1}}}", "intkeys": "{1: 'x', 2: 'y'}", "undef": "nope",
    "range": "range(3)", "gen": "[1, 2, 3] | map('string')", "markup": "('<i>' | safe)", "func": "range",
}
SHORT = ("zero", "neg", "big", "bool", "none", "real", "str", "digits", "empty", "ints", "strs", "tuple", "dict", "undef", "markup")

VARIABLES = {
    "name": "web1", "port": 8080, "pi": 3.14159, "flag": True, "nothing": None, "lst": [3, 1, 2, 3], "words": ["b", "a", "C", "a"],
    "d": {"a": 1, "b": {"c": [10, 20, {"x": "deep"}]}, "items": "shadow", "key-dash": "kd"}, "ref": "{{ name }}:{{ port }}",
    "intref": "{{ port }}", "listref": "{{ lst }}", "deepref": {"k": "{{ ref }}", "l": ["{{ port }}"]}, "loopy": "{{ loopy }}",
    "undefref": "{{ missing }}", "undefdict": {"ok": 1, "bad": "{{ missing }}"}, "fact": {"!unsafe": "{{ name }}"},
    "users": [{"name": "alice", "uid": 1001, "groups": ["wheel", "dev"], "active": True, "home": {"path": "/home/alice"}},
              {"name": "bob", "uid": 1002, "groups": ["dev"], "active": False, "home": {"path": "/home/bob"}},
              {"name": "Carol", "uid": 1000, "groups": [], "active": True, "home": {"path": "/home/carol"}, "shell": "/bin/zsh"}],
}


def literal(name):
    text = LITERALS[name]
    return f"({text})" if "|" in text or text.startswith("-") else text

#: of plain Jinja2's cases
COMMON_CONTEXT = {"a": "abc", "d": {"x": 1, "y": [1, 2]}, "l": [1, 2, 3], "lst": [3, 1, 2], "port": 80, "flag": True, "nothing": None, "name": "web1",
                  "users": [{"name": "alice", "uid": 2, "active": True, "groups": ["x"]}, {"name": "Bob", "uid": 1, "active": False, "groups": []}]}
