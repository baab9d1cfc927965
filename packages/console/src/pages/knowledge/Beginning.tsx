const LONG = 2_000;

/** A text as it is written, or the beginning of a long one. */
export function Beginning({ of }: { of: string }) {
  return (
    <p class="content" dir="auto">
      {of.slice(0, LONG)}
      {of.length > LONG && '…'}
    </p>
  );
}
