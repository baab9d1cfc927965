import { Component } from 'preact';
import { laterTexts } from '../texts/later-texts.ts';
import { mustAgree } from './must-agree.ts';
import type { PanelProps } from './Panel.tsx';

/** What the visitor agrees to before anything of theirs is sent or kept; in the place of the field they would type in. */
export class Consent extends Component<PanelProps, { hasDeclined: boolean }> {
  override state = { hasDeclined: false };

  override render() {
    const { config, language, chat } = this.props;
    const texts = laterTexts(language);
    return (
      <div class="consent">
        <p dir="auto">{this.state.hasDeclined ? texts.declined : config.consent}</p>
        {config.policy_url && (
          <a href={config.policy_url} target="_blank" rel="noreferrer noopener">
            {texts.policy}
          </a>
        )}
        <div class="chips">
          <button type="button" class="chip" onClick={() => chat.agree(config.consent)}>
            {texts.agree}
          </button>
          {!this.state.hasDeclined && (
            <button
              type="button"
              class="chip"
              onClick={({ currentTarget }) => {
                // This button is gone afterwards and must not take the focus out of the panel.
                (currentTarget.previousElementSibling as HTMLElement).focus();
                this.setState({ hasDeclined: true });
              }}
            >
              {texts.decline}
            </button>
          )}
        </div>
      </div>
    );
  }
}

/** The way to take it back, once something was said. */
export function Withdraw(props: PanelProps) {
  const { config, state, chat, language } = props;
  if (!config.consent || mustAgree(props) || state.conversation.items.length === 0) return null;
  return (
    <button type="button" class="link small withdraw" onClick={() => void chat.withdraw()}>
      {laterTexts(language).withdraw}
    </button>
  );
}
