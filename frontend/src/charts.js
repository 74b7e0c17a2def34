// Charts: an <ss-chart data-chart="{...}"> draws itself, follows its size and the theme. Colours are CSS tokens.
import { BarChart, FunnelChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { format, formatShort } from "./js/figures.js";

use([BarChart, FunnelChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

const still = matchMedia("(prefers-reduced-motion: reduce)");

function theme() {
  const style = getComputedStyle(document.documentElement);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ink: token("ink"), quiet: token("ink-3"), line: token("line"), surface: token("surface"),
    palette: [1, 2, 3, 4, 5, 6, 7, 8].map((place) => token(`chart-${place}`)),
    tones: Object.fromEntries(["neutral", "good", "warn", "bad", "info"].map((tone) => [tone, token(`chart-${tone}`)])),
    font: style.getPropertyValue("--font").trim(),
  };
}

function colour(look, tone, place) {
  return look.tones[tone] ?? look.palette[(Number(tone) || place + 1) - 1] ?? look.palette[0];
}

function frame(chart, look) {
  return {
    animationDuration: still.matches ? 0 : 350,
    textStyle: { fontFamily: look.font, color: look.quiet, fontSize: 12 },
    aria: { enabled: false },
    tooltip: {
      trigger: chart.kind === "donut" || chart.kind === "funnel" ? "item" : "axis",
      confine: true, backgroundColor: look.surface, borderColor: look.line, padding: [8, 12],
      textStyle: { color: look.ink, fontSize: 12 }, valueFormatter: (value) => format(value, chart),
      axisPointer: { type: chart.kind === "line" ? "line" : "shadow", lineStyle: { color: look.line }, shadowStyle: { color: look.line, opacity: 0.35 } },
      extraCssText: "box-shadow: 0 6px 20px rgb(0 0 0 / 12%); border-radius: 8px",
    },
    legend: chart.series.length > 1 && chart.kind !== "donut"
      ? { top: 0, left: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, itemGap: 16, textStyle: { color: look.quiet }, inactiveColor: look.line, formatter: short }
      : undefined,
    grid: { left: 4, right: 14, top: headroom(chart), bottom: 2, containLabel: true },
  };
}

// Names in the legend; the tooltip and the table have them whole.
const LONGEST = 36;
const short = (name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name);

// Room above the plot: the legend's lines, or a little air.
const headroom = (chart) => (chart.series.length > 1 ? 34 + 28 * (chart.legendLines - 1) : 12);

// Rows measure their own names: the plot's place is then known before it is drawn, and bars stand beside their names.
const pen = document.createElement("canvas").getContext("2d");

// The lines that the legend takes, each name with its mark and the gap behind it.
function lines(series, width) {
  pen.font = `12px ${getComputedStyle(document.documentElement).getPropertyValue("--font")}`;
  let [count, taken] = [1, 0];
  for (const one of series) {
    const own = pen.measureText(short(one.name)).width + 15;
    if (taken && taken + own > width) [count, taken] = [count + 1, 0];
    taken += own + 16;
  }
  return count;
}

function rowsGrid(chart, look, { right = 22, bottom = 28, top = headroom(chart) } = {}) {
  pen.font = `12px ${look.font}`;
  const widest = Math.max(0, ...chart.categories.map((name) => pen.measureText(name).width));
  return { left: Math.ceil(Math.min(widest, NAMES)) + 14, right, top, bottom, outerBoundsMode: "none" };
}

const NAMES = 130; // the widest that the names of rows may be
const DATED = /^\d{4}-\d{2}(-\d{2})?$/;
const isDated = (chart) => chart.categories.length > 0 && chart.categories.every((name) => DATED.test(name));

const TIMED = /^\d{4}( Q[1-4]|-\d{2}(-\d{2})?)?$/;
const isTimed = (chart) => chart.categories.length > 0 && chart.categories.every((name) => TIMED.test(name));

function dated(name) {
  const full = name.length > 7;
  const day = new Date(full ? name : `${name}-01`);
  return day.toLocaleDateString("en-GB", full ? { day: "numeric", month: "short", timeZone: "UTC" } : { month: "short", year: "2-digit", timeZone: "UTC" });
}

const valueAxis = (chart, look) => ({
  type: "value", axisLabel: { color: look.quiet, formatter: (value) => formatShort(value, chart), hideOverlap: true },
  splitLine: { lineStyle: { color: look.line } }, axisLine: { show: false }, axisTick: { show: false },
});

const categoryAxis = (chart, look, more = {}) => ({
  type: "category", data: isDated(chart) ? chart.categories.map(dated) : chart.categories, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } },
  axisLabel: { color: look.quiet, hideOverlap: true, ...more },
});

