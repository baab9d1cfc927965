import type { ShownMember } from '@netia/protocol';
import { t } from '../texts/texts.ts';

/** How somebody is called among these: by name, and with their address where another one has the same. */
export function nameAmong(members: readonly ShownMember[], { user_id, name, email }: ShownMember): string {
  const isNamesake = members.some((other) => other.user_id !== user_id && other.name === name);
  return isNamesake ? t.common.nameWithEmail(name, email) : name;
}
