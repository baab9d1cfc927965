import type { Citation } from '@netia/protocol';
import { Component, createRef } from 'preact';
import type { AnswerItem } from '../state/conversation.ts';
import { Icon } from './Icon.tsx';
import { LeadForm } from './LeadForm.tsx';
import { Link, Markdown, markCitations } from './markdown.tsx';
import type { PanelProps } from './Panel.tsx';

/** Words of the quote that lead the browser to its place in the page. */
const FRAGMENT_WORDS = 8;

type AnswerProps = PanelProps & { item: AnswerItem };

export class Answer extends Component<AnswerProps, { shown: number | null }> {
  override state = { shown: null as number | null };
  readonly #card = createRef<HTMLDivElement>();

  override componentDidUpdate(_props: AnswerProps, before: { shown: number | null }): void {
    // Opened under the last line that can be seen, it would be opened for nobody.
    if (this.state.shown !== before.shown) this.#card.current?.scrollIntoView({ block: 'nearest' });
  }

  override render() {
    const { item, texts, config, state, chat } = this.props;
    if (item.segments.length === 0) return null;
    const shown = item.citations.find((citation) => citation.n === this.state.shown);
    const toggle = (n: number) => this.setState({ shown: this.state.shown === n ? null : n });
    return (
      <div class="row answer">
        <div class="bubble answer" dir="auto">
          <bdi class="unseen">{texts.agent}: </bdi>
          <Markdown
            text={markCitations(item.segments)}
            cite={(n) => (
              <button
                type="button"
                class="cite"
                aria-expanded={this.state.shown === n}
                aria-label={texts.source.replace('{n}', String(n))}
                onClick={() => toggle(n)}
              >
                {n}
              </button>
            )}
          />
          {item.isPartial && <p class="small problem">{texts.partial}</p>}
        </div>
        {item.citations.length > 0 && item.isDone && (
          <ul class="sources" aria-label={texts.sources}>
            {item.citations.map((citation) => (
              <li>
                <button type="button" class="source" aria-expanded={this.state.shown === citation.n} onClick={() => toggle(citation.n)}>
                  <b>{citation.n}</b>
                  <span>{citation.title_path.at(-1) || citation.title}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
        {shown && this.#source(shown)}
        {item.leadFields.length > 0 && item.isDone && (
          <LeadForm fields={item.leadFields} texts={texts} leadState={state.leadState} onSend={this.props.onLead} />
        )}
        {item.isDone && (
          <div class="actions">
            {item.handoff === 'offered' && config.handoff_enabled && !state.conversation.isWithPerson && (
              <button type="button" class="chip" onClick={() => void chat.handoff()}>
                {texts.talkToPerson}
              </button>
            )}
            {item.verdict === 'answered' &&
              item.citations.length > 0 &&
              (['up', 'down'] as const).map((value) => (
                <button
                  type="button"
                  class="icon thumb"
                  aria-pressed={item.feedback === value}
                  aria-label={value === 'up' ? texts.helpful : texts.notHelpful}
                  title={value === 'up' ? texts.helpful : texts.notHelpful}
                  onClick={() => void chat.feedback(item.seq, item.messageId, value)}
                >
                  <Icon name={value} />
                </button>
              ))}
          </div>
        )}
      </div>
    );
  }

  #source(citation: Citation) {
    const { texts, language } = this.props;
    const date = new Date(citation.as_of).toLocaleDateString(language, { dateStyle: 'medium' });
    return (
      <div class="card" ref={this.#card}>
        <p class="small">
          <bdi>{[citation.title, ...citation.title_path].filter(Boolean).join(' › ')}</bdi> · {texts.asOf.replace('{date}', date)}
        </p>
        <blockquote dir="auto">{citation.quote}</blockquote>
        {citation.url && <Link to={atQuote(citation.url, citation.quote)}>{texts.openSource}</Link>}
      </div>
    );
  }
}

/** The page, scrolled to the quoted words where the browser can (URL text fragments). */
function atQuote(url: string, quote: string): string {
  if (url.includes('#')) return url;
  const words = quote.replace(/ …$/, '').split(' ').slice(0, FRAGMENT_WORDS).join(' ');
  return `${url}#:~:text=${encodeURIComponent(words).replace(/-/g, '%2D')}`;
}
