/** Names that mean something to Vega, JavaScript, HTML, Markdown or Graphviz, or that look like another. */
export const NASTY_NAMES = [
  ...[
    'max. wv (m/s)',
    'rho (g/m**3)',
    'a.b',
    'a[0]',
    "it's",
    '"q"',
    'back\\slash',
    '\\',
    'ends\\',
    'C:\\users',
  ],
  ...['<b>&', '&lt;', '</text><script>', '|', 'a|b', '`code`', '$x$', '*a* _b_', '# a', '[a](b)', '{a}', '%'],
  ...['new\nline', 'tab\tstop', 'u\u2028x', '\u0000', 'bell\u0007', 'half \ud83d', '', ' ', 'a', 'A', 'a '],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'if', 'this', 'null', 'undefined', 'NaN'],
  ...['1', '0', '-1', '2013-01-01', '#fff', 'url', '"url":', 'datum.x', "datum['x']", '{"signal":"width"}'],
  ...[
    '\\"+datum.value+"\\',
    'دما (°C)',
    'می\u200cشود',
    '🌡️',
    'e\u0301',
    'x',
    'y',
    'line',
    'value',
    'name',
    'lineNumber',
  ],
];

/** A text as a page shows it, where whitespace is one space and what can't be printed has a sign of its own. */
export const visible = (text: string): string =>
  text
    .replace(/[\t\n\u2028]/g, ' ')
    .replace(/\p{Cc}|\p{Cs}/gu, '\ufffd')
    .trim();
