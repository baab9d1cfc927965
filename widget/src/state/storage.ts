/**
 * The session token with whose it is, shared by the site's tabs and pages. Written when the first message is sent and not before; a
 * browser that forbids storage keeps the conversation until the page is left.
 */
export class TokenStore {
  readonly #key: string;
  #inMemory: string | null = null;

  readonly #who: () => string;

  /** @param who of the visitor as the page names them now. Kept beside the token, so that the loader can take another one's away. */
  constructor(websiteId: string, who: () => string) {
    this.#key = `netia:${websiteId}`;
    this.#who = who;
  }

  read(): string | null {
    try {
      return localStorage.getItem(this.#key) ?? this.#inMemory;
    } catch {
      return this.#inMemory;
    }
  }

  /** The text that the visitor has agreed to; kept only once they have. Another text is asked for anew. */
  get agreedTo(): string | null {
    try {
      return localStorage.getItem(`${this.#key}:agreed`);
    } catch {
      return null;
    }
  }

  agree(text: string | null): void {
    this.#keep(':agreed', text);
  }

  write(token: string | null): void {
    this.#inMemory = token;
    this.#keep('', token);
    this.#keep(':who', (token && this.#who()) || null);
  }

  #keep(suffix: string, value: string | null): void {
    try {
      if (value === null) localStorage.removeItem(this.#key + suffix);
      else localStorage.setItem(this.#key + suffix, value);
    } catch {
      // The token is kept in memory; consent is asked for again on the next page.
    }
  }
}
