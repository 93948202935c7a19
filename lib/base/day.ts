const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Whether a text is a day that the calendar has, as in `2026-01-31`. There is no year 0. */
export function isDay(text: unknown): text is string {
  const parts = typeof text === 'string' ? DAY.exec(text) : null;
  return parts !== null && isDate(Number(parts[1]), Number(parts[2]), Number(parts[3]));
}

/** `Date` would take 30 February for 2 March. */
function isDate(year: number, month: number, day: number): boolean {
  if (year === 0 || month < 1 || month > 12) return false;
  const days = new Date(Date.UTC(2000, month, 0)).getUTCDate();
  return day >= 1 && day <= (month === 2 && !isLeapYear(year) ? 28 : days);
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}
