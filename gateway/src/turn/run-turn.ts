import type { Verdict } from '@netia/protocol';
import { detectLanguage } from '../knowledge/languages.ts';
import { plainText } from '../knowledge/plain-text.ts';
import type { SearchResult } from '../knowledge/search-knowledge.ts';
import { type Evidence, type WeighedPassage, weighPassages } from '../knowledge/weigh-passages.ts';
import { memoryKey, type RememberedAnswer } from '../models/answer-memory.ts';
import { BudgetSpent, type LanguageModel, ModelFault, type Prompt, type TokenUse } from '../models/language-model.ts';
import { checkSentence, repeatsInstructions, type SentenceCheck } from './checking/check-sentence.ts';
import { findContradiction } from './checking/find-contradiction.ts';
import { composeAnswerPrompt, composeLeadPrompt, composeRewritePrompt, PASSAGES_MAX, PROMPT_VERSION } from './compose-prompt.ts';
import { findFacts, findIntent, type Intent, type LeadFacts, readLeadReply } from './find-lead.ts';
import { handoffText } from './handoff-text.ts';
import { isHandoffOffer, type Phrases, phrasesFor } from './phrases.ts';
import { quoteSources } from './quote-sources.ts';
import { readSentences } from './read-sentences.ts';
import type { ModelUse, Receipt, TurnInput, TurnOutcome, TurnPorts } from './turn.ts';
import { leansOnHistory, readWish, type Wish, weighConversation } from './understand-question.ts';
import { AnswerWriter } from './write-answer.ts';

/**
 * How sure the search must be that the knowledge answers the question, per setting. Measured without a model on sets with
 * unanswerable questions in them, right answer given or rightly none (Wikipedia, bank FAQ, conversations): 0.3 gives 73, 84
 * and 79 %; 0.36 gives 76, 86 and 75 %; 0.43 gives 74, 86 and 66 % with half as many wrong answers. See docs/quality.md.
 */
export const THRESHOLDS = { careful: 0.43, balanced: 0.36, eager: 0.3 } as const;

/** How often a model may write an answer of which nothing has been shown. The second time it hears what was wrong with the first. */
const ATTEMPTS = 2;

const NO_ANSWER = /^\W*NO ANSWER\b/;

/** One answer, from question to outcome: understand, search, judge, compose, stream and check, decide. */
export async function runTurn(input: TurnInput, ports: TurnPorts): Promise<TurnOutcome> {
  const turn = new Turn(input, ports);
  return turn.run();
}

class Turn {
  readonly #input: TurnInput;
  readonly #ports: TurnPorts;
  readonly #writer: AnswerWriter;
  readonly #phrases: Phrases;
  readonly #uses: ModelUse[] = [];
  readonly #receipt: Receipt;
  readonly #started = performance.now();
  #model = 'none';
  #status: 'complete' | 'partial' = 'complete';

