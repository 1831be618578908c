/** A template that cannot be read; the text is Go's, behind `template: base:`. */
export class ParseError extends Error {
  constructor(line: number, message: string) {
    super(`template: base:${line}: ${message}`);
  }
}

/** A template that failed while it was executed, with Go's whole sentence. */
export class ExecuteError extends Error {}

/** What a template function reports; the evaluator says which function it was. */
export class CallError extends Error {}

/** Something that the simulator does not know although Argo CD would. */
export class NotSimulatedError extends Error {
  constructor(what: string) {
    super(`${what} is not simulated`);
  }
}
