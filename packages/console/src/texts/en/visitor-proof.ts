export const visitorProof = {
  title: 'Signed-in visitors',
  about:
    'Your own server can prove to Netia who a visitor is. Without a proof, whatever a page or a visitor says of themselves is shown as their word, and finds nobody else’s data.',
  required: 'Only proven visitors may write',
  requiredHint: 'Everybody else is asked to sign in on your site first. Sessions without a proof end at once.',
  saved: 'Saved. It counts from now on.',
  secrets: 'Secrets',
  secretsAbout: 'Your server signs with one of them. While you replace one, both count.',
  none: 'No secret yet.',
  make: 'Make a secret',
  made: 'Keep it on your server, never in a page. It is shown this once.',
  confirmEnd: 'End this secret at once? Proofs signed with it are refused from then on.',
  onServer: 'On your server',
  inPage: 'In the page',
  guide: 'What a proof says, and other languages',
};
