import type { PrivacySettings } from '@netia/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/client.ts';
import { may } from '../../api/may.ts';
import { useAction } from '../../api/use-action.ts';
import { useData } from '../../api/use-data.ts';
import { Fault, Field, Save, TextField, valuesOf } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { settings } from '../../texts/settings.ts';
import type { SettingsProps } from './Settings.tsx';

const words = settings.privacy;

/** What visitors agree to, and how long what they wrote is kept. */
export function Privacy({ me }: SettingsProps) {
  const tenant = useData<{ settings: { privacy: PrivacySettings } }>('/v1/admin/tenant');
  const [isSaved, setSaved] = useState(false);
  const { isBusy, fault, run } = useAction(async ({ days = '', consent, policy_url }: Record<string, string>) => {
    setSaved(false);
    await call('PUT', '/v1/admin/settings/privacy', { retention_days: days.trim() === '' ? null : Number(days), consent, policy_url });
    setSaved(true);
  });
  const isReadOnly = !may(me, 'settings:write');
  return (
    <Loaded of={tenant}>
      {({ settings: { privacy } }) => (
        <form class="card" onSubmit={(event) => run(valuesOf(event))}>
          <h2>{words.title}</h2>
          <p class="soft">{words.about}</p>
          <TextField label={words.consent} name="consent" rows={3} maxLength={600} defaultValue={privacy.consent} disabled={isReadOnly} dir="auto" />
          <Field label={words.policy} name="policy_url" type="url" defaultValue={privacy.policy_url} disabled={isReadOnly} />
          <Field
            label={words.days}
            name="days"
            type="number"
            min={1}
            max={3_650}
            defaultValue={privacy.retention_days ?? ''}
            disabled={isReadOnly}
            hint={words.daysHint}
          />
          <Fault>{fault}</Fault>
          {!isReadOnly && <Save isBusy={isBusy} done={isSaved && words.saved} />}
        </form>
      )}
    </Loaded>
  );
}
