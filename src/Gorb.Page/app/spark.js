import { html } from './html.js';

const width = 90;
const height = 20;

/** The path of a line through values; a gap where one is not known. */
function lineOf(values, max) {
  let pen = 'M';
  let line = '';
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    line += `${pen}${((index * width) / (values.length - 1)).toFixed(1)} ${(height - 1 - (value / max) * (height - 3)).toFixed(1)}`;
    pen = 'L';
  });
  return line;
}

/** A small curve of the last quarter of an hour. The number beside it says what it means, so it is not read out. */
export function Spark({ values, tone = '' }) {
  const known = values?.filter((value) => value !== null) ?? [];
  const max = Math.max(...known, 0) || 1;
  return html`<svg class=${`spark ${tone}`} viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
    <path class="base" d=${`M0 ${height - 1}L${width} ${height - 1}`} />
    ${known.length > 1 && html`<path d=${lineOf(values, max)} />`}
  </svg>`;
}

/** Adds two series value by value. */
export const sum = (a, b) => a?.map((value, index) => (value === null && b[index] === null ? null : (value ?? 0) + (b[index] ?? 0)));

/** The last known value. */
export const last = (values) => values?.findLast((value) => value !== null) ?? null;
