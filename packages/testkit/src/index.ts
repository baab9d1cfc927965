export {
  type CrispFreshnessVector,
  type CrispIndex,
  type CrispSignatures,
  type CrispSignatureVector,
  readCrispFixture,
  readCrispIndex,
  readCrispSignatures,
  readTidioFixture,
  readTidioSignatures,
  type TidioSignatures,
  type TidioSignatureVector,
} from './channel-fixtures.ts';
export {
  type CrispHook,
  type CrispMessageEvent,
  type CrispSession,
  type CrispState,
  crispBlock,
  crispFingerprint,
  crispHook,
  crispNote,
  crispOpened,
  crispOperatorMessage,
  crispOperatorTyping,
  crispRemoved,
  crispRouting,
  crispSessionId,
  crispSessionRemoved,
  crispSettingsSaved,
  crispState,
  crispSubscription,
  crispUpdated,
  crispVisitorMessage,
  crispVisitorTyping,
  signCrisp,
} from './crisp-hooks.ts';
export { openTestDatabase, type TestDatabase } from './database.ts';
export {
  type CrispMessage,
  type CrispMeta,
  type CrispOperator,
  FakeCrisp,
  type FakeCrispOptions,
  type SeededCrispMessage,
  sessionKey,
  startFakeCrisp,
} from './fake-crisp.ts';
export { FakeMail, type ReceivedMail } from './fake-mail.ts';
export { type Answer, FakeModels, type ModelCall, wordDirections } from './fake-models.ts';
export type { Fault, HttpCall, PlannedFault } from './fake-server.ts';
export {
  FakeTidio,
  type FakeTidioOptions,
  startFakeTidio,
  type TidioContact,
  type TidioContactMessage,
  type TidioOperator,
  type TidioProject,
  type TidioReply,
  type TidioTicket,
  type TidioTicketMessage,
} from './fake-tidio.ts';
export { freePort } from './free-port.ts';
export { type LookAlike, type LookAlikes, makeLookAlikes } from './look-alikes.ts';
export { PIXEL } from './pixel.ts';
export { hoursFromNow, signProof } from './sign-proof.ts';
export { prepareTemplate } from './template.ts';
export {
  signTidio,
  type TidioContactEvent,
  type TidioEvent,
  type TidioHook,
  tidioContactCreated,
  tidioContactUpdated,
  tidioFlowCall,
  tidioHook,
  tidioOperatorReplied,
  tidioPublicKey,
  tidioSolvedAutomatically,
  tidioSolvedByLyro,
  tidioSolvedByOperator,
  tidioTicketReplied,
  tidioUlid,
} from './tidio-hooks.ts';
export { until } from './until.ts';
