/** Numbers, times and sums as a language writes them. */

export type Figures = {
  count(number: number): string;
  /** A span of time, as short as it is told. */
  seconds(ms: number): string;
  dollars(usd: number): string;
  /** With that many digits behind the point at least; as many as it has, up to ten. */
  decimal(number: number, digits: number): string;
  /** In the server's own zone: a reader elsewhere may be a day off, which a date in a list can bear. */
  date(ms: number): string;
};

/** `dates` is the locale whose dates are meant: English has several. */
export function figuresIn(locale: string, dates = locale): Figures {
  const days = new Intl.DateTimeFormat(dates, { day: "numeric", month: "short", year: "numeric" });
  return {
    count: (number) => formatIn(locale, 0, 3).format(number),
    seconds: (ms) => secondsIn(locale, ms),
    dollars(usd) {
      // Small sums keep two significant digits, so that nothing is rounded to nothing.
      const isSmall = usd > 0 && usd < 0.01;
      const digits = isSmall ? Math.min(10, 1 - Math.floor(Math.log10(usd))) : 2;
      const sum = isSmall ? Number(usd.toPrecision(2)) : usd;
      return formatIn(locale, digits, digits, "USD").format(sum);
    },
    decimal: (number, digits) => formatIn(locale, digits, 10).format(number),
    date: (ms) => days.format(ms),
  };
}

/** The browser's code says it too: of thoughts that have just ended. */
export function secondsIn(locale: string, ms: number): string {
  const digits = ms < 1000 ? 2 : ms < 10_000 ? 1 : 0;
  return `${formatIn(locale, digits, digits).format(ms / 1000)} s`;
}

/** Making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.NumberFormat>();

function formatIn(locale: string, least: number, most: number, currency = ""): Intl.NumberFormat {
  const key = `${locale} ${least} ${most} ${currency}`;
  const money = currency === "" ? {} : ({ style: "currency", currency } as const);
  const digits = { minimumFractionDigits: least, maximumFractionDigits: most };
  const format = formats.get(key) ?? new Intl.NumberFormat(locale, { ...digits, ...money });
  formats.set(key, format);
  return format;
}
