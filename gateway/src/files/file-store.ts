/** Where the files that tenants give are kept. Names are made by us; nothing of a sender's name reaches a path. */
export interface FileStore {
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** @throws when there is no such file. */
  get(key: string): Promise<Buffer>;
  /** Nothing happens if it is gone already. */
  remove(key: string): Promise<void>;
}

/** The name of a tenant's file in the store. */
export const fileKey = (tenantId: string, id: string): string => `${tenantId}/${id}`;

/** Sent with a file that others gave: whatever is hidden in it behind a right beginning, no browser runs it. */
export const INERT = { 'Content-Security-Policy': "default-src 'none'; sandbox", 'X-Content-Type-Options': 'nosniff' } as const;

/** The largest file that is taken, in bytes. */
export const FILE_BYTES_MAX = 25 * 1024 * 1024;
