import { gzipSync } from 'node:zlib';
import express from 'express';
import request from 'supertest';
import { checkAnswers } from './checkAnswers';

const sound = { hub: 'main', name: 'prod', labels: {}, changed: false };
const missing = {
  error: { name: 'NotFoundError', message: 'x' },
  response: {},
};

/** A server that answers so, whatever it is asked. */
function answering(status: number, body: unknown, isGzip = false) {
  const app = express();
  app.use(checkAnswers, (_request, response) => {
    response.status(status);
    if (isGzip) {
      response.type('json').setHeader('Content-Encoding', 'gzip');
      response.end(gzipSync(JSON.stringify(body)));
    } else {
      response.json(body);
    }
  });
  return request(app).patch('/clusters/main/prod/labels');
}

it.each([false, true])(
  'lets through what the file says (gzip: %s)',
  async gzip => {
    const { status, body } = await answering(200, sound, gzip);
    expect({ status, body }).toEqual({ status: 200, body: sound });
  },
);

it.each<[string, number, unknown, string]>([
  ['an undeclared field', 200, { ...sound, secret: 1 }, 'additional'],
  ['a missing field', 200, { ...sound, changed: undefined }, 'required'],
  ['another type', 200, { ...sound, changed: 'no' }, 'boolean'],
  ['an undeclared status', 418, {}, 'not in the file'],
  ['an error of another form', 404, missing, 'required'],
])('answers %s with 500', async (_, status, body, fault) => {
  for (const isGzip of [false, true]) {
    const answer = await answering(status, body, isGzip);
    expect(answer.status).toBe(500);
    expect(answer.text).toContain(fault);
  }
});
