import { GoTemplate } from './GoTemplate';
import { parameters } from './__testUtils__/parameters';

// The sentences are those of Go's own text/template.
describe('templates that fail', () => {
  it.each([
    [
      '{{index .nope "no"}}',
      '1:2: executing "base" at <index .nope "no">: error calling index: index of untyped nil',
    ],
    [
      '{{index .deep "x" "b" "c"}}',
      '1:2: executing "base" at <index .deep "x" "b" "c">: error calling index: index of nil pointer',
    ],
    [
      '{{index .list 9}}',
      '1:2: executing "base" at <index .list 9>: error calling index: index out of range: 9',
    ],
    [
      '{{index .list .n}}',
      '1:2: executing "base" at <index .list .n>: error calling index: cannot index slice/array with type float64',
    ],
    [
      '{{index .list "a"}}',
      '1:2: executing "base" at <index .list "a">: error calling index: cannot index slice/array with type string',
    ],
    [
      '{{index .n 0}}',
      '1:2: executing "base" at <index .n 0>: error calling index: can\'t index item of type float64',
    ],
    [
      '{{index .deep 0}}',
      '1:2: executing "base" at <index .deep 0>: error calling index: value has type int; should be string',
    ],
    [
      '{{index .deep nil}}',
      '1:2: executing "base" at <index .deep nil>: error calling index: value is nil; should be of type string',
    ],
    [
      '{{index .nul "x"}}',
      '1:2: executing "base" at <index .nul "x">: error calling index: index of untyped nil',
    ],
    [
      '{{index nil "x"}}',
      '1:2: executing "base" at <index nil "x">: error calling index: index of untyped nil',
    ],
    [
      '{{index .metadata.labels .nope}}',
      '1:2: executing "base" at <index .metadata.labels .nope>: error calling index: value is nil; should be of type string',
    ],
    [
      '{{.name.foo}}',
      '1:7: executing "base" at <.name.foo>: can\'t evaluate field foo in type interface {}',
    ],
    [
      '{{.metadata.labels.env.foo}}',
      '1:11: executing "base" at <.metadata.labels.env.foo>: can\'t evaluate field foo in type string',
    ],
    [
      '{{.nul}} {{.nul.foo}}',
      '1:15: executing "base" at <.nul.foo>: nil pointer evaluating interface {}.foo',
    ],
    [
      '{{and}}',
      '1:2: executing "base" at <and>: wrong number of args for and: want at least 1 got 0',
    ],
    [
      '{{range .name}}x{{end}}',
      '1:8: executing "base" at <.name>: range can\'t iterate over Prod_EU.1',
    ],
    [
      '{{range .n}}x{{end}}',
      '1:8: executing "base" at <.n>: range can\'t iterate over 3',
    ],
    [
      '{{range $i, $e := 3}}{{.}}{{end}}',
      '1:18: executing "base" at <3>: can\'t use 3 to iterate over more than one variable',
    ],
    [
      '{{range .list}}{{.foo}}{{end}}',
      '1:17: executing "base" at <.foo>: can\'t evaluate field foo in type interface {}',
    ],
    [
      '{{range .strs}}{{.foo}}{{end}}',
      '1:17: executing "base" at <.foo>: can\'t evaluate field foo in type interface {}',
    ],
    [
      '{{range $x := .strs}}{{$x.foo}}{{end}}',
      '1:25: executing "base" at <$x.foo>: can\'t evaluate field foo in type interface {}',
    ],
    ['{{break}}', '1: {{break}} outside {{range}}'],
    ['{{$x}}', '1: undefined variable "$x"'],
    ['{{if $y := .name}}{{$y}}{{end}}{{$y}}', '1: undefined variable "$y"'],
    [
      '{{lower}}',
      '1:2: executing "base" at <lower>: wrong number of args for lower: want 1 got 0',
    ],
    [
      '{{lower .n}}',
      '1:8: executing "base" at <.n>: wrong type for value; expected string; got float64',
    ],
    [
      '{{lower .nope}}',
      '1:8: executing "base" at <.nope>: invalid value; expected string',
    ],
    [
      '{{lower .nul}}',
      '1:8: executing "base" at <.nul>: wrong type for value; expected string; got interface {}',
    ],
    ['{{lower 1}}', '1:8: executing "base" at <1>: expected string; found 1'],
    [
      '{{lower true}}',
      '1:8: executing "base" at <true>: expected string; found true',
    ],
    [
      '{{lower "A" "B"}}',
      '1:2: executing "base" at <lower>: wrong number of args for lower: want 1 got 2',
    ],
    [
      '{{printf .n}}',
      '1:9: executing "base" at <.n>: wrong type for value; expected string; got float64',
    ],
    [
      '{{len .n}}',
      '1:2: executing "base" at <len .n>: error calling len: len of type float64',
    ],
    [
      '{{len .nope}}',
      '1:2: executing "base" at <len .nope>: error calling len: reflect: call of reflect.Value.Type on zero Value',
    ],
    [
      '{{eq .n 3}}',
      '1:2: executing "base" at <eq .n 3>: error calling eq: incompatible types for comparison: float64 and int',
    ],
    [
      '{{eq .list .list}}',
      '1:2: executing "base" at <eq .list .list>: error calling eq: non-comparable type [b a %!s(float64=1) <nil> %!s(bool=true)]: []interface {}',
    ],
    [
      '{{eq .name}}',
      '1:2: executing "base" at <eq .name>: error calling eq: missing argument for comparison',
    ],
    [
      '{{eq .deep .deep}}',
      '1:2: executing "base" at <eq .deep .deep>: error calling eq: non-comparable type map[a:map[b:map[c:d]] n:%!s(float64=2) z:y]: map[string]interface {}',
    ],
    [
      '{{lt .n 1}}',
      '1:2: executing "base" at <lt .n 1>: error calling lt: incompatible types for comparison: float64 and int',
    ],
    [
      '{{lt .t true}}',
      '1:2: executing "base" at <lt .t true>: error calling lt: invalid type for comparison',
    ],
    [
      '{{lt .nope 1}}',
      '1:2: executing "base" at <lt .nope 1>: error calling lt: invalid type for comparison',
    ],
    [
      '{{lt .list 1}}',
      '1:2: executing "base" at <lt .list 1>: error calling lt: invalid type for comparison',
    ],
    [
      '{{not .name}} {{not .project}} {{not .nope}} {{not}}',
      '1:47: executing "base" at <not>: wrong number of args for not: want 1 got 0',
    ],
    [
      '{{ternary "a" "b" .name}}',
      '1:18: executing "base" at <.name>: wrong type for value; expected bool; got string',
    ],
    [
      '{{ternary "a" "b" .nope}}',
      '1:18: executing "base" at <.nope>: invalid value; expected bool',
    ],
    [
      '{{(splitList "," "a,b").foo}}',
      '1:17: executing "base" at <"a,b">: can\'t evaluate field foo in type []string',
    ],
    [
      '{{trunc .n .name}}',
      '1:8: executing "base" at <.n>: wrong type for value; expected int; got float64',
    ],
    [
      '{{fromYaml "- 1"}}',
      '1:2: executing "base" at <fromYaml "- 1">: error calling fromYaml: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      '{{dig "labels" "env" "none" .metadata}}',
      '1:2: executing "base" at <dig "labels" "env" "none" .metadata>: error calling dig: interface conversion: interface {} is map[string]string, not map[string]interface {}',
    ],
    [
      '{{dig "a" .deep}}',
      '1:2: executing "base" at <dig "a" .deep>: error calling dig: dig needs at least three arguments',
    ],
    [
      '{{dig "env" "none" .metadata.labels}}',
      '1:2: executing "base" at <dig "env" "none" .metadata.labels>: error calling dig: interface conversion: interface {} is map[string]string, not map[string]interface {}',
    ],
    [
      '{{get .metadata.labels "env"}}',
      '1:15: executing "base" at <.metadata.labels>: wrong type for value; expected map[string]interface {}; got map[string]string',
    ],
    [
      '{{hasKey .metadata.labels "z"}}',
      '1:18: executing "base" at <.metadata.labels>: wrong type for value; expected map[string]interface {}; got map[string]string',
    ],
    [
      '{{slugify "x" "y"}}',
      '1:2: executing "base" at <slugify "x" "y">: error calling slugify: interface conversion: interface {} is string, not int',
    ],
    [
      '{{slugify .n .name}}',
      '1:2: executing "base" at <slugify .n .name>: error calling slugify: interface conversion: interface {} is float64, not int',
    ],
    [
      '{{slugify .n}}',
      '1:2: executing "base" at <slugify .n>: error calling slugify: interface conversion: interface {} is float64, not string',
    ],
    [
      '{{first .name}}',
      '1:2: executing "base" at <first .name>: error calling first: Cannot find first on type string',
    ],
    [
      '{{repeat -1 "ab"}}',
      '1:2: executing "base" at <repeat -1 "ab">: error calling repeat: strings: negative Repeat count',
    ],
    ['{{-.name}}', '1: bad number syntax: "-.n"'],
    [
      '{{.name "x"}}',
      '1:2: executing "base" at <.name>: name is not a method but has arguments',
    ],
    [
      '{{.nope "x"}}',
      '1:2: executing "base" at <.nope>: nope is not a method but has arguments',
    ],
    [
      '{{"a" "b"}}',
      '1:2: executing "base" at <"a">: can\'t give argument to non-function "a"',
    ],
    ['{{1 | 2}}', '1: non executable command in pipeline stage 2'],
    ['{{nil}}', '1:2: executing "base" at <nil>: nil is not a command'],
    ['{{nil | lower}}', '1:2: executing "base" at <nil>: nil is not a command'],
    [
      '{{lower nil}}',
      '1:8: executing "base" at <nil>: cannot assign nil to string',
    ],
    ['{{foo}}', '1: function "foo" not defined'],
    ['{{.name | foo}}', '1: function "foo" not defined'],
    ['{{if}}x{{end}}', '1: missing value for if'],
    ['{{if .t}}x', '1: unexpected EOF'],
    ['{{end}}', '1: unexpected {{end}}'],
    ['{{else}}', '1: unexpected {{else}}'],
    ['{{if .t}}a{{else}}b{{else}}c{{end}}', '1: expected end; found {{else}}'],
    ['{{.name', '1: unclosed action'],
    ['{{ .name }', '1: unexpected "}" in operand'],
    ['{{ "abc }}', '1: unterminated quoted string'],
    ['{{ `abc }}', '1: unterminated raw quoted string'],
    ["{{ 'a }}", '1: unterminated character constant'],
    ['{{ (.name }}', '1: unclosed left paren'],
    ['{{ .name) }}', '1: unexpected right paren'],
    ['{{ | lower }}', '1: unexpected "|" in command'],
    ['{{}}', '1: missing value for command'],
    [
      '{{ . .name }}',
      '1:3: executing "base" at <.>: can\'t give argument to non-function .',
    ],
    ['{{ .name.. }}', '1: unexpected <.> in operand'],
    ['{{ .na-me }}', "1: bad character U+002D '-'"],
    ['{{ .metadata.labels."x" }}', "1: bad character U+0022 '\"'"],
    ['{{ $x y }}', '1: undefined variable "$x"'],
    ['{{ 1.x }}', '1: bad number syntax: "1.x"'],
    ['{{ 3abc }}', '1: bad number syntax: "3a"'],
    ['{{ @ }}', '1: unexpected "@" in command'],
    ['{{ # }}', '1: unexpected "#" in command'],
    ['{{ .name, .server }}', '1: unexpected "," in operand'],
    ['{{ lower(.name) }}', '1: unexpected "(" in operand'],
    ['{{ .name := 1 }}', '1: unexpected ":=" in operand'],
    ['{{ $a, $b := .name }}', '1: too many declarations in command'],
    ['{{ $a := }}', '1: missing value for command'],
    ['{{ : }}', '1: expected :='],
    ['{{ & }}', '1: unexpected "&" in command'],
    ['{{/* unclosed', '1: unclosed comment'],
    ['{{/* x */ y}}', '1: comment ends before closing delimiter'],
    ['{{ true.x }}', '1: unexpected . after term "true"'],
    ['{{ "\\q" }}', '1: invalid syntax'],
    [
      '{{ range $a, $b, $c := .strs }}{{end}}',
      '1: too many declarations in range',
    ],
    ['{{ range $a, .strs }}{{end}}', '1: range can only initialize variables'],
    ['{{ end }}', '1: unexpected {{end}}'],
    ['{{ if .t }}{{ range .strs }}{{ end }}', '1: unexpected EOF'],
    [
      '{{ if .t }}\n\n{{ .nope.x }}\n  {{ .name.x }}\n{{ end }}',
      '4:10: executing "base" at <.name.x>: can\'t evaluate field x in type interface {}',
    ],
    [
      'é{{ .name.x }}',
      '1:10: executing "base" at <.name.x>: can\'t evaluate field x in type interface {}',
    ],
    [
      'x\n  é {{ lower .n }}',
      '2:14: executing "base" at <.n>: wrong type for value; expected string; got float64',
    ],
  ])('F4.1 fails on %j as Go does', (text, expected) => {
    expect(() => GoTemplate.parse(text).execute(parameters)).toThrow(
      new Error(`template: base:${expected}`),
    );
  });
});
