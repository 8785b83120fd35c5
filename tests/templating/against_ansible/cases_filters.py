"""Every filter, test, global and lookup with typical, boundary and wrong inputs and arguments."""
from values import LITERALS, literal

COMMON = ("zero", "neg", "bool", "none", "real", "empty", "str", "digits", "ints", "strs", "mixed", "tuple", "dict", "emptyl", "undef", "range", "markup", "uni")

#: filter -> the argument lists it is tried with; "" is none
FILTERS = {
    "abs": [""], "attr": ["'a'", "'nokey'", "1", ""], "batch": ["2", "2, 'x'", "0", "'a'", ""], "capitalize": [""], "center": ["", "9", "'x'", "width=4"],
    "count": [""], "d": ["", "1"], "default": ["", "'x'", "'x', true", "'x', boolean=true", "default_value='q'", "1, 2, 3"], "dictsort": ["", "true", "false, 'value'", "by='value'", "reverse=true", "by='x'"],
    "e": [""], "escape": [""], "filesizeformat": ["", "true"], "first": [""], "last": [""], "float": ["", "1.5", "default=none"], "forceescape": [""],
    "format": ["", "1", "1, 2", "a=1"], "indent": ["", "2", "2, true", "'> '", "first=true", "4, blank=true", "width='--', first=true"], "int": ["", "7", "default=3", "0, 16", "0, base=2", "base=8"],
    "items": [""], "join": ["", "','", "', ', 'n'", "d='-'", "attribute='n'", "1"], "length": ["", "1"], "list": [""], "lower": [""], "upper": [""],
    "map": ["'upper'", "'int'", "attribute='n'", "attribute='zz'", "attribute='zz', default='q'", "'nosuch'", "", "'default', 'x'", "attribute='n.x'", "attribute=0", "'regex_replace', 'a', 'b'"],
    "max": ["", "attribute='n'", "true"], "min": ["", "attribute='v'", "case_sensitive=true"], "pprint": ["", "true"], "random": ["seed='x'", "seed=1", "start=1, step=2, seed='q'", "1, 2, seed=4"],
    "reject": ["", "'odd'", "'equalto', 'a'", "'nosuch'"], "select": ["", "'odd'", "'in', [1, 'a']", "'string'", "'>', 1", "'nosuch'"],
    "selectattr": ["'n'", "'n', 'equalto', 'x'", "'zz'", "'zz', 'defined'", "'n', 'nosuch'", "''", "", "'v', '>', 1", "'n', 'match', 'x'"], "rejectattr": ["'n'", "'zz'", "'n', 'equalto', 'x'", "'zz', 'undefined'"],
    "replace": ["'a', 'b'", "'a'", "'', '-'", "'l', 'L', 1", "1, 2", "'a', 'b', count=1", "old='a', new='c'"], "reverse": [""], "round": ["", "1", "-1", "0, 'floor'", "1, 'ceil'", "method='up'", "'a'"],
    "safe": [""], "slice": ["2", "2, 'x'", "0", "9", ""], "sort": ["", "true", "reverse=true", "case_sensitive=true", "attribute='n'", "attribute='v,n'", "attribute='zz'", "attribute=0"],
    "string": [""], "striptags": [""], "sum": ["", "'v'", "attribute='v'", "start=10", "attribute='n'", "start=[]"], "title": [""], "tojson": ["", "2", "indent=1"], "trim": ["", "'a'", "' 7'", "chars=none"],
    "truncate": ["", "3", "4, true", "4, false, '.'", "5, leeway=0", "length=2, end=''", "1", "4, true, '..', 0"], "unique": ["", "true", "attribute='n'", "case_sensitive=true"], "urlencode": [""],
    "urlize": ["", "5", "nofollow=true", "20, true, '_blank'", "rel='x'", "extra_schemes=['tel:']", "extra_schemes='tel:'"], "wordcount": [""], "wordwrap": ["", "5", "3, false", "4, wrapstring='|'", "5, true, '|', false", "0"], "xmlattr": ["", "false"],
    "groupby": ["'n'", "'zz'", "'zz', default='d'", "0", "'n', case_sensitive=true", ""],
    "b64decode": ["", "encoding='utf-16-le'", "'latin-1'"], "b64encode": ["", "'utf-16-le'", "encoding='latin-1'"], "basename": [""], "dirname": [""], "bool": [""], "combine": ["", "{'b': 2}", "{'a': 1}, {'a': 2}", "{'a': [9]}, list_merge='append'", "{'a': {'b': {'d': 2}}}, recursive=true",
                "[{'x': 1}, {'y': 2}]", "{'a': [2, 3]}, list_merge='append_rp'", "{'a': [0]}, list_merge='prepend'", "{'a': [1]}, list_merge='keep'", "{'a': [2, 1]}, list_merge='prepend_rp'", "1", "{'a': 1}, list_merge='x'", "{'a': 1}, nosuch=1", "recursive=true"],
    "comment": ["", "'c'", "'cblock'", "'erlang'", "'xml'", "'nosuch'", "decoration='! '", "'plain', prefix='#####', postfix='####'", "prefix_count=2", "beginning='a', end='b'", "newline='|'"],
    "dict2items": ["", "'k', 'v'", "key_name='k'", "value_name='v'"], "items2dict": ["", "'n', 'v'", "key_name='n', value_name='v'", "'zz'"], "extract": ["[7, 8, 9]", "{'a': 1, 'abc': {'x': 2}}", "{'abc': {'x': 2}}, 'x'", "{'abc': {'x': {'y': 3}}}, ['x', 'y']", "{}", "{'abc': {'x': 2}}, morekeys='x'", "1", ""],
    "flatten": ["", "1", "levels=1", "levels=0", "skip_nulls=false", "levels='a'"], "mandatory": ["", "'msg'", "msg='m'"], "path_join": [""], "quote": [""], "split": ["", "','", "'b'", "none, 1", "',', 1", "maxsplit=1", "1", "''"], "splitext": [""],
    "subelements": ["'n'", "'v'", "'zz'", "'zz', true", "['n']", "1", "skip_missing=true"], "ternary": ["1, 2", "'a', 'b', 'c'", "1", "true_val=1, false_val=2", "none_val=3"], "type_debug": [""],
    "win_basename": [""], "win_dirname": [""], "win_splitdrive": [""], "difference": ["[1, 'a']", "'abc'", "1", "{'a': 1}", ""], "intersect": ["[1, 'a', 3]", "'abc'", "none"], "union": ["[1, 'z']", "'abc'", "1"],
    "symmetric_difference": ["[1, 'z']", "'abc'", "1"], "zip": ["", "[1, 2]", "'ab', [1]", "1", "[1], strict=true", "[1, 2, 3], strict=true"], "zip_longest": ["", "[1, 2, 3, 4]", "'ab', fillvalue='-'", "1", "[1], nosuch=2"], "product": ["", "[1, 2]", "'ab'", "repeat=2", "1"],
    "combinations": ["2", "0", "9", "", "'a'", "-1"], "permutations": ["", "2", "0", "r=1", "-1", "'a'"], "log": ["", "2", "10", "base=10", "0", "1", "'a'"], "pow": ["2", "0.5", "-1", "'a'", ""], "root": ["", "3", "base=3", "0", "'a'"], "rekey_on_member": ["'n'", "'zz'", "'n', 'overwrite'", "'n', duplicates='x'", ""],
    "urldecode": [""], "expandvars": [""], "regex_escape": ["", "'posix_basic'", "re_type='posix_extended'", "'x'"], "human_readable": ["", "true", "unit='K'", "isbits=true, unit='M'", "false, 'Z'", "unit='q'"],
    "human_to_bytes": ["", "'K'", "isbits=true", "default_unit='M'", "'q'"],
    "regex_replace": ["'a', 'b'", "'(.)(.)', '\\\\2\\\\1'", "'A', 'x', true", "'^', '> ', multiline=true", "'(?P<n>b)', '<\\\\g<n>>'", "'z', ''", "'('", "'a', '\\\\3'", "pattern='l', replacement='L'", "'', '-'", "'(?i)A', 'x'", "'[', ''", "'a'", "", "1, 2", "'\\\\w+', 'W'", "'b$', ''"],
    "regex_search": ["'b'", "'(.)(.)', '\\\\1'", "'(.)(.)', '\\\\1', '\\\\2'", "'(?P<n>b)', '\\\\g<n>'", "'z'", "'B', ignorecase=true", "'^b', multiline=true", "'(', 1", "'(b)', '\\\\9'", "'(b)', 'x'", "'[0-9]+'", "''", ""],
    "regex_findall": ["'.'", "'(.)(.)'", "'[a-z]'", "'z'", "'^.', multiline=true", "'B', ignorecase=true", "'('", "''"],
    "to_json": ["", "indent=2", "sort_keys=true", "separators=(',', ':')", "ensure_ascii=false", "indent='\\t'", "nosuch=1", "vault_to_text=true"], "to_nice_json": ["", "2", "indent=2", "sort_keys=false", "ensure_ascii=false", "indent=0", "separators=(',', ':')"],
    "from_json": ["", "strict=false"], "to_yaml": ["", "indent=2", "width=20", "default_flow_style=false", "default_flow_style=true", "sort_keys=false", "explicit_start=true", "allow_unicode=false", "default_style='|'", "default_style='\"'", "canonical=true", "line_break='\\r\\n'", "encoding='utf-8'", "nosuch=1", "explicit_end=true", "version=(1, 1)"],
    "to_nice_yaml": ["", "2", "indent=2", "width=20", "sort_keys=false", "allow_unicode=false", "explicit_start=true", "default_style='\"'", "default_flow_style=true"], "from_yaml": [""], "from_yaml_all": [""],
    "hash": ["", "'md5'", "'sha256'", "'sha512'", "'sha3_256'", "'blake2b'", "'nosuch'", "hashtype='sha224'", "'sha384'"], "checksum": [""], "md5": [""], "sha1": [""], "to_uuid": ["", "namespace='11111111-2222-3333-4444-555555555555'", "namespace='x'"],
    "urlsplit": ["", "'hostname'", "'port'", "query='scheme'", "'nosuch'"], "strftime": ["0", "1441357287", "'1441357287'", "1441357287.5", "'x'", "0, true"], "to_datetime": ["", "'%Y-%m-%d'", "format='%Y'"], "shuffle": ["seed='x'", "seed=1", "seed=none, seed=2"],
    "password_hash": ["'sha512', 'saltsalt'", "'sha256', 'saltsalt'", "'md5', 'saltsalt'", "'bcrypt', 'abcdefghijklmnopqrstuu'", "'sha512', 'saltsalt', rounds=5000", "'sha512', salt='saltsalt', rounds=1000", "'blowfish', 'abcdefghijklmnopqrstuu'", "'nosuch', 'x'", "'sha512', 'bad salt!'", "'sha512', 'toolongsaltforsha512hash'",
                      "'bcrypt', 'abcdefghijklmnopqrstuu', rounds=4", "'bcrypt', 'abcdefghijklmnopqrstuu', ident='2b'", "'bcrypt', 'abcdefghijklmnopqrstuu', ident='2a'", "'bcrypt', 'short'", "'sha256_crypt', 'saltsalt'", "hashtype='md5_crypt', salt='saltsalt'"],
    "vault": ["'secret', 'saltsaltsaltsaltsaltsaltsaltsalt'", "1"], "unvault": ["'secret'"],
}
#: inputs beyond the common ones that make a filter's rules show
SPECIAL = {
    "abs": ["-5", "-2.5", "big", "true"], "batch": ["range(7)", "[1, 2, 3]"], "filesizeformat": ["1", "1000", "1024", "1536", "1000000", "1e9", "'2048'", "-5", "1e30"], "float": ["'1e3'", "'nan'", "'inf'", "' 2.5 '", "'1_000'", "'x'", "'0x10'"],
    "int": ["'1e3'", "'0x1f'", "'1f'", "'0b11'", "'777'", "' 42 '", "'4_2'", "'4.7'", "'x'", "1e30", "-2.7", "'12345678901234567890'", "'-5'", "'+5'", "'1e400'", "'inf'"], "round": ["2.5", "3.5", "2.675", "-2.5", "1234.567", "1e300", "42"], "indent": ["'a\\nb\\n\\nc'", "'one'", "'a\\n'"],
    "truncate": ["'foo bar baz qux'", "'abcdefgh'"], "wordwrap": ["'the quick brown fox jumps over the lazy dog'", "'a-b-c long-hyphenated-words here'", "'x\\ny z'", "'supercalifragilistic'"], "wordcount": ["'foo bar, baz_1'", "''", "'žluť kůň'"],
    "title": ["'foo-bar baz'", "'foo bar(baz) [q] <x> {y}'", "\"it's\"", "'ABC def'"], "striptags": ["'<p>a &amp; <b>b</b></p>'", "'<!-- x -->y  z'", "'a < b > c'"], "xmlattr": ["{'a': 1, 'b': none, 'c': '<'}", "{'a b': 1}", "{'x': true}"], "urlencode": ["{'a': 1, 'b c': 'd&e'}", "[['a', 1], ['b', 'ž']]", "'a b/c?d=é'", "'~x_y.z-'"],
    "urlize": ["'see http://ex.com now'", "'www.example.com'", "'foo example.org bar'", "'mailto:a@b.com and a@b.com'", "'(https://a.b/c?d=e&f=g)'", "'<http://x.org>'", "'http://x.org/(y)'", "'https://example.com/a_very_long_path/with/parts.html, and'", "'tel:+1-2'", "'ftp://x http://y.z.'", "'https://x.y:8080/p#f'"],
    "sort": ["[1, 'a']", "[[2], [1]]", "'hello'", "[true, 0, 2.5]", "dicts", "[none, 1]", "pairs", "users"], "dictsort": ["{'b': 1, 'A': 2, 'c': 0}", "{1: 'b', 2: 'a'}", "{'a': [1], 'b': 2}"], "groupby": ["dicts", "users", "pairs", "[{'n': 'a'}, {'n': 'A'}, {'v': 1}]"],
    "map": ["dicts", "pairs", "[[1, 2], [3]]"], "sum": ["[1.5, 2]", "dicts", "[[1], [2]]", "['a', 'b']"], "select": ["[0, 1, 2, 3]", "['a', '', none, 'b']"], "reject": ["[0, 1, 2, 3]"], "selectattr": ["dicts", "users", "pairs"], "rejectattr": ["dicts", "users"], "join": ["dicts", "[1, none, true]", "['<a>', ('<b>' | safe)]", "[[1], {}]"], "max": ["dicts", "['a', 'B']", "[1, 'a']"], "min": ["dicts", "['a', 'B']"],
    "tojson": ["{'a': '<>&\\''}", "[1.5, none, true]", "'<script>'", "{1: 2}"], "pprint": ["{'b': 1, 'a': [1, 2]}", "[{'name': 'a long name for a thing', 'value': 'a long value for it', 'other': 'and one more'}]", "'a long text that goes past the width of eighty columns so that pprint has to fold it somewhere'", "users", "d", "{'k': {'x': ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'], 'y': 1}}"],
    "random": ["10", "[1, 2, 3]", "'abc'", "1000"], "shuffle": ["[1, 2, 3, 4, 5]", "range(10)", "'abc'"], "replace": ["'lollol'", "42"], "unique": ["[1, 1.0, true, 'a', 'A', 'a']", "dicts", "[[1], [1]]", "'aAbB'"], "items": ["{'a': 1}"], "reverse": ["'abc'", "pairs"], "slice": ["range(7)"],
    "b64decode": ["'YWJj'", "'xb5sdcWl'", "'YWI'", "'****'", "'YQBiAA=='"], "b64encode": ["'ž'", "'a b'", "42"], "basename": ["'/a/b.c'", "'/a/b/'", "'c'", "'/'"], "dirname": ["'/a/b.c'", "'/a/b/'", "'c'", "'/'", "'//a'"], "splitext": ["'a.tar.gz'", "'.bashrc'", "'a'", "'a.b/c'", "'a.'"], "path_join": ["['/a', 'b', 'c']", "['a', '/b']", "['a/', 'b']", "['', 'b']", "('a', 'b')", "['a', 1]"],
    "bool": ["'yes'", "'On'", "'1'", "'True'", "1", "1.0", "'0'", "'t'", "'no'", "2"], "combine": ["{'a': [1, 2], 'b': {'c': 1}}", "[{'a': 1}, {'b': 2}]", "deep"], "comment": ["'one\\ntwo'", "'one\\n'", "''"], "dict2items": ["deep"], "items2dict": ["[{'key': 'a', 'value': 1}]", "dicts", "[{'key': [1], 'value': 2}]"], "extract": ["0", "'a'", "'abc'", "5"],
    "flatten": ["nested", "[1, none, [none, 'null', 'None', [2]]]", "[[[]]]", "((1, 2), [3])"], "mandatory": ["name", "missing", "undefref"], "quote": ["\"it's\"", "'a b'", "'safe-1_@%+=:,./'", "'$x'"], "split": ["'a b  c'", "'a,b,,c'", "'  x  '"], "subelements": ["users", "[{'n': [1, 2]}, {'n': []}]", "{'h': {'n': [1]}}", "[{'v': {'w': [1]}}]"],
    "win_basename": ["'C:\\\\a\\\\b.txt'", "'a/b'"], "win_dirname": ["'C:\\\\a\\\\b.txt'", "'C:\\\\'"], "win_splitdrive": ["'C:\\\\a'", "'\\\\\\\\host\\\\share\\\\x'", "'x'"], "difference": ["[1, 2, 'a', 1]", "[[1], [2]]", "dicts"], "intersect": ["[3, 1, 2, 3]", "[[1]]"], "union": ["[3, 1, 3]", "[[1], [1]]"], "symmetric_difference": ["[3, 1, 3]", "[[1]]"],
    "zip": ["[1, 2, 3]"], "product": ["[1, 2, 3]"], "combinations": ["'abc'"], "permutations": ["'abc'"], "log": ["8", "1000", "0.5", "'8'"], "pow": ["2", "2.0", "-8"], "root": ["9", "27", "-8", "2"], "rekey_on_member": ["dicts", "{'p': {'n': 'x'}}", "[{'n': 1}, {'n': 1}]", "users"],
    "urldecode": ["'a%20b+c%C5%BE'", "'%zz%'"], "expandvars": ["'$HOME_NOT_SET/x'", "'a'", "'${}'"], "regex_escape": ["'a.b*c[d]^$|(e){f}\\\\+?-#&~ \\n'"], "human_readable": ["1", "1024", "1536", "10**9", "2**40", "'2048'", "0", "-1"], "human_to_bytes": ["'1K'", "'1.5 MB'", "'10 Gb'", "'2'", "'1 KiB'", "'x'", "'1Zb'", "'10 foo'", "1024", "'1b'", "'3.5'", "'1 MBit'"],
    "regex_replace": ["'abcabc'", "'a\\nb\\nc'", "'Hello World'", "''", "42", "'ž.ů'"], "regex_search": ["'abcabc'", "'a\\nb'", "'x42y7'", "''"], "regex_findall": ["'abcabc'", "'a\\nb'", "''"],
    "to_json": ["{'b': 'ž', 'a': [1, none, true, 1.5]}", "{1: 2, none: 3, true: 4}", "{'k': (1, 2)}", "d", "1e20", "'\"\\\\\\n\\t'", "'\\x7f\\x01\\u2028'", "[[], {}]"], "to_nice_json": ["{'b': 'ž', 'a': [1, none, {}], 'c': []}", "d", "users"], "from_json": ["'{\"a\": [1, 2.5, null, true]}'", "'[1,]'", "'nan'", "'NaN'", "'{\"a\": 1, \"a\": 2}'", "''", "'1 2'", "'{a: 1}'", "'\"x\"'", "'12345678901234567890'", "'1e3'", "'{\"a\": }'", "'\"\\\\ud83d\\\\ude00\"'", "'-0'", "'[1'", "'tru'"],
    "to_yaml": ["{'b': 'ž', 'a': [1, none, true, 1.5]}", "d", "['yes', 'no', 'null', '~', '1', '1.5', '0x1f', '2020-01-01', '1:30', '', ' x', 'x ', 'a: b', 'a #b', '- a', '@a', '%a', '*a', '&a', '!a', '{a', '[a', 'a\\nb', 'a\\n', '\\ta', \"it's\", '\"q\"', '=', '<<', 'a\\\\b', '1e3', '1_000', '.5', '-', '?', ':', 'a:', 'ž', '\\x01', '\\u2028']", "{'k': {'l': []}, 'm': {}}", "{1: 2, none: 3, true: [], 1.5: 'x'}", "'one line'", "'multi\\nline\\n'", "[[1, [2]], {'a': {'b': 1}}]", "'a very long text that has to be folded because it goes past the width of eighty columns in a line'", "1e20", "12345678901234567890", "[1.0, 1e-7, -0.0, 1e16]", "('a', 'b')", "users", "{'x': 'a long text: with a colon that goes past the width of eighty columns and needs quotes'}"],
    "to_nice_yaml": ["{'b': 'ž', 'a': [1, none, true, {'c': [1, [2, 3]]}]}", "d", "users", "{'k': 'multi\\nline\\n', 'l': 'trail\\n\\n', 'm': ' lead\\nx'}", "[[1, [2]], {'a': {'b': 1}}]", "'text'", "{}", "[]", "{'a': {}, 'b': []}"],
    "from_yaml": ["'a: 1\\nb: [x, ~, yes, 0o17, 017, 1_0, 1.5, .inf]'", "'- a\\n- b: c'", "'a: b: c'", "'a: [1'", "''", "'&x a'", "'a: *x'", "'a: &x 1\\nb: *x'", "'<<: {a: 1}\\nb: 2'", "'!!set {a, b}'", "'2020-01-02'", "'!foo 1'", "'- |\\n  a\\n  b\\n'", "'a: 1\\n---\\nb: 2'", "'!!python/object:os.system x'", "'{a: 1, a: 2}'", "'\"\\\\u017e\"'", "'a: 2020-01-02 03:04:05'", "'tab:\\t1'", "'!!binary YWJj'", "'? a\\n: b'"],
    "from_yaml_all": ["'a: 1\\n---\\nb: 2'", "'---\\n---\\n'", "''", "'a'", "'a: 1\\n...\\n'", "'[1'"], "hash": ["'ž'", "42"], "to_uuid": ["'x'"], "urlsplit": ["'https://user:pw@Example.com:8443/p/a?q=1&z=2#frag'", "'http://[::1]:80/'", "'mailto:a@b'", "'//x/y'", "'/p;x?y'", "'http://h:x/'", "'http://h:99999/'", "''", "'http://a@b@c/'"],
    "strftime": ["'%Y-%m-%d %H:%M:%S'", "'%j %U %w %a %A %b %B %c %x %X %p %I %y %Z %z %%'", "'%e|%-d|%G|%V|%u|%s|%f|%Q'", "''", "'no'"], "to_datetime": ["'2020-05-06 07:08:09'", "'2020-05-06'", "'2020'", "'x'", "'2020-13-01 00:00:00'"],
    "password_hash": ["'hello'"], "vault": ["'text'"], "unvault": ["'text'", "'$ANSIBLE_VAULT;1.1;AES256\\n00'"], "type_debug": ["ref", "fact", "lst", "d.keys()", "[1]|map('int')", "namespace()", "now()", "'x' | to_datetime('x')", "('<' | safe)", "range(2)", "dict(a=1)", "cycler(1)", "joiner()", "10**20", "users[0]"],
    "ternary": ["1", "nothing", "'no'"], "first": ["'abc'", "dict"], "last": ["'abc'", "range(4)"], "length": ["'žž'", "range(5)"], "string": ["1e16", "{'a': ['x', 1.0]}", "ref"], "list": ["'abc'", "dict"], "capitalize": ["'fOO bAR'", "'žLUŤ'"], "trim": ["'  x '", "'aabcaa'"], "default": ["nope.a.b", "d.zzz", "undefref", "nothing", "''"], "safe": ["'<'"],
    "e": ["'<>&\"\\''"], "forceescape": ["('<' | safe)"], "attr": ["d", "users[0]"], "format": ["'%s-%s'", "'%(a)s'", "'x'", "'%d'"],
}
SPECIAL["d"], SPECIAL["count"] = SPECIAL["default"], SPECIAL["length"]


