import { messageForPeople } from './messageForPeople';

describe('messageForPeople', () => {
  it.each([
    ['The hub did not answer (refused, ECONNREFUSED)'],
    ['permission denied: applications, get, default/agent, sub: backstage'],
    ['The hub is down: it does not answer'],
    ['a version such as v3.5.1 says nothing of addresses'],
  ])('keeps what says nothing of addresses: %s', message => {
    expect(messageForPeople(message)).toBe(message);
  });

  it.each([
    ['Get "https://10.0.0.1:6443/version": EOF', 'Get "…": EOF'],
    ['see https://user:password@hub.internal/x?token=a)', 'see …)'],
    ['dial tcp 10.0.0.1:6443: i/o timeout', 'dial tcp …: i/o timeout'],
    ['dial tcp [fd00::1]:6443: refused', 'dial tcp …: refused'],
    ['lookup at redis.argocd.svc:6379', 'lookup at …'],
    ['no route to 192.168.1.7', 'no route to …'],
  ])('leaves addresses out: %s', (message, told) => {
    expect(messageForPeople(message)).toBe(told);
  });

  it('takes a moment for words that are meant to keep it busy', () => {
    for (const word of ['a.', 'a-', 'a:', '1.', '[', '://']) {
      const told = messageForPeople(word.repeat(500_000));
      expect(told.length).toBeLessThanOrEqual(300);
    }
  });

  it('shows no half of an address where it cuts', () => {
    const url = `https://hub/${'x'.repeat(1_970)}`;
    expect(messageForPeople(`${url} to 10.0.0.1:6443/version`)).toBe('… to …');
    expect(messageForPeople(`${'x '.repeat(995)}10.0.0.17:6443`)).not.toMatch(
      /10/,
    );
  });

  it('cuts what is too long to read', () => {
    expect(messageForPeople('x'.repeat(5_000))).toHaveLength(300);
  });
});
