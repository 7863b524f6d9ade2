// Numbers and times for people. All widths are bounded, so that columns do not move.

const units = ['', 'k', 'M', 'G', 'T'];

/** 1234567 -> 1.2M. Unknown values are a dash. */
export function short(value) {
  if (value === null || value === undefined) return '–';
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 99.5 || (unit === 0 && Number.isInteger(value)) ? Math.round(value) : value >= 9.95 ? value.toFixed(1) : +value.toFixed(value < 1 ? 2 : 1)}${units[unit]}`;
}

export const bytes = (value) => (value === null || value === undefined ? '–' : `${short(value)}B`);

/** Milliseconds to "3 s", "12 min", "5 h", "4 d". */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

const two = (number) => String(number).padStart(2, '0');

/** The time of a day; with its date when it is not today. */
export function clock(date, now = new Date()) {
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return date.toDateString() === now.toDateString() ? time : `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

/** "b2, b3 and 4 more". */
export function list(names, most = 4) {
  if (names.length <= most) return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