def inputs(name):
    for v in COMMON:
        yield literal(v)
    for text in SPECIAL.get(name, []):
        yield literal(text) if text in LITERALS else f"({text})"


YAML = ('a: [1', 'a: b: c', '&x a', 'a: *x', '{a: 1', '"abc', "'abc", 'a:\n\t- b', '- a\nb: c', '!foo 1', 'a: 1\n---\nb: 2', '%FOO\n---\na', '? a\n? b', '@a', '`a', 'a: |x\n b', 'a: "\\q"', '&x', '*', 'a: &x 1\nb: &x 2\nc: *x', '<<: 1', '{<<: [1]}',
        '{[1]: 2}', '{{a: 1}: 2}', 'a: \x01', '"\\x4"', ' a: 1\nb: 2', 'a: 1\n  b: 2', '- a\n - b', 'key: [a,]]', '!!int x', '!!float x', '!!timestamp x', '2020-13-01', '!!set [a]', '=', 'a: =', '<<', '{a, b: c}', '!<tag:x> a', '--- !!map [a]', '!!str {a: b}',
        '!a!b c', '<<: [{a: 1, b: 2}, {c: 3, a: 9}]\nd: 4', '<<: {a: 1}\n<<: {a: 2}', 'a: &m {x: 1}\nb: {<<: *m, y: 2}', '!!int "0x1f"', '!!float 1', '!!str 1', '!!bool "yes"', '!!null x', '! 1', '12:30:45', '1:60', '0b11', '0o7', '08', '-0x1f', '+1_000', '1e3', '1.e+3', '.5', '-.5', '.nan', '-.inf',
        '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.10 -5', '2001-1-1', '2001-01-01 1:2:3', 'y', 'n', 'Yes', 'oN', '~', 'Null', 'nULL', '"a\\u017e\\N\\_\\L"', "'it''s'", '|\n a\n  b\n', '>\n a\n b\n\n c\n', '|+\n a\n\n', '|-\n a\n', '|2\n   a\n', 'a: !!binary YWJj', '- !!set {a, b}', '? [1]\n: 2', 'a: # c\n  b', '---\n...\n---\nx', '\ufeffa: 1', 'a: 1\n\n...\n', '[a, [b], {c: d}, "e", \'f\']', '{"a":1}', "{a: 'b', c}", '- - - a', '-\n  a: 1\n  b: 2')


