/**
 * The session token, shared by the site's tabs and pages. Written when the first message is sent and not before; a
 * browser that forbids storage keeps the conversation until the page is left.
 */
export class TokenStore {
  readonly #key: string;
  #inMemory: string | null = null;

  constructor(websiteId: string) {
    this.#key = `netia:${websiteId}`;
  }

  read(): string | null {
    try {
      return localStorage.getItem(this.#key) ?? this.#inMemory;
    } catch {
      return this.#inMemory;
    }
  }

  /** Whether the visitor has agreed to what the tenant asks them to; kept only once they have. */
  get hasAgreed(): boolean {
    try {
      return localStorage.getItem(`${this.#key}:agreed`) !== null;
    } catch {
      return false;
    }
  }

  agree(isAgreed: boolean): void {
    try {
      if (isAgreed) localStorage.setItem(`${this.#key}:agreed`, '1');
      else localStorage.removeItem(`${this.#key}:agreed`);
    } catch {
      // Asked again on the next page.
    }
  }

  write(token: string | null): void {
    this.#inMemory = token;
    try {
      if (token === null) localStorage.removeItem(this.#key);
      else localStorage.setItem(this.#key, token);
    } catch {
      // Kept in memory.
    }
  }
}
