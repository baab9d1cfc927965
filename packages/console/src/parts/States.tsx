import type { ComponentChildren } from 'preact';
import type { Data } from '../api/use-data.ts';
import { t } from '../texts/texts.ts';
import { Fault } from './Form.tsx';

/** What stands where there is nothing yet: what it would be, and how to get it. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="strong">{title}</p>
      {children}
    </div>
  );
}

/** Data, or that it is on its way, or why it is not there. Old data stays while new is asked for. */
export function Loaded<Answer>({ of, children }: { of: Data<Answer>; children: (data: Answer) => ComponentChildren }) {
  return (
    <>
      <Fault>{of.fault}</Fault>
      {of.data !== undefined ? (
        children(of.data)
      ) : of.fault ? null : (
        <p class="soft loading" role="status">
          {t.common.oneMoment}
        </p>
      )}
    </>
  );
}
