import { BadRecording, readRecording } from './recording';

const STATE = '{"state":[]}';
const CALL = '{"request":{"path":"/api/version"},"response":{"status":200}}';
const calls = (...lines: string[]) => [STATE, ...lines].join('\n');

describe('a recording', () => {
  it('is read with comments, empty lines and headers in any case', () => {
    const text = [
      '# by hand',
      STATE,
      '',
      '{"spokes":{"https://a":"refused"}}',
      '{"request":{"path":"/a","headers":{"Accept":"x"}},"response":{"status":200,"body":"{\\"a\\":1}"}}',
      CALL,
    ].join('\n');
    expect(readRecording(text).calls).toEqual([
      {
        line: 5,
        ignore: [],
        spokes: { 'https://a': { fault: 'refused' } },
        request: { method: 'GET', path: '/a', headers: { accept: 'x' } },
        response: { status: 200, body: { a: 1 } },
      },
      expect.objectContaining({ line: 6 }),
    ]);
  });

  it('is read as other tools write it', () => {
    const list = {
      kind: 'List',
      items: [{ kind: 'A', metadata: { name: 'a' } }],
    };
    const call = {
      request: { url: 'https://hub/api/version?a=b', body: null },
      response: { statusCode: 200 },
    };
    const lines = [{ state: [list] }, call].map(line => JSON.stringify(line));
    const { state, calls: read } = readRecording(lines.join('\n'));
    expect(state.objects).toEqual(list.items);
    expect(read[0].request.path).toBe('/api/version?a=b');
    expect(read[0].response.status).toBe(200);
  });

  it.each([
    ['nothing', '\n\n', 'the file is empty: record something first'],
    ['no state', CALL, 'line 1: has no list "state": begin the file with'],
    ['no call', STATE, 'line 1: no call follows: add lines'],
    ['broken JSON', calls('{"request"'), 'line 2: is not JSON'],
    ['a list', calls(CALL, '[]'), 'line 3: is not an object'],
    ['half a call', calls('{"request":{}}'), 'line 2: needs both'],
    [
      'a path with spaces',
      calls('{"request":{"path":"/a b"},"response":{}}'),
      'line 2: request.path must begin with / and be encoded',
    ],
    [
      'no status',
      calls('{"request":{"path":"/"},"response":{}}'),
      'line 2: response has neither a status nor events',
    ],
    [
      'a wrong status',
      calls('{"request":{"path":"/"},"response":{"status":"200"}}'),
      'line 2: response.status must be a number',
    ],
    [
      'half an object',
      '{"state":[{"kind":"Secret"}]}',
      'line 1: state[0] has no kind or no metadata.name',
    ],
    [
      'an unknown fault',
      '{"state":[],"spokes":{"https://a":"lost"}}',
      'line 1: there is no fault "lost": use refused, black-holed',
    ],
  ])('with %s is refused with line and way out', (_, text, message) => {
    expect(() => readRecording(text)).toThrow(BadRecording);
    expect(() => readRecording(text)).toThrow(message);
  });

  it('is refused without quoting what may be a secret', () => {
    let message = '';
    try {
      readRecording('{"state":[{"stringData":"hunter2hunter2"');
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('line 1: is not JSON');
    expect(message).not.toContain('hunter2');
  });
});
