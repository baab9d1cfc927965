import type { Database } from '@netia/db';
import type { OpenStreams } from '../../http/open-streams.ts';
import type { Answering } from '../../inbox/answering.ts';
import type { Live } from '../../live/live.ts';
import type { Metrics } from '../../metrics.ts';
import type { ChannelSecrets } from '../../tenants/channel-secrets.ts';
import type { Limits } from '../../tenants/limits.ts';
import type { TenantDirectory } from '../../tenants/settings.ts';

/** What the widget's routes work with. */
export interface WidgetParts {
  db: Database;
  tenants: TenantDirectory;
  channelSecrets: ChannelSecrets;
  limits: Limits;
  live: Live;
  answering: Answering;
  metrics: Metrics;
  streams: OpenStreams;
}
