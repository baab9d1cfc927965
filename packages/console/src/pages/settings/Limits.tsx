import type { BudgetSettings } from '@netia/protocol';
import { may } from '../../api/may.ts';
import { useData } from '../../api/use-data.ts';
import { Field } from '../../parts/Form.tsx';
import { Loaded } from '../../parts/States.tsx';
import { settings } from '../../texts/settings.ts';
import { SavedForm } from './SavedForm.tsx';
import type { SettingsProps } from './Settings.tsx';

const words = settings.limits;
/** Each limit, the least it may be, and what it is called. The most it may be is the API's to say. */
const LIMITS: [keyof BudgetSettings, number, { label: string; unit: string; hint: string }][] = [
  ['messages_per_visitor_per_hour', 1, words.visitor],
  ['messages_per_address_per_hour', 1, words.address],
  ['model_calls_per_day', 0, words.modelCalls],
  ['embedding_tokens_per_day', 0, words.embedding],
  ['tokens_per_answer', 50, words.answer],
];

/** How much may be sent and spent, and what happens beyond it. */
export function Limits({ me }: SettingsProps) {
  const tenant = useData<{ settings: { budget: BudgetSettings } }>('/v1/admin/tenant');
  return (
    <Loaded of={tenant}>
      {({ settings: { budget } }) => (
        <SavedForm
          class="card"
          path="/v1/admin/settings/budget"
          mayWrite={may(me, 'settings:write')}
          read={(fields) => Object.fromEntries(LIMITS.map(([name]) => [name, Number(fields.get(name))]))}
        >
          <h2>{words.title}</h2>
          <p class="soft">{words.about}</p>
          {LIMITS.map(([name, min, says]) => (
            <Field key={name} name={name} type="number" inputMode="numeric" required min={min} defaultValue={budget[name]} {...says} />
          ))}
        </SavedForm>
      )}
    </Loaded>
  );
}
