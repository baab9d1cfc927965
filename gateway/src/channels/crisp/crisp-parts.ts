import type { Database } from '@netia/db';
import type { Intake } from '../../inbox/intake.ts';
import type { Log } from '../../log.ts';
import type { Metrics } from '../../metrics.ts';
import type { ChannelSecrets } from '../../tenants/channel-secrets.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { TenantDirectory } from '../../tenants/settings.ts';
import type { CrispClients } from './crisp-clients.ts';

/** What Crisp's routes work with. */
export interface CrispParts {
  db: Database;
  log: Log;
  metrics: Metrics;
  limits: Limits;
  tenants: TenantDirectory;
  channelSecrets: ChannelSecrets;
  intake: Intake;
  crisp: {
    clients: CrispClients;
    /** Secrets of the plugin's hook that are live now. Empty: plugin hooks are refused. */
    hookSecrets: readonly string[];
    hookMaxAgeMs: number;
  };
}
