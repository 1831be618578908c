// Every test waits for things that really happen; a busy machine may be slow.
jest.setTimeout(30_000);

export {};
