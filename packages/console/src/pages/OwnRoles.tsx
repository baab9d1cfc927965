import type { Me, ShownOwnRole } from '@netia/protocol';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import type { Data } from '../api/use-data.ts';
import { Fault, Field } from '../parts/Form.tsx';
import { ownRoles as words } from '../texts/own-roles.ts';
import { t } from '../texts/texts.ts';

const PATH = '/v1/admin/roles';
const AREAS: Record<string, string> = words.areas;
/** What a scope opens, in words. */
export const nameOfScope = (scope: string): string => {
  const [area = '', what] = scope.split(':');
  return (what === 'write' ? words.change : words.see)(AREAS[area] ?? area);
};

/** Roles of the tenant's own, made of what their maker may do themselves. */
export function OwnRoles({ me, roles }: { me: Me; roles: Data<{ items: ShownOwnRole[] }> }) {
  const add = useAction(async (form: HTMLFormElement) => {
    const data = new FormData(form);
    await call('POST', PATH, { name: data.get('name'), scopes: data.getAll('scopes') });
    form.reset();
    await roles.reload();
  });
  const change = useAction(async (method: string, id: string, body?: object) => {
    await call(method, `${PATH}/${id}`, body);
    await roles.reload();
  });
  return (
    <section class="card" aria-labelledby="roles-title">
      <h2 id="roles-title">{words.title}</h2>
      <Fault>{change.fault}</Fault>
      {(roles.data?.items ?? []).map((role) => (
        <details key={role.id}>
          <summary>
            <strong dir="auto">{role.name}</strong> <span class="soft">{words.members(role.members)}</span>
          </summary>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const data = new FormData(event.currentTarget);
              void change.run('PUT', role.id, { name: role.name, scopes: data.getAll('scopes') });
            }}
          >
            <Scopes me={me} chosen={role.scopes} />
            <span class="actions">
              <button type="submit" aria-disabled={change.isBusy}>
                {t.common.save}
              </button>
              <button type="button" class="quiet" disabled={change.isBusy || role.members > 0} onClick={() => change.run('DELETE', role.id)}>
                {t.common.remove}
              </button>
            </span>
          </form>
        </details>
      ))}
      <details>
        <summary>{words.make}</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void add.run(event.currentTarget);
          }}
        >
          <Field label={t.common.name} name="name" required maxLength={60} dir="auto" />
          <Scopes me={me} chosen={[]} />
          <Fault>{add.fault}</Fault>
          <button type="submit" class="main" aria-disabled={add.isBusy}>
            {words.makeIt}
          </button>
        </form>
      </details>
    </section>
  );
}

function Scopes({ me, chosen }: { me: Me; chosen: readonly string[] }) {
  return (
    <fieldset class="choices">
      <legend>{words.may}</legend>
      {me.scopes.map((scope) => (
        <label key={scope}>
          <input type="checkbox" name="scopes" value={scope} defaultChecked={chosen.includes(scope)} /> {nameOfScope(scope)}
        </label>
      ))}
    </fieldset>
  );
}
