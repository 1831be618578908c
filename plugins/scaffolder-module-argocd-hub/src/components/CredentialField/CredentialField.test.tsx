import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  SecretsContextProvider,
  useTemplateSecrets,
} from '@backstage/plugin-scaffolder-react';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { CredentialField } from './CredentialField';
import { PLACEHOLDER } from './useCredential';

// The first test of a file also compiles the design system.
jest.setTimeout(60_000);

const CANARY = 'canary-7f3a91d2';
const KUBECONFIG = `apiVersion: v1
kind: Config
contexts: [{ name: perf, context: { cluster: c, user: u } }]
clusters: [{ name: c, cluster: { server: 'https://perf.example.com:6443' } }]
users: [{ name: u, user: { token: ${CANARY} } }]
`;

let form: { data: string | undefined; secrets: Record<string, string> };

function Form(props: { initial?: string }) {
  const [data, setData] = useState(props.initial);
  const { secrets } = useTemplateSecrets();
  form = { data, secrets };
  const fieldProps: any = {
    name: 'kubeconfig',
    formData: data,
    onChange: setData,
    schema: { title: 'Kubeconfig', description: 'Used once.' },
    uiSchema: {},
    rawErrors: [],
    required: true,
  };
  return <CredentialField {...fieldProps} />;
}

function render(
  options: { initial?: string; secrets?: Record<string, string> } = {},
) {
  return renderInTestApp(
    <SecretsContextProvider initialSecrets={options.secrets}>
      <Form initial={options.initial} />
    </SecretsContextProvider>,
  );
}

const input = () => screen.findByRole('textbox', { name: /Kubeconfig/ });

async function paste(text: string) {
  await userEvent.click(await input());
  await userEvent.paste(text);
}

describe('CredentialField', () => {
  it('takes what is pasted into the secrets and shows only context and server', async () => {
    await render();
    await paste(KUBECONFIG);

    expect(await screen.findByRole('status')).toHaveTextContent(
      'Kubeconfig received: context perf, server perf.example.com:6443.',
    );
    expect(form.data).toBe(PLACEHOLDER);
    expect(atob(form.secrets.kubeconfig)).toBe(KUBECONFIG);
    expect(screen.queryByRole('textbox')).not.toBeInTheDocument();
    expect(document.documentElement.outerHTML).not.toContain(CANARY);
    expect(
      screen.getByRole('button', { name: 'Replace the kubeconfig' }),
    ).toHaveFocus();
  });

  it('takes what a tool fills in at once', async () => {
    await render();
    fireEvent.change(await input(), { target: { value: KUBECONFIG } });
    expect(await screen.findByRole('status')).toBeInTheDocument();
    expect(form.data).toBe(PLACEHOLDER);
  });

  it('takes what was typed when the field is left', async () => {
    await render();
    const field = await input();
    await userEvent.type(field, `{}`.replace('{', '{{'));
    await userEvent.tab();
    expect(await screen.findByRole('alert')).toHaveTextContent(
      'not a kubeconfig with one context',
    );
  });

  it.each([
    ['no YAML', `a: [${CANARY}${'x'.repeat(50)}`, /neither YAML nor JSON/],
    ['something else', `hello: ${CANARY}${'x'.repeat(50)}`, /not a kubeconfig/],
    [
      'several contexts',
      KUBECONFIG.replace('contexts: [', 'contexts: [{ name: other }, '),
      /has 2 contexts/,
    ],
    [
      'a program',
      KUBECONFIG.replace('token:', 'exec: { command: sh }, token:'),
      /uses "exec"/,
    ],
    [
      'switched off verification',
      KUBECONFIG.replace('server:', 'insecure-skip-tls-verify: true, server:'),
      /uses "insecure-skip-tls-verify"/,
    ],
    ['no TLS', KUBECONFIG.replace('https', 'http'), /does not use https/],
    [
      'no credential',
      KUBECONFIG.replace(`token: ${CANARY}`, 'x: y'),
      /no credential/,
    ],
  ])('says in plain words why it refuses %s', async (_what, text, words) => {
    await render();
    await paste(text);
    const alert = await screen.findByRole('alert');
    expect(alert).toHaveTextContent(words);
    expect(alert).toHaveTextContent('--minify --flatten');
    expect(await input()).toHaveValue('');
    expect(form.data).toBeUndefined();
    expect(form.secrets.kubeconfig ?? '').toBe('');
    expect(document.documentElement.outerHTML).not.toContain(CANARY);
  });

  it('forgets the old one when it is replaced', async () => {
    await render();
    await paste(KUBECONFIG);
    await userEvent.click(
      await screen.findByRole('button', { name: 'Replace the kubeconfig' }),
    );
    expect(await input()).toHaveValue('');
    expect(form.secrets.kubeconfig).toBe('');
    await waitFor(() => expect(form.data).toBeUndefined());
  });

  it('asks again when the form was filled before and the secret is gone', async () => {
    await render({ initial: PLACEHOLDER });
    expect(await input()).toBeInTheDocument();
    await waitFor(() => expect(form.data).toBeUndefined());
  });

  it('never keeps a kubeconfig that came with the address of the page', async () => {
    await render({ initial: KUBECONFIG });
    await waitFor(() => expect(form.data).toBeUndefined());
    expect(document.documentElement.outerHTML).not.toContain(CANARY);
  });

  it('still knows it when the form comes back to this step', async () => {
    await render({
      initial: PLACEHOLDER,
      secrets: { kubeconfig: btoa(KUBECONFIG) },
    });
    expect(await screen.findByRole('status')).toHaveTextContent('context perf');
    expect(form.data).toBe(PLACEHOLDER);
  });
});
