import { Component, createRef } from 'preact';
import type { Item } from '../state/conversation.ts';
import { mustAgree } from './must-agree.ts';
import type { PanelProps } from './Panel.tsx';

/** How answers are drawn, and more that nobody needs in the first moment: a quarter of the panel. */
let views: typeof import('./later.ts') | undefined;

/** Undefined until they are there. */
export const laterViews = () => views;

/** Fetches it; `onReady` is called once it can be shown. */
export async function loadAnswerView(onReady: () => void): Promise<void> {
  views ??= await import('./later.ts');
  onReady();
}

/** Nearer to the end than this, the view follows what is added; further up, the reader is left where they read. */
const FOLLOW_PX = 80;

export class Thread extends Component<PanelProps> {
  readonly #log = createRef<HTMLDivElement>();
  #isAtEnd = true;

  override getSnapshotBeforeUpdate(): null {
    const log = this.#log.current;
    this.#isAtEnd = !log || log.scrollHeight - log.scrollTop - log.clientHeight < FOLLOW_PX;
    return null;
  }

  override componentDidUpdate(before: PanelProps): void {
    const sent = this.props.state.conversation.items.length > before.state.conversation.items.length;
    if (this.#isAtEnd || sent) this.#toEnd();
  }

  override componentDidMount(): void {
    this.#toEnd();
  }

  #toEnd(): void {
    const log = this.#log.current;
    if (log) log.scrollTop = log.scrollHeight;
  }

  override render() {
    const { config, texts, state, chat, isUnreachable } = this.props;
    const { items } = state.conversation;
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1)
      <div class="thread" role="log" aria-live="off" aria-label={config.title} tabIndex={0} ref={this.#log}>
        <p class="ai">{config.name ? texts.aiNotice.replace('{name}', config.name) : texts.agent}</p>
        {config.greeting && (
          <div class="bubble answer" dir="auto">
            {config.greeting}
          </div>
        )}
        {state.isWithdrawn && <p class="notice">{texts.withdrawn}</p>}
        {isUnreachable && items.length === 0 && <p class="notice problem">{texts.unavailable}</p>}
        {state.isLoading && <Dots label={texts.writing} />}
        {items.map((item) => this.#item(item))}
        {items.length === 0 && !state.isLoading && config.suggestions.length > 0 && !mustAgree(this.props) && (
          <div class="chips">
            {config.suggestions.map((suggestion) => (
              <button type="button" class="chip" dir="auto" onClick={() => void chat.send(suggestion)}>
                {suggestion}
              </button>
            ))}
          </div>
        )}
        {state.settled === 'ended' && views && <views.Rating {...this.props} />}
        {(state.isTyping || (isWaiting(items) && !state.conversation.isWithPerson && !state.settled)) && <Dots label={texts.writing} />}
      </div>
    );
  }

  #item(item: Item) {
    const { texts } = this.props;
    if (item.kind === 'answer') return views ? <views.Answer key={item.key} item={item} {...this.props} /> : null;
    const who = item.kind === 'visitor' ? texts.you : texts.person;
    return (
      <div key={item.key} class={`row ${item.kind}`}>
        <div class={`bubble ${item.kind}`} dir="auto">
          <bdi class="unseen">{who}: </bdi>
          {item.text}
        </div>
        {item.kind === 'visitor' && item.state === 'failed' && views && <views.Failed {...this.props} id={item.key} />}
      </div>
    );
  }
}

/** The visitor's last message has no word of an answer yet. */
function isWaiting(items: Item[]): boolean {
  const last = items.at(-1);
  if (last?.kind === 'answer') return !last.isDone && last.segments.length === 0;
  return last?.kind === 'visitor' && last.state !== 'failed';
}

function Dots({ label }: { label: string }) {
  return (
    <div class="bubble answer dots" role="img" aria-label={label}>
      <i />
      <i />
      <i />
    </div>
  );
}
