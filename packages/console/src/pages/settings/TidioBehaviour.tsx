import type { TidioSettings } from '@netia/protocol';
import { Check, Field, TextField } from '../../parts/Form.tsx';
import { settings } from '../../texts/settings.ts';
import { SavedForm, textIn } from './SavedForm.tsx';

const words = settings.tidioSettings;

/** How the agent behaves inside Tidio. */
export function TidioBehaviour({ saved, mayWrite }: { saved: TidioSettings; mayWrite: boolean }) {
  return (
    <details>
      <summary>{words.title}</summary>
      <SavedForm
        path="/v1/admin/settings/tidio"
        mayWrite={mayWrite}
        read={(fields) => ({
          introduces_itself: fields.has('introduces_itself'),
          quiet_minutes: Number(fields.get('quiet_minutes')),
          fallback: textIn(fields, 'fallback'),
          flow_seconds: Number(fields.get('flow_seconds')),
          answers_per_contact_per_hour: Number(fields.get('answers_per_contact_per_hour')),
          bot_operator_id: textIn(fields, 'bot_operator_id') || null,
          answers_per_ticket_per_hour: Number(fields.get('answers_per_ticket_per_hour')),
          bridge_is_enabled: fields.has('bridge_is_enabled'),
        })}
      >
        <Check name="introduces_itself" defaultChecked={saved.introduces_itself} label={words.introduces} hint={words.introducesHint} />
        <Field name="quiet_minutes" type="number" required min={1} defaultValue={saved.quiet_minutes} label={words.quiet} unit={words.minutes} />
        <TextField name="fallback" rows={2} maxLength={900} dir="auto" defaultValue={saved.fallback} label={words.fallback} hint={words.fallbackHint} />
        <Field
          name="flow_seconds"
          type="number"
          required
          min={1}
          step="any"
          defaultValue={saved.flow_seconds}
          label={words.flow}
          unit={words.seconds}
          hint={words.flowHint}
        />
        <Field
          name="answers_per_contact_per_hour"
          type="number"
          required
          min={1}
          defaultValue={saved.answers_per_contact_per_hour}
          label={words.perContact}
          unit={words.anHour}
        />
        <Field name="bot_operator_id" defaultValue={saved.bot_operator_id ?? ''} spellcheck={false} label={words.operator} hint={words.operatorHint} />
        <Field
          name="answers_per_ticket_per_hour"
          type="number"
          required
          min={1}
          defaultValue={saved.answers_per_ticket_per_hour}
          label={words.perTicket}
          unit={words.anHour}
        />
        <Check name="bridge_is_enabled" defaultChecked={saved.bridge_is_enabled} label={words.bridge} hint={words.bridgeHint} />
      </SavedForm>
    </details>
  );
}
