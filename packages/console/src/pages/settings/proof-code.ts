/** What people put on their own server, and into their page, to prove who a visitor is. Code, in no language of theirs. */
export const ON_SERVER = `import jwt from 'jsonwebtoken';

const proof = jwt.sign({ email: user.email, name: user.name }, process.env.NETIA_SECRET, {
  subject: String(user.id),
  expiresIn: '4h',
});`;
export const IN_PAGE = `Netia('identify', { proof: '…' });`;
