function writeTable() {
  const table = document.getElementById("table");
  const head = table.createTHead().insertRow();
  make("th", "pool", head);
  page.heads.forEach((column) => (make("th", column.title.replace(/\/(?=\w\w)/, "/\u200b"), head).title = column.meaning));
  const body = table.createTBody();
  page.rows.forEach((row, i) => {
    const line = body.insertRow();
    make("td", row.name, line).prepend(chip(i));
    row.cells.forEach((cell, c) => (make("td", cell, line).className = row.best.includes(c) ? "best" : ""));
  });
  const failures = document.getElementById("failures");
  failures.hidden = page.failures.length === 0;
  failures.textContent = "Failed:\n" + page.failures.join("\n");
}

function writeFacts() {
  const { settings, machine } = page.run;
  const held = [];
  if (settings.database) held.push("run “" + settings.database.query + "”");
  if (settings.workNanos) held.push("compute " + time(settings.workNanos));
  if (settings.pauseNanos) held.push("sleep " + time(settings.pauseNanos));
  if (settings.isYielding) held.push("yield");
  const loop = settings.rate
    ? settings.rate.toLocaleString("en") + " requests a second fall due, and waits count from then on (open loop)"
    : "each asks again as soon as it has released (closed loop)";
  const summary = [
    settings.threads + (settings.isVirtual ? " virtual" : "") + " threads on " + settings.size
      + (settings.database ? " connections" : " objects"),
    loop,
    held.length ? "while they hold one they " + held.join(", ") : "they release at once",
    page.run.rounds + " × " + settings.seconds + " s after " + settings.warmUpSeconds + " s of warm-up",
  ].join("; ");
  document.getElementById("settings").textContent = summary[0].toUpperCase() + summary.slice(1) + ".";
  const facts = document.getElementById("facts");
  const fact = (name, value) => {
    make("dt", name, facts);
    return make("dd", value, facts);
  };
  const command = fact("command", "");
  make("code", page.run.command, command);
  fact("date", page.run.date);
  fact("machine", [machine.processor, machine.processors + " processors",
    Math.round(machine.memoryBytes / 2 ** 30) + " GiB", machine.system].filter(Boolean).join(", "));
  fact("JVM", machine.jvm);
  if (settings.database) fact("database", settings.database.url);
  page.facts.forEach((text) => fact("", text));
  fact("time-out of an acquire", time(settings.timeoutMillis * 1e6));
  fact("on the class path", machine.jars.join(", "));
}

function drawPool(row, i, waits, mostShare) {
  const card = document.createElement("div");
  card.className = "pool";
  document.getElementById("pools").append(card);
  make("h3", row.name, card).prepend(chip(i));
  const pair = make("div", "", card);
  pair.className = "pair";
  const canvas = () => {
    const plot = make("div", "", pair);
    plot.className = "plot";
    return make("canvas", "", plot);
  };
  draw(canvas(), {
    type: "line",
    data: {
      datasets: [
        {
          label: "longest wait",
          yAxisID: "wait",
          data: steps(row.timeline, (t) => shown(t.longestNanos)),
          borderColor: colour(i),
          borderWidth: 1.5,
          pointRadius: 0,
        },
        {
          label: "turns/s",
          data: steps(row.timeline, (t) => t.turnsPerSecond),
          borderWidth: 0,
          backgroundColor: colour(i) + "40",
          fill: "origin",
          pointRadius: 0,
        },
      ],
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { type: "linear", title: title("seconds"), min: 0, max: row.timeline.at(-1).end, ticks: { includeBounds: false } },
        y: { title: title("turns/s"), beginAtZero: true, ticks: { maxTicksLimit: 5 } },
        wait: waitScale({ title: title("longest wait"), position: "right", ...waits, grid: { display: false } }),
      },
      plugins: {
        legend: { display: false },
        tooltip: {
          callbacks: {
            title: (items) => items[0].parsed.x.toFixed(1) + " s",
            label: (item) => item.datasetIndex === 0
              ? "longest wait " + time(item.parsed.y)
              : Math.round(item.parsed.y).toLocaleString("en") + " turns/s",
          },
        },
      },
    },
  });
  draw(canvas(), {
    type: "bar",
    data: {
      labels: row.shares.map((share, caller) => caller + 1),
      datasets: [{ data: row.shares, backgroundColor: colour(i), categoryPercentage: 1, barPercentage: 0.85 }],
    },
    options: {
      scales: {
        x: { title: title("callers, the least served first"), ticks: { display: false }, grid: { display: false } },
        y: { title: title("turns, of an equal share"), beginAtZero: true, suggestedMax: mostShare },
      },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { title: () => "", label: (item) => item.parsed.y.toFixed(2) + " of an equal share" } },
      },
    },
  });
}

function drawAll() {
  document.getElementById("pools").replaceChildren();
  const longest = page.rows.flatMap((row) => row.timeline.map((t) => t.longestNanos)).filter((nanos) => nanos > 0);
  const waits = {
    min: 10 ** Math.floor(Math.log10(Math.min(...longest))),
    max: 10 ** Math.ceil(Math.log10(Math.max(...longest))),
  };
  const mostShare = Math.min(4, Math.max(1.25, ...page.rows.flatMap((row) => row.shares)));
  if (page.rows.length > 0) drawPercentiles(page.rows, "part of the requests that waited no longer");
  page.rows.forEach((row, i) => drawPool(row, i, waits, mostShare));
}

writeTable();
writeFacts();
drawWith(drawAll);
