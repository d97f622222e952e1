/** TeX → MathML of known elements and attributes: what the library writes is not trusted to be harmless. */
import temml from "temml";

// A formula's own definitions could make it as long as it likes, and outlive it.
const DEFINES =
  /\\(?:[gex]?def|let|futurelet|(?:re)?newcommand|providecommand|DeclareMathOperator|global|long|toggle)(?![a-zA-Z])/;
const EXPANSIONS_MAX = 500;
const HTML_MAX = 60_000;

/** Null where it is no TeX, or more than a formula. */
export function typeset(tex: string, isDisplay: boolean): string | null {
  if (DEFINES.test(tex)) return null;
  // Numbered lines need a page's width; without numbers they are the same formula.
  const known = tex.replace(
    /\\(begin|end)\{(align|gather|equation)\*?\}/g,
    (_, step: string, name: string) => {
      return name === "equation" ? "" : `\\${step}{${name}ed}`;
    },
  );
  const html = written(known, isDisplay);
  return html === null || html.length > HTML_MAX ? null : sifted(html);
}

function written(tex: string, displayMode: boolean): string | null {
  try {
    const options = { displayMode, throwOnError: true, trust: false, maxExpand: EXPANSIONS_MAX, macros: {} };
    return temml.renderToString(tex, options);
  } catch {
    // Not only its ParseError: what is nested too deeply exhausts the stack.
    return null;
  }
}

const ELEMENTS = new Set(
  (
    "math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover " +
    "mmultiscripts mprescripts none mtable mtr mtd mpadded mphantom menclose mstyle"
  ).split(" "),
);
const CLAIM = /^(?:true|false)$/;
const LENGTH = /^\d{1,2}(?:\.\d+)?(?:em|ex|pt|px|mu)?$/;
const ATTRIBUTES: Record<string, RegExp> = {
  accent: CLAIM,
  accentunder: CLAIM,
  depth: LENGTH,
  display: /^block$/,
  displaystyle: CLAIM,
  fence: CLAIM,
  form: /^(?:prefix|infix|postfix)$/,
  height: LENGTH,
  linethickness: LENGTH,
  lspace: LENGTH,
  mathvariant: /^normal$/,
  maxsize: LENGTH,
  minsize: LENGTH,
  movablelimits: CLAIM,
  notation: /^[a-z ]{1,60}$/,
  rspace: LENGTH,
  scriptlevel: /^\+?\d$/,
  separator: CLAIM,
  stretchy: CLAIM,
  symmetric: CLAIM,
  width: LENGTH,
};
/** Styles, which the page's policy forbids, and classes that are shown by classes of ours. */
const CLASSES: [written: RegExp, name: string][] = [
  [/ class="[^"]*tml-left/, "left"],
  [/ class="[^"]*tml-right/, "right"],
  [/ style="[^"]*border:1px solid/, "boxed"],
];

const PART = /<(\/?)([a-z]+)((?: [a-z]+="[^"<>]*")*)>|[^<]+|</g;

/** Null where there is anything unknown. */
function sifted(html: string): string | null {
  const open: string[] = [];
  let sifted = "";
  for (const [part, slash, name = "", attributes = ""] of html.matchAll(PART)) {
    if (part === "<") return null;
    // An equation's number that is not there.
    if (name === "span") continue;
    if (name === "") sifted += part;
    else if (!ELEMENTS.has(name)) return null;
    else if (slash === "") {
      open.push(name);
      sifted += `<${name}${attributesOf(attributes)}>`;
    } else {
      if (open.pop() !== name) return null;
      sifted += `</${name}>`;
    }
  }
  return open.length === 0 && sifted.startsWith("<math") ? sifted : null;
}

function attributesOf(written: string): string {
  let html = "";
  for (const [attribute, name = "", value = ""] of written.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
    if (Object.hasOwn(ATTRIBUTES, name) && ATTRIBUTES[name]?.test(value)) html += attribute;
  }
  const classes = CLASSES.filter(([pattern]) => pattern.test(written)).map(([, name]) => name);
  return classes.length === 0 ? html : `${html} class="${classes.join(" ")}"`;
}
