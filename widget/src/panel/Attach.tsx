import { Component, createRef } from 'preact';
import { laterTexts } from '../texts/later-texts.ts';
import type { PanelProps } from './Panel.tsx';

/** As in the protocol's VISITOR_FILE_BYTES_MAX, in megabytes. */
const MEGABYTES_MAX = 10;
const KINDS = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'application/pdf'];

/** Sends files: chosen, pasted into the field, or dropped on the panel. */
export class Attach extends Component<PanelProps, { isTooLarge: boolean }> {
  override state = { isTooLarge: false };
  readonly #button = createRef<HTMLButtonElement>();
  #panel: HTMLElement | null | undefined;

  override componentDidMount(): void {
    this.#panel = this.#button.current?.closest<HTMLElement>('.panel');
    for (const type of ['paste', 'dragover', 'drop'] as const) this.#panel?.addEventListener(type, this.#take);
  }

  override componentWillUnmount(): void {
    for (const type of ['paste', 'dragover', 'drop'] as const) this.#panel?.removeEventListener(type, this.#take);
  }

  readonly #take = (event: ClipboardEvent | DragEvent) => {
    const data = 'clipboardData' in event ? event.clipboardData : event.dataTransfer;
    // A text that is pasted, or dragged within the page, is not ours to stop.
    if (!data || ![...data.types].includes('Files')) return;
    event.preventDefault();
    if (event.type !== 'dragover') this.#send(data.files);
  };

  /** Never put into the page: a page's styles, or ours, could not hide it for certain. */
  readonly #choose = () => {
    const input = Object.assign(document.createElement('input'), { type: 'file', multiple: true, accept: KINDS.join() });
    input.onchange = () => this.#send(input.files);
    input.click();
  };

  #send(files: FileList | null): void {
    const fitting = [...(files ?? [])].filter((file) => file.size <= MEGABYTES_MAX * 1_048_576);
    this.setState({ isTooLarge: fitting.length < (files?.length ?? 0) });
    for (const file of fitting) void this.props.chat.send(file.name || 'file', file);
  }

  override render() {
    const texts = laterTexts(this.props.language);
    return (
      <>
        {this.state.isTooLarge && (
          <p class="small problem" role="alert">
            {texts.tooLarge.replace('{n}', String(MEGABYTES_MAX))}
          </p>
        )}
        <button ref={this.#button} type="button" class="icon" aria-label={texts.attach} title={texts.attach} onClick={this.#choose}>
          <svg viewBox="0 0 24 24" aria-hidden="true">
            <path d="M19 11l-8 8c-4 4-9-1-5-5l9-9c3-3 6 1 4 4l-8 8c-2 2-4 0-2-2l7-7" />
          </svg>
        </button>
      </>
    );
  }
}
