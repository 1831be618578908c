/** One way in which a secret can be written. */
export interface Needle {
  name: string;
  form: 'plain' | 'base64' | 'hex';
  text: string;
}

/** @param name - what the secret is, for a report that does not repeat it */
export function needlesOf(name: string, secret: string): Needle[] {
  const bytes = Buffer.from(secret);
  return [
    { name, form: 'plain', text: secret },
    { name, form: 'hex', text: bytes.toString('hex') },
    ...[0, 1, 2].map(
      (before): Needle => ({
        name,
        form: 'base64',
        text: base64Within(bytes, before),
      }),
    ),
  ];
}

/** What is the same whatever stands before and after it, `before` bytes off a group of three. */
function base64Within(bytes: Buffer, before: number): string {
  const padded = Buffer.concat([Buffer.alloc(before), bytes]);
  const from = Math.ceil((before * 8) / 6);
  const to = Math.floor((padded.length * 8) / 6);
  return padded.toString('base64').slice(from, to);
}
