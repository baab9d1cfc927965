import { Component } from 'preact';
import { laterTexts } from '../texts/later-texts.ts';
import type { PanelProps } from './Panel.tsx';

const MOST = 5;

/** How it was, asked once at the end. */
export class Rating extends Component<PanelProps, { given: number }> {
  override state = { given: 0 };

  override render() {
    const { language, chat } = this.props;
    const texts = laterTexts(language);
    const { given } = this.state;
    return (
      <fieldset class="rating">
        <legend>{given > 0 ? texts.thanks : texts.rate}</legend>
        {Array.from({ length: MOST }, (_, i) => i + 1).map((rating) => (
          <button
            key={rating}
            type="button"
            class="chip"
            aria-pressed={rating === given}
            aria-label={texts.rateOf.replace('{n}', String(rating))}
            onClick={() => {
              this.setState({ given: rating });
              void chat.rate(rating);
            }}
          >
            {rating}
          </button>
        ))}
      </fieldset>
    );
  }
}
