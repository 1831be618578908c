import type { HealthStatus, Shown } from 'backstage-plugin-argocd-hub-common';
import { verdict } from '../../dev/fixtures/build';
import { before, testWords } from '../../dev/testing/words';
import { shownText } from './shown';

const REFUSED = verdict({ reachability: 'unreachable', reason: 'refused' });

function text(shown: Shown<HealthStatus>, withReason = true) {
  return shownText(shown, {
    words: testWords(),
    statusText: status => status,
    verdict: REFUSED,
    withReason,
  });
}

describe('shownText', () => {
  it('says what was, until when and why', () => {
    expect(
      text({
        status: 'Unknown',
        reported: 'Healthy',
        reason: 'cluster-unreachable',
        since: before(12),
      }),
    ).toBe(
      'was Healthy until 14:02 — cluster unreachable (connection refused)',
    );
  });

  it('says what was where it is not known until when', () => {
    expect(
      text({ status: 'Unknown', reported: 'Degraded', reason: 'frozen' }),
    ).toBe('was Degraded — Argo CD is told to leave it alone');
  });

  it('leaves out a reason that stands elsewhere', () => {
    const shown = {
      status: 'Unknown',
      reported: 'Healthy',
      reason: 'hub-down',
      since: before(12),
    } as const;
    expect(text(shown, false)).toBe('was Healthy until 14:02');
  });

  it('says nothing where Argo CD is believed', () => {
    expect(text({ status: 'Healthy', since: before(12) })).toBeUndefined();
  });
});
