import { useId } from 'preact/hooks';
import { number } from '../texts/format.ts';
import { t } from '../texts/texts.ts';

interface BarsProps {
  title: string;
  /** `part` is of `value`, and drawn with stripes: the chart must be read without colours. */
  rows: { key: string; value: number; part: number }[];
  legend: readonly [string, string];
}

const HEIGHT = 160;
const GAP = 4;
/** Above the bars for a figure, below them for a name, and at the sides for half a name, also in the larger letters of a phone. */
const ABOVE = 26;
const BELOW = 30;
const BESIDE = 24;
/** With more bars than this the figures would lie over each other: only that of the highest is shown. */
const COUNTED = 31;
/** With more bars than this only some are named, the last always, or the names would lie over each other. */
const NAMED = 10;

/** Bars side by side, the figure over each, in words for who does not see them. */
export function Bars({ title, rows, legend }: BarsProps) {
  const stripes = useId();
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const width = Math.max(10, Math.min(72, 720 / rows.length));
  const every = Math.ceil(rows.length / NAMED);
  const hasFigure = (value: number) => value > 0 && (rows.length <= COUNTED || value === most);
  const high = (value: number) => (HEIGHT * value) / most;
  return (
    <figure class={`card bars ${rows.length > NAMED ? 'many' : ''}`}>
      <figcaption>
        <strong>{title}</strong>{' '}
        <span class="soft">
          <span class="sample" /> {legend[0]} <span class="sample striped" /> {legend[1]}
        </span>
      </figcaption>
      <svg
        viewBox={`${-BESIDE} ${-ABOVE} ${rows.length * width + 2 * BESIDE} ${ABOVE + HEIGHT + BELOW}`}
        role="img"
        aria-label={t.common.chart(
          title,
          // Of ninety days the empty ones are seen at a glance, and would be listened to for minutes.
          rows.flatMap(({ key, value, part }) => (value > 0 ? [t.common.bar(key, value, part, legend[1])] : [])),
        )}
      >
        <defs>
          <pattern id={stripes} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="6" height="6" class="bar-ground" />
            <rect width="3" height="6" class="bar-stripe" />
          </pattern>
        </defs>
        <path class="ground" d={`M0 ${HEIGHT}h${rows.length * width}`} />
        {rows.map(({ key, value, part }, i) => (
          <g key={key} transform={`translate(${i * width})`}>
            <rect class="bar" x={GAP / 2} width={width - GAP} y={HEIGHT - high(value)} height={high(value - part)} />
            <rect fill={`url(#${stripes})`} x={GAP / 2} width={width - GAP} y={HEIGHT - high(part)} height={high(part)} />
            {hasFigure(value) && (
              <text class={value === most ? undefined : 'lower'} x={width / 2} y={HEIGHT - high(value) - 5}>
                {number(value)}
              </text>
            )}
            {(rows.length - 1 - i) % every === 0 && (
              <text x={width / 2} y={HEIGHT + 20}>
                {/^\d{4}-/.test(key) ? key.slice(5) : key}
              </text>
            )}
          </g>
        ))}
      </svg>
    </figure>
  );
}
