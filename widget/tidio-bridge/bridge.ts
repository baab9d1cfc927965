import { Agent } from './agent.ts';
import { bareWords } from './plain-text.ts';
import { SessionMemory } from './session-memory.ts';

/**
 * The bridge: Netia's answers in Tidio's own chat window, on pages whose tenant has switched it on. Put in beside Tidio's
 * loader: <script async src="https://HOST/tidio-bridge.js" data-website-id="…"></script>.
 *
 * What it shows exists in this browser only, so it gives way to everybody: to Flows, and for good to the first person.
 * It must never throw into the page, and when the gateway is away Tidio is simply as it was.
 */

/** As far as it is used here; see Tidio's "JavaScript API". Messages come with what the widget's source calls them. */
interface TidioChatApi {
  readyEventWasFired?: boolean;
  on(event: 'ready' | 'messageFromVisitor' | 'messageFromOperator', listener: (data?: TidioMessage) => void): void;
  messageFromOperator(text: string): void;
}

interface TidioMessage {
  message?: unknown;
  /** Of a visitor: a Flow takes it up. Of an operator: no person has written it. */
  fromBot?: boolean;
  type?: string;
}

/** Said once in the console of a page on which it runs; the REST API and the command line say the same. */
const LIMITS =
  'Netia answers in this Tidio chat. Its answers are shown in this browser only: Tidio does not store them, operators do not see them, and a reload removes them. Files are not read, messages that a Flow takes up are left to it, and it falls silent as soon as a person writes.';

const HERE = Symbol.for('netia.tidio-bridge');
const page = window as unknown as { tidioChatApi?: TidioChatApi; [HERE]?: true };
const script = document.currentScript as HTMLScriptElement | null;
const websiteId = script?.dataset['websiteId'];

// A second snippet on the page finds that the first is here, and leaves it alone.
if (script && websiteId && !page[HERE]) {
  page[HERE] = true;
  awaitTidio((api) => start(api, new Agent(new URL(script.src).origin, websiteId, new SessionMemory(websiteId))));
}

/** Tidio's widget comes before this script or after it, and says "ready" once. */
function awaitTidio(begin: (api: TidioChatApi) => void): void {
  let hasBegun = false;
  const beginOnce = () => {
    const api = page.tidioChatApi;
    if (!api || hasBegun) return;
    hasBegun = true;
    begin(api);
  };
  document.addEventListener('tidioChat-ready', beginOnce);
  if (page.tidioChatApi?.readyEventWasFired) beginOnce();
  else page.tidioChatApi?.on('ready', beginOnce);
}

function start(api: TidioChatApi, agent: Agent): void {
  if (agent.isSilent) return;
  /** Our own words come back as an operator's. */
  const own = new Set<string>();
  // One after the other, as they were written; what comes before the tenant's settings waits for them.
  let queue: Promise<unknown> = agent.mayAnswer().then((mayAnswer) => {
    if (!mayAnswer) agent.isSilent = true;
    // biome-ignore lint/suspicious/noConsole: whoever builds the page has to find it somewhere
    else console.info(LIMITS);
  });
  const answer = async (text: string) => {
    const words = agent.isSilent ? '' : await agent.ask(text);
    // A person may have written meanwhile.
    if (!words || agent.isSilent) return;
    const shown = agent.notice ? `${agent.notice}\n\n${words}` : words;
    agent.notice = '';
    own.add(bareWords(shown));
    api.messageFromOperator(shown);
  };
  api.on('messageFromVisitor', ({ message, fromBot, type = 'text' } = {}) => {
    if (fromBot || type !== 'text' || typeof message !== 'string' || !message.trim()) return;
    // A gateway that is away, or refuses, is silence.
    queue = queue.then(() => answer(message)).catch(() => {});
  });
  api.on('messageFromOperator', ({ message, fromBot } = {}) => {
    if (!fromBot && !own.has(bareWords(String(message)))) agent.leaveToPerson();
  });
}
