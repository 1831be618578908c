import { renderDeep, renderFlat, renderGo } from './template';

const parameters = {
  name: 'prod',
  metadata: { labels: { env: 'prod', 'deploy.agent': 'true' } },
  values: { tier: 'gold' },
};

describe('renderGo', () => {
  const render = renderGo('error');

  it.each([
    ['agent-{{.name}}', 'agent-prod'],
    ['{{ index .metadata.labels "deploy.agent" }}', 'true'],
    ['{{.values.tier}}/{{ .metadata.labels.env }}', 'gold/prod'],
    ['plain', 'plain'],
  ])('F4.1 renders %s', (text, expected) => {
    expect(render(text, parameters)).toBe(expected);
  });

  it('F4.1 fails on a missing key where the set wants that', () => {
    expect(() => render('{{.nope}}', parameters)).toThrow(
      'map has no entry for key "nope"',
    );
    expect(renderGo('default')('{{.nope}}', parameters)).toBe('<no value>');
  });

  it('gives an empty string for an index that is not there', () => {
    expect(render('x{{index .metadata.labels "no"}}', parameters)).toBe('x');
  });

  it.each(['{{if .name}}a{{end}}', '{{.name | upper}}', '{{range .x}}'])(
    'says what it does not understand: %s',
    text => {
      expect(() => render(text, parameters)).toThrow(
        'only fields and index are understood',
      );
    },
  );

  it('does not reach into prototypes', () => {
    expect(() => render('{{.constructor}}', parameters)).toThrow('no entry');
  });
});

describe('renderFlat', () => {
  it('F4.1 leaves an unknown placeholder as it is', () => {
    const flat = { name: 'prod', 'metadata.labels.env': 'prod' };
    expect(
      renderFlat('{{name}}-{{metadata.labels.env}}-{{ nope }}', flat),
    ).toBe('prod-prod-{{ nope }}');
  });
});

describe('renderDeep', () => {
  it('renders strings anywhere, keys included, and nothing else', () => {
    const value = { 'k-{{name}}': ['{{name}}', 1, null, { a: true }] };
    expect(renderDeep(value, { name: 'x' }, renderFlat)).toEqual({
      'k-x': ['x', 1, null, { a: true }],
    });
  });
});
