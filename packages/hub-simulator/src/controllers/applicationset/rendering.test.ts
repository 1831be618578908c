import { renderDeep, renderText } from './rendering';

const flat = { name: 'prod', 'metadata.labels.env': 'prod', list: ['x'], n: 1 };

describe('renderText', () => {
  it.each([
    ['{{name}}-{{metadata.labels.env}}', 'prod-prod'],
    ['{{ name }}', 'prod'],
    ['{{nope}} {{ nope }}', '{{nope}} {{ nope }}'],
    ['{{}} {{ }}', '{{}} {{ }}'],
    ['{{list}} {{n}}', '{{list}} {{n}}'],
    ['{{ {{name}} }}', '{{ {{name}} }}'],
    ['{{.name}}', '{{.name}}'],
    ['{{constructor}}', '{{constructor}}'],
    ['{{name', '{{name'],
    ['a }} {{', 'a }} {{'],
    ['{name} {{name}}}', '{name} prod}'],
  ])('F4.1 without Go templates renders %j', (text, expected) => {
    expect(renderText(text, flat, {})).toBe(expected);
  });

  it('F4.1 says what is wrong with a placeholder that has no end', () => {
    expect(() => renderText('{{name}} {{x', flat, {})).toThrow(
      'invalid template: Cannot find end tag="}}" in the template="{{name}} {{x" starting from "x"',
    );
  });

  it.each([
    [
      '{{.nope}}',
      'failed to execute go template {{.nope}}: template: base:1:2: executing "base" at <.nope>: map has no entry for key "nope"',
    ],
    [
      '{{foo}}',
      'failed to parse template {{foo}}: template: base:1: function "foo" not defined',
    ],
  ])('F4.1 wraps the error of Go template %s', (text, expected) => {
    const dialect = {
      goTemplate: true,
      goTemplateOptions: ['missingkey=error'],
    };
    expect(() => renderText(text, {}, dialect)).toThrow(new Error(expected));
  });
});

describe('renderDeep', () => {
  it('F4.1 renders strings anywhere, keys included, and nothing else', () => {
    const value = { 'k-{{name}}': ['{{name}}', 1, null, { a: true }] };
    expect(renderDeep(value, { name: 'x' }, {})).toEqual({
      'k-x': ['x', 1, null, { a: true }],
    });
  });
});
