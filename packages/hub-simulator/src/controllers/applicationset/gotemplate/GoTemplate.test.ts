import { GoTemplate } from './GoTemplate';
import { parameters } from './__testUtils__/parameters';

const render = (text: string, options?: string[]) =>
  GoTemplate.parse(text).execute(parameters, options);

// The outputs are those of Go's own text/template with the same parameters.
describe('GoTemplate', () => {
  it.each([
    ['plain', 'plain'],
    ['agent-{{.name}}', 'agent-Prod_EU.1'],
    ['{{ index .metadata.labels "deploy.agent" }}', 'true'],
    ['{{.nope}}', '<no value>'],
    ['{{.nope.deeper}}', '<no value>'],
    ['{{.nope.deeper.more}}', '<no value>'],
    ['{{.metadata.labels.nope}}', '<no value>'],
    ['{{.values.nope}}', '<no value>'],
    ['{{.values.tier}}/{{ .metadata.labels.env }}', 'gold/prod'],
    ['{{index .metadata.labels "no"}}', ''],
    ['{{index .metadata "no"}}', '<no value>'],
    ['{{index .metadata "labels" "env"}}', 'prod'],
    ['{{index .deep "a" "b" "c"}}', 'd'],
    ['{{index .list 1}} {{index .list 2}}', 'a 1'],
    ['{{index .name 0}}', '80'],
    [
      '{{.n}} {{.f}} {{.big}} {{.small}} {{.zero}} {{.t}}',
      '3 1.5 1e+21 1e-05 0 true',
    ],
    ['{{if .t}}yes{{else}}no{{end}}', 'yes'],
    ['{{if .no}}a{{else if eq .name "Prod_EU.1"}}b{{else}}c{{end}}', 'b'],
    ['{{if .nope}}a{{else}}c{{end}}', 'c'],
    ['{{if and .t (not .no)}}x{{end}}', 'x'],
    [
      '{{and .t .name}} {{or .no .project "dflt"}} {{or .no ""}}',
      'Prod_EU.1 dflt ',
    ],
    ['{{.name | and .t}} {{.no | or ""}}', 'Prod_EU.1 false'],
    ['{{or .t .nope.x.y}}', 'true'],
    ['{{range .strs}}[{{.}}]{{end}}', '[x][y]'],
    ['{{range $i, $v := .strs}}{{$i}}={{$v}},{{end}}', '0=x,1=y,'],
    ['{{range $v := .strs}}{{$v}},{{end}}', 'x,y,'],
    [
      '{{range $k, $v := .metadata.labels}}{{$k}}={{$v}};{{end}}',
      'a/b=c;deploy.agent=true;env=prod;region=us-east;',
    ],
    [
      '{{range $k, $v := .deep}}{{$k}}={{$v}};{{end}}',
      'a=map[b:map[c:d]];n=2;z=y;',
    ],
    ['{{range .metadata.labels}}{{.}};{{end}}', 'c;true;prod;us-east;'],
    ['{{range .nope}}x{{else}}none{{end}}', 'none'],
    ['{{range .nul}}x{{else}}none{{end}}', 'none'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{range .objs}}{{.k}}-{{.n}} {{end}}', 'v1-1 v2-<no value> '],
    ['{{range .objs}}{{if eq .k "v2"}}{{continue}}{{end}}{{.k}}{{end}}', 'v1'],
    ['{{range .strs}}{{.}}{{break}}{{end}}', 'x'],
    ['{{with .deep}}{{.z}}{{$.name}}{{end}}', 'yProd_EU.1'],
    ['{{with .nope}}x{{else}}y{{end}}', 'y'],
    ['{{with .nope}}x{{else with .deep}}{{.z}}{{end}}', 'y'],
    ['{{$x := .name}}{{$x}} {{$x = "new"}}{{$x}}', 'Prod_EU.1 new'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$.name}} {{$.metadata.labels.env}}', 'Prod_EU.1 prod'],
    [
      '{{printf "%s %d %v %q" .name 3 .f .name}}',
      'Prod_EU.1 3 1.5 "Prod_EU.1"',
    ],
    [
      '{{printf "%d" .n}} {{printf "%s" .n}} {{printf "%q" .n}} {{printf "%v" .list}}',
      '%!d(float64=3) %!s(float64=3) %!q(float64=3) [b a 1 <nil> true]',
    ],
    [
      '{{printf "%s" .list}} {{printf "%q" .strs}} {{printf "%s" .metadata.labels}}',
      '[b a %!s(float64=1) <nil> %!s(bool=true)] ["x" "y"] map[a/b:c deploy.agent:true env:prod region:us-east]',
    ],
    [
      '{{printf "%5s|%-5s|%05d|%+d|%.2f|%x|%t|%T|%%" "a" "b" 7 8 .f "hi" .t .list}}',
      '    a|b    |00007|+8|1.50|6869|true|[]interface {}|%',
    ],
    [
      '{{printf "%s"}} {{printf "%s" "a" "b"}} {{printf "x" 1 .nul}}',
      '%!s(MISSING) a%!(EXTRA string=b) x%!(EXTRA int=1, <nil>)',
    ],
    ['{{printf "%!"}} {{printf "%z" 1}}', '%!!(MISSING) %!z(int=1)'],
    ['{{printf "%v %v" .nope .nul}}', '<nil> <nil>'],
    [
      '{{len .name}} {{len .list}} {{len .deep}} {{len .metadata.labels}}',
      '9 5 3 4',
    ],
    ['{{eq .name "Prod_EU.1"}} {{eq .n 3.0}} {{eq .t true}}', 'true true true'],
    ['{{eq .name "a" "Prod_EU.1"}}', 'true'],
    ['{{eq .nope "a"}} {{eq .nope .nul}} {{eq .nul nil}}', 'false true true'],
    [
      '{{ne .name "x"}} {{lt 1 2}} {{lt "a" "b"}} {{gt .f 1.0}} {{le 1 1}} {{ge 2 1}}',
      'true true true true true true',
    ],
    ['a  {{- .name -}}  b', 'aProd_EU.1b'],
    ['a \n {{- .name }} \n {{ .name -}} \n b', 'aProd_EU.1 \n Prod_EU.1b'],
    ['{{ .name -}}', 'Prod_EU.1'],
    ['{{- .name}}', 'Prod_EU.1'],
    ['{{-3}} {{- 3}} {{3 -}} x', '-33 3x'],
    ['{{.name -}}}}', 'Prod_EU.1}}'],
    [
      '{{"}}"}} {{`raw {{ "x" }}`}} {{"a\\"b\\n\\t\\u00e9"}} {{\'a\'}} {{0x1F}} {{1e3}} {{1_000}} {{.5}} {{017}} {{+5}}',
      '}} raw {{ "x" }} a"b\n\té 97 31 1000 1000 0.5 15 5',
    ],
    [
      '{{(.name)}} {{(.deep).z}} {{(index .objs 0).k}} {{(index .objs 0).nope}}',
      'Prod_EU.1 y v1 <no value>',
    ],
    ['{{ .name | }}', 'Prod_EU.1'],
    ['{{ .metadata.labels.deploy.agent }}', '<no value>'],
    ['{{ true | not }} {{ not false }} {{ 1 | printf "%d" }}', 'false true 1'],
    ['a: {{ .name }}\r\n{{- if .t }}\r\nb{{ end }}', 'a: Prod_EU.1\r\nb'],
    ['{{ with $x := .deep.a }}{{ $x.b.c }}{{ .b.c }}{{ end }}', 'dd'],
    [
      '{{ if eq (index .metadata.labels "env") "prod" }}p{{ else }}q{{ end }}',
      'p',
    ],
    ['{{ if (index .metadata.labels "nope") }}p{{ else }}q{{ end }}', 'q'],
    ['{{ printf "%s" .deep.a.b.c }}', 'd'],
    [
      '{{ range $i, $o := .objs }}{{ if $i }},{{ end }}{{ $o.k }}{{ end }}',
      'v1,v2',
    ],
    ['{{ range $i, $o := .objs }}{{ $o.n }}{{ end }}', '1<no value>'],
  ])('F4.1 renders %j as Go does', (text, expected) => {
    expect(render(text)).toBe(expected);
  });

  it.each([
    ['{{.nope}}', 'missingkey=default', '<no value>'],
    ['{{.nope}}', 'missingkey=invalid', '<no value>'],
    ['{{.nope}}', 'missingkey=zero', '<no value>'],
    ['[{{.metadata.labels.nope}}]', 'missingkey=default', '[<no value>]'],
    ['[{{.metadata.labels.nope}}]', 'missingkey=zero', '[]'],
    ['[{{index .metadata.labels "nope"}}]', 'missingkey=error', '[]'],
  ])('F4.1 renders %s with %s', (text, option, expected) => {
    expect(render(text, [option])).toBe(expected);
  });

  it.each([
    ['{{.nope}}', '<.nope>: map has no entry for key "nope"'],
    [
      '{{.metadata.labels.nope}}',
      '<.metadata.labels.nope>: map has no entry for key "nope"',
    ],
    ['{{index .nope "x"}}', '<.nope>: map has no entry for key "nope"'],
    ['{{if .nope}}{{end}}', '<.nope>: map has no entry for key "nope"'],
  ])('F4.1 fails on %s with missingkey=error', (text, expected) => {
    expect(() => render(text, ['missingkey=error'])).toThrow(expected);
  });

  it('F4.1 refuses an option that Go does not know', () => {
    expect(() => render('x', ['missingkey=never'])).toThrow(
      'unrecognized option: missingkey=never',
    );
  });

  it('does not reach into prototypes', () => {
    expect(render('{{.constructor}}{{index .deep "toString"}}')).toBe(
      '<no value><no value>',
    );
  });
});
