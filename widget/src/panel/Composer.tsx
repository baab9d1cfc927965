import { Component, createRef } from 'preact';
import { Icon } from './Icon.tsx';
import type { PanelProps } from './Panel.tsx';
import { laterViews } from './Thread.tsx';

/** As in the protocol's MESSAGE_LENGTH_MAX; only types come from there, so that its schemas stay out of the widget. */
const LENGTH_MAX = 2_000;

export class Composer extends Component<PanelProps, { isTooLong: boolean }> {
  override state = { isTooLong: false };
  readonly #input = createRef<HTMLTextAreaElement>();

  override componentDidMount(): void {
    this.#input.current?.focus();
  }

  readonly #send = (event: Event) => {
    event.preventDefault();
    const input = this.#input.current;
    const text = input?.value.trim();
    if (!input || !text) return;
    if (text.length > LENGTH_MAX) return this.setState({ isTooLong: true });
    input.value = '';
    this.#fit();
    void this.props.chat.send(text);
    input.focus();
  };

  readonly #onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes a character, Enter chooses it.
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) this.#send(event);
  };

  readonly #fit = () => {
    const input = this.#input.current;
    if (!input) return;
    if (this.state.isTooLong && input.value.length <= LENGTH_MAX) this.setState({ isTooLong: false });
    input.rows = Math.min(5, Math.max(1, input.value.split('\n').length, Math.ceil(input.value.length / 36)));
  };

  override render() {
    const { config, texts } = this.props;
    const views = laterViews();
    return (
      <form class="composer" onSubmit={this.#send}>
        {this.state.isTooLong && (
          <p class="small problem" role="alert">
            {texts.tooLong.replace('{n}', String(LENGTH_MAX))}
          </p>
        )}
        <textarea
          ref={this.#input}
          rows={1}
          dir="auto"
          aria-label={texts.placeholder}
          placeholder={texts.placeholder}
          enterkeyhint="send"
          onInput={this.#fit}
          onKeyDown={this.#onKeyDown}
        />
        {views && config.takes_files && <views.Attach {...this.props} />}
        <button type="submit" class="icon send" aria-label={texts.send} title={texts.send}>
          <Icon name="send" />
        </button>
      </form>
    );
  }
}
