import { gunzipSync } from 'node:zlib';
import type { RequestHandler } from 'express';
import { answerFaults, operationOf } from './answerFaults';

/**
 * Holds every answer of the routers behind it against the file, so that all
 * tests of routes are tests of the file too. What differs is answered with 500.
 */
export const checkAnswers: RequestHandler = (request, response, next) => {
  const { method, path } = request;
  const end = response.end.bind(response);
  response.end = ((...given: Parameters<typeof end>) => {
    const [content] = given as unknown[];
    const { statusCode: status } = response;
    // An unknown path has no answer in the file, and a fault of ours none either.
    if (status !== 500 && operationOf({ method, path })) {
      const isGzip = response.getHeader('Content-Encoding') === 'gzip';
      const faults = answerFaults({
        method,
        path,
        status,
        body: bodyOf(content, isGzip),
      });
      if (faults.length > 0) {
        response.statusCode = 500;
        response.removeHeader('Content-Encoding');
        response.removeHeader('Content-Length');
        return end(JSON.stringify({ faults }));
      }
    }
    return end(...given);
  }) as typeof response.end;
  next();
};

function bodyOf(content: unknown, isGzip: boolean): unknown {
  const isContent = typeof content === 'string' || Buffer.isBuffer(content);
  if (!isContent || content.length === 0) {
    return undefined;
  }
  return JSON.parse(String(isGzip ? gunzipSync(content as Buffer) : content));
}
