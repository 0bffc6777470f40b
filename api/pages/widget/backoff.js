// Waits longer after each failure, a little differently in each browser.

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** A growing wait that can be cut short. */
export class Backoff {
  #failures = 0;
  #wake = () => {};

  /** Begin with short waits again. */
  reset() {
    this.#failures = 0;
  }

  /** Wait after a failure; never shorter than `least` milliseconds. */
  async wait(least = 0) {
    const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures);
    this.#failures += 1;
    const chosen = Math.max(least, longest * (0.5 + Math.random() / 2));
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, chosen);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** End a wait at once, and wait shortly the next time. */
  cut() {
    this.reset();
    this.#wake();
  }
}
