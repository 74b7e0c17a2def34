// Tabler is the base of forms, buttons, the grid and the small utilities; the rest of its half megabyte stays out.

const KEPT =
  /^(container|row|col|g|gx|gy|btn|form|input|invalid-feedback|valid-feedback|is-invalid|is-valid|was-validated|d|flex|justify|align|gap|m|mt|mb|ms|me|mx|my|p|pt|pb|ps|pe|px|py|w|h|order|overflow|position|fw|visually-hidden|list-unstyled|list-inline|text)(-|$)/;
const VARIANT =
  /-(azure|indigo|purple|pink|red|orange|yellow|lime|green|teal|cyan|blue|facebook|twitter|x|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|dark|light|gray|black|white|success|warning|danger|info|outline|ghost|print|floating|imagecheck|colorinput|selectgroup)(-|$)/;

function isKept(selector) {
  if (/\[data-bs-(?!theme)|\[class\^=/.test(selector)) return false;
  const names = [...selector.matchAll(/\.([A-Za-z][\w-]*)/g)].map((match) => match[1]);
  return names.every((name) => KEPT.test(name) && !VARIANT.test(name));
}

function rules(css) {
  const found = [];
  let depth = 0, start = 0, open = -1;
  for (let at = 0; at < css.length; at++) {
    const letter = css[at];
    if (letter === '"' || letter === "'") {
      at = css.indexOf(letter, at + 1);
    } else if (letter === "/" && css[at + 1] === "*") {
      const end = css.indexOf("*/", at) + 2;
      if (depth === 0) start = end;
      at = end - 1;
    } else if (letter === "{") {
      if (depth++ === 0) open = at;
    } else if (letter === "}" && --depth === 0) {
      found.push({ head: css.slice(start, open).trim(), body: css.slice(open + 1, at) });
      start = at + 1;
    } else if (letter === ";" && depth === 0) {
      start = at + 1;
    }
  }
  return found;
}

function selectorsOf(head) {
  const found = [];
  let depth = 0, start = 0;
  for (let at = 0; at <= head.length; at++) {
    if (head[at] === "(") depth++;
    else if (head[at] === ")") depth--;
    else if (at === head.length || (head[at] === "," && depth === 0)) {
      found.push(head.slice(start, at));
      start = at + 1;
    }
  }
  return found;
}

export function keepUsed(css) {
  const lines = [];
  for (const { head, body } of rules(css)) {
    if (/^@(media|supports|layer|container)/.test(head)) {
      const inner = keepUsed(body);
      if (inner) lines.push(`${head}{${inner}}`);
    } else if (head.startsWith("@")) {
      continue;
    } else {
      const selectors = selectorsOf(head).filter(isKept);
      if (selectors.length) lines.push(`${selectors.join(",")}{${body}}`);
    }
  }
  return lines.join("\n");
}
