import { GoTemplate } from './GoTemplate';
import { parameters } from './__testUtils__/parameters';

const render = (text: string) => GoTemplate.parse(text).execute(parameters);

// The outputs are those of sprig and of Argo CD's own functions in Go.
describe('functions of templates', () => {
  it.each([
    [
      '{{.list}} {{.metadata}} {{.deep}} {{.empty}} {{.strs}}',
      '[b a 1 <nil> true] map[annotations:map[multi:l1\nl2\n note:say "hi" <b> & \'x\'] labels:map[a/b:c deploy.agent:true env:prod region:us-east]] map[a:map[b:map[c:d]] n:2 z:y] [] [x y]',
    ],
    ['{{range .empty}}x{{else}}none{{end}}', 'none'],
    ['{{.name | lower}} {{.name | upper | lower}}', 'prod_eu.1 prod_eu.1'],
    ['{{lower .name | printf "%s-%s" "a"}}', 'a-prod_eu.1'],
    ['{{"quoted" | quote}}', '"quoted"'],
    ['{{quote .name .n .nope .nul .t}}', '"Prod_EU.1" "3" "true"'],
    ['{{squote .name .n .nul}}', "'Prod_EU.1' '3'"],
    [
      '{{default "d" .nope}} {{default "d" .project}} {{.name | default "d"}} {{default "d"}} {{default 5 .zero}} {{default "x" .no}}',
      'd d Prod_EU.1 d 5 x',
    ],
    ['{{default "d" .values.nope}}', 'd'],
    [
      '{{empty .nope}} {{empty .zero}} {{empty .deep}} {{empty .empty}}',
      'true true false true',
    ],
    [
      '{{coalesce .nope .project .name}} {{coalesce .nope}}',
      'Prod_EU.1 <no value>',
    ],
    ['{{ternary "a" "b" .t}} {{.no | ternary "a" "b"}}', 'a b'],
    [
      '{{join "," .strs}} {{join "-" .list}} {{join "," .name}} {{join "," .nope}} {{join "," .metadata.labels}}',
      'x,y b-a-1-true Prod_EU.1  map[a/b:c deploy.agent:true env:prod region:us-east]',
    ],
    [
      '{{splitList "-" "a-b-c"}} {{splitList "-" "a-b" | join "+"}} {{index (splitList "." "x.y") 1}}',
      '[a b c] a+b y',
    ],
    ['{{range splitList "," "a,b"}}{{.}};{{end}}', 'a;b;'],
    [
      '{{contains "od" .name}} {{hasPrefix "Prod" .name}} {{hasSuffix "1" .name}}',
      'true true true',
    ],
    [
      '{{trim "  a "}}|{{trimPrefix "Prod" .name}}|{{trimSuffix ".1" .name}}|{{trimAll "$" "$5$"}}',
      'a|_EU.1|Prod_EU|5',
    ],
    [
      '{{replace "_" "-" .name}} {{.name | replace "." "" | lower}}',
      'Prod-EU.1 prod_eu1',
    ],
    ['{{replace "" "-" "abc"}}', '-a-b-c-'],
    [
      '{{trunc 4 .name}} {{trunc -2 .name}} {{trunc 99 .name}}',
      'Prod .1 Prod_EU.1',
    ],
    ['{{indent 2 .yaml}}', '  a: 1\n  b:\n  - x\n  - y: true\n  '],
    ['{{nindent 4 .yaml}}', '\n    a: 1\n    b:\n    - x\n    - y: true\n    '],
    [
      '{{toYaml .metadata.labels}}',
      'a/b: c\ndeploy.agent: "true"\nenv: prod\nregion: us-east',
    ],
    ['{{toYaml .nope}}', 'null'],
    [
      '{{toYaml .list | nindent 2}}',
      '\n  - b\n  - a\n  - 1\n  - null\n  - true',
    ],
    ['{{toYaml .objs}}', '- k: v1\n  "n": 1\n- k: v2'],
    [
      '{{toYaml .metadata.annotations}}',
      'multi: |\n  l1\n  l2\nnote: say "hi" <b> & \'x\'',
    ],
    [
      '{{toYaml .deep | indent 2}}',
      '  a:\n    b:\n      c: d\n  "n": 2\n  z: "y"',
    ],
    ['{{toYaml .name}} {{toYaml .t}} {{toYaml .n}}', 'Prod_EU.1 true 3'],
    [
      '{{(fromYaml .yaml).a}} {{(fromYaml .yaml).b}} {{index (fromYaml .yaml) "b" 0}}',
      '1 [x map[true:true]] x',
    ],
    ['{{fromYaml "a: [1,2]"}}', 'map[a:[1 2]]'],
    [
      '{{toJson .deep}} {{toJson .metadata.annotations}} {{toJson .list}} {{toJson .nope}}',
      '{"a":{"b":{"c":"d"}},"n":2,"z":"y"} {"multi":"l1\\nl2\\n","note":"say \\"hi\\" \\u003cb\\u003e \\u0026 \'x\'"} ["b","a",1,null,true] null',
    ],
    ['{{toJson .name | quote}}', '"\\"Prod_EU.1\\""'],
    ['{{dig "a" "b" "c" "none" .deep}} {{dig "a" "x" "none" .deep}}', 'd none'],
    ['{{get .deep "z"}} {{get .deep "no"}}|', 'y |'],
    [
      '{{hasKey .deep "z"}} {{hasKey .deep "no"}} {{hasKey .nope "x"}}',
      'true false false',
    ],
    ['{{normalize "Ab_C.-"}} {{normalize .name}}', 'ab-c prod-eu.1'],
    [
      '{{slugify .name}} {{slugify 8 .name}} {{slugify 8 false .name}} {{slugify 8 true .name}}',
      'prod-eu-1 prod-eu prod-eu prod-eu',
    ],
    [
      '{{slugify 5 true "abcdefghij"}} {{slugify 5 false "ab-cdefghij"}} {{slugify 6 true "ab-cd-efghij"}} {{slugify}}',
      'abcde ab-cd ab-cd ',
    ],
    ['{{.name |slugify 6 true}}', 'prod'],
    [
      '{{dict "a" 1 "b" .name}} {{(dict "a" "q").a}} {{list 1 "b" .nul}}',
      'map[a:1 b:Prod_EU.1] q [1 b <nil>]',
    ],
    [
      '{{has "x" .strs}} {{has "q" .strs}} {{first .strs}} {{last .strs}} {{first .empty}}',
      'true false x y <no value>',
    ],
    ['{{toString .n}} {{toString .nul}} {{repeat 3 "ab"}}', '3 <nil> ababab'],
    ['{{/* comment */}}x{{- /* trimmed */ -}}  y', 'xy'],
    [
      '{{ printf "%s" (index .metadata.labels "env") | upper | quote }}',
      '"PROD"',
    ],
    ['{{ .metadata.labels.env | default "x" | trunc 2 }}', 'pr'],
    [
      '{{ .name | lower | replace "_" "-" | trimSuffix ".1" | printf "%s-%s" "agent" }}',
      'agent-prod-eu',
    ],
    ['{{ $ok := and (hasKey .deep "a") .t }}{{ if $ok }}ok{{ end }}', 'ok'],
    [
      '{{ toYaml (dict "b" (list 1 2) "a" (dict "x" "yes" "y" "1.0" "z" "null" "w" "2020-01-01" "v" "a: b" "u" "#c" "t" "0123" "s" "1e3" "r" "~" "q" "- x" "p" "off" "o" "1:30" "n" "" "m" " lead" "l" "trail " "k" "it\'s" "j" "\\ttab" "i" "*x" "h" "{x}" "g" "x #y" "f" "x:y" "e" "é" "d" "@at" "c" "%p")) }}',
      'a:\n  c: \'%p\'\n  d: \'@at\'\n  e: é\n  f: x:y\n  g: \'x #y\'\n  h: \'{x}\'\n  i: \'*x\'\n  j: "\\ttab"\n  k: it\'s\n  l: \'trail \'\n  m: \' lead\'\n  "n": ""\n  o: "1:30"\n  p: "off"\n  q: \'- x\'\n  r: "~"\n  s: "1e3"\n  t: "0123"\n  u: \'#c\'\n  v: \'a: b\'\n  w: "2020-01-01"\n  x: "yes"\n  "y": "1.0"\n  z: "null"\nb:\n- 1\n- 2',
    ],
    [
      '{{ toYaml (list (list 1 2) (dict) (list) "" .nul 1.5 .big) }}',
      '- - 1\n  - 2\n- {}\n- []\n- ""\n- null\n- 1.5\n- 1e+21',
    ],
    ['{{ toYaml "multi\\nline" }}', '|-\n  multi\n  line'],
    [
      '{{ toYaml (dict "a" "multi\\nline\\n" "b" "  lead\\nx") }}',
      'a: |\n  multi\n  line\nb: |2-\n    lead\n  x',
    ],
    ['{{ toJson (dict "a" 1 "b" (list 1.5 nil)) }}', '{"a":1,"b":[1.5,null]}'],
    ['{{ fromJson "{\\"a\\":1}" }}', 'map[a:1]'],
  ])('F4.1 renders %j as Argo CD does', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['{{ $n }}', '1e+06 123456 1e-05 1.234567895e+08'],
    ['{{ toJson $n }}', '1000000 123456 0.00001 123456789.5'],
    ['{{ toYaml $n }}', '1000000 123456 1e-05 1.234567895e+08'],
  ])('F4.1 prints numbers with %s as Argo CD does', (text, expected) => {
    const numbers = [1e6, 123456, 0.00001, 123456789.5];
    const rendered = numbers.map(n =>
      GoTemplate.parse(`{{ $n := .n }}${text}`).execute({ n }),
    );
    expect(rendered.join(' ')).toBe(expected);
  });

  it.each([
    '{{ env "HOME" }}',
    '{{ expandenv "x" }}',
    '{{ getHostByName "x" }}',
  ])('F4.1 has no function %s', text => {
    expect(() => render(text)).toThrow(/function "\w+" not defined/);
  });

  it.each([
    ['{{ regexMatch "a" "b" }}', 'regexMatch'],
    ['{{ slice .name 1 }}', 'slice'],
    ['{{ add 1 2 }}', 'add'],
  ])('F4.1 names what it does not simulate: %s', (text, name) => {
    expect(() => render(text)).toThrow(
      `the template function ${name} is not simulated`,
    );
  });

  it.each([
    '{{ define "x" }}{{ end }}',
    '{{ template "x" }}',
    '{{ block "x" . }}',
  ])('F4.1 names the action it does not simulate: %s', text => {
    expect(() => render(text)).toThrow(
      /the template action \{\{\w+\}\} is not simulated/,
    );
  });
});
