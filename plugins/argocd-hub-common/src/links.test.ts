// Links that run code are what these tests are about.
/* eslint-disable no-script-url */
import {
  applicationUrl,
  safeExternalUrls,
  safeUrl,
  withoutCredentials,
} from './links';

describe('safeUrl', () => {
  it.each`
    text                                             | safe
    ${'https://agent.example.com'}                   | ${'https://agent.example.com/'}
    ${'http://agent.example.com:8080/a?b=c#d'}       | ${'http://agent.example.com:8080/a?b=c#d'}
    ${'HTTPS://Agent.Example.com/A'}                 | ${'https://agent.example.com/A'}
    ${'  https://agent.example.com/  '}              | ${'https://agent.example.com/'}
    ${'https://user:pw@git.example.com/a'}           | ${'https://git.example.com/a'}
    ${'https://git.example.com/a?b=c&job_token=t#d'} | ${'https://git.example.com/a?b=c&job_token=#d'}
    ${'https://agent.example.com/"><script>'}        | ${'https://agent.example.com/%22%3E%3Cscript%3E'}
    ${'javascript:alert(1)'}                         | ${undefined}
    ${'JavaScript://example.com/%0Aalert(1)'}        | ${undefined}
    ${'java\nscript:alert(1)'}                       | ${undefined}
    ${'\u0001javascript:alert(1)'}                   | ${undefined}
    ${'https://agent.example.com/\u0000'}            | ${undefined}
    ${'https://agent.exa\tmple.com/'}                | ${undefined}
    ${'https://agent.example.com/\u0085'}            | ${undefined}
    ${'data:text/html,<script>alert(1)</script>'}    | ${undefined}
    ${'vbscript:x'}                                  | ${undefined}
    ${'file:///etc/passwd'}                          | ${undefined}
    ${'blob:https://agent.example.com/1'}            | ${undefined}
    ${'git@github.com:example/agent.git'}            | ${undefined}
    ${'ssh://git@github.com/example/agent'}          | ${undefined}
    ${'//agent.example.com'}                         | ${undefined}
    ${'/applications'}                               | ${undefined}
    ${'agent.example.com'}                           | ${undefined}
    ${'https://'}                                    | ${undefined}
    ${''}                                            | ${undefined}
    ${undefined}                                     | ${undefined}
  `('of $text is $safe', ({ text, safe }) => {
    expect(safeUrl(text)).toBe(safe);
  });
});

describe('safeExternalUrls', () => {
  it('keeps the safe ones once, without titles', () => {
    expect(
      safeExternalUrls([
        'https://agent.example.com',
        'javascript:alert(1)',
        'Dashboard|https://grafana.example.com/d/1',
        'Click me|javascript:alert(1)',
        'https://agent.example.com/',
      ]),
    ).toEqual([
      'https://agent.example.com/',
      'https://grafana.example.com/d/1',
    ]);
  });
});

describe('withoutCredentials', () => {
  it.each`
    text                                                     | kept
    ${'https://github.com/example/agent'}                    | ${'https://github.com/example/agent'}
    ${'https://user:token@github.com/example/agent'}         | ${'https://github.com/example/agent'}
    ${'HTTPS://token@github.com/example/agent'}              | ${'HTTPS://github.com/example/agent'}
    ${'https://user:p@ss@github.com/a'}                      | ${'https://github.com/a'}
    ${'oci://user:token@registry.example.com/chart'}         | ${'oci://registry.example.com/chart'}
    ${'ssh://git@github.com/example/agent'}                  | ${'ssh://git@github.com/example/agent'}
    ${'ssh://git:token@github.com/example/agent'}            | ${'ssh://git@github.com/example/agent'}
    ${'git+ssh://git:token@github.com/a'}                    | ${'git+ssh://git@github.com/a'}
    ${'git@github.com:example/agent.git'}                    | ${'git@github.com:example/agent.git'}
    ${'-ssh://git:token@github.com/a 1http://t@b.io/'}       | ${'-ssh://github.com/a 1http://b.io/'}
    ${'https://github.com/a/raw?mail=me@example.com'}        | ${'https://github.com/a/raw?mail=me@example.com'}
    ${'fatal: "https://u:t@a.example/x" and http://t@b.io/'} | ${'fatal: "https://a.example/x" and http://b.io/'}
    ${'https://github.com/a?token=t0&x=1'}                   | ${'https://github.com/a?token=&x=1'}
    ${'see https://a.example/?x=1&access_token=t0, please'}  | ${'see https://a.example/?x=1&access_token= please'}
    ${'https://a.example/r.git?private_token=t0#f'}          | ${'https://a.example/r.git?private_token=#f'}
    ${'https://a.example/#Private-Token=t0'}                 | ${'https://a.example/#Private-Token='}
    ${'https://u:t@a.example/?token=t0'}                     | ${'https://a.example/?token='}
    ${'https://a.example/?tokens=2&page=token'}              | ${'https://a.example/?tokens=2&page=token'}
    ${'https://user:tok'}                                    | ${'https://'}
    ${'clone https://oauth2:ghp_a…'}                         | ${'clone https://'}
    ${'clone ssh://git:tok'}                                 | ${'clone ssh://'}
    ${'https://user:12345a'}                                 | ${'https://'}
    ${'https://user:a/b@github.com/c is "x"'}                | ${'https:// is "x"'}
    ${'https://10.0.0.1:6443'}                               | ${'https://10.0.0.1:6443'}
    ${'"https://10.0.0.1:6443": EOF, https://a: no.'}        | ${'"https://10.0.0.1:6443": EOF, https://a: no.'}
    ${'https://[fd00::1]:6443/a'}                            | ${'https://[fd00::1]:6443/a'}
    ${'http://proxy:9090?agentName=a'}                       | ${'http://proxy:9090?agentName=a'}
    ${'the token=x of a text'}                               | ${'the token=x of a text'}
    ${''}                                                    | ${''}
  `('of $text is $kept', ({ text, kept }) => {
    expect(withoutCredentials(text)).toBe(kept);
  });

  it.each(['a.', 'a-', ':', '://', 'ssh:', '@', '://a'])(
    'takes a moment for a long text of %s',
    word => {
      const text = word.repeat(500_000);
      expect(withoutCredentials(text)).toBe(text);
    },
  );
});

describe('links into the Argo CD UI', () => {
  it.each`
    uiUrl                                 | namespace   | name          | url
    ${'https://argocd.example.com'}       | ${'argocd'} | ${'agent'}    | ${'https://argocd.example.com/applications/argocd/agent'}
    ${'https://argocd.example.com/base/'} | ${'argocd'} | ${'agent'}    | ${'https://argocd.example.com/base/applications/argocd/agent'}
    ${'https://argocd.example.com?x=1#y'} | ${'argocd'} | ${'agent'}    | ${'https://argocd.example.com/applications/argocd/agent'}
    ${'https://argocd.example.com'}       | ${'a/b'}    | ${'c?d#e%20'} | ${'https://argocd.example.com/applications/a%2Fb/c%3Fd%23e%2520'}
  `('application $namespace/$name at $uiUrl', ({ uiUrl, url, ...parts }) => {
    expect(applicationUrl(uiUrl, parts)).toBe(url);
  });

  it('refuses a UI address that is no web address', () => {
    const application = { namespace: 'argocd', name: 'agent' };
    expect(() => applicationUrl('javascript:alert(1)//', application)).toThrow(
      TypeError,
    );
  });
});
