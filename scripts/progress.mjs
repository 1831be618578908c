// Calm progress for a terminal and for a log file. Node built-ins only: this
// runs before anything is installed.

const SPINNER = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const QUIET_SECONDS = 15;

/**
 * Shows one step that takes a while, with the seconds it has taken. A terminal
 * sees one line that moves; a log file gets a line now and then.
 */
export class Progress {
  static #active = new Set();

  #label;
  #detail = '';
  #startedAt = Date.now();
  #lastLineAt = Date.now();
  #frame = 0;
  #stream;
  #timer;

  constructor(label, stream = process.stderr) {
    this.#label = label;
    this.#stream = stream;
    Progress.#active.add(this);
    if (!stream.isTTY) this.#line(`  ${label}…`);
    this.#timer = setInterval(() => this.#tick(), stream.isTTY ? 100 : 1000);
    this.#timer.unref();
  }

  /** Says what the step is doing right now. */
  detail(text) {
    this.#detail = text;
  }

  done(text = this.#label) {
    this.#end('✓', text);
  }

  fail(text = this.#label) {
    this.#end('✗', text);
  }

  /** Takes all moving lines away without a word: the user stopped the work. */
  static silence() {
    for (const progress of Progress.#active) progress.#stop();
  }

  #stop() {
    Progress.#active.delete(this);
    clearInterval(this.#timer);
    this.#clear();
  }

  #end(mark, text) {
    this.#stop();
    this.#line(`${mark} ${text} (${this.#seconds()} s)`);
  }

  #tick() {
    if (this.#stream.isTTY) {
      this.#frame = (this.#frame + 1) % SPINNER.length;
      const text = `${SPINNER[this.#frame]} ${this.#text()}`;
      this.#clear();
      this.#stream.write(text.slice(0, (this.#stream.columns ?? 80) - 1));
      return;
    }
    if (Date.now() - this.#lastLineAt >= QUIET_SECONDS * 1000) {
      this.#line(`  ${this.#text()}`);
    }
  }

  #text() {
    const detail = this.#detail ? ` ${this.#detail},` : '';
    return `${this.#label}…${detail} ${this.#seconds()} s`;
  }

  #seconds() {
    return Math.round((Date.now() - this.#startedAt) / 1000);
  }

  #clear() {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
  }

  #line(text) {
    this.#lastLineAt = Date.now();
    this.#stream.write(`${text}\n`);
  }
}
