import type { ComponentChildren } from 'preact';

export const signIn = {
  byPasskey: 'Sign in with a passkey',
  noPasskey: 'No passkey was given. Try again, or sign in with your password.',
  noAccount: 'No account yet? Ask a colleague for an invitation.',
};

export const reset = {
  lost: 'Lost your password?',
  address: 'Address of your account',
  send: 'Send me a link',
  sent: 'If there is an account with this address, a link is on its way. It is good for an hour.',
  title: 'Choose a new password',
  newPassword: 'New password',
  hint: 'At least 10 characters.',
  change: 'Change it',
  changed: 'Changed. All your browsers are signed out: sign in with the new one.',
};

export const join = {
  deadLink: 'This link does not work',
  welcome: (business: string) => `Welcome to ${business}`,
  youJoin: (role: ComponentChildren, email: string | null): ComponentChildren =>
    email ? (
      <>
        You join as {role} with {email}.
      </>
    ) : (
      <>You join as {role}.</>
    ),
  yourName: 'Your name',
  whoSeesName: 'Visitors and colleagues see it.',
  passwordHint: 'At least 10 characters. If you have an account here already, its password.',
  join: 'Join',
};
