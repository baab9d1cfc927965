import type { ComponentChildren } from 'preact';
import { number } from '../format.ts';

export const people = {
  you: 'you',
  role: 'Role',
  changeRole: 'Change the role',
  roleOf: (name: string) => `Role of ${name}`,
  confirmOwnRole: (role: string) => `Make yourself ${role}? You may then do less than now, and cannot take it back yourself.`,
  takeOff: 'Take off',
  confirmTakeOff: (name: string) => `Take ${name} off? They are signed out at once.`,

  invite: 'Invite somebody',
  howLong: 'For how long',
  howLongHint: 'For a helper from outside, or whoever runs this installation: it ends by itself.',
  lengths: { '': 'Until taken off', 1: 'One hour', 24: 'One day', 168: 'One week', 720: '30 days' },
  until: (time: ComponentChildren) => <>until {time}</>,
  hours: (hours: number) => (hours === 1 ? 'for one hour' : `for ${number(hours)} hours`),
  makeLink: 'Make the link',
  sendLink: (email: string) => `Send this to ${email}. It is shown this once and good for seven days.`,
  mailed: (email: string) => `A mail is on its way to ${email}. If it does not come, pass this on: it is shown this once and good for seven days.`,
  openInvitations: 'Open invitations',
  whoeverOpens: 'Whoever opens the link',
  withdraw: 'Withdraw',

  password: {
    old: 'Old password',
    new: 'New password',
    hint: 'At least 10 characters.',
    change: 'Change it',
    changed: 'Changed. Your other browsers are signed out.',
  },
  sessions: {
    title: 'Where you are signed in',
    unknownBrowser: 'Unknown browser',
    thisBrowser: 'this browser',
  },

  secondFactor: {
    title: 'Second factor',
    keepCodes: 'Keep these recovery codes where you find them without your phone. Each is good once, and they are shown this once.',
    isOn: 'Sign-in asks for a code of your app.',
    code: 'Code of the app, or a recovery code',
    doWithout: 'Do without it',
    read: 'Read this with an authenticator app, or type the secret into it.',
    codeShown: 'Code that the app shows',
    switchOn: 'Switch it on',
    why: 'With a second factor, whoever learns your password cannot sign in without your phone.',
    setUp: 'Set it up',
    qrCode: 'QR code with the secret below',
  },

  passkeys: {
    title: 'Passkeys',
    notMade: 'No passkey was made. Try again, or use another device.',
    notUsed: 'not used yet',
    passwordToRemove: 'Your password, to remove it',
    removeIt: (name: string) => `Remove ${name}`,
    device: 'Name of this device',
    make: 'Make a passkey',
    made: 'Made. You can sign in with it now.',
    notHere: 'This browser has no passkeys, or the console is not opened over https.',
  },
};
