/** All that a value holds, as one text: errors with their causes and stacks, bytes, and what refers to itself. */
export function asText(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  const seen = new WeakSet<object>();
  return (
    JSON.stringify(value, (_key, part) => {
      if (typeof part === 'bigint') return String(part);
      if (typeof part !== 'object' || part === null) return part;
      if (seen.has(part)) return undefined;
      seen.add(part);
      return plain(part);
    }) ?? ''
  );
}

function plain(part: object): unknown {
  if (part instanceof Error) {
    const { name, message, stack, cause } = part;
    return { ...part, name, message, stack, cause };
  }
  if (part instanceof Map || part instanceof Set) {
    return [...part];
  }
  // By then a buffer has become this.
  const { type, data } = part as { type?: unknown; data?: unknown };
  return type === 'Buffer' && Array.isArray(data)
    ? Buffer.from(data).toString('latin1')
    : part;
}
