import type { LeadRequest } from '@netia/protocol';
import { render } from 'preact';
import { Gateway } from '../gateway/requests.ts';
import type { PanelHandle, WidgetOptions } from '../mount.ts';
import { Chat } from '../state/chat.ts';
import { TokenStore } from '../state/storage.ts';
import { chooseTexts } from '../texts/choose-texts.ts';
import { texts as english, type Texts } from '../texts/en.ts';
import { mustAgree } from './must-agree.ts';
import { Panel, type PanelConfig } from './Panel.tsx';
import css from './panel.css?inline';
import { laterViews, loadAnswerView } from './Thread.tsx';

/** What is shown until, or instead of, the tenant's own settings. */
const PLAIN: PanelConfig = {
  title: 'Chat',
  greeting: '',
  suggestions: [],
  color: '#1f5eff',
  position: 'right',
  appearance: 'auto',
  logo_path: '',
  takes_files: false,
  language: 'en',
  name: '',
  handoff_enabled: false,
  lead_fields: [],
  consent: '',
  policy_url: '',
};

/** Puts the panel into the widget's shadow root and wires it up. Shown at once; the settings follow. */
export async function mountPanel(options: WidgetOptions): Promise<PanelHandle> {
  const { root, host, button, base, websiteId } = options;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets.push(sheet);
  const container = document.createElement('div');
  root.append(container);

  let config = PLAIN;
  let texts: Texts = english;
  let language = 'en';
  let isOpen = false;
  let isUnreachable = false;
  let announcement = '';
  let known = options.name;

  const gateway = new Gateway(base);
  /** For one visitor; another one's has nothing of it, not even what is still on its way. */
  const beginChat = (): Chat => {
    const mine = new Chat(
      new Gateway(base),
      new TokenStore(websiteId, options.who),
      () => ({
        website_id: websiteId,
        locale: navigator.language,
        ...(config.consent ? { agreed_to: config.consent } : {}),
        ...(/^https?:/.test(location.href) ? { page_url: location.href.split('#')[0] ?? '' } : {}),
        ...(options.identity ? { identity: options.identity } : {}),
      }),
      (part) => {
        if (mine !== chat) return;
        // Announced once, when it is whole: a screen reader that follows every sentence cannot be listened to. Emptied
        // before, because the same words once more would be no change.
        if (part?.type === 'answer-start') announcement = '';
        if (part?.type === 'answer-end') announcement = lastAnswer();
        if (part?.type === 'message' && part.sender_type === 'agent') announcement = `${texts.person}: ${part.text}`;
        if (part?.type === 'answer-end') options.emit('answer', { verdict: part.verdict });
        if (part?.type === 'handoff' && part.state === 'requested') options.emit('handoff');
        if (part?.type === 'message') options.emit('message', { sender: part.sender_type });
        show();
      },
      async () => {
        await settings;
        return mine === chat && !mustAgree({ config, state: chat.state });
      },
    );
    return mine;
  };
  let chat = beginChat();

  const lastAnswer = () => {
    const answer = chat.state.conversation.items.findLast((item) => item.kind === 'answer');
    return answer?.kind === 'answer' ? (laterViews()?.withoutMarks(answer.segments.map((segment) => segment.text).join('')) ?? '') : '';
  };

  const show = () => {
    const hadFocus = container.contains(root.activeElement);
    render(
      isOpen ? (
        <Panel
          key={known}
          chat={chat}
          state={chat.state}
          config={config}
          texts={texts}
          language={language}
          base={base}
          isUnreachable={isUnreachable}
          announcement={announcement}
          onClose={close}
          onLead={(lead) => void sendLead(lead)}
        />
      ) : null,
      container,
    );
    // What had the focus and is gone now (a form that was sent) must not take it out of the panel.
    if (hadFocus && !root.activeElement) input()?.focus();
  };

  const sendLead = async (lead: LeadRequest) => {
    await chat.lead(lead);
    if (chat.state.leadState !== 'saved') return;
    announcement = texts.leadSaved;
    show();
    options.emit('lead');
  };

  /** What is typed into, or what is agreed to before; while that is being fetched, the way out. */
  const input = () => container.querySelector<HTMLElement>('textarea,.consent button') ?? container.querySelector('button');

  function open(): void {
    if (!isOpen) {
      isOpen = true;
      button.setAttribute('aria-expanded', 'true');
      show();
      void chat.resume().then(() => isOpen && chat.listen());
      options.emit('open');
    }
    input()?.focus();
  }

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    button.setAttribute('aria-expanded', 'false');
    chat.quiet();
    show();
    button.focus();
    options.emit('close');
  }

  // A tab that sleeps needs no stream, and one that wakes wants what it missed at once.
  const onVisibility = () => {
    if (document.hidden) chat.quiet();
    else if (isOpen) chat.listen();
  };
  const onOnline = () => {
    chat.quiet();
    if (isOpen) chat.listen();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('online', onOnline);

  const loadConfig = async () => {
    try {
      config = await gateway.config(websiteId);
      isUnreachable = false;
    } catch {
      isUnreachable = true;
    }
    if (!isUnreachable && !options.own.color) options.setBrand(config.color);
    if (!isUnreachable && !options.own.position) host.dataset['position'] = config.position;
    ({ language, texts } = await chooseTexts(base, [...navigator.languages, config.language]));
    host.dataset['appearance'] = config.appearance;
    host.lang = language;
    show();
  };
  const settings = loadConfig();
  loadAnswerView(show).catch(() => {
    isUnreachable = true;
    show();
  });

  return Promise.resolve({
    open,
    close,
    toggle: () => (isOpen ? close() : open()),
    send: (text) => {
      open();
      if (text.trim()) void chat.send(text.trim());
    },
    identify: () => {
      if (options.name === known) return;
      known = options.name;
      chat.end();
      chat = beginChat();
      if (isOpen) chat.listen();
      announcement = '';
      show();
    },
    destroy: () => {
      // What still arrives (settings, a resumed conversation) must neither draw nor listen.
      isOpen = false;
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('online', onOnline);
      chat.quiet();
      render(null, container);
    },
  });
}
