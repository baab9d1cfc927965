import { may } from '../../api/may.ts';
import { useData } from '../../api/use-data.ts';
import { TextField } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { settings } from '../../texts/settings.ts';
import { SavedForm, textIn } from './SavedForm.tsx';
import type { SettingsProps } from './Settings.tsx';

const words = settings.origins;

/** Which websites may show the widget. */
export function Origins({ me }: SettingsProps) {
  const tenant = useData<{ allowed_origins: string[] }>('/v1/admin/tenant');
  return (
    <Loaded of={tenant}>
      {({ allowed_origins }) => (
        <SavedForm
          class="card"
          path="/v1/admin/tenant/allowed-origins"
          mayWrite={may(me, 'settings:write')}
          read={(fields) => ({
            allowed_origins: textIn(fields, 'origins')
              .split('\n')
              .map((line) => line.trim())
              .filter(Boolean),
          })}
          done={words.saved}
        >
          <h2>{words.title}</h2>
          <TextField
            name="origins"
            rows={4}
            inputMode="url"
            spellcheck={false}
            dir="ltr"
            defaultValue={allowed_origins.join('\n')}
            label={words.sites}
            hint={words.sitesHint}
          />
        </SavedForm>
      )}
    </Loaded>
  );
}
