import { laterTexts } from '../texts/later-texts.ts';
import type { PanelProps } from './Panel.tsx';

/**
 * Why something could not be done: in the visitor's language where we have words for the reason, else in the gateway's
 * own, which are English and may stand in a panel that runs from right to left.
 */
export function Problem({ state, language, texts }: PanelProps) {
  if (!state.problem) return null;
  const { reason } = state.problem;
  const { problems } = laterTexts(language);
  const field = (reason?.details as { where?: string }[] | undefined)?.[0]?.where;
  return (
    <p class="notice problem" role="alert" dir="auto">
      {problems[field ?? ''] ?? problems[reason?.code ?? ''] ?? (reason?.message || texts.unavailable)}
    </p>
  );
}
