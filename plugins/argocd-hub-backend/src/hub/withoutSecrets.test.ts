import { withoutSecrets } from './withoutSecrets';

const HELM =
  'Manifest generation error (cached): failed to execute helm template command: failed to get command output: `helm template . --name-template agent --namespace web';
const FAILED =
  '--include-crds` failed exit status 1: Error: execution error at (agent/a.yaml:1:3): x is required';

describe('withoutSecrets', () => {
  it.each`
    text                                                                     | kept
    ${`${HELM} --set db.password=hunter2 ${FAILED}`}                         | ${`${HELM} --set db.password=… ${FAILED}`}
    ${`${HELM} --set a=hunter2 --set-string apiKey=sk-1 ${FAILED}`}          | ${`${HELM} --set a=… --set-string apiKey=… ${FAILED}`}
    ${`${HELM} --set-string key=hunter two - 2 ${FAILED}`}                   | ${`${HELM} --set-string key=… ${FAILED}`}
    ${`${HELM} --set-string k=-----BEGIN KEY\nhunter\n-----END K ${FAILED}`} | ${`${HELM} --set-string k=… ${FAILED}`}
    ${`${HELM} --set-file ca=/tmp/hunter --values /tmp/a.yaml ${FAILED}`}    | ${`${HELM} --set-file ca=… --values /tmp/a.yaml ${FAILED}`}
    ${`${HELM} --set-json 'a={"b":"hunter 2"}' ${FAILED}`}                   | ${`${HELM} --set-json 'a=… ${FAILED}`}
    ${`${HELM} --set-literal=a=hunter --api-versions v1 ${FAILED}`}          | ${`${HELM} --set-literal=a=… --api-versions v1 ${FAILED}`}
    ${`${HELM} --set {a,hunter} <api versions removed> ${FAILED}`}           | ${`${HELM} --set … <api versions removed> ${FAILED}`}
    ${`${HELM} --set a=hunter,b[0].c=hunter ${FAILED}`}                      | ${`${HELM} --set a=… ${FAILED}`}
    ${`${HELM} --set a=hunter2` + '` failed exit status 1: Error: x'}        | ${`${HELM} --set a=…` + '` failed exit status 1: Error: x'}
    ${'helm template . --set a=hunter'}                                      | ${'helm template . --set a=…'}
    ${`${HELM} -f /tmp/a.yaml --values https://u:hunter@h/v.yaml ${FAILED}`} | ${`${HELM} -f /tmp/a.yaml --values https://h/v.yaml ${FAILED}`}
    ${`${HELM} -f {"a": "hunter 2"} ${FAILED}`}                              | ${`${HELM} -f … ${FAILED}`}
    ${`${HELM} --values a=hunter ${FAILED}`}                                 | ${`${HELM} --values … ${FAILED}`}
    ${'helm pull x --username u --password hunter --destination /tmp'}       | ${'helm pull x --username u --password … --destination /tmp'}
    ${'tool --api-token=hunter -x'}                                          | ${'tool --api-token=… -x'}
    ${'sent Authorization: Bearer hunter, got 401'}                          | ${'sent Authorization: … got 401'}
    ${'sent "Authorization":"Basic aHVudGVy" to'}                            | ${'sent "Authorization":… to'}
    ${'with Bearer hunter2.abc'}                                             | ${'with Bearer …'}
    ${'with Basic aHVudGVyOmh1bnRlcjI= and'}                                 | ${'with Basic … and'}
    ${'with token eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodW50ZXIifQ.c2ln x'}       | ${'with token … x'}
    ${'url is ghp_abcdefghijklmnopqrst and glpat-hunter-abcdefgh'}           | ${'url is … and …'}
    ${'dsn user=a password=hunter2 host=db'}                                 | ${'dsn user=a password=… host=db'}
    ${'dsn PASSWORD = "hunter 2" host=db'}                                   | ${'dsn PASSWORD = … host=db'}
    ${"client_secret='hunter 2' x"}                                          | ${'client_secret=… x'}
    ${'got token=hunter; access-key=hunter'}                                 | ${'got token=… access-key=…'}
    ${'{"password":"hunt\\"er","a":"b"}'}                                    | ${'{"password":…,"a":"b"}'}
    ${'"{\\"apiKey\\": \\"hunter 2\\",\\"a\\":1}"'}                          | ${'"{\\"apiKey\\": …,\\"a\\":1}"'}
    ${'password: hunter2 is bad'}                                            | ${'password: … is bad'}
    ${'password="hunter 2 to the end'}                                       | ${'password=…'}
    ${'git fetch https://oauth2:hunter@git.example/a failed'}                | ${'git fetch https://git.example/a failed'}
    ${'git fetch https://oauth2:hunter'}                                     | ${'git fetch https://'}
    ${'git fetch https://oauth2:hunter...'}                                  | ${'git fetch https://'}
    ${'git fetch ssh://git:hunter'}                                          | ${'git fetch ssh://'}
    ${'parse "https://u:hunter/two@h/a": invalid port'}                      | ${'parse "https://": invalid port'}
  `('hides what is in $text', ({ text, kept }) => {
    expect(withoutSecrets(text)).toBe(kept);
  });

  it.each([
    ['Get "https://10.0.0.1:6443/version": dial tcp 10.0.0.1:6443: refused'],
    ['Get "https://10.0.0.1:6443": EOF'],
    ['no answer of https://10.0.0.1:6443: EOF'],
    ['no answer of https://hub.example: EOF, nor of (https://h:443)'],
    ['https://[fd00::1]:6443. Or https://h:6443.'],
    ['see ssh://git@github.com:example/a and git@github.com:example/a.git'],
    ['invalid session: token has expired'],
    ['Secret "db" not found; secrets "a" is forbidden'],
    ['Basic authentication is off, bearer token wanted'],
    ['`kustomize build /tmp/a --enable-helm` failed exit status 1'],
    ['one or more objects failed to apply, reason: Deployment.apps "a"'],
    ['`helm template . --api-versions v1 --values /tmp/a-b.yaml` failed'],
    ['the settings of --settle and -fast'],
    ['tokens left: 5'],
    [''],
  ])('leaves the rest alone: %s', text => {
    expect(withoutSecrets(text)).toBe(text);
  });

  it.each([
    'a.',
    'x',
    ' ',
    '-',
    '--',
    '"',
    '\\"',
    "'",
    '`',
    '://',
    '://a:',
    'https://a:b',
    '--set ',
    '--set a=',
    ' -f ',
    ' -f a=',
    'token=',
    'token="',
    "token='",
    'token ',
    'token=\\"',
    'Bearer ',
    'Bearer',
    'Authorization: ',
    'eyJ',
    '-eyJ',
    'ghp_',
    'eyJaaaaaaaaaaaa.',
    '--password ',
    '\n',
  ])('takes a moment for a megabyte of %j', word => {
    const text = word.repeat(1_000_000 / word.length);
    // A quadratic one takes minutes, and ends the test.
    for (const told of [text, `--set ${text}`, `${text}!`]) {
      expect(withoutSecrets(told).length).toBeLessThan(2_000_000);
    }
  });
});
