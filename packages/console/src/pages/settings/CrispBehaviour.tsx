import type { CrispSettings } from '@netia/protocol';
import { Check, Field } from '../../parts/Form.tsx';
import { settings } from '../../texts/settings.ts';
import { SavedForm, textIn } from './SavedForm.tsx';

const words = settings.crispSettings;

/** How the agent behaves inside Crisp. */
export function CrispBehaviour({ saved, mayWrite }: { saved: CrispSettings; mayWrite: boolean }) {
  return (
    <details>
      <summary>{words.title}</summary>
      <SavedForm
        path="/v1/admin/settings/crisp"
        mayWrite={mayWrite}
        read={(fields) => ({
          nickname: textIn(fields, 'nickname'),
          introduces_itself: fields.has('introduces_itself'),
          quiet_minutes: Number(fields.get('quiet_minutes')),
          assign_to: textIn(fields, 'assign_to') || null,
          assignment_is_takeover: fields.has('assignment_is_takeover'),
          lead_segment: textIn(fields, 'lead_segment'),
          shows_typing: fields.has('shows_typing'),
          message_max: Number(fields.get('message_max')),
        })}
      >
        <Field name="nickname" defaultValue={saved.nickname} maxLength={60} dir="auto" label={words.nickname} hint={words.nicknameHint} />
        <Check name="introduces_itself" defaultChecked={saved.introduces_itself} label={words.introduces} hint={words.introducesHint} />
        <Field name="quiet_minutes" type="number" required min={1} defaultValue={saved.quiet_minutes} label={words.quiet} unit={words.minutes} />
        <Field name="assign_to" defaultValue={saved.assign_to ?? ''} spellcheck={false} label={words.assignTo} hint={words.assignToHint} />
        <Check name="assignment_is_takeover" defaultChecked={saved.assignment_is_takeover} label={words.takeover} hint={words.takeoverHint} />
        <Field name="lead_segment" defaultValue={saved.lead_segment} maxLength={60} label={words.segment} hint={words.segmentHint} />
        <Check name="shows_typing" defaultChecked={saved.shows_typing} label={words.typing} hint={words.typingHint} />
        <Field
          name="message_max"
          type="number"
          required
          min={200}
          defaultValue={saved.message_max}
          label={words.longest}
          unit={words.characters}
          hint={words.longestHint}
        />
      </SavedForm>
    </details>
  );
}
