import type { Me } from '@netia/protocol';

/** Whether who is signed in may do something, in the words of the API's scopes. What they may not, they are not shown. */
export const may = (me: Me, scope: string): boolean => me.scopes.includes(scope);
