import { randomBytes, randomUUID } from 'node:crypto';
import type { Transaction } from '@netia/db';
import { WEBHOOK_EVENTS } from '@netia/protocol';
import { crispSessionId, crispVisitorMessage, PIXEL, signCrisp, signTidio, tidioFlowCall, tidioTicketReplied } from '@netia/testkit';
import { Secret, TOTP } from 'otpauth';
import { previewPrompt } from '../../src/admin/preview-prompt.ts';
import { tryQuestion } from '../../src/admin/try-question.ts';
import { readCapabilities } from '../../src/channels/capabilities.ts';
import { connectCrispWebsite, disconnectCrispWebsite } from '../../src/channels/crisp/connection.ts';
import { connectTidioProject, disconnectTidioProject } from '../../src/channels/tidio/connection.ts';
import { assignConversation, markRead, requireMember } from '../../src/conversations/attendance.ts';
import { addCannedReply, changeCannedReply, listCannedReplies, removeCannedReply } from '../../src/conversations/canned-replies.ts';
import { erase, holdForTyping, release, setBlocked, takeOver } from '../../src/conversations/channel-owner.ts';
import { findVisitor } from '../../src/conversations/find-visitor.ts';
import { mergeKnownFacts } from '../../src/conversations/known-facts.ts';
import { listGaps } from '../../src/conversations/list-gaps.ts';
import { countUnread, listInbox } from '../../src/conversations/list-inbox.ts';
import { loadPartsAfter } from '../../src/conversations/load-parts.ts';
import { addNote, listNotes } from '../../src/conversations/notes.ts';
import { countModelCalls, readNumbers, readTotals } from '../../src/conversations/numbers.ts';
import { changeStatus, finishWaiting, type HandoffNotice, transferToPerson, writeAsPerson } from '../../src/conversations/owner.ts';
import { endUnprovenSessions, saveProvenContact } from '../../src/conversations/proven-visitors.ts';
import { recordTurn } from '../../src/conversations/record-turn.ts';
import { findPlace, requireConversation } from '../../src/conversations/require-conversation.ts';
import { saveLead } from '../../src/conversations/save-lead.ts';
import { countAnswers, standDown } from '../../src/conversations/stand-down.ts';
import { dropTurn, loadHistory, renewTurn, type TurnLease, takeTurn } from '../../src/conversations/turn-lease.ts';
import { addVisitorFile, forgetUnwantedFiles, listUnwantedFiles, showVisitorFile } from '../../src/conversations/visitor-files.ts';
import type { PlannedDelivery, TakenDelivery } from '../../src/deliveries/planned-delivery.ts';
import { storeDeliveries } from '../../src/deliveries/store-deliveries.ts';
import { keepDelivery, settleDead, settleLater, settleSent, takeDelivery } from '../../src/deliveries/take-delivery.ts';
import { pruneReplies, replyOnce } from '../../src/http/idempotency.ts';
import { type AcceptOptions, applyEvent, handOver } from '../../src/inbox/accept-event.ts';
import { buryEvent } from '../../src/inbox/bury-event.ts';
import type { ChannelEvent, ChannelHappening } from '../../src/inbox/channel-event.ts';
import { dismissDead, listDead, replayDead } from '../../src/inbox/dead-events.ts';
import { pruneEvents } from '../../src/inbox/prune-events.ts';
import {
  finishEmbedding,
  forgetVectors,
  hashTexts,
  keepLonger,
  listUnembedded,
  postponeEmbedding,
  searchedModel,
  storeVectors,
  switchModel,
  takeToEmbed,
} from '../../src/knowledge/chunk-vectors.ts';
import { dropDraft, listDrafts, publishDrafts, saveDraft, withDraftsPublished } from '../../src/knowledge/drafts.ts';
import {
  addKnowledge,
  changeKnowledge,
  findFaqs,
  listCategories,
  listKnowledge,
  listPassages,
  reindexKnowledge,
  removeKnowledge,
  renameCategory,
  showKnowledge,
} from '../../src/knowledge/publish-knowledge.ts';
import { replayReceipt } from '../../src/knowledge/replay-receipt.ts';
import { searchKnowledge } from '../../src/knowledge/search-knowledge.ts';
import { editKnowledge, forgetSameVisibility, readChoices } from '../../src/knowledge/source-choices.ts';
import { suggestQuestions } from '../../src/knowledge/suggest-questions.ts';
import { diffSince, listVersions, restoreVersion } from '../../src/knowledge/versions.ts';
import { makeChallenge, useChallenge } from '../../src/people/challenges.ts';
import { invite, listInvitations, takeInvitation } from '../../src/people/invitations.ts';
import { changeRole, giveOwnRole, listMembers, removeEnded, removeMember, showMember } from '../../src/people/members.ts';
import { addOwnRole, changeOwnRole, listOwnRoles, removeOwnRole, showOwnRole } from '../../src/people/own-roles.ts';
import { addPasskey, listPasskeys, noteUse, removePasskey } from '../../src/people/passkeys.ts';
import { addReset, takeReset } from '../../src/people/password-resets.ts';
import type { Granter } from '../../src/people/roles.ts';
import { beginSecondFactor, confirmSecondFactor, passSecondFactor, removeSecondFactor, requireSecondFactor } from '../../src/people/second-factor.ts';
import { endSessions, listSessions, noteSessionUse, openSession, signInAt } from '../../src/people/user-sessions.ts';
import { eraseOld, holdConversation } from '../../src/privacy/retention.ts';
import { eraseConversations, eraseVisitor, exportVisitor } from '../../src/privacy/visitor-data.ts';
import type { ParsedText } from '../../src/sources/parsing/parsed-source.ts';
import {
  addSource,
  changeSource,
  listSourceDocuments,
  listSources,
  refreshSource,
  removeSource,
  showSource,
  withdrawDocuments,
} from '../../src/sources/sources.ts';
import { noteChecked, storeTexts } from '../../src/sources/store-texts.ts';
import {
  countDocuments,
  findCopy,
  finishSource,
  holdSource,
  meetAgain,
  nextDocument,
  noteFound,
  type Reading,
  storeReading,
  storeStretch,
  type TakenSource,
  takeSource,
  type WaitingDocument,
} from '../../src/sources/take-source.ts';
import { createApiKey, listApiKeys, revokeApiKey, SCOPES } from '../../src/tenants/api-keys.ts';
import { readAudit, writeAudit } from '../../src/tenants/audit.ts';
import {
  createIdentitySecret,
  createShownSecret,
  hasIdentitySecret,
  keepSecret,
  listChannelSecrets,
  removeChannelSecret,
  removeChannelSecretsOf,
} from '../../src/tenants/channel-secrets.ts';
import { readTenant, saveSettings } from '../../src/tenants/settings.ts';
import type { TurnOutcome } from '../../src/turn/turn.ts';
import { announce } from '../../src/webhooks/announce.ts';
import { addWebhookEndpoint, changeWebhookEndpoint, listWebhookEndpoints, removeWebhookEndpoint, rotateWebhookSecret } from '../../src/webhooks/endpoints.ts';
import { listWebhookDeliveries, pruneWebhooks, resendWebhook, settleWebhook, type TakenWebhook, takeWebhook } from '../../src/webhooks/webhook-deliveries.ts';
import { PASSWORD } from './console-client.ts';
import { CRISP_SECRET } from './crisp-scene.ts';
import { chance, type IdKind, type Stranger } from './strangers.ts';