def yaml_documents():
    for text in YAML:
        shown = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n").replace("\t", "\\t")
        yield f'{{{{ "{shown}" | from_yaml }}}}'
        yield f'{{{{ "{shown}" | from_yaml_all }}}}'


def filters():
    for name, lists in FILTERS.items():
        for v in inputs(name):
            for arguments in lists:
                if name == "shuffle" and arguments.count("seed") > 1:
                    continue
                call = f"{name}({arguments})" if arguments else name
                if name in ("random", "shuffle") and not arguments:
                    continue
                yield f"{{{{ {v} | {call} }}}}"


TESTS = {
    "boolean": [""], "callable": [""], "defined": [""], "undefined": [""], "divisibleby": ["2", "0", "'a'", ""], "eq": ["1", "'abc'"], "equalto": ["[3, 1, 2]"], "even": [""], "odd": [""], "escaped": [""], "false": [""], "true": [""],
    "filter": [""], "test": [""], "float": [""], "ge": ["1", "'a'"], "gt": ["1"], "greaterthan": ["1"], "lt": ["1"], "lessthan": ["'b'"], "le": ["1"], "ne": ["1"], "in": ["[1, 'abc']", "'abc'", "{'a': 1}", "1", "none"], "integer": [""], "iterable": [""], "lower": [""], "upper": [""], "mapping": [""], "none": [""], "number": [""],
    "sameas": ["true", "none", "1"], "sequence": [""], "string": [""], "==": ["1"], "<": ["1"], ">=": ["1"], "abs": [""], "all": [""], "any": [""], "change": [""], "changed": [""], "contains": ["1", "'a'", "none"], "failed": [""], "falsy": ["", "true", "convert_bool=true"], "truthy": ["", "true", "convert_bool=true"],
    "finished": [""], "started": [""], "skipped": [""], "succeeded": [""], "success": [""], "reachable": [""], "unreachable": [""], "isnan": [""], "nan": [""], "issubset": ["[1, 2, 3]", "'abcd'", "1"], "subset": ["[1, 2, 3, 'a']"], "issuperset": ["[1]", "'a'"], "superset": ["[]"],
    "match": ["'a'", "'A', true", "'b'", "'('", "", "'A', ignorecase=true"], "search": ["'b'", "'^b', multiline=true", "'['", "1"], "regex": ["'b'", "'^a.*c$'", "'b', match_type='fullmatch'", "'B', ignorecase=true", "'b', match_type='x'"], "uri": ["", "['http']"], "url": ["", "schemes=['ftp']"], "urn": [""],
    "vault_encrypted": [""], "version": ["'1.0'", "'1.0', '>='", "'2.5', 'lt', strict=true", "'1.0.0', '<', version_type='semver'", "'1.0', 'x'", "'1.0', '>=', version_type='pep440'", "'1', '==', version_type='nosuch'", "''", "'1.0', '>', true, 'loose'", "", "1.0, 'ge'", "'1.0', operator='ne', version_type='loose'"],
    "version_compare": ["'1.0', '>='", "'1.0.post1', 'lt', version_type='pep440'", "'1.0+1', 'ge', version_type='pep440'", "'1.0rc1', 'eq', version_type='pep440'"], "exists": [""], "directory": [""], "file": [""], "link": [""], "link_exists": [""], "mount": [""], "same_file": ["'/etc'", "'/nonexistent'"], "is_abs": [""], "nosuch": [""], "a.b.c": [""], "ansible.builtin.match": ["'a'"],
}
RESULTS = ("{'failed': true}", "{'failed': false, 'changed': true}", "{'changed': 'yes'}", "{'skipped': true}", "{'unreachable': true}", "{'finished': 1, 'started': 0}", "{'rc': 1}", "{'results': [{'changed': true}]}", "{}", "{'ansible_job_id': '1', 'finished': 0}")
TEST_INPUTS = {
    "version_compare": ["'1.0'", "'1.0.dev1'", "'1.0b2'", "'1.0+1.a'", "'1.0c1'", "'1.0.post2'"], "version": ["'1.0'", "'1.10'", "'1.2.3'", "'1.0.0-rc.1'", "'1.0a1'", "'v1.2'", "'1.0.post1'", "1.5", "'1.0-1ubuntu'", "'2.0.0+build'", "'1.0.dev3'", "'1!2.0'", "'1.0rc1.post2.dev3+ab.1'", "'1.0-1'", "'1.0alpha'", "'V1.0'", "'1.0c1'", "'1.0.0.0'", "'1.0+1.a'", "'x'", "'1.0-'", "'0.9.pre4'"], "uri": ["'http://a.b/c'", "'a'", "'ftp://x'", "'urn:x:y'"], "url": ["'http://a.b/c'", "'mailto:a'", "'ftp://x/y'", "'http:///x'"],
    "urn": ["'urn:isbn:0451450523'", "'http://x'"], "match": ["'abc'", "'ABC\\nb'", "42"], "search": ["'abc'", "'a\\nb'"], "regex": ["'abc'", "'b'"], "directory": ["'/etc'", "'/nonexistent'"], "file": ["'/etc/passwd'"], "exists": ["'/etc'", "'/nonexistent'"], "mount": ["'/'", "'/etc'"], "same_file": ["'/etc/../etc'"],
    "link": ["'/bin'", "'/etc'"], "abs": ["'/x'", "'x'"], "nan": ["'nan' | float", "1.0"], "vault_encrypted": ["'$ANSIBLE_VAULT;1.1;AES256\\n00'", "'x'"], "all": ["[true, 1]", "[0, 1]", "[nope]"], "any": ["[false, 0]", "[0, 1]"], "contains": ["[1, 'a']", "'abc'"], "subset": ["[1, 2]", "'ab'"], "issubset": ["[1, 2]"], "superset": ["[1, 2]"],
    "upper": ["'ABC'", "'A1'", "'1'"], "lower": ["'abc'"], "truthy": ["'yes'", "'off'"], "falsy": ["'no'"], "filter": ["'upper'", "'nosuch'"], "test": ["'odd'", "'nosuch'"], "divisibleby": ["6"], "callable": ["'x'.upper", "lookup"], "sameas": ["true", "1"],
}
STATUS = ("failed", "changed", "change", "skipped", "succeeded", "success", "reachable", "unreachable", "finished", "started")


