import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { t } from '../texts/texts.ts';

interface FieldProps {
  label: string;
  hint?: string;
  /** What a number in it counts, shown behind it. */
  unit?: string;
}

/** An input with its label, and what to know about it. */
export function Field({ label, hint, unit, ...input }: FieldProps & JSX.IntrinsicElements['input']) {
  const id = useId();
  const described = [unit && `${id}-unit`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;
  const box = <input id={id} aria-describedby={described} {...input} />;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {unit ? (
        <span class="with-unit">
          {box} <span id={`${id}-unit`}>{unit}</span>
        </span>
      ) : (
        box
      )}
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

export function TextField({ label, hint, ...area }: { label: string; hint?: string } & JSX.IntrinsicElements['textarea']) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...area} />
      <Hint id={id}>{hint}</Hint>
    </div>
  );
}

type Box = Pick<JSX.IntrinsicElements['input'], 'name' | 'value' | 'checked' | 'defaultChecked' | 'disabled' | 'onChange'>;

/** Something that is so or not, and what that means. */
export function Check({ label, hint, ...box }: { label: string; hint?: string } & Box) {
  const id = useId();
  return (
    <div class="field check">
      <input id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} {...box} />
      <label for={id}>{label}</label>
      <Hint id={id}>{hint}</Hint>
    </div>
  );
}

interface ChoiceProps {
  label: string;
  hint?: string;
  options: readonly (readonly [string, string])[];
  /** Chosen at first, and left to the form then; with `value` it is what is said each time. */
  defaultValue?: string;
}

export function Choice({ label, hint, options, defaultValue, ...select }: ChoiceProps & JSX.IntrinsicElements['select']) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...select}>
        {options.map(([value, name]) => (
          // Not `selected`: that is set as a property, and a form that is reset goes back to the attribute.
          <option key={value} value={value} {...{ defaultSelected: value === defaultValue }}>
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
    <span class="actions">
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
