// The live connection. Silence is trouble: the server speaks at least every 2 s.

import type { State } from "./types";

const SILENCE_MS = 4_000;
const RETRY_MS = 1_500;

export class Connection {
  private source: EventSource | null = null;
  private timer: number | undefined;
  private language = "en";

  constructor(
    private readonly onState: (state: State) => void,
    private readonly onLost: () => void,
  ) {
    // A phone that wakes up must not show what was true before it slept.
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.open());
  }

  open(language = this.language): void {
    this.language = language;
    this.close();
    this.source = new EventSource(`api/v1/events?lang=${language}`);
    this.source.addEventListener("state", (event) => {
      this.heard();
      this.onState(JSON.parse(event.data) as State);
    });
    this.source.addEventListener("heartbeat", () => this.heard());
    this.source.addEventListener("error", () => this.lost());
    this.heard();
  }

  // A stream that is refused says not why; where accounts are switched on, nobody may be logged in.
  private async askWhoWeAre(): Promise<void> {
    try {
      const session = (await (await fetch("api/v1/session")).json()) as { accounts: boolean; scope: string | null };
      if (session.accounts && session.scope === null) location.replace("login.html");
    } catch {
      // The service cannot be reached at all, which the page says already.
    }
  }

  private close(): void {
    clearTimeout(this.timer);
    this.source?.close();
  }

  private heard(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lost(), SILENCE_MS);
  }

  private lost(): void {
    this.close();
    this.onLost();
    void this.askWhoWeAre();
    this.timer = setTimeout(() => this.open(), RETRY_MS);
  }
}
