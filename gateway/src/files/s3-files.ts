import { AwsClient } from 'aws4fetch';
import type { FileStore } from './file-store.ts';

export interface S3Config {
  /** Endpoint with the bucket in its path: https://s3.eu-central-1.amazonaws.com/my-bucket */
  url: string;
  region: string;
  keyId: string;
  secret: string;
}

const TIMEOUT_MS = 30_000;

/** Files in any store that speaks S3. Only three calls of it are needed, so a signer does for a client. */
export function s3Files({ url, region, keyId, secret }: S3Config): FileStore {
  const client = new AwsClient({ accessKeyId: keyId, secretAccessKey: secret, region, service: 's3', retries: 2 });
  const call = async (method: string, key: string, body?: Uint8Array): Promise<Response> => {
    const response = await client.fetch(`${url}/${key}`, {
      method,
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body ? { body: body as Uint8Array<ArrayBuffer> } : {}),
    });
    if (!response.ok && !(method === 'DELETE' && response.status === 404)) {
      await response.body?.cancel();
      throw new Error(`the file store answered ${method} with ${response.status}`);
    }
    return response;
  };
  return {
    put: async (key, bytes) => void (await (await call('PUT', key, bytes)).body?.cancel()),
    get: async (key) => Buffer.from(await (await call('GET', key)).arrayBuffer()),
    remove: async (key) => void (await (await call('DELETE', key)).body?.cancel()),
  };
}