const drawings = {
  bar(chart, look) {
    const longest = Math.max(...chart.categories.map((name) => name.length));
    const lying = !isDated(chart) && (chart.categories.length * (longest * 7 + 18) > chart.width - 48 || longest > 16);
    const round = lying ? [0, 3, 3, 0] : [3, 3, 0, 0];
    const names = categoryAxis(chart, look, lying ? { width: NAMES, overflow: "truncate", interval: 0, hideOverlap: false } : { interval: "auto" });
    if (lying) Object.assign(names, { inverse: true });
    return {
      ...frame(chart, look),
      ...(lying ? { grid: rowsGrid(chart, look) } : {}),
      [lying ? "yAxis" : "xAxis"]: names,
      [lying ? "xAxis" : "yAxis"]: valueAxis(chart, look),
      series: chart.series.map((one, place) => ({
        type: "bar", name: one.name, data: one.values, barMaxWidth: lying ? 16 : 34,
        itemStyle: { color: colour(look, one.tone, place), borderRadius: round },
      })),
    };
  },
  stacked(chart, look) {
    const series = chart.series.map((one, place) => ({
      type: "bar", stack: "all", name: one.name, data: one.values, barMaxWidth: 26,
      itemStyle: { color: colour(look, one.tone, place), borderColor: look.surface, borderWidth: 1 },
    }));
    // Bars of no height would cut the axis by their borders.
    const standing = series.map((one) => ({ ...one, data: one.data.map((value) => value || null) }));
    if (isTimed(chart)) return { ...frame(chart, look), xAxis: categoryAxis(chart, look, { interval: "auto" }), yAxis: valueAxis(chart, look), series: standing };
    return {
      ...frame(chart, look),
      grid: rowsGrid(chart, look),
      yAxis: { ...categoryAxis(chart, look, { width: NAMES, overflow: "truncate", interval: 0, hideOverlap: false }), inverse: true, axisLine: { show: false } },
      xAxis: { ...valueAxis(chart, look), max: chart.unit === "percent" ? 1 : "dataMax" },
      series,
    };
  },
  line(chart, look) {
    return {
      ...frame(chart, look),
      xAxis: { ...categoryAxis(chart, look), boundaryGap: false },
      yAxis: valueAxis(chart, look),
      series: chart.series.map((one, place) => ({
        type: "line", name: one.name, data: one.values, smooth: 0.15, connectNulls: true, showSymbol: chart.categories.length < 16,
        symbol: "circle", symbolSize: 5, lineStyle: { width: 2 }, itemStyle: { color: colour(look, one.tone, place) },
        areaStyle: place === 0 ? { color: colour(look, one.tone, place), opacity: 0.08 } : undefined,
      })),
    };
  },
  donut(chart, look) {
    const [one] = chart.series;
    return {
      ...frame(chart, look),
      legend: { orient: "vertical", left: "64%", top: "middle", icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: look.quiet } },
      series: [{
        type: "pie", name: one.name, radius: ["56%", "84%"], center: ["34%", "50%"], label: { show: false },
        itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 3 },
        data: chart.categories.map((name, place) => ({ name, value: one.values[place], itemStyle: { color: look.palette[place % 8] } })),
      }],
    };
  },
  funnel(chart, look) {
    const [one] = chart.series;
    const top = Math.max(...one.values.map((value) => value ?? 0), 1);
    return {
      ...frame(chart, look),
      grid: rowsGrid(chart, look, { right: 64, bottom: 2, top: 4 }),
      yAxis: { ...categoryAxis(chart, look, { interval: 0, width: NAMES, overflow: "truncate", hideOverlap: false }), inverse: true, axisLine: { show: false } },
      xAxis: { type: "value", max: top, show: false },
      series: [{
        type: "bar", name: one.name, data: one.values, barMaxWidth: 30, barCategoryGap: "22%", showBackground: true,
        backgroundStyle: { color: look.line, opacity: 0.4, borderRadius: 4 },
        itemStyle: { color: colour(look, one.tone, 0), borderRadius: 4 },
        label: { show: true, position: "right", color: look.ink, fontWeight: 600, formatter: ({ value }) => format(value, chart) },
      }],
    };
  },
};

class Chart extends HTMLElement {
  connectedCallback() {
    this.data = JSON.parse(this.dataset.chart);
    const upright = this.data.kind === "stacked" && isTimed(this.data);
    this.classList.toggle("is-rows", !upright && ["stacked", "funnel"].includes(this.data.kind));
    const tall = this.data.categories.length;
    this.measure();
    const legend = headroom(this.data);
    if (this.classList.contains("is-rows")) this.style.blockSize = `${Math.max(tall * 38 + 30 + legend, 120)}px`;
    else if (upright) this.style.blockSize = `${240 + legend}px`;
    else if (this.data.kind === "bar" && tall > 6 && !isDated(this.data)) this.style.blockSize = `${tall * 30 + 30 + legend}px`;
    // Drawn anew each time: a second setOption leaves the bars of an inverse axis beside their names (ECharts 6.1).
    this.draw = () => {
      const again = Boolean(this.drawing);
      this.drawing?.dispose();
      this.drawing = init(this, null, { renderer: "svg" });
      this.drawing.setOption({ ...drawings[this.data.kind](this.data, theme()), animation: !again });
    };
    this.draw();
    this.sized = new ResizeObserver(() => {
      if (this.clientWidth === this.data.width) return;
      this.measure();
      this.draw();
    });
    this.sized.observe(this);
    document.addEventListener("themechange", this.draw);
  }

  measure() {
    this.data.width = this.clientWidth;
    this.data.legendLines = lines(this.data.series, Math.max(this.clientWidth, 200) - 10);
  }

  disconnectedCallback() {
    document.removeEventListener("themechange", this.draw);
    this.sized?.disconnect();
    this.drawing?.dispose();
  }
}

if (!customElements.get("ss-chart")) customElements.define("ss-chart", Chart);
