const PATHS = {
  close: 'M6 6l12 12M18 6L6 18',
  send: 'M4 12l16-8-6 16-3-6z',
  person: 'M12 12a4 4 0 100-8 4 4 0 000 8zM4 21c1-5 15-5 16 0',
  up: 'M7 11v9H4v-9zm0 0l4-8c3 0 2 3 1 6h7l-2 11H7',
  down: 'M7 13V4H4v9zm0 0l4 8c3 0 2-3 1-6h7L17 4H7',
};

/** Drawn, not fetched; its meaning is the label of the button around it. */
export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
