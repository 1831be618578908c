import type { IncomingMessage, ServerResponse } from 'node:http';

/** As links of Argo CD are: namespace and name. */
const APPLICATION = /^\/applications\/[^/]+\/[^/]+$/;

/** Nothing of the request is in it. */
const PAGE = Buffer.from(`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>No web UI here</title>
  </head>
  <body>
    <h1>This is a simulator of Argo CD</h1>
    <p>It has no web UI. With a real Argo CD this link opens the page of the application.</p>
  </body>
</html>
`);

/** Whether somebody follows a link to an application: argocd-server has its web UI there. */
export function isApplicationPage(
  request: IncomingMessage,
  path: string,
): boolean {
  const { method = 'GET' } = request;
  return ['GET', 'HEAD'].includes(method) && APPLICATION.test(path);
}

/** Tells who follows a link that there is nothing to see. */
export function sendNoUserInterface(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'content-length': PAGE.length,
  });
  response.end(PAGE);
}
