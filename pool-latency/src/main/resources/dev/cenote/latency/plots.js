"use strict";
// Colours that are told apart on both backgrounds; then the same, dashed.
const COLOURS = ["#0b7dda", "#e8590c", "#2b9348", "#c2255c", "#8f6fe0", "#b8860b",
  "#0c9a9a", "#868e96", "#a0522d", "#d977d9", "#7a9a01", "#4f66c9"];
const colour = (i) => COLOURS[i % COLOURS.length];
const dash = (i) => (i < COLOURS.length ? [] : [6, 4]);

const time = (nanos) => {
  const units = ["ns", "µs", "ms", "s"];
  let unit = 0;
  while (nanos >= 1000 && unit < units.length - 1) {
    nanos /= 1000;
    unit++;
  }
  return Number(nanos.toPrecision(3)) + " " + units[unit];
};
const percentile = (nines) => {
  const digits = Math.max(0, Math.ceil(nines) - 2) + (Number.isInteger(nines) ? 0 : 1);
  return (100 - 100 * 10 ** -nines).toFixed(digits) + " %";
};
const make = (tag, text, parent) => {
  const element = document.createElement(tag);
  element.textContent = text;
  parent.append(element);
  return element;
};
const chip = (i) => {
  const element = document.createElement("span");
  element.className = "chip";
  element.style.background = colour(i);
  return element;
};

const charts = [];
function draw(canvas, config) {
  config.options = { animation: false, maintainAspectRatio: false, ...config.options };
  charts.push(new Chart(canvas, config));
}
const title = (text) => ({ display: true, text });
const points = (list, x, y) => list.map((each) => ({ x: x(each), y: y(each) }));
// Each interval is level from its begin to its end.
const steps = (timeline, y) => timeline.flatMap((t) => [{ x: t.begin, y: y(t) }, { x: t.end, y: y(t) }]);
// A logarithmic scale cannot show 0, and no clock here tells less than this.
const shown = (nanos) => Math.max(nanos, 10);
const waitScale = (more) => ({
  type: "logarithmic",
  title: title("wait"),
  ticks: { callback: (nanos) => (Number.isInteger(Math.log10(nanos)) ? time(nanos) : "") },
  ...more,
});

// Of rows with a name and points (nines, nanoseconds).
function drawPercentiles(rows, meaning) {
  draw(document.getElementById("percentiles"), {
    type: "line",
    data: {
      datasets: rows.map((row, i) => ({
        label: row.name,
        data: points(row.percentiles, (p) => p[0], (p) => shown(p[1])),
        borderColor: colour(i),
        backgroundColor: colour(i),
        borderDash: dash(i),
        borderWidth: 2,
        pointRadius: 0,
      })),
    },
    options: {
      interaction: { mode: "nearest", axis: "x", intersect: false },
      scales: {
        x: {
          type: "linear",
          title: title(meaning + " (each step: a tenth of the step before)"),
          max: Math.ceil(Math.max(1, ...rows.map((row) => row.percentiles.at(-1)[0]))),
          ticks: { stepSize: 1, callback: percentile },
        },
        y: waitScale({}),
      },
      plugins: {
        legend: { labels: { usePointStyle: true, pointStyle: "line", pointStyleWidth: 28 } },
        tooltip: {
          itemSort: (one, other) => other.parsed.y - one.parsed.y,
          callbacks: {
            title: (items) => (items.length ? percentile(Math.round(items[0].parsed.x * 100) / 100) : ""),
            label: (item) => item.dataset.label + ": " + time(item.parsed.y),
          },
        },
      },
    },
  });
}

// Now, and again whenever the colours change.
function drawWith(drawAll) {
  const drawAnew = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    const style = getComputedStyle(document.documentElement);
    Chart.defaults.color = style.getPropertyValue("--soft");
    Chart.defaults.borderColor = style.getPropertyValue("--line");
    drawAll();
  };
  drawAnew();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAnew);
}