def tests():
    for name, lists in TESTS.items():
        values = [literal(v) for v in COMMON] + [f"({t})" for t in TEST_INPUTS.get(name, ())] + list(RESULTS if name in STATUS else ())
        for v in values:
            for arguments in lists:
                yield f"{{{{ {v} is {name}({arguments}) }}}}" if arguments else f"{{{{ {v} is {name} }}}}"
        yield f"{{{{ {values[6]} is not {name}({lists[0]}) }}}}"
    for text in ("1 is even", "2 is not odd", "'a' is in ['a']", "1 is divisibleby 2", "4 is divisibleby 2 and true", "'abc' is match 'a'", "'abc' is match('a') and 1", "x is defined is true", "1 is eq 1", "1 is not eq 2", "name is string is true", "1 is lt 2", "not 1 is odd", "1 is odd | string", "[1] is sequence is sameas true",
                 "'1.2' is version '1.1' ", "1 is in [1, 2]", "nope is defined or 1", "none is none", "1 is none is false", "1 is (odd)", "1 is 5", "1 is not", "1 is", "1 is odd(", "1 is foo.bar", "'x' is ansible.builtin.nosuch"):
        yield f"{{{{ {text} }}}}"


def globals_():
    for text in ("range(3)", "range(3) | list", "range(1, 4) | list", "range(5, 0, -2) | list", "range(0)", "range()", "range('a')", "range(1, 2, 0)", "range(1.5)", "range(3)[1]", "range(10)[2:5]", "range(3) == range(0, 3)", "range(1, 10, 3) | sum", "range(3) | length", "range(3) ~ ''", "dict(a=1, b=2)", "dict([('a', 1)])", "dict({'x': 1}, y=2)", "dict(1)", "dict([1])",
                 "dict()", "namespace(a=1).a", "namespace(a=1).b", "namespace({'a': 2}).a", "namespace()", "cycler('a', 'b').next()", "cycler()", "joiner(', ')()", "joiner()() ~ joiner()()", "lipsum() | length > 10", "lipsum(n=2, html=false, min=2, max=3) | length > 3", "undef()", "undef('x')", "undef(hint='gone')", "undef() | default(1)", "now() is defined", "now(utc=true).year > 2000",
                 "now(fmt='%Y') | length", "now().strftime('%Y') | int > 2000", "query('items', [1, 2])", "q('items', 'a')", "lookup('items', [1, [2, 3]])", "lookup('nosuch', 1)", "lookup()", "lookup('items')", "query('items')", "lookup('ansible.builtin.items', [1])", "lookup('a.b.c', 1)", "lookup('list', [1, 2])", "query('list', [1, 2])", "lookup('list', 'a', 'b')",
                 "lookup('dict', {'a': 1, 'b': 2})", "query('dict', {'a': 1})", "query('dict', [{'a': 1}, {'b': 2}])", "query('dict', 'x')", "query('dict')", "lookup('indexed_items', ['a', 'b'])", "query('indexed_items', ['a', 'b'], ['c'])", "query('indexed_items', 'a')", "query('together', [1, 2], ['a'])", "query('together')", "query('together', 'ab', [1])", "query('nested', [1, 2], ['a', 'b'])", "query('nested')", "query('nested', [1], [])",
                 "query('nested', 'a', ['b'])", "query('sequence', 'start=1 end=3')", "query('sequence', 'count=3')", "query('sequence', '1-5')", "query('sequence', '0x0f-0x11:%02x')", "query('sequence', 'start=10 end=0 stride=-5')", "query('sequence', '5')", "query('sequence', '2-10/2')", "query('sequence', 'end=3 format=h%02d')", "query('sequence', start=1, end=2)", "query('sequence', 'start=1')",
                 "query('sequence', 'x')", "query('sequence', 'start=1 end=0')", "query('sequence', 'start=1 end=3 stride=-1')", "query('sequence', 'start=a end=b')", "query('sequence', 'start=1 end=3 format=x')", "query('sequence', 'count=0')", "query('sequence', 'start=4 count=3 stride=2')", "query('sequence', 'end=3 foo=1')", "query('subelements', users, 'groups')", "query('subelements', users, 'zz')", "query('subelements', users, 'zz', {'skip_missing': true})", "query('subelements', users, 'home.path')",
                 "query('subelements', users)", "query('subelements', {'a': {'n': [1]}}, 'n')", "query('subelements', [1], 'n')", "query('subelements', users, 'zz', skip_missing=true)", "lookup('random_choice', ['a'])", "query('random_choice')", "lookup('vars', 'name')", "lookup('vars', 'name', 'port')", "lookup('vars', 'nope')", "lookup('vars', 'nope', default='d')", "lookup('vars', 1)", "query('vars', 'ref')", "lookup('vars', 'undefref')", "lookup('vars', 'fact')", "query('varnames', '^na', '^po') | sort", "query('varnames', '[')",
                 "query('varnames', 1)", "query('varnames')", "lookup('env', 'NO_SUCH_ENV')", "lookup('env', 'NO_SUCH_ENV', default='x')", "lookup('env', 'NO_SUCH_ENV', default=undef())", "lookup('env', 'NO_SUCH_ENV', 'NEITHER')", "query('env', 'NO_SUCH_ENV')", "lookup('pipe', 'echo hi')", "lookup('pipe', 'printf \"a\\\\nb\\\\n\"')", "lookup('pipe', 'exit 3')", "lookup('lines', 'printf \"a\\\\nb\\\\n\"')", "query('lines', 'true')", "lookup('file', '/no/such')", "query('fileglob', '/no/such/*')", "lookup('first_found', ['/no/such'])",
                 "query('first_found', ['/no/such'], skip=true)", "lookup('first_found', '/no/such', errors='ignore')", "query('first_found', ['/no/such'], errors='ignore')", "lookup('first_found', {'files': ['passwd'], 'paths': ['/etc']})", "lookup('first_found', {'files': 'a,passwd', 'paths': '/no:/etc'})", "lookup('first_found', files=['passwd'], paths=['/etc'])", "lookup('first_found', ['/no', '/etc/passwd'])", "lookup('first_found', 1)", "lookup('config', 'DEFAULT_FORKS')", "lookup('config', 'NO_SUCH')", "lookup('config', 'NO_SUCH', on_missing='skip')", "query('config', 'NO_SUCH', on_missing='skip')",
                 "lookup('config', 'DEFAULT_ROLES_PATH')", "lookup('config', 'RETRY_FILES_ENABLED')", "lookup('config', 1)", "lookup('inventory_hostnames', 'all')", "lookup('template', 'no.j2')", "lookup('unvault', '/no/such')", "lookup('url', 'file:///no/such')", "lookup('csvfile', 'k file=/no/such')", "lookup('ini', 'k file=/no/such')", "lookup('password', '/dev/null length=0')", "lookup('password', '/dev/null length=8 chars=digits') | length", "lookup('items', nope)",
                 "lookup('items', undefref)", "lookup(nope)", "query('items', 1, wantlist=false)", "lookup('items', [1, 2], wantlist=true)", "lookup('items', errors='ignore')", "lookup('dict', 'x', errors='ignore')", "lookup('nosuch', errors='ignore')", "lookup('items', fact)", "lookup('items', ['{{ port }}'])", "query('flattened', [1, [2]])", "query('items', [[1, [2]]])", "query('items', {'a': 1})", "query('items', none)", "query('items', [])", "lookup('items', [])"):
        yield f"{{{{ {text} }}}}"


