import type { Me, WidgetSettings } from '@netia/protocol';
import { may } from '../../api/may.ts';
import { useData } from '../../api/use-data.ts';
import { Loaded } from '../../parts/States.tsx';
import { t } from '../../texts/texts.ts';
import { Installed } from './Installed.tsx';
import { Look } from './Look.tsx';
import { Snippet } from './Snippet.tsx';

/** How the widget looks, the line that puts it on a site, and whether it is there. */
export function Site({ me }: { me: Me }) {
  const tenant = useData<{ settings: { widget: WidgetSettings } }>('/v1/admin/tenant');
  return (
    <div class="page">
      <h1>{t.common.pages.site}</h1>
      <Snippet websiteId={me.tenant.widget_website_id} />
      <Installed />
      <Loaded of={tenant}>{({ settings }) => <Look saved={settings.widget} tenant={me.tenant} mayWrite={may(me, 'settings:write')} />}</Loaded>
    </div>
  );
}
