import { renderInTestApp } from '@backstage/frontend-test-utils';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { LabelsField } from './LabelsField';
import { problemOf } from './problems';

jest.setTimeout(60_000);

let data: Record<string, string> | undefined;

function Form(props: { initial?: Record<string, string> }) {
  const [labels, setLabels] = useState(props.initial);
  data = labels;
  const fieldProps: any = {
    name: 'labels',
    formData: labels,
    onChange: setLabels,
    schema: { title: 'Labels' },
    uiSchema: { 'ui:options': { keys: ['env', 'region'], required: ['env'] } },
    rawErrors: [],
  };
  return <LabelsField {...fieldProps} />;
}

describe('LabelsField', () => {
  it('has a line for each given key and each label, and drops empty ones', async () => {
    await renderInTestApp(<Form initial={{ 'deploy.agent': 'true' }} />);
    await userEvent.type(
      await screen.findByRole('textbox', { name: 'Value of env' }),
      'perf',
    );
    expect(
      screen.getByRole('textbox', { name: 'Value of region' }),
    ).toHaveValue('');
    expect(
      screen.getByRole('textbox', { name: 'Value of deploy.agent' }),
    ).toHaveValue('true');
    expect(data).toEqual({ env: 'perf', 'deploy.agent': 'true' });
  });

  it('adds and removes labels', async () => {
    await renderInTestApp(<Form initial={{ old: 'x' }} />);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Remove label old' }),
    );
    expect(data).toEqual({});
    await userEvent.click(screen.getByRole('button', { name: 'Add a label' }));
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Label 3' }),
      'tier',
    );
    await userEvent.type(
      screen.getByRole('textbox', { name: 'Value of tier' }),
      'gold',
    );
    expect(data).toEqual({ tier: 'gold' });
  });

  it('says what is wrong with a value', async () => {
    await renderInTestApp(<Form />);
    await userEvent.type(
      await screen.findByRole('textbox', { name: 'Value of env' }),
      '-perf',
    );
    expect(screen.getByRole('alert')).toHaveTextContent(
      /The value of env must be/,
    );
  });
});

describe('problemOf', () => {
  const judge = (key: string, value: string, others: string[] = []) =>
    problemOf(
      { key, value },
      {
        rows: [key, ...others].map(each => ({ key: each })),
        required: ['env'],
      },
    );

  it.each([
    ['env', '', 'required'],
    ['region', '', undefined],
    ['a.b/c', 'x', undefined],
    ['a b', 'x', 'key'],
    ['a/b/c', 'x', 'key'],
    ['x', '-', 'value'],
    ['x', 'a'.repeat(64), 'value'],
  ])('of %s=%s is %s', (key, value, problem) => {
    expect(judge(key, value)).toBe(problem);
  });

  it('sees a key that is there twice', () => {
    expect(judge('x', 'y', ['x'])).toBe('twice');
  });
});
