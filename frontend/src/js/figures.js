// Figures as the server writes them (sameside/ui/formats.py).
const short = (value, digits = 1) => value.toLocaleString("en", { maximumFractionDigits: digits });
const SYMBOLS = { EUR: "€", USD: "$", GBP: "£", JPY: "¥", INR: "₹" };

function compact(value) {
  const size = Math.abs(value);
  if (size >= 1e9) return `${short(value / 1e9)}B`;
  if (size >= 1e6) return `${short(value / 1e6)}M`;
  if (size >= 1e3) return `${short(value / 1e3)}k`;
  return short(value);
}

const symbol = (chart) => SYMBOLS[chart.currency] ?? `${chart.currency} `;

export function format(value, chart) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  switch (chart.unit) {
    case "percent": return `${short(value * 100, Math.abs(value) >= 0.1 ? 0 : 1)} %`;
    case "money": return Math.abs(value) >= 1e6 ? `${symbol(chart)}${short(value / 1e6, 2)}M` : `${symbol(chart)}${short(value, 0)}`;
    case "days": return `${short(value)} days`;
    case "hours": return `${short(value)} h`;
    default: return short(value);
  }
}

export function formatShort(value, chart) {
  if (chart.unit === "percent") return `${short(value * 100, 0)} %`;
  if (chart.unit === "money") return `${symbol(chart)}${compact(value)}`;
  return compact(value);
}
