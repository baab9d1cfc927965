import type { Database } from '@netia/db';
import type { Answering } from '../../inbox/answering.ts';
import type { Intake } from '../../inbox/intake.ts';
import type { Live } from '../../live/live.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { ChannelSecrets } from '../../tenants/channel-secrets.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { TenantDirectory } from '../../tenants/settings.ts';
import type { TidioClients } from './tidio-clients.ts';

/** What Tidio's routes work with. */
export interface TidioParts {
  db: Database;
  log: Log;
  metrics: Metrics;
  limits: Limits;
  live: Live;
  tenants: TenantDirectory;
  channelSecrets: ChannelSecrets;
  answering: Answering;
  intake: Intake;
  tidio: { clients: TidioClients; hookMaxAgeMs: number };
}
