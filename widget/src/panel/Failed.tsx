import type { PanelProps } from './Panel.tsx';

/** Below a message that could not be sent, and is not lost. */
export const Failed = ({ id, texts, chat }: PanelProps & { id: string }) => (
  <p class="small problem">
    {texts.failed}{' '}
    <button type="button" class="link" onClick={() => void chat.retry(id)}>
      {texts.retry}
    </button>
  </p>
);