const SECRET = 'x'.repeat(40);
const OWNER: Granter = { role: 'owner', scopes: SCOPES };
const { next: random, pick, below } = chance;

/** How five tenants call every function and every route at random, with ids half drawn from the others. */
export function callsOf(strangers: readonly Stranger[]) {
  const another = (self: Stranger): Stranger => pick(strangers.filter((other) => other.canary !== self.canary));
  /** An id of one's own, of another's, or of nobody's. */
  const someId = (self: Stranger, kind: IdKind): string => {
    if (random() < 0.1) return kind === 'sessions' ? crispSessionId() : randomUUID();
    const list = random() < 0.5 ? self.ids[kind] : pick(strangers).ids[kind];
    return list.length > 0 ? pick(list) : randomUUID();
  };
  const someConversation = (self: Stranger) => someId(self, random() < 0.5 ? 'chats' : 'conversations');
  const some = (self: Stranger): Stranger => (random() < 0.5 ? self : pick(strangers));
  const page = (self: Stranger, kind: IdKind) => ({ after: random() < 0.5 ? null : someId(self, kind), limit: 50 });
  const notice = (self: Stranger): HandoffNotice => ({ text: () => self.canary, leadFields: [] });
  const planned = (self: Stranger): PlannedDelivery[] => [
    { kind: 'message', payload: { type: 'text', content: self.canary } },
    { kind: 'note', payload: { content: self.canary } },
  ];
  const options = (self: Stranger): AcceptOptions => ({
    quietMinutes: 1,
    notice: notice(self),
    planNotice: () => planned(self),
    takesTurn: random() < 0.5,
  });
  const someEvent = (self: Stranger): ChannelEvent => {
    const said = { externalId: String(below(20)), messageType: 'text', text: self.canary } as const;
    const happening = pick<ChannelHappening>([
      { type: 'message', ...said },
      { type: 'message', ...said },
      { type: 'choice', fingerprint: 1 + below(20), value: pick(['person', 'other']), label: self.canary },
      { type: 'edit', externalId: said.externalId, text: self.canary },
      { type: 'removal', externalId: said.externalId },
      { type: 'person', ...said },
      { type: 'assigned' },
      { type: 'typing' },
      { type: 'closed' },
      { type: 'blocked', isBlocked: random() < 0.5 },
      { type: 'facts', facts: { name: self.canary } },
    ]);
    return { channel: 'crisp', sessionId: someId(self, 'sessions'), key: `key-${below(1e9)}`, at: new Date(), ...happening };
  };
  const delivery = (self: Stranger): TakenDelivery => ({
    id: someId(self, 'deliveries'),
    tenantId: self.id,
    conversationId: someId(self, 'chats'),
    channel: 'crisp',
    kind: pick(['message', 'note']),
    payload: {},
    fingerprint: 1,
    claim: below(2),
    attempt: 1,
    requireTime: () => {},
    sessionId: someId(self, 'sessions'),
    origin: null,
    createdAt: new Date(),
  });

  /** Runs the work as the reader of a source: of one's own, or of one that is another's. */
  const asReader = async <T>(tx: Transaction, self: Stranger, work: (source: TakenSource) => Promise<T>): Promise<T> => {
    const source = { ...self.taken, tenantId: self.id, id: random() < 0.5 ? self.taken.id : someId(self, 'sources'), category: self.canary };
    await tx.run('UPDATE knowledge_sources SET claim = $2 WHERE id = $1', [source.id, source.claim]);
    return work(source);
  };
  const takenWebhook = (self: Stranger): TakenWebhook => ({
    tenantId: self.id,
    id: someId(self, 'webhook-deliveries'),
    endpointId: someId(self, 'webhooks'),
    url: '',
    body: '',
    secrets: [],
    attempt: 1,
  });
  const waiting = (self: Stranger): WaitingDocument => ({
    id: someId(self, 'documents'),
    address: 'https://page.invalid/',
    depth: 0,
    etag: null,
    last_modified: null,
    content_hash: null,
    instead: null,
    links: [],
    has_text: random() < 0.5,
    is_new: random() < 0.5,
    failures: below(3),
  });
  const parsed = (self: Stranger): ParsedText[] => [{ format: 'markdown', title: 'New', content: `The page says ${self.canary}.` }];

  /** One call of each function; the ids may be anybody's. */
  const functions: Record<string, (tx: Transaction, self: Stranger) => Promise<unknown>> = {
    addKnowledge: (tx, self) => addKnowledge(tx, self.id, { format: 'text', title: 'New', content: self.canary }),
    editKnowledge: (tx, self) => editKnowledge(tx, self.id, someId(self, 'knowledge'), { category: self.canary }),
    readChoices: (tx, self) => readChoices(tx, self.id, someId(self, 'documents')),
    forgetSameVisibility: (tx, self) => forgetSameVisibility(tx, self.id, someId(self, 'sources'), 'shared'),
    changeKnowledge: (tx, self) => changeKnowledge(tx, self.id, someId(self, 'knowledge'), { category: self.canary }),
    removeKnowledge: (tx, self) => removeKnowledge(tx, self.id, another(self).ids.knowledge[0] as string),
    listKnowledge: (tx, self) => listKnowledge(tx, self.id, page(self, 'knowledge'), random() < 0.5 ? {} : { text: some(self).canary }),
    findFaqs: (tx, self) => findFaqs(tx, self.id, [`What is the word of number ${below(3)}?`]),
    listPassages: (tx, self) => listPassages(tx, self.id, someId(self, 'knowledge')),
    previewPrompt: (tx, self) => previewPrompt(tx, self.id, { question: question(), instructions: '' }),
    suggestQuestions: (tx, self) => suggestQuestions(tx, self.id),
    listCategories: (tx, self) => listCategories(tx, self.id),
    renameCategory: (tx, self) => renameCategory(tx, self.id, some(self).canary, self.canary),
    reindexKnowledge: (tx, self) => reindexKnowledge(tx, self.id, { after: someId(self, 'knowledge'), limit: 1 }),
    listVersions: (tx, self) => listVersions(tx, self.id, someId(self, 'knowledge')),
    diffSince: (tx, self) => diffSince(tx, self.id, someId(self, 'knowledge'), 1),
    restoreVersion: (tx, self) => restoreVersion(tx, self.id, someId(self, 'knowledge'), 1),
    saveDraft: (tx, self) => saveDraft(tx, self.id, { action: 'change', knowledge_id: someId(self, 'knowledge'), entry: { category: self.canary } }),
    listDrafts: (tx, self) => listDrafts(tx, self.id, page(self, 'knowledge')),
    dropDraft: async (tx, self) => {
      const own = await saveDraft(tx, self.id, { action: 'add', entry: { format: 'text', title: 'Draft', content: self.canary } });
      await dropDraft(tx, self.id, random() < 0.5 ? own.id : someId(self, 'knowledge'));
    },
    replayReceipt: async (tx, self) => {
      const messageId = randomUUID();
      // Of one's own there is an answer only when this very call has written it: others are tidied away.
      if (random() < 0.5) {
        const passage = { ...NO_PASSAGE, knowledge_id: someId(self, 'knowledge'), version: 1 };
        const outcome = { ...OUTCOME, receipt: { ...OUTCOME.receipt, passages: [passage] } };
        await withLease(tx, pick(self.ids.chats), (id, lease) => recordTurn(tx, self.id, id, lease, messageId, outcome));
        return replayReceipt(tx, self.id, messageId);
      }
      const answer = await tx.row<{ id: string }>("SELECT id FROM messages WHERE conversation_id = $1 AND sender_type = 'ai' LIMIT 1", [
        someConversation(self),
      ]);
      return replayReceipt(tx, self.id, answer?.id ?? messageId);
    },
    takeToEmbed: (tx, self) => takeToEmbed(tx, self.id, 'model'),
    hashTexts: (tx, self) => hashTexts(tx, self.id, 5),
    keepLonger: (tx, self) => keepLonger(tx, self.id),
    listUnembedded: (tx, self) => listUnembedded(tx, self.id, 'model', '0', 5),
    storeVectors: (tx, self) => storeVectors(tx, self.id, 'model', [{ hash: randomBytes(32), vector: [random(), -random()] }]),
    switchModel: (tx, self) => switchModel(tx, self.id, 'model'),
    forgetVectors: (tx, self) => forgetVectors(tx, self.id, 'model', 5),
    finishEmbedding: (tx, self) => finishEmbedding(tx, self.id, { version: '0', searched: null }),
    postponeEmbedding: (tx, self) => postponeEmbedding(tx, self.id, 1),
    searchedModel: (tx, self) => searchedModel(tx, self.id),
    withDraftsPublished: (tx, self) => withDraftsPublished(tx, self.id, () => listKnowledge(tx, self.id, page(self, 'knowledge'))),
    publishDrafts: (tx, self) => publishDrafts(tx, self.id),
    showKnowledge: (tx, self) => showKnowledge(tx, self.id, someId(self, 'knowledge')),
    searchKnowledge: (tx, self) => searchKnowledge(tx, self.id, [{ text: `word of number ${pick(strangers).canary}`, weight: 1 }]),
    addSource: (tx, self) => addSource(tx, self.id, { kind: 'page', url: 'https://page.invalid/', name: self.canary }),
    showSource: (tx, self) => showSource(tx, self.id, someId(self, 'sources')),
    listSources: (tx, self) => listSources(tx, self.id, page(self, 'sources')),
    changeSource: (tx, self) => changeSource(tx, self.id, someId(self, 'sources'), { category: self.canary, visibility: 'shared' }),
    refreshSource: (tx, self) => refreshSource(tx, self.id, someId(self, 'sources')),
    removeSource: async (tx, self) => {
      const own = await addSource(tx, self.id, { kind: 'page', url: 'https://page.invalid/', name: self.canary });
      return removeSource(tx, self.id, random() < 0.5 ? own.id : (another(self).ids.sources[0] as string));
    },
    listSourceDocuments: (tx, self) => listSourceDocuments(tx, self.id, someId(self, 'sources'), page(self, 'documents')),
    withdrawDocuments: (tx, self) => withdrawDocuments(tx, self.id, 'SELECT $2::uuid', [someId(self, 'documents')]),
    storeTexts: (tx, self) => storeTexts(tx, self.id, someId(self, 'documents'), parsed(self), { ...self.taken, url: null }),
    noteChecked: (tx, self) => noteChecked(tx, self.id, someId(self, 'documents')),
    takeSource: (tx, self) => takeSource(tx, self.id, someId(self, 'sources')),
    noteFound: (tx, self) => asReader(tx, self, (source) => noteFound(tx, source, [`https://page.invalid/${self.canary}/${below(5)}`], 1)),
    holdSource: (tx, self) => asReader(tx, self, (source) => holdSource(tx, source)),
    meetAgain: (tx, self) => asReader(tx, self, (source) => meetAgain(tx, source)),
    nextDocument: (tx, self) => asReader(tx, self, (source) => nextDocument(tx, source)),
    storeReading: (tx, self) => {
      const read = { texts: parsed(self), links: [], etag: null, lastModified: null, hash: Buffer.alloc(32) };
      const reading = pick<Reading>([
        { outcome: 'read', ...read },
        { outcome: 'gone', reason: self.canary },
      ]);
      return asReader(tx, self, (source) => storeReading(tx, source, waiting(self), reading, null));
    },
    storeStretch: (tx, self) => asReader(tx, self, (source) => storeStretch(tx, source, waiting(self), parsed(self), { from: 0, to: 1 }, null)),
    findCopy: (tx, self) => asReader(tx, self, (source) => findCopy(tx, source, waiting(self), Buffer.alloc(32))),
    finishSource: (tx, self) => asReader(tx, self, (source) => finishSource(tx, source, { status: 'complete', reason: self.canary, isComplete: false })),
    countDocuments: (tx, self) => asReader(tx, self, (source) => countDocuments(tx, source)),
    createApiKey: (tx, self) => createApiKey(tx, self.id, { name: self.canary, scopes: [], createdBy: 'test' }),
    listApiKeys: (tx, self) => listApiKeys(tx, self.id, page(self, 'keys')),
    revokeApiKey: (tx, self) => revokeApiKey(tx, self.id, another(self).ids.keys[0] as string),
    writeAudit: (tx, self) => writeAudit(tx, some(self).id, { actor: self.canary, action: 'x', resourceType: 'y', resourceId: null }),
    signInAt: (tx, self) => signInAt(tx, self.id, someId(self, 'members'), self.canary),
    openSession: (tx, self) => openSession(tx, self.id, someId(self, 'members'), self.canary),
    noteSessionUse: (tx, self) => noteSessionUse(tx, self.id, randomUUID()),
    listSessions: (tx, self) => listSessions(tx, self.id, someId(self, 'members')),
    endSessions: (tx, self) => endSessions(tx, self.id, someId(self, 'members'), random() < 0.5 ? { id: randomUUID() } : { except: randomUUID() }),
    invite: (tx, self) => invite(tx, self.id, { email: `${below(9)}-${self.canary.toLowerCase()}@people.invalid`, role: 'agent', createdBy: self.canary }),
    listInvitations: (tx, self) => listInvitations(tx, self.id),
    addReset: (tx, self) => addReset(tx, self.id, someId(self, 'members')),
    takeReset: (tx, self) => takeReset(tx, self.id, self.canary),
    takeInvitation: (tx, self) => takeInvitation(tx, self.id, another(self).ids.invitations[0] as string),
    requireMember: (tx, self) => requireMember(tx, self.id, someId(self, 'members')),
    listOwnRoles: (tx, self) => listOwnRoles(tx, self.id),
    addOwnRole: (tx, self) => addOwnRole(tx, self.id, { name: `${self.canary} ${below(1e9)}`, scopes: ['leads:read'] }, SCOPES),
    changeOwnRole: (tx, self) => changeOwnRole(tx, self.id, someId(self, 'roles'), { name: `${self.canary} ${below(1e9)}`, scopes: ['leads:read'] }, SCOPES),
    showOwnRole: (tx, self) => showOwnRole(tx, self.id, someId(self, 'roles'), SCOPES),
    removeOwnRole: async (tx, self) => {
      const own = await addOwnRole(tx, self.id, { name: `${self.canary} ${below(1e9)}`, scopes: [] }, SCOPES);
      return removeOwnRole(tx, self.id, random() < 0.5 ? own.id : (another(self).ids.roles[0] as string));
    },
    giveOwnRole: (tx, self) => giveOwnRole(tx, self.id, someId(self, 'members'), someId(self, 'roles'), OWNER),
    useChallenge: (tx, self) => useChallenge(tx, self.id, makeChallenge(SECRET, 'sign in')),
    addPasskey: (tx, self) =>
      addPasskey(tx, someId(self, 'members'), self.canary, {
        id: randomBytes(20).toString('base64url'),
        publicKey: randomBytes(20),
        counter: 0,
        transports: [],
      }),
    listPasskeys: (tx, self) => listPasskeys(tx, someId(self, 'members')),
    removePasskey: async (tx, self) => {
      const userId = pick(self.ids.members);
      const key = { id: randomBytes(20).toString('base64url'), publicKey: randomBytes(20), counter: 0, transports: [] };
      if (random() < 0.5) await addPasskey(tx, userId, self.canary, key);
      await removePasskey(tx, random() < 0.7 ? userId : someId(self, 'members'), key.id);
    },
    noteUse: async (tx, self) => {
      const userId = pick(self.ids.members);
      const passkeyId = randomBytes(20).toString('base64url');
      await addPasskey(tx, userId, self.canary, { id: passkeyId, publicKey: randomBytes(20), counter: 0, transports: [] });
      await noteUse(tx, { userId: random() < 0.7 ? userId : someId(self, 'members'), passkeyId, challenge: '', counter: 1 });
    },
    listMembers: (tx, self) => listMembers(tx, self.id),
    showMember: (tx, self) => showMember(tx, self.id, someId(self, 'members')),
    beginSecondFactor: (tx, self) => beginSecondFactor(tx, SECRET, { id: someId(self, 'members'), email: self.canary }),
    confirmSecondFactor: async (tx, self) => {
      const { secret } = await beginSecondFactor(tx, SECRET, { id: someId(self, 'members'), email: self.canary });
      const factor = { base32: secret, isConfirmed: false };
      const codes = await confirmSecondFactor(tx, someId(self, 'members'), factor, new TOTP({ secret: Secret.fromBase32(secret) }).generate());
      for (const id of self.ids.members) await removeSecondFactor(tx, id);
      return codes;
    },
    passSecondFactor: (tx, self) => passSecondFactor(tx, someId(self, 'members'), { base32: new Secret().base32, isConfirmed: true }, '123456'),
    requireSecondFactor: (tx, self) => requireSecondFactor(tx, someId(self, 'members'), undefined, undefined),
    removeSecondFactor: (tx, self) => removeSecondFactor(tx, someId(self, 'members')),
    removeEnded: (tx, self) => removeEnded(tx, self.id),
    changeRole: (tx, self) => changeRole(tx, self.id, someId(self, 'members'), pick(['agent', 'viewer']), OWNER),
    removeMember: async (tx, self) => {
      const own = randomUUID();
      await tx.run("INSERT INTO members (tenant_id, user_id, role) VALUES ($1, $2, 'viewer')", [self.id, own]);
      try {
        return await removeMember(tx, self.id, random() < 0.5 ? own : (another(self).ids.members[0] as string), OWNER);
      } finally {
        await tx.run('DELETE FROM members WHERE tenant_id = $1 AND user_id = $2', [self.id, own]);
      }
    },
    readTenant: (tx, self) => readTenant(tx, some(self).id),
    saveSettings: (tx, self) => saveSettings(tx, self.id, 'widget', { title: self.canary }),
    takeTurn: (tx, self) => takeTurn(tx, self.id, someConversation(self)),
    renewTurn: (tx, self) => withLease(tx, someConversation(self), (id, { seq }) => renewTurn(tx, self.id, id, seq)),
    dropTurn: (tx, self) => withLease(tx, someConversation(self), (id, { seq }) => dropTurn(tx, self.id, id, seq)),
    loadHistory: (tx, self) => loadHistory(tx, self.id, someConversation(self), { seq: 100, sentAt: random() < 0.5 ? null : new Date() }),
    loadPartsAfter: (tx, self) => loadPartsAfter(tx, self.id, someConversation(self), { seq: 0, index: 0 }),
    recordTurn: (tx, self) =>
      withLease(tx, random() < 0.5 ? pick(self.ids.chats) : someConversation(self), (id, lease) =>
        recordTurn(tx, self.id, id, lease, randomUUID(), OUTCOME, planned(self), 1),
      ),
    // Of the names that the site beside it has for its visitors; its own sessions are needed by the other calls.
    saveProvenContact: (tx, self) => saveProvenContact(tx, self.id, `visitor ${below(3)}`, { name: self.canary }),
    endUnprovenSessions: (tx, self) => endUnprovenSessions(tx, another(self).id),
    saveLead: (tx, self) =>
      saveLead(tx, self.id, {
        conversationId: pick(self.ids.conversations),
        facts: { email: `${self.canary.toLowerCase()}-${below(3)}@mail.invalid` },
        intent: 'other',
        sourceSeq: 1,
      }),
    transferToPerson: (tx, self) => transferToPerson(tx, self.id, someConversation(self), notice(self)),
    assignConversation: (tx, self) => assignConversation(tx, self.id, someConversation(self), random() < 0.3 ? null : someId(self, 'members')),
    markRead: (tx, self) => markRead(tx, self.id, someId(self, 'members'), someConversation(self), below(5)),
    findPlace: (tx, self) => findPlace(tx, self.id, someConversation(self)),
    requireConversation: (tx, self) => requireConversation(tx, self.id, someConversation(self)),
    showVisitorFile: (tx, self) => showVisitorFile(tx, self.id, someId(self, 'files')),
    addVisitorFile: async (tx, self) => {
      // A message can be one file only.
      const conversation = someConversation(self);
      const message = await tx.row<{ id: string }>(
        "INSERT INTO messages (tenant_id, conversation_id, seq, role, sender_type, message_type, content) VALUES ($1, $2, $3, 'user', 'visitor', 'image', '') RETURNING id",
        [self.id, conversation, 1e9 + below(1e9)],
      );
      const file = { id: randomUUID(), name: `${self.canary}.png`, mediaType: 'image/png', byteSize: 1 };
      return addVisitorFile(tx, self.id, conversation, message?.id ?? '', file);
    },
    listUnwantedFiles: (tx, self) => listUnwantedFiles(tx, self.id, 5),
    forgetUnwantedFiles: (tx, self) => forgetUnwantedFiles(tx, self.id, [someId(self, 'files')]),
    findVisitor: (tx, self) => findVisitor(tx, self.id, someConversation(self)),
    listNotes: (tx, self) => listNotes(tx, self.id, someConversation(self)),
    addNote: (tx, self) => addNote(tx, self.id, someConversation(self), { actor: `user:${someId(self, 'members')}`, text: self.canary }),
    listCannedReplies: (tx, self) => listCannedReplies(tx, self.id),
    addCannedReply: (tx, self) => addCannedReply(tx, self.id, { shortcut: `s${below(1e9)}`, text: self.canary }),
    changeCannedReply: async (tx, self) => {
      const own = await addCannedReply(tx, self.id, { shortcut: `s${below(1e9)}`, text: self.canary });
      return changeCannedReply(tx, self.id, random() < 0.5 ? own.id : someId(self, 'canned-replies'), { shortcut: `s${below(1e9)}`, text: self.canary });
    },
    removeCannedReply: async (tx, self) => {
      const own = await addCannedReply(tx, self.id, { shortcut: `s${below(1e9)}`, text: self.canary });
      return removeCannedReply(tx, self.id, random() < 0.5 ? own.id : (another(self).ids['canned-replies'][0] as string));
    },
    announce: (tx, self) => announce(tx, self.id, pick(WEBHOOK_EVENTS), { word: self.canary }),
    listWebhookEndpoints: (tx, self) => listWebhookEndpoints(tx, self.id),
    addWebhookEndpoint: (tx, self) =>
      addWebhookEndpoint(tx, self.id, SECRET, { url: `https://${self.canary.toLowerCase()}.invalid/`, events: ['lead.created'] }),
    changeWebhookEndpoint: (tx, self) => changeWebhookEndpoint(tx, self.id, someId(self, 'webhooks'), { is_active: true }),
    rotateWebhookSecret: (tx, self) => rotateWebhookSecret(tx, self.id, SECRET, someId(self, 'webhooks')),
    removeWebhookEndpoint: async (tx, self) => {
      const { row } = await addWebhookEndpoint(tx, self.id, SECRET, { url: `https://${self.canary.toLowerCase()}.invalid/`, events: ['lead.created'] });
      await removeWebhookEndpoint(tx, self.id, self.ids.webhooks.includes(row.id) || random() < 0.5 ? row.id : (another(self).ids.webhooks[0] as string));
    },
    takeWebhook: (tx, self) => takeWebhook(tx, self.id, someId(self, 'webhook-deliveries')),
    settleWebhook: (tx, self) => settleWebhook(tx, takenWebhook(self), { status: pick([200, 410, 500]) }, random()),
    listWebhookDeliveries: (tx, self) => listWebhookDeliveries(tx, self.id, someId(self, 'webhooks'), page(self, 'webhook-deliveries')),
    resendWebhook: (tx, self) => resendWebhook(tx, self.id, someId(self, 'webhook-deliveries')),
    pruneWebhooks: (tx, self) => pruneWebhooks(tx, self.id, 30),
    readNumbers: (tx, self) => readNumbers(tx, self.id, pick(['day', 'channel', 'language']), EVER),
    readTotals: (tx, self) => readTotals(tx, self.id, EVER),
    countModelCalls: (tx, self) => countModelCalls(tx, self.id),
    exportVisitor: (tx, self) =>
      exportVisitor(tx, self.id, random() < 0.5 ? { contactId: someId(self, 'contacts') } : { conversationId: someConversation(self) }),
    eraseVisitor: async (tx, self) => {
      const own = await tx
        .row<{ id: string }>("INSERT INTO conversations (tenant_id, session_id, channel) VALUES ($1, $2, 'cli') RETURNING id", [self.id, randomUUID()])
        .catch(() => undefined);
      return eraseVisitor(tx, self.id, { conversationId: random() < 0.5 && own ? own.id : (pick(another(self).ids.chats) as string) });
    },
    eraseConversations: (tx, self) => eraseConversations(tx, self.id, [pick(another(self).ids.chats) as string]),
    eraseOld: (tx, self) => eraseOld(tx, self.id, new Date(0), 5),
    holdConversation: (tx, self) => holdConversation(tx, self.id, someConversation(self), random() < 0.5),
    readAudit: (tx, self) => readAudit(tx, self.id, { before: null, limit: 20 }),
    listGaps: (tx, self) => listGaps(tx, self.id),
    tryQuestion: (tx, self) => tryQuestion(tx, self.id, self.tenant.settings.ai, 'What is the word of number 1?'),
    countUnread: (tx, self) => countUnread(tx, self.id, someId(self, 'members')),
    listInbox: (tx, self) => listInbox(tx, self.id, someId(self, 'members'), { limit: 50, ...(random() < 0.5 ? { text: pick(strangers).canary } : {}) }),
    writeAsPerson: (tx, self) => writeAsPerson(tx, self.id, someConversation(self), self.canary),
    changeStatus: (tx, self) => changeStatus(tx, self.id, someConversation(self), pick(['active', 'ended'])),
    finishWaiting: (tx, self) => finishWaiting(tx, self.id, someConversation(self), self.canary),
    replyOnce: (tx, self) => replyOnce(tx, self.id, fakeRequest, SECRET, () => Promise.resolve({ word: self.canary })),
    applyEvent: (tx, self) => applyEvent(tx, self.id, someEvent(self), options(self)),
    handOver: (tx, self) => handOver(tx, self.id, { id: someId(self, 'chats'), session_id: someId(self, 'sessions'), channel_origin: null }, options(self)),
    pruneReplies: (tx, self) => pruneReplies(tx, self.id),
    pruneEvents: (tx, self) => pruneEvents(tx, self.id, 30, 5),
    buryEvent: (tx, self) => buryEvent(tx, self.id, { channel: 'crisp', key: `bad-${below(5)}` }, { word: self.canary }, self.canary),
    dismissDead: (tx, self) => dismissDead(tx, self.id, someId(self, random() < 0.8 ? 'events' : 'deliveries')),
    listDead: (tx, self) => listDead(tx, self.id, page(self, 'events')),
    replayDead: (tx, self) =>
      replayDead(
        tx,
        random() < 0.8 ? self.tenant : another(self).tenant,
        someId(self, random() < 0.8 ? 'events' : 'deliveries'),
        () => someEvent(self),
        () => options(self),
      ),
    takeOver: (tx, self) =>
      takeOver(tx, self.id, someId(self, 'chats'), {
        at: new Date(),
        quietMinutes: 1,
        said: { text: self.canary, externalId: `person-${below(5)}`, messageType: 'text' },
      }),
    release: (tx, self) => release(tx, self.id, someId(self, 'chats'), new Date()),
    holdForTyping: (tx, self) => holdForTyping(tx, self.id, someId(self, 'sessions')),
    setBlocked: (tx, self) => setBlocked(tx, self.id, someId(self, 'chats'), random() < 0.3, new Date()),
    erase: (tx, self) => erase(tx, self.id, pick(another(self).ids.chats)),
    mergeKnownFacts: (tx, self) => mergeKnownFacts(tx, self.id, someId(self, 'chats'), { name: self.canary }, [self.canary], new Date()),
    countAnswers: (tx, self) => countAnswers(tx, self.id, someConversation(self)),
    standDown: (tx, self) => withLease(tx, someId(self, 'chats'), (id, lease) => standDown(tx, self.id, id, lease, self.canary, planned(self))),
    storeDeliveries: (tx, self) => storeDeliveries(tx, self.id, someId(self, 'chats'), { seq: below(1e6), messageId: null }, planned(self)),
    takeDelivery: (tx, self) => takeDelivery(tx, self.id, someId(self, 'chats')),
    keepDelivery: (tx, self) => keepDelivery(tx, delivery(self)),
    settleSent: (tx, self) => settleSent(tx, delivery(self), self.canary),
    settleLater: (tx, self) => settleLater(tx, delivery(self), 10, self.canary, true),
    settleDead: (tx, self) => settleDead(tx, delivery(self), self.canary, planned(self), 30),
    readCapabilities: (tx, self) => readCapabilities(tx, some(self).tenant, true),
    connectCrispWebsite: (tx, self) => connectCrispWebsite(tx, self.id, some(self).crispWebsite),
    disconnectCrispWebsite: (tx, self) => disconnectCrispWebsite(tx, another(self).id),
    connectTidioProject: (tx, self) => connectTidioProject(tx, self.id, some(self).tidioKey),
    disconnectTidioProject: (tx, self) => disconnectTidioProject(tx, another(self).id),
    createShownSecret: (tx, self) => createShownSecret(tx, self.id, 'crisp_hook_key'),
    createIdentitySecret: (tx, self) => createIdentitySecret(tx, self.id, SECRET),
    hasIdentitySecret: (tx, self) => hasIdentitySecret(tx, self.id),
    keepSecret: (tx, self) => keepSecret(tx, self.id, 'crisp_token', { word: self.canary }, self.canary, SECRET),
    listChannelSecrets: (tx, self) => listChannelSecrets(tx, self.id),
    removeChannelSecret: (tx, self) => removeChannelSecret(tx, self.id, pick(another(self).secretIds)),
    removeChannelSecretsOf: (tx, self) =>
      random() < 0.5
        ? removeChannelSecretsOf(tx, self.id, ['crisp_token'])
        : removeChannelSecretsOf(tx, another(self).id, ['crisp_hook_key', 'tidio_webhook_secret', 'tidio_flow_token', 'tidio_flow_secret']),
  };

  const question = () => `What is the word of number ${below(4)}? ${below(1e6)}`;
  /** A valid body for each route that takes JSON. */
  const bodies: Record<string, (self: Stranger) => unknown> = {
    'put /v1/admin/tenant/allowed-origins': () => ({ allowed_origins: [] }),
    'put /v1/admin/settings/widget': (self) => ({ title: self.canary }),
    'put /v1/admin/settings/ai': () => ({}),
    'put /v1/admin/settings/leads': () => ({}),
    'put /v1/admin/settings/handoff': () => ({}),
    'put /v1/admin/settings/budget': () => ({ messages_per_visitor_per_hour: 10_000, messages_per_address_per_hour: 100_000 }),
    'put /v1/admin/settings/crisp': (self) => ({ nickname: self.canary }),
    'put /v1/admin/settings/hours': () => ({}),
    'post /v1/admin/settings/ai/preview': (self) => ({ question: question(), instructions: self.canary }),
    'put /v1/admin/settings/privacy': () => ({}),
    'put /v1/admin/settings/identity': () => ({ is_required: false }),
    'put /v1/admin/conversations/:id/hold': () => ({ is_held: random() < 0.5 }),
    'put /v1/admin/settings/tidio': () => ({ answers_per_contact_per_hour: 1_000 }),
    'patch /v1/admin/tenant': (self) => ({ name: self.canary }),
    'post /v1/admin/knowledge': (self) => ({ format: 'faq', title: 'New', content: self.canary }),
    'post /v1/admin/knowledge/drafts': (self) => ({ action: 'change', knowledge_id: someId(self, 'knowledge'), entry: { category: self.canary } }),
    'patch /v1/admin/knowledge/categories': (self) => ({ from: self.canary, to: self.canary }),
    'patch /v1/admin/knowledge/:id': (self) => ({ category: self.canary }),
    'post /v1/admin/knowledge/try': () => ({ questions: [question()], with_drafts: random() < 0.5 }),
    'post /v1/admin/sources': (self) => ({ kind: 'page', url: 'https://page.invalid/', name: self.canary }),
    'patch /v1/admin/sources/:id': (self) => ({ category: self.canary }),
    'post /v1/admin/conversations/:id/messages': (self) => ({ text: self.canary }),
    'patch /v1/admin/conversations/:id': () => ({ status: pick(['active', 'ended', 'transferred']) }),
    'post /v1/admin/conversations/:id/read': () => ({ seq: below(9) }),
    'post /v1/admin/conversations/:id/notes': (self) => ({ text: self.canary }),
    'post /v1/admin/canned-replies': (self) => ({ shortcut: `s${below(1e9)}`, text: self.canary }),
    'put /v1/admin/canned-replies/:id': (self) => ({ shortcut: `s${below(1e9)}`, text: self.canary }),
    'patch /v1/admin/leads/:id': (self) => ({ notes: self.canary }),
    'post /v1/admin/keys': (self) => ({ name: self.canary, scopes: ['leads:read'] }),
    'put /v1/admin/channels/crisp': (self) => ({ website_id: some(self).crispWebsite, token: { identifier: self.canary, key: self.canary } }),
    'put /v1/admin/channels/tidio': (self) => ({ public_key: some(self).tidioKey }),
    'post /v1/admin/channels/secrets': () => ({ purpose: pick(['crisp_hook_key', 'tidio_flow_token', 'tidio_flow_secret', 'widget_identity_secret']) }),
    'post /v1/admin/invitations': (self) => ({ email: `${below(9)}-${self.canary.toLowerCase()}@people.invalid`, role: 'agent' }),
    'post /v1/admin/roles': (self) => ({ name: `${self.canary} ${below(1e9)}`, scopes: ['leads:read'] }),
    'put /v1/admin/roles/:id': (self) => ({ name: `${self.canary} ${below(1e9)}`, scopes: ['leads:read'] }),
    'patch /v1/admin/members/:id': () => ({ role: pick(['agent', 'viewer']) }),
    'post /v1/admin/webhooks': (self) => ({ url: `https://${self.canary.toLowerCase()}.invalid/`, events: ['lead.created'] }),
    'patch /v1/admin/webhooks/:id': () => ({ is_active: true }),
    'post /v1/console/sign-in': (self) => ({ email: some(self).owner.email, password: random() < 0.5 ? PASSWORD : self.canary }),
    'post /v1/console/invitations/show': (self) => ({ token: self.invitationToken }),
    'post /v1/console/invitations/accept': () => ({}),
    'post /v1/console/switch': () => ({}),
    'put /v1/console/password': () => ({}),
    'post /v1/console/password-reset': (self) => ({ email: some(self).owner.email }),
    'post /v1/console/password-reset/use': (self) => ({ token: self.invitationToken, new_password: PASSWORD }),
    'post /v1/console/passkeys/sign-in': () => ({}),
    'post /v1/console/passkeys/options': () => ({}),
    'post /v1/console/passkeys': () => ({}),
    'post /v1/console/passkeys/remove': () => ({}),
    'post /v1/console/second-factor/confirm': () => ({}),
    'post /v1/console/second-factor/remove': () => ({}),
    'post /v1/widget/sessions': (self) => ({
      website_id: self.websiteId,
      resume_token: random() < 0.5 ? pick(strangers).visitor.token : self.visitor.token,
      page_url: `https://${self.canary.toLowerCase()}.invalid/${below(9)}`,
    }),
    'post /v1/widget/messages': () => ({ client_message_id: `message-${below(1e9)}`, text: question() }),
    'post /v1/widget/leads': (self) => ({ email: `${self.canary.toLowerCase()}@mail.invalid` }),
    'post /v1/widget/feedback': () => ({ message_id: randomUUID(), value: 'up' }),
    'post /v1/widget/handoff': () => ({}),
    'post /v1/widget/rating': (self) => ({ rating: 1 + below(5), comment: self.canary }),
    'post /v1/widget/withdraw': () => ({}),
  };

  /** The senders of routes that take their body as it comes: what they show of themselves is half theirs, half another's. */
  const raw: Record<string, (self: Stranger) => { path: string; headers: Record<string, string>; body: string | Uint8Array<ArrayBuffer> }> = {
    'post /v1/admin/sources/files': (self) => ({
      path: `/v1/admin/sources/files?name=${self.canary}.txt`,
      headers: { authorization: `Bearer ${self.key}`, 'content-type': 'application/octet-stream' },
      body: `The file says ${self.canary}.`,
    }),
    'post /v1/widget/files': (self) => ({
      path: `/v1/widget/files?client_message_id=file-${below(1e9)}&name=${self.canary}.png`,
      headers: { authorization: `Bearer ${self.visitor.token}` },
      body: PIXEL,
    }),
    'post /v1/admin/setup/logo': (self) => ({ path: '/v1/admin/setup/logo', headers: { authorization: `Bearer ${self.key}` }, body: PIXEL }),
    'post /webhooks/crisp': (self) => {
      const body = JSON.stringify(crispVisitorMessage({ websiteId: self.crispWebsite, sessionId: someId(self, 'sessions'), text: question() }));
      return { path: '/webhooks/crisp', headers: signCrisp(CRISP_SECRET, body), body };
    },
    'post /webhooks/crisp/:hookKey': (self) => {
      const body = JSON.stringify(crispVisitorMessage({ websiteId: some(self).crispWebsite, sessionId: someId(self, 'sessions'), text: question() }));
      return { path: `/webhooks/crisp/${self.hookKey}`, headers: {}, body };
    },
    'post /webhooks/tidio': (self) => {
      const body = JSON.stringify(tidioTicketReplied({ publicKey: some(self).tidioKey, ticketId: 1 + below(9), text: question(), contactId: randomUUID() }));
      return { path: '/webhooks/tidio', headers: signTidio([self.tidioSecret], body), body };
    },
    'post /webhooks/tidio/flow/:flowToken': (self) => ({
      path: `/webhooks/tidio/flow/${self.flowToken}`,
      headers: { 'x-flow-token': some(self).flowSecret, 'content-type': 'application/json' },
      body: JSON.stringify(tidioFlowCall({ message: question(), contactUuid: `00000000-0000-4000-8000-${String(below(40)).padStart(12, '0')}` })),
    }),
  };
  return { functions, bodies, raw, someId };
}

