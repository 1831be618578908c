/** 403 and 404 alike: the backend does not tell whether something it may not show exists. */
export function isForbidden(error: Error): boolean {
  const { statusCode, name } = error as Error & { statusCode?: number };
  return (
    statusCode === 403 ||
    statusCode === 404 ||
    name === 'NotAllowedError' ||
    name === 'NotFoundError'
  );
}
