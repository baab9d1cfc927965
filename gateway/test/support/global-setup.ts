import { prepareTemplate } from '@netia/testkit';

/** One migrated database per run, cloned by every test file. */
export default async function setup(): Promise<() => Promise<void>> {
  return prepareTemplate();
}
