import type { BrowserContextOptions } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { Desk, PASSWORD, type Role } from './desk.ts';
import type { Scene } from './scene.ts';
import type { Stack } from './stack.ts';

export type SitDown = (role?: Role, options?: BrowserContextOptions & { at?: Stack }) => Promise<Desk & { email: string; name: string }>;

/**
 * Registers the file's hook for desks: each has to have thrown nothing, and asked nobody but the gateway.
 * @returns what seats somebody new who has joined, at the scene's gateway unless told another.
 */
export function setDesks(scene: Scene): SitDown {
  const desks: Desk[] = [];
  let people = 0;
  afterEach(async () => {
    for (const desk of desks.splice(0)) {
      expect([desk.faults, desk.strangers]).toEqual([[], []]);
      await desk.leave();
    }
  });
  return async (role = 'admin', { at = scene.stack, ...options } = {}) => {
    const desk = await Desk.open(scene.browser, at, options);
    desks.push(desk);
    const [name, email] = [`Person ${++people}`, `person-${people}@tidewater.invalid`];
    await desk.join(at, { name, email, role, password: PASSWORD });
    return Object.assign(desk, { name, email });
  };
}
