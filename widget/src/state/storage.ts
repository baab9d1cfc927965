/**
 * The session token with whose it is, shared by the site's tabs and pages. Written when the first message is sent and not
 * before; a browser that forbids storage keeps the conversation until the page is left.
 */
export class TokenStore {
  readonly #key: string;
  #inMemory: string | null = null;
  readonly #who: string;
  #isOver = false;

  /** @param who of the visitor as the page names them now. Kept beside the token, so that the loader can take another one's away. */
  constructor(websiteId: string, who: string) {
    this.#key = `netia:${websiteId}`;
    this.#who = who;
  }

  read(): string | null {
    return this.#kept('') ?? this.#inMemory;
  }

  /** The text that the visitor has agreed to; kept only once they have. Another text is asked for anew. */
  get agreedTo(): string | null {
    return this.#kept(':agreed');
  }

  agree(text: string | null): void {
    this.#keep(':agreed', text);
  }

  write(token: string | null): void {
    this.#inMemory = token;
    this.#keep('', token);
  }

  /** Nothing is kept any more: the browser is another visitor's, whatever of theirs is still under way. */
  end(): void {
    this.#isOver = true;
  }

  #kept(suffix: string): string | null {
    try {
      return localStorage.getItem(this.#key + suffix);
    } catch {
      return null;
    }
  }

  #keep(suffix: string, value: string | null): void {
    if (this.#isOver) return;
    try {
      put(this.#key + suffix, value);
      put(`${this.#key}:who`, this.#who);
    } catch {
      // The token is kept in memory; consent is asked for again on the next page.
    }
  }
}

function put(key: string, value: string | null): void {
  if (value) localStorage.setItem(key, value);
  else localStorage.removeItem(key);
}
