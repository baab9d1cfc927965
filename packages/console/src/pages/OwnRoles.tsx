import type { Me, ShownOwnRole } from '@netia/protocol';
import { call } from '../api/client.ts';
import { useAction } from '../api/use-action.ts';
import type { Data } from '../api/use-data.ts';
import { Fault, Field } from '../parts/Form.tsx';

const PATH = '/v1/admin/roles';
/** What a scope opens, in words. */
const AREAS: Record<string, string> = {
  settings: 'Set-up, site and settings',
  knowledge: 'Knowledge',
  conversations: 'Conversations',
  leads: 'Leads',
  keys: 'API keys',
  channels: 'Crisp and Tidio',
  numbers: 'Numbers',
  privacy: 'Exporting and erasing visitors',
  webhooks: 'Webhooks',
  people: 'People and roles',
  audit: 'Who did what',
};
export const nameOfScope = (scope: string): string => {
  const [area = '', what] = scope.split(':');
  return `${AREAS[area] ?? area}: ${what === 'write' ? 'change' : 'see'}`;
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
      <h2 id="roles-title">Your own roles</h2>
      <Fault>{change.fault}</Fault>
      {(roles.data?.items ?? []).map((role) => (
        <details key={role.id}>
          <summary>
            <strong dir="auto">{role.name}</strong> <span class="soft">{role.members === 1 ? 'one person' : `${role.members} people`}</span>
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
                Save
              </button>
              <button type="button" class="quiet" disabled={change.isBusy || role.members > 0} onClick={() => change.run('DELETE', role.id)}>
                Remove
              </button>
            </span>
          </form>
        </details>
      ))}
      <details>
        <summary>Make a role</summary>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void add.run(event.currentTarget);
          }}
        >
          <Field label="Name" name="name" required maxLength={60} dir="auto" />
          <Scopes me={me} chosen={[]} />
          <Fault>{add.fault}</Fault>
          <button type="submit" class="main" aria-disabled={add.isBusy}>
            Make it
          </button>
        </form>
      </details>
    </section>
  );
}

function Scopes({ me, chosen }: { me: Me; chosen: readonly string[] }) {
  return (
    <fieldset class="choices">
      <legend>Whoever has it may</legend>
      {me.scopes.map((scope) => (
        <label key={scope}>
          <input type="checkbox" name="scopes" value={scope} defaultChecked={chosen.includes(scope)} /> {nameOfScope(scope)}
        </label>
      ))}
    </fieldset>
  );
}
