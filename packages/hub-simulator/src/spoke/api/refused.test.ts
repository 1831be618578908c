import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { SpokeFixture } from '../testing/SpokeFixture';

const NAMESPACES = '/api/v1/namespaces';
const ACCOUNT = '/api/v1/namespaces/default/serviceaccounts/default';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const REVIEWS = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

describe('calls that make no sense to a spoke', () => {
  let fixture: SpokeFixture;
  beforeAll(async () => {
    fixture = await SpokeFixture.start();
  });
  afterAll(() => fixture.stop());

  it.each([
    ['PUT', NAMESPACES],
    ['PATCH', NAMESPACES],
    ['POST', `${NAMESPACES}/default`],
    ['DELETE', NAMESPACES],
  ])('are refused with 405: %s %s', async (method, path) => {
    const { status, body } = await fixture.call(path, {
      method,
      body: method === 'DELETE' ? undefined : { metadata: { name: 'default' } },
      type: method === 'PATCH' ? 'application/merge-patch+json' : undefined,
    });
    expect([status, body.reason]).toEqual([405, 'MethodNotAllowed']);
    expect((await fixture.get(`${NAMESPACES}/default`)).status).toBe(200);
  });

  it('are not offered by discovery', async () => {
    const { body } = await fixture.get('/api/v1');
    const offering = (body.resources as { name: string; verbs: string[] }[])
      .filter(({ verbs }) => verbs.includes('deletecollection'))
      .map(({ name }) => name);
    expect(offering).not.toContain('namespaces');
    expect(offering).toContain('secrets');
  });

  it('may be too large, and the connection can still be used', async () => {
    const admin = fixture.spoke.kubeconfig('token');
    const [, token] = /token: (\S+)/.exec(admin)!;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ask = async (method: string, path: string, body = '') => {
      const request = httpsRequest(`${fixture.spoke.url}${path}`, {
        agent,
        method,
        ca: fixture.authority.cert,
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
        },
      });
      request.end(body);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return [response.statusCode, request.reusedSocket];
    };
    const large = JSON.stringify({ metadata: { name: 'x'.repeat(4e6) } });
    expect(await ask('POST', NAMESPACES, large)).toEqual([413, false]);
    expect(await ask('GET', '/version')).toEqual([200, true]);
    agent.destroy();
  });

  it.each([
    [
      `${ACCOUNT}/token`,
      { spec: { expirationSeconds: 'x' } },
      'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal string into Go struct field TokenRequestSpec.spec.expirationSeconds of type int64',
    ],
    [
      `${ACCOUNT}/token`,
      { spec: { audiences: [5] } },
      'TokenRequest in version "v1" cannot be handled as a TokenRequest: json: cannot unmarshal number into Go struct field TokenRequestSpec.spec.audiences of type string',
    ],
    [
      `${ACCOUNT}/token`,
      [],
      'the object provided is unrecognized (must be of type TokenRequest): the request body holds no object',
    ],
    [
      REVIEWS,
      { spec: 'x' },
      'SelfSubjectAccessReview in version "v1" cannot be handled as a SelfSubjectAccessReview: json: cannot unmarshal string into Go struct field SelfSubjectAccessReview.spec of type v1.SelfSubjectAccessReviewSpec',
    ],
    [
      REVIEWS,
      { spec: { resourceAttributes: { verb: ['get'] } } },
      'SelfSubjectAccessReview in version "v1" cannot be handled as a SelfSubjectAccessReview: json: cannot unmarshal array into Go struct field ResourceAttributes.spec.resourceAttributes.verb of type string',
    ],
    [
      `${RBAC}/clusterroles`,
      { metadata: { name: 'a' }, rules: [{ verbs: 'get' }] },
      'ClusterRole in version "v1" cannot be handled as a ClusterRole: json: cannot unmarshal string into Go struct field PolicyRule.rules.verbs of type []string',
    ],
    [
      `${RBAC}/clusterroles`,
      { metadata: { name: 'a' }, rules: [{ verbs: [true] }] },
      'ClusterRole in version "v1" cannot be handled as a ClusterRole: json: cannot unmarshal bool into Go struct field PolicyRule.rules.verbs of type string',
    ],
    [
      `${RBAC}/clusterroles`,
      { metadata: { name: 'a' }, rules: 'all' },
      'ClusterRole in version "v1" cannot be handled as a ClusterRole: json: cannot unmarshal string into Go struct field ClusterRole.rules of type []v1.PolicyRule',
    ],
    [
      `${NAMESPACES}/default/serviceaccounts`,
      { metadata: { name: 'a' }, secrets: [5] },
      'ServiceAccount in version "v1" cannot be handled as a ServiceAccount: json: cannot unmarshal number into Go struct field ServiceAccount.secrets of type v1.ObjectReference',
    ],
    [
      '/apis/batch/v1/namespaces/default/jobs',
      {
        metadata: { name: 'a' },
        spec: { template: { spec: { containers: 'none' } } },
      },
      'Job in version "v1" cannot be handled as a Job: json: cannot unmarshal string into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container',
    ],
    [
      '/apis/apps/v1/namespaces/default/deployments',
      {
        metadata: { name: 'a' },
        spec: { template: { spec: { containers: [{ args: [1] }] } } },
      },
      'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.args of type string',
    ],
    [
      `${NAMESPACES}/default/events`,
      { metadata: { name: 'a' }, message: {} },
      'Event in version "v1" cannot be handled as a Event: json: cannot unmarshal object into Go struct field Event.message of type string',
    ],
  ])('hold the wrong type: %s %j', async (path, body, message) => {
    const answer = await fixture.post(path, body);
    expect([answer.status, answer.body.message]).toEqual([400, message]);
  });

  it.each([
    [
      `${RBAC}/clusterroles`,
      { metadata: { name: 'a' }, rules: [null] },
      'ClusterRole.rbac.authorization.k8s.io "a" is invalid: [rules[0].verbs: Required value: verbs must contain at least one value, rules[0].apiGroups: Required value: resource rules must supply at least one api group, rules[0].resources: Required value: resource rules must supply at least one resource]',
    ],
    [
      '/apis/batch/v1/namespaces/default/jobs',
      { metadata: { name: 'a' } },
      'Job.batch "a" is invalid: [spec.template.spec.containers: Required value, spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"]',
    ],
  ])('lack what they need: %s %j', async (path, body, message) => {
    const answer = await fixture.post(path, body);
    expect([answer.status, answer.body.message]).toEqual([422, message]);
  });

  it.each([
    ['json-patch+json', [{ op: 'copy', path: '/data', from: [] }], 400],
    ['strategic-merge-patch+json', { secrets: [null] }, 200],
    [
      'strategic-merge-patch+json',
      { '$deleteFromPrimitiveList/secrets': 5 },
      200,
    ],
  ])('do not break it: %s %j', async (type, patch, status) => {
    const answer = await fixture.patch(ACCOUNT, type, patch);
    expect(answer.status).toBe(status);
  });
});
