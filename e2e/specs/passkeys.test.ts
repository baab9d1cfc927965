import { expect, test } from 'vitest';
import { type Desk, PASSWORD } from '../support/desk.ts';
import { setDesks } from '../support/desks.ts';
import { Scene } from '../support/scene.ts';

const scene = Scene.set({ host: 'localhost' });
const sitDown = setDesks(scene);

/** The browser's own played device: it keeps keys, and knows its owner until it is told not to. */
async function giveDevice(desk: Desk): Promise<{ knowsOwner(isOwner: boolean): Promise<void> }> {
  const devices = await desk.page.context().newCDPSession(desk.page);
  await devices.send('WebAuthn.enable');
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    knowsOwner: async (isUserVerified) => {
      await devices.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    },
  };
}

async function signOut({ page }: Desk): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

test('a passkey is made with the password, signs its owner in without one, and nobody once it is removed', async () => {
  const desk = await sitDown('agent');
  const { page } = desk;
  const device = await giveDevice(desk);
  const card = page.getByRole('region', { name: 'Passkeys' });
  const withPasskey = page.getByRole('button', { name: 'Sign in with a passkey' });

  await desk.goTo('People');
  await card.getByLabel('Name of this device').fill('Laptop');
  await card.getByLabel('Password', { exact: true }).fill('not the password');
  await card.getByRole('button', { name: 'Make a passkey' }).click();
  await card.getByRole('alert').waitFor();
  await card.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await card.getByRole('button', { name: 'Make a passkey' }).click();
  await card.getByText('Made. You can sign in with it now.').waitFor();
  expect(await card.getByRole('listitem').textContent()).toMatch(/Laptop.*not used yet/);

  await signOut(desk);
  // Control: a device that is in strange hands proves nothing.
  await device.knowsOwner(false);
  await withPasskey.click();
  await page.getByText('No passkey was given.').waitFor();
  await device.knowsOwner(true);
  await withPasskey.click();
  // Where they were.
  await page.getByRole('heading', { name: 'People', level: 1 }).waitFor();
  await card.getByRole('listitem').filter({ hasText: 'Laptop' }).waitFor();
  expect(await card.getByRole('listitem').textContent()).not.toContain('not used yet');
  await card.getByRole('button', { name: 'Remove' }).click();
  await card.getByLabel('Your password, to remove it').fill(PASSWORD);
  await card.getByRole('button', { name: 'Remove Laptop' }).click();
  await card.getByRole('listitem').waitFor({ state: 'detached' });
  await signOut(desk);
  await withPasskey.click();
  await page.getByText('This passkey does not let anybody in here.').waitFor();
});
