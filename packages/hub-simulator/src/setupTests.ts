// Every test waits for things that really happen; a busy machine may be slow.
jest.setTimeout(30_000);

export {};

// Tests here wait for real sockets and scaled clocks; on a machine that is busy
// with something else one may come too late. What is wrong fails twice.
jest.retryTimes(1, { logErrorsBeforeRetry: true });
