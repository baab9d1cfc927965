/** What has to outlive a page within one tab: the conversation, and that a person has it. A browser that forbids storage forgets with the page. */
export class SessionMemory {
  readonly #key: string;

  constructor(websiteId: string) {
    this.#key = `netia-tidio:${websiteId}`;
  }

  read(): { token?: string; isSilent?: true } {
    try {
      return JSON.parse(sessionStorage.getItem(this.#key) ?? '{}') as { token?: string; isSilent?: true };
    } catch {
      return {};
    }
  }

  write(kept: { token?: string; isSilent?: true }): void {
    try {
      sessionStorage.setItem(this.#key, JSON.stringify({ ...this.read(), ...kept }));
    } catch {
      // Kept in memory.
    }
  }
}
