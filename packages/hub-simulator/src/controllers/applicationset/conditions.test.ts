import type {
  ApplicationSet,
  ApplicationSetStatus,
} from '../../types/applicationset';
import { errorOccurred, setCondition, upToDate } from './conditions';

const set = { metadata: { name: 's' }, spec: {} } as ApplicationSet;
const rolling = {
  metadata: { name: 's' },
  spec: { strategy: { type: 'RollingSync', rollingSync: {} } },
} as ApplicationSet;
const GOOD = 'All applications have been generated successfully';
const PARAMETERS = 'Successfully generated parameters for all Applications';

describe('conditions of sets', () => {
  const now = '2026-01-01T00:00:00Z';
  const later = '2026-01-01T00:01:00Z';
  const options = { set, parametersGenerated: true, now };
  const table = ({ conditions = [] }: ApplicationSetStatus) =>
    conditions.map(({ type, status, reason, message }) => [
      type,
      status,
      reason,
      message,
    ]);

  it('F4.7 F10.3.7 tells that all is well', () => {
    const status: ApplicationSetStatus = {};
    setCondition(status, upToDate(), options);
    expect(table(status)).toEqual([
      ['ErrorOccurred', 'False', 'ApplicationSetUpToDate', GOOD],
      ['ParametersGenerated', 'True', 'ParametersGenerated', PARAMETERS],
      ['ResourcesUpToDate', 'True', 'ApplicationSetUpToDate', GOOD],
    ]);
    expect(status.health).toEqual({ status: 'Healthy', message: GOOD });
  });

  it('F4.7 tells that parameters could not be made', () => {
    const status: ApplicationSetStatus = {};
    setCondition(
      status,
      errorOccurred('ApplicationGenerationFromParamsError', 'no'),
      { ...options, parametersGenerated: false },
    );
    expect(table(status)).toEqual([
      ['ErrorOccurred', 'True', 'ApplicationGenerationFromParamsError', 'no'],
      ['ParametersGenerated', 'False', 'ErrorOccurred', 'no'],
      ['ResourcesUpToDate', 'False', 'ErrorOccurred', 'no'],
    ]);
    expect(status.health).toEqual({ status: 'Degraded', message: 'no' });
  });

  it('F4.7 keeps the time of what did not change', () => {
    const status: ApplicationSetStatus = {};
    setCondition(status, upToDate(), options);
    setCondition(status, errorOccurred('R', 'no'), { ...options, now: later });
    const times = status.conditions!.map(each => each.lastTransitionTime);
    expect(times).toEqual([later, now, later]);
  });

  it('F4.7 derives Progressing from a rollout and drops that without one', () => {
    const status: ApplicationSetStatus = {};
    const rollout = {
      type: 'RolloutProgressing',
      status: 'True',
      reason: 'ApplicationSetModified',
      message: 'ApplicationSet is performing rollout of step 1',
    };
    setCondition(status, rollout, { ...options, set: rolling });
    setCondition(status, upToDate(), { ...options, set: rolling });
    expect(status.health).toEqual({
      status: 'Progressing',
      message: rollout.message,
    });
    setCondition(status, upToDate(), options);
    expect(table(status)).toHaveLength(3);
    expect(status.health?.status).toBe('Healthy');
  });

  it('F4.7 is Unknown while nothing is decided', () => {
    const status: ApplicationSetStatus = {};
    const rollout = {
      type: 'RolloutProgressing',
      status: 'False',
      reason: 'ApplicationSetRolloutComplete',
      message: 'ApplicationSet Rollout has completed',
    };
    setCondition(status, rollout, { ...options, set: rolling });
    expect(status.health).toEqual({
      status: 'Unknown',
      message: 'Waiting for health status to be determined',
    });
  });
});
