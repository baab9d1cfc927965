import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../texts/texts.ts';

/** An input with its label, and what to know about it. */
export function Field({ label, hint, ...input }: { label: string; hint?: string } & JSX.IntrinsicElements['input']) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...input} />
      <Hint id={id}>{hint}</Hint>
    </div>
  );
}

function Hint({ id, children }: { id: string; children: string | undefined }) {
  return children ? (
    <small id={`${id}-hint`} class="soft">
      {children}
    </small>
  ) : null;
}

export function TextField({ label, ...area }: { label: string } & JSX.IntrinsicElements['textarea']) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} {...area} />
    </div>
  );
}

interface ChoiceProps {
  label: string;
  hint?: string;
  options: readonly (readonly [string, string])[];
}

export function Choice({ label, hint, options, ...select }: ChoiceProps & JSX.IntrinsicElements['select']) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...select}>
        {options.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <Hint id={id}>{hint}</Hint>
    </div>
  );
}

/** What went wrong, said at once to who listens. */
export function Fault({ children }: { children: ComponentChildren }) {
  return children ? (
    <p class="fault" role="alert">
      {children}
    </p>
  ) : null;
}

/** What was done, said when there is time. */
export function Done({ children }: { children: ComponentChildren }) {
  return <p role="status">{children}</p>;
}

/** The end of a form that is saved as a whole: the button, and what came of it. */
export function Save({ isBusy, done }: { isBusy: boolean; done: string | false }) {
  return (
    <span class="line">
      <button type="submit" class="main" aria-disabled={isBusy}>
        {t.common.save}
      </button>
      <Done>{done || ''}</Done>
    </span>
  );
}

/** The values of a form by the names of its inputs. */
export function valuesOf(event: Event): Record<string, string> {
  event.preventDefault();
  return Object.fromEntries([...new FormData(event.currentTarget as HTMLFormElement)].map(([name, value]) => [name, String(value)]));
}
