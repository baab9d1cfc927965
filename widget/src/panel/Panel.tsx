import type { LeadRequest, WidgetConfig } from '@netia/protocol';
import type { Chat, ChatState } from '../state/chat.ts';
import type { Texts } from '../texts/en.ts';
import { Composer } from './Composer.tsx';
import { Icon } from './Icon.tsx';
import { mustAgree } from './must-agree.ts';
import { laterViews, Thread } from './Thread.tsx';

/** Of the tenant's settings what the panel shows. */
export type PanelConfig = Omit<WidgetConfig, 'tidio_bridge' | 'tidio_bridge_notice'>;

export interface PanelProps {
  chat: Chat;
  state: ChatState;
  config: PanelConfig;
  texts: Texts;
  language: string;
  /** Where the gateway is. */
  base: string;
  isUnreachable: boolean;
  announcement: string;
  onClose(): void;
  onLead(lead: LeadRequest): void;
}

/** Languages written from right to left, of those the widget speaks. */
const isRightToLeft = (language: string) => language === 'ar';

export function Panel(props: PanelProps) {
  const { config, texts, language, state, chat, onClose, announcement } = props;
  const views = laterViews();
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
    if (event.key === 'Tab') views?.keepFocusInside(event);
  };
  return (
    <section class="panel" role="dialog" aria-label={config.title} lang={language} dir={isRightToLeft(language) ? 'rtl' : 'ltr'} onKeyDown={onKeyDown}>
      <header>
        {config.logo_path && <img class="logo" src={`${props.base}${config.logo_path}`} alt="" onError={(event) => event.currentTarget.remove()} />}
        <h2>{config.title}</h2>
        {config.handoff_enabled && !state.conversation.isWithPerson && !mustAgree(props) && (
          <button type="button" class="icon" aria-label={texts.talkToPerson} title={texts.talkToPerson} onClick={() => void chat.handoff()}>
            <Icon name="person" />
          </button>
        )}
        <button type="button" class="icon" aria-label={texts.close} title={texts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <Thread {...props} />
      {state.conversation.isWithPerson && <p class="notice">{texts.personRequested}</p>}
      {state.isOffline && <p class="notice">{texts.offline}</p>}
      {views && <views.Problem {...props} />}
      {mustAgree(props) ? views && <views.Consent {...props} /> : <Composer {...props} />}
      {views && <views.Withdraw {...props} />}
      <div class="unseen" role="status">
        {announcement}
      </div>
    </section>
  );
}
