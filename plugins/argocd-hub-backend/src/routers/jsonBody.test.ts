import { gzipSync } from 'node:zlib';
import express, { type ErrorRequestHandler } from 'express';
import request from 'supertest';
import { toCallerError } from './errors';
import { jsonBody } from './jsonBody';

const failed: ErrorRequestHandler = (error, _request, response, _next) => {
  const { name, message } = toCallerError(error);
  response.status(400).json({ name, message });
};
const app = express()
  .use(jsonBody())
  .post('/', (incoming, response) => {
    response.json(incoming.body);
  })
  .use(failed);
const post = (headers: Record<string, string> = {}) =>
  request(app).post('/').set(headers);
const JSON_TYPE = { 'Content-Type': 'application/json' };

it.each<[string, () => request.Test, unknown]>([
  ['JSON', () => post(JSON_TYPE).send('{"a":1}'), { a: 1 }],
  [
    'JSON with a charset',
    () =>
      post({ 'Content-Type': 'application/json; charset=utf-8' }).send('[1]'),
    [1],
  ],
  ['no body', () => post(), {}],
  ['a body of no bytes', () => post({ 'Content-Length': '0' }), {}],
  ['no body in chunks', () => post({ 'Transfer-Encoding': 'chunked' }), {}],
])('takes %s', async (_, ask, body) => {
  const answer = await ask();
  expect([answer.status, answer.body]).toEqual([200, body]);
});

const SECRET = 'Zq9canary';

it.each<[string, () => request.Test, RegExp]>([
  [
    'a form',
    () => post().type('form').send(`a=${SECRET}`),
    /application\/json/,
  ],
  ['text', () => post().type('text').send(SECRET), /application\/json/],
  [
    'what begins as JSON',
    () => post(JSON_TYPE).send(`{"a": ${SECRET}`),
    /no JSON/,
  ],
  ['a word', () => post(JSON_TYPE).send(`"${SECRET}"`), /no JSON/],
  [
    'a key that changes objects',
    () => post(JSON_TYPE).send(`{"a":{"__proto__":{"x":"${SECRET}"}}}`),
    /no JSON/,
  ],
  [
    'too much',
    () => post(JSON_TYPE).send(JSON.stringify(SECRET.repeat(200_000))),
    /too large/,
  ],
  [
    'too much, well compressed',
    () =>
      post({ ...JSON_TYPE, 'Content-Encoding': 'gzip' })
        .serialize(bytes => bytes)
        .send(gzipSync(JSON.stringify(SECRET.repeat(200_000)))),
    /too large/,
  ],
  [
    'what is not compressed as it says',
    () => post({ ...JSON_TYPE, 'Content-Encoding': 'gzip' }).send(SECRET),
    /encoding/,
  ],
  [
    'an unknown compression',
    () => post({ ...JSON_TYPE, 'Content-Encoding': 'zip' }).send('{}'),
    /encoding/,
  ],
  [
    'an unknown charset',
    () =>
      post({ 'Content-Type': 'application/json; charset=klingon' }).send('{}'),
    /encoding/,
  ],
])('refuses %s, and repeats nothing of it', async (_, ask, message) => {
  const { status, body, text } = await ask();
  expect({ status, body }).toEqual({
    status: 400,
    body: { name: 'InputError', message: expect.stringMatching(message) },
  });
  expect(text).not.toContain(SECRET);
});
