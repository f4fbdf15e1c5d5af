function writeTable(id, { heads, rows }) {
  const table = document.getElementById(id);
  const head = table.createTHead().insertRow();
  heads.forEach((each) => make("th", each, head));
  const body = table.createTBody();
  rows.forEach((row) => {
    const line = body.insertRow();
    row.forEach((cell) => make("td", cell, line));
  });
}

function writeFacts() {
  document.getElementById("settings").textContent = page.settings;
  const facts = document.getElementById("facts");
  page.facts.forEach(([name, text]) => {
    make("dt", name, facts);
    make("dd", text, facts);
  });
}

function drawTimeline(row, i, longest) {
  const card = document.createElement("div");
  card.className = "pool";
  document.getElementById("timelines").append(card);
  make("h3", row.name, card).prepend(chip(i));
  const plot = make("div", "", card);
  plot.className = "plot";
  const perSecond = (count) => (t) => count(t) / (t.end - t.begin);
  const area = (label, y, background) => ({
    label,
    data: steps(row.timeline, y),
    borderWidth: 0,
    backgroundColor: background,
    fill: "origin",
    pointRadius: 0,
  });
  draw(make("canvas", "", plot), {
    type: "line",
    data: {
      datasets: [
        {
          label: "longest login",
          yAxisID: "wait",
          data: steps(row.timeline, (t) => (t.logins ? t.longestNanos : null)),
          borderColor: colour(i),
          borderWidth: 1.5,
          pointRadius: 0,
        },
        area("errors/s", perSecond((t) => t.errors), "#d33"),
        area("logins/s", perSecond((t) => t.logins), colour(i) + "40"),
      ],
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { type: "linear", title: title("seconds"), min: 0, max: row.timeline.at(-1).end, ticks: { includeBounds: false } },
        y: { title: title("logins/s"), beginAtZero: true, ticks: { maxTicksLimit: 5 } },
        wait: waitScale({ title: title("longest login"), position: "right", min: 1e6, max: longest, grid: { display: false } }),
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: (items) => items[0].parsed.x.toFixed(1) + " s",
            label: (item) => item.dataset.label + " "
              + (item.datasetIndex === 0 ? time(item.parsed.y) : Math.round(item.parsed.y).toLocaleString("en")),
          },
        },
      },
    },
  });
}

function drawAll() {
  document.getElementById("timelines").replaceChildren();
  const longest = Math.max(1e7, ...page.plots.flatMap((row) => row.timeline.map((t) => t.longestNanos)));
  drawPercentiles(page.plots.filter((row) => row.percentiles.length > 1), "part of the logins that took no longer");
  page.plots.forEach((row, i) => drawTimeline(row, i, 10 ** Math.ceil(Math.log10(longest))));
}

writeTable("cases", page.cases);
document.getElementById("chaos").hidden = page.faults.rows.length === 0;
writeTable("faults", page.faults);
document.getElementById("costs").hidden = page.iterations.rows.length === 0;
writeTable("iterations", page.iterations);
writeFacts();
drawWith(drawAll);
