// Reads server-sent events from pieces of text, however they are cut.

/** Parser of `text/event-stream` (HTML standard, section 9.2.6). */
export class EventParser {
  #rest = "";
  #event = "";
  #data = [];
  #id = "";

  /** Take a piece and return the events that it completes: `{event, data, id}`. */
  push(piece) {
    const text = this.#rest + piece;
    // A CR at the end may be the first half of a line end.
    const cut = text.endsWith("\r") ? text.length - 1 : text.length;
    const lines = text.slice(0, cut).split(/\r\n|\r|\n/);
    this.#rest = lines.pop() + text.slice(cut);
    return lines.map((line) => this.#line(line)).filter(Boolean);
  }

  #line(line) {
    if (line === "") return this.#complete();
    const [, field, value] = line.match(/^([^:]*):? ?(.*)$/s);
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id") this.#id = value;
    return null;
  }

  #complete() {
    const event = { event: this.#event || "message", data: this.#data.join("\n"), id: this.#id };
    const whole = this.#data.length > 0;
    this.#event = "";
    this.#data = [];
    return whole ? event : null;
  }
}