def file_lookups():
    files = {"a.txt": "line one\nline two\n", "t.j2": "{{ port }}-{{ name }}\n", "t2.j2": "{% for i in lst %}{{ i }}{% endfor %}", "l.j2": "[{{ port }}, 2]", "c.csv": "k,1,one\nq,\"2, x\",two\n", "t.tsv": "a\t1\nb\t2\n",
             "i.ini": "[s]\nk = val\nN=5\n; c\nlong = a\n  b\n[t]\nk: w\nempty=\n", "p.properties": "user.name = bob\nx=1\n", "raw.j2": "{% raw %}{{ x }}{% endraw %}", "err.j2": "{{ nope }}", "vars.j2": "{{ extra }}"}
    for text in ("lookup('file', 'a.txt')", "lookup('file', 'a.txt', rstrip=false)", "lookup('file', 'a.txt', lstrip=true)", "query('file', 'a.txt', 'c.csv')", "lookup('file', 'a.txt', 'c.csv')", "lookup('file', 'no.txt')", "lookup('file', 'no.txt', errors='ignore')", "lookup('file', ['a.txt'])", "lookup('file', 'a.txt').splitlines()", "lookup('template', 't.j2')",
                 "lookup('template', 't2.j2')", "lookup('template', 'l.j2')", "lookup('template', 'l.j2', convert_data=false)", "lookup('template', 'no.j2')", "lookup('template', 'raw.j2')", "lookup('template', 'err.j2')", "lookup('template', 'vars.j2', template_vars={'extra': 1})", "lookup('template', 't.j2', variable_start_string='[[', variable_end_string=']]')", "query('template', 't.j2')", "lookup('template', 't.j2', jinja2_native=true)",
                 "lookup('csvfile', 'k file=c.csv delimiter=,')", "lookup('csvfile', 'k file=c.csv delimiter=, col=2')", "lookup('csvfile', 'q', file='c.csv', delimiter=',')", "lookup('csvfile', 'zz file=c.csv delimiter=,')", "lookup('csvfile', 'zz file=c.csv delimiter=, default=d')", "lookup('csvfile', 'k file=c.csv delimiter=, col=9')", "lookup('csvfile', 'a file=t.tsv')", "lookup('csvfile', 'a file=t.tsv delimiter=TAB')", "query('csvfile', 'a', 'b', file='t.tsv')", "lookup('csvfile', 'k', file='no.csv')",
                 "lookup('csvfile', 'k', file='c.csv', delimiter=',', col='x')", "lookup('csvfile', '')", "lookup('ini', 'k section=s file=i.ini')", "lookup('ini', 'k', section='s', file='i.ini')", "lookup('ini', 'zz', section='s', file='i.ini')", "lookup('ini', 'zz', section='s', file='i.ini', default='d')", "lookup('ini', 'k', section='zz', file='i.ini')", "lookup('ini', 'n', section='s', file='i.ini')", "lookup('ini', 'N', section='s', file='i.ini', case_sensitive=true)", "query('ini', '.*', section='s', file='i.ini', re=true)",
                 "lookup('ini', 'user.name', type='properties', file='p.properties')", "lookup('ini', 'user.name type=properties file=p.properties')", "lookup('ini', 'k', file='no.ini')", "lookup('ini', 'long', section='s', file='i.ini')", "lookup('ini', 'empty', section='t', file='i.ini')", "lookup('ini', 'k', section='t', file='i.ini')", "lookup('ini', 'k', 'n', section='s', file='i.ini')", "lookup('first_found', 'a.txt') | basename", "lookup('first_found', ['no', 'a.txt']) | basename", "lookup('unvault', 'a.txt')", "query('fileglob', '*.csv') | map('basename') | list",
                 "query('fileglob', '*.nosuch')", "query('fileglob', '*.j2') | length", "'a.txt' is file", "lookup('lines', 'cat a.txt')", "lookup('pipe', 'cat a.txt')", "lookup('ini', '', section='s', file='i.ini')"):
        yield f"{{{{ {text} }}}}", files


TEMPLATES = {"filters": filters, "yaml_documents": yaml_documents, "tests": tests, "globals": globals_, "file_lookups": file_lookups}
