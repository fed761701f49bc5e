// The live connection. Silence is trouble: the server speaks at least every 2 s.

const SILENCE_MS = 4_000;
const RETRY_MS = 1_500;

export class Connection {
  constructor({ onState, onLost }) {
    this.onState = onState;
    this.onLost = onLost;
    this.source = null;
    this.timer = null;
    // A phone that wakes up must not show what was true before it slept.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.open());
  }

  open(language = this.language) {
    this.language = language;
    this.close();
    this.source = new EventSource(`api/v1/events?lang=${language}`);
    this.source.addEventListener("state", (event) => {
      this.heard();
      this.onState(JSON.parse(event.data));
    });
    this.source.addEventListener("heartbeat", () => this.heard());
    this.source.addEventListener("error", () => this.lost());
    this.heard();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
  }

  heard() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(), SILENCE_MS);
  }

  lost() {
    this.close();
    this.onLost();
    this.timer = setTimeout(() => this.open(), RETRY_MS);
  }
}