const EVER = { from: new Date('2020-01-01'), to: new Date('2100-01-01') };
const fakeRequest = { get: () => `key-${below(5)}`, method: 'POST', originalUrl: '/x', body: {} } as never;

/** Works on a conversation as who has its turn; on one that is not there for this tenant, as somebody who says so. */
async function withLease<T>(tx: Transaction, conversationId: string, work: (id: string, lease: TurnLease) => Promise<T>): Promise<T> {
  const taken = await tx.row<{ turn_seq: string; owner_epoch: string }>(
    "UPDATE conversations SET last_seq = last_seq + 1, turn_seq = last_seq + 1, turn_lease_until = now() + interval '10 seconds' WHERE id = $1 RETURNING turn_seq, owner_epoch",
    [conversationId],
  );
  return work(conversationId, {
    seq: Number(taken?.turn_seq ?? below(5)),
    ownerEpoch: Number(taken?.owner_epoch ?? 0),
    channel: 'widget',
    sessionId: 'nobody',
    hasSpoken: false,
    origin: null,
    waiting: [],
    locale: null,
    pageUrl: null,
    facts: {},
    knownFacts: {},
    leadRequested: false,
  });
}

const NO_PASSAGE = { chunk_id: '0', document_id: randomUUID(), hash: '', bm25: 0, similarity: null, rank: 0, coverage: 0 };

const OUTCOME: TurnOutcome = {
  verdict: 'answered',
  status: 'complete',
  content: 'x',
  parts: [],
  citations: [],
  model: 'none',
  uses: [],
  facts: {},
  intent: 'other',
  wantsPerson: false,
  leadFields: [],
  receipt: {
    question: '',
    language: 'en',
    knowledge_version: '0',
    confidence: 0,
    threshold: 0,
    passages: [],
    is_reranked: false,
    prompt_version: 0,
    contradiction: null,
    answerer: 'none',
    remembered: false,
    passed_over: [],
    sentences: [],
    tokens: { in: 0, out: 0 },
    cost_micros: 0,
    ms: { search: 0, first_part: null, total: 0 },
  },
};
