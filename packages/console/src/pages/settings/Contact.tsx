import type { HandoffSettings, LeadSettings } from '@netia/protocol';
import { LEAD_FIELDS } from '@netia/protocol/names';
import { may } from '../../api/may.ts';
import { useData } from '../../api/use-data.ts';
import { Check, Field } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { settings } from '../../texts/settings.ts';
import { SavedForm, textIn } from './SavedForm.tsx';
import type { SettingsProps } from './Settings.tsx';

const words = settings.contact;

/** Whether visitors are asked how they can be reached, and whether they can ask for a person. */
export function Contact({ me }: SettingsProps) {
  const tenant = useData<{ settings: { leads: LeadSettings; handoff: HandoffSettings } }>('/v1/admin/tenant');
  const mayWrite = may(me, 'settings:write');
  return (
    <Loaded of={tenant}>
      {({ settings: { leads, handoff } }) => (
        <>
          <SavedForm
            class="card"
            path="/v1/admin/settings/leads"
            mayWrite={mayWrite}
            read={(fields) => ({ is_enabled: fields.has('is_enabled'), fields: fields.getAll('fields') })}
          >
            <h2>{words.leads.title}</h2>
            <Check name="is_enabled" defaultChecked={leads.is_enabled} label={words.leads.enable} hint={words.leads.enableHint} />
            <fieldset class="choices">
              <legend>{words.leads.asksFor}</legend>
              {LEAD_FIELDS.map((field) => (
                <Check key={field} name="fields" value={field} defaultChecked={leads.fields.includes(field)} label={words.leads.fields[field]} />
              ))}
            </fieldset>
          </SavedForm>
          <SavedForm
            class="card"
            path="/v1/admin/settings/handoff"
            mayWrite={mayWrite}
            read={(fields) => ({ is_enabled: fields.has('is_enabled'), message: textIn(fields, 'message') })}
          >
            <h2>{words.handoff.title}</h2>
            <Check name="is_enabled" defaultChecked={handoff.is_enabled} label={words.handoff.enable} hint={words.handoff.enableHint} />
            <Field name="message" defaultValue={handoff.message} maxLength={300} dir="auto" label={words.handoff.message} hint={words.handoff.messageHint} />
          </SavedForm>
        </>
      )}
    </Loaded>
  );
}