  constructor(input: TurnInput, ports: TurnPorts) {
    this.#input = input;
    this.#ports = ports;
    this.#writer = new AnswerWriter(ports.emit);
    const locale = input.locale?.slice(0, 2);
    const language = detectLanguage(input.question, locale ?? input.settings.widget.language);
    this.#phrases = phrasesFor(language, locale, input.settings.widget.language);
    this.#receipt = {
      question: input.question,
      language,
      knowledge_version: '0',
      confidence: 0,
      threshold: THRESHOLDS[input.settings.ai.caution],
      passages: [],
      is_reranked: false,
      prompt_version: PROMPT_VERSION,
      contradiction: null,
      answerer: 'none',
      remembered: false,
      passed_over: [],
      sentences: [],
      tokens: { in: 0, out: 0 },
      cost_micros: 0,
      ms: { search: 0, first_part: null, total: 0 },
    };
  }

  async run(): Promise<TurnOutcome> {
    const { seq, messageId, question, settings } = this.#input;
    this.#writer.put({ type: 'answer-start', seq, message_id: messageId });
    const facts = settings.leads.is_enabled ? findFacts(question) : {};
    const wish = readWish(question, this.#hasOfferedPerson());
    const verdict = await this.#answer(wish, Boolean(facts.email || facts.phone));
    const intent = await this.#readLead(facts);
    const leadFields = this.#fieldsToAskFor(verdict, facts);
    if (leadFields.length > 0) this.#writer.put({ type: 'lead-request', fields: leadFields });
    const wantsPerson = verdict === 'handed_over';
    if (wantsPerson) this.#writer.put({ type: 'handoff', state: 'requested' });
    else if (settings.handoff.is_enabled && verdict !== 'answered') this.#writer.put({ type: 'handoff', state: 'offered' });
    this.#writer.put({ type: 'answer-end', verdict, status: this.#status });
    this.#receipt.ms.first_part = this.#writer.firstPartAt === null ? null : Math.round(this.#writer.firstPartAt - this.#started);
    this.#receipt.ms.total = Math.round(performance.now() - this.#started);
    return {
      verdict,
      status: this.#status,
      content: this.#writer.content,
      parts: this.#writer.parts,
      citations: this.#writer.citations,
      model: this.#model,
      uses: this.#uses,
      facts,
      intent,
      wantsPerson,
      leadFields,
      receipt: this.#receipt,
    };
  }

  /** In whichever language the last answer was. */
  #hasOfferedPerson(): boolean {
    const last = this.#input.history.at(-1);
    return last?.role === 'agent' && isHandoffOffer(last.text);
  }

  async #answer(wish: Wish, hasGivenContact: boolean): Promise<Verdict> {
    const { settings } = this.#input;
    if (this.#input.question.trim() === '') {
      this.#writer.say(this.#phrases.textOnly + (settings.handoff.is_enabled ? `\n\n${this.#phrases.handoffOffer}` : ''));
      return 'abstained';
    }
    if (wish === 'person') {
      this.#writer.say(
        settings.handoff.is_enabled
          ? handoffText(settings, new Date(), this.#receipt.language, this.#input.locale, settings.widget.language)
          : this.#phrases.handoffDisabled,
      );
      return settings.handoff.is_enabled ? 'handed_over' : 'refused';
    }
    if (wish !== 'question') {
      this.#writer.say(wish === 'greeting' ? this.#phrases.hello : this.#phrases.thanks);
      return 'answered';
    }
    if (hasGivenContact) this.#writer.say(this.#phrases.contactNoted);
    const evidence = await this.#search();
    if (evidence.confidence >= this.#receipt.threshold && (await this.#write(evidence))) {
      this.#showContradiction(evidence);
      return 'answered';
    }
    // "My e-mail is …" is no question; there is nothing to abstain from.
    if (hasGivenContact && !/[?？؟]/.test(this.#input.question)) return 'answered';
    return this.#abstain(evidence);
  }

  async #search(): Promise<Evidence> {
    const { history } = this.#input;
    const question = await this.#standalone();
    const started = performance.now();
    // A rewritten question stands alone; the words behind it would only blur it.
    const result: SearchResult = await this.#ports.search(
      question === this.#input.question ? weighConversation(question, leansOnHistory(question) ? history : []) : [{ text: question, weight: 1 }],
    );
    const evidence = await this.#rerank(question, weighPassages(result, { pageUrl: this.#input.pageUrl, language: this.#receipt.language }));
    this.#receipt.question = question;
    this.#receipt.ms.search = Math.round(performance.now() - started);
    this.#receipt.knowledge_version = result.knowledge_version;
    this.#receipt.confidence = evidence.confidence;
    this.#receipt.passages = evidence.passages
      .slice(0, PASSAGES_MAX)
      .map(({ chunk_id, document_id, knowledge_id, version, hash, score, similarity, rank, coverage }) => ({
        chunk_id,
        document_id,
        knowledge_id,
        version,
        hash,
        bm25: score,
        similarity: similarity ?? null,
        rank,
        coverage,
      }));
    return evidence;
  }

  /** In the order of who reads question and passage together, where there is one. */
  async #rerank(question: string, evidence: Evidence): Promise<Evidence> {
    const { rerank } = this.#ports;
    if (!rerank || evidence.passages.length < 2) return evidence;
    const scores = await rerank(
      question,
      evidence.passages.map(({ title, title_path, body }) => [title, ...title_path, body].filter(Boolean).join('\n')),
    );
    if (!scores) return evidence;
    this.#receipt.is_reranked = true;
    const order = evidence.passages.map((passage, i) => ({ passage, score: scores[i] ?? 0 })).sort((a, b) => b.score - a.score);
    return { ...evidence, passages: order.map(({ passage }) => passage) };
  }

  /** The question as it stands alone: by a model where there is one, else as it is. */
  async #standalone(): Promise<string> {
    const { question, history } = this.#input;
    const model = this.#ports.answerers.models[0];
    if (!model || history.length === 0 || !leansOnHistory(question)) return question;
    try {
      const rewritten = (await this.#readAll(model, 'rewrite', composeRewritePrompt(question, history))).trim();
      return rewritten && rewritten.length <= 500 ? rewritten : question;
    } catch (error) {
      this.#ports.signal.throwIfAborted();
      this.#receipt.passed_over.push({ answerer: model.name, reason: `rewrite: ${reasonOf(error)}` });
      return question;
    }
  }

  async #readAll(model: LanguageModel, purpose: ModelUse['purpose'], prompt: Prompt): Promise<string> {
    const answer = await this.#ports.answerers.open(model, prompt, this.#ports.signal);
    let text = '';
    for await (const piece of answer.text) text += piece;
    this.#spend(purpose, model, await answer.use);
    return text;
  }

  #spend(purpose: ModelUse['purpose'], model: LanguageModel, use: TokenUse): void {
    this.#uses.push({ purpose, model: model.model, ...use });
    const { tokens, cost_micros: cost } = this.#receipt;
    tokens.in += use.tokensIn;
    tokens.out += use.tokensOut;
    this.#receipt.cost_micros = cost === null || !model.price ? null : cost + Math.round(use.tokensIn * model.price.in + use.tokensOut * model.price.out);
  }

  /** Has the answer written by the first answerer that can. @returns whether anything could be said. */
  async #write(evidence: Evidence): Promise<boolean> {
    for (const model of this.#ports.answerers.models) {
      try {
        return await this.#writeWith(model, evidence);
      } catch (error) {
        this.#ports.signal.throwIfAborted();
        this.#receipt.passed_over.push({ answerer: model.name, reason: reasonOf(error) });
        if (this.#status === 'partial') return true;
        if (error instanceof BudgetSpent) break;
        if (!(error instanceof ModelFault)) throw error;
      }
    }
    this.#receipt.answerer = 'extractive';
    this.#model = 'extractive';
    quoteSources(this.#writer, evidence, this.#input.settings.ai.quotes);
    return this.#writer.citations.length > 0;
  }

  /** Where two texts of the tenant answer differently, both are shown; which one holds only the tenant knows. */
  #showContradiction(evidence: Evidence): void {
    const found = this.#status === 'complete' ? findContradiction(evidence.passages) : undefined;
    if (!found) return;
    const sides = [found.one, found.other];
    this.#receipt.contradiction = {
      passages: [evidence.passages.indexOf(found.one.passage), evidence.passages.indexOf(found.other.passage)],
      said: [found.one.unit.text, found.other.unit.text],
    };
    this.#writer.say(`${this.#writer.paragraph}${this.#phrases.disagree}`);
    for (const { passage, unit } of sides) this.#writer.say(`\n- ${plainText(unit.text)}`, [{ passage, start: unit.start, end: unit.end }]);
  }

  async #writeWith(model: LanguageModel, evidence: Evidence): Promise<boolean> {
    const passages = evidence.passages.slice(0, PASSAGES_MAX);
    // In a conversation the same words may ask for something else.
    const { memory } = this.#ports;
    const key =
      memory && this.#input.history.length === 0
        ? memoryKey(model.model, this.#receipt.knowledge_version, composeAnswerPrompt({ ...this.#input, question: '' }, passages), this.#input.question)
        : undefined;
    if (key !== undefined && this.#sayRemembered(model, memory?.get(key), passages)) return true;
    const before = this.#writer.citations.length;
    let refused: string[] = [];
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const written = await this.#stream(model, composeAnswerPrompt(this.#input, passages, refused), passages, attempt);
      if (this.#writer.citations.length > before) {
        if (key !== undefined && before === 0) memory?.set(key, written.said);
        return true;
      }
      // It read the passages and found no answer in them.
      if (written.refused.length === 0) return false;
      refused = written.refused;
    }
    return false;
  }

  /** One attempt of a model: each sentence is shown as soon as it has passed its check. */
  async #stream(model: LanguageModel, prompt: Prompt, passages: WeighedPassage[], attempt: number): Promise<{ said: RememberedAnswer; refused: string[] }> {
    const said: RememberedAnswer = { model: model.model, sentences: [] };
    const refused: string[] = [];
    const answer = await this.#ports.answerers.open(model, prompt, this.#ports.signal);
    this.#receipt.answerer = model.name;
    this.#model = model.model;
    const before = this.#writer.citations.length;
    try {
      for await (const sentence of readSentences(answer.text)) {
        if (NO_ANSWER.test(sentence.text)) continue;
        const check: SentenceCheck = repeatsInstructions(sentence.text, prompt.system)
          ? { outcome: 'own_instructions', supports: [] }
          : checkSentence(sentence.text, sentence.cited, passages, this.#input.question);
        const text =
          this.#writer.content === ''
            ? sentence.text.trimStart()
            : before === this.#writer.citations.length
              ? `${this.#writer.paragraph}${sentence.text.trimStart()}`
              : sentence.text;
        const citations = check.outcome === 'released' ? this.#writer.say(text, check.supports) : [];
        this.#receipt.sentences.push({ text: sentence.text.trim(), outcome: check.outcome, citations, attempt });
        if (check.outcome === 'released')
          said.sentences.push({ text, supports: check.supports.map(({ passage, start, end }) => ({ chunk_id: passage.chunk_id, start, end })) });
        else refused.push(sentence.text.trim());
      }
      this.#spend('answer', model, await answer.use);
    } catch (error) {
      // What was shown stays shown, and is stored as what it is: the beginning of an answer.
      if (this.#writer.citations.length > before) {
        this.#status = 'partial';
        this.#writer.say(`${this.#writer.paragraph}${this.#phrases.failed}`);
      }
      throw error;
    }
    return { said, refused };
  }

  /** Says again what was said to the same question. @returns false when there is nothing, or a source of it is not at hand. */
  #sayRemembered(model: LanguageModel, answer: RememberedAnswer | undefined, passages: WeighedPassage[]): boolean {
    const byId = new Map(passages.map((passage) => [passage.chunk_id, passage]));
    if (!answer?.sentences.every(({ supports }) => supports.every(({ chunk_id }) => byId.has(chunk_id)))) return false;
    this.#receipt.answerer = model.name;
    this.#receipt.remembered = true;
    this.#model = answer.model;
    for (const [i, { text, supports }] of answer.sentences.entries()) {
      const found = supports.flatMap(({ chunk_id, start, end }) => {
        const passage = byId.get(chunk_id);
        return passage ? [{ passage, start, end }] : [];
      });
      const citations = this.#writer.say(i === 0 ? `${this.#writer.paragraph}${text.trimStart()}` : text, found);
      this.#receipt.sentences.push({ text: text.trim(), outcome: 'released', citations, attempt: 1 });
    }
    return true;
  }

  /**
   * What the visitor is after, and what the rules missed of a new contact's name and company, read by a model where there
   * is one. What it names counts only if it stands in the visitor's own words.
   * @param facts completed in place.
   */
  async #readLead(facts: LeadFacts): Promise<Intent> {
    const { question } = this.#input;
    const model = this.#ports.answerers.models[0];
    const byRules = findIntent(question);
    if (!model || !(facts.email || facts.phone)) return byRules;
    try {
      const read = readLeadReply(await this.#readAll(model, 'lead', composeLeadPrompt(question)), question);
      Object.assign(facts, { ...read.facts, ...facts });
      return read.intent ?? byRules;
    } catch (error) {
      this.#ports.signal.throwIfAborted();
      this.#receipt.passed_over.push({ answerer: model.name, reason: `lead: ${reasonOf(error)}` });
      return byRules;
    }
  }

  #abstain(evidence: Evidence): Verdict {
    const { handoff } = this.#input.settings;
    const titles = [
      ...new Set(
        evidence.passages
          .filter((passage) => passage.coverage > 0.25)
          .map((passage) => passage.title_path.at(-1) || passage.title)
          .filter(Boolean),
      ),
    ].slice(0, 3);
    const nearest = titles.length > 0 ? `\n\n${this.#phrases.nearest}\n${titles.map((title) => `- ${title}`).join('\n')}` : '';
    this.#writer.say(`${this.#writer.paragraph}${this.#phrases.abstain}${nearest}${handoff.is_enabled ? `\n\n${this.#phrases.handoffOffer}` : ''}`);
    return 'abstained';
  }

  /** Asks for contact details once, where somebody will want to call back and there is no address yet. */
  #fieldsToAskFor(verdict: Verdict, facts: LeadFacts) {
    const { settings, knownFacts, leadRequested, question } = this.#input;
    const isReachable = Boolean(facts.email || facts.phone || knownFacts.email || knownFacts.phone);
    if (!settings.leads.is_enabled || leadRequested || isReachable) return [];
    const wantsCallBack = verdict === 'handed_over' || (verdict === 'answered' && ['pricing', 'demo', 'complaint'].includes(findIntent(question)));
    return wantsCallBack ? settings.leads.fields : [];
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ModelFault) return error.kind;
  return error instanceof BudgetSpent ? 'budget_spent' : 'fault';
}
