'use strict';
// Draws the plots that the page carries as JSON (lab/report/Plot.java says of what form), in the colours of the
// style sheet, and anew when the reader changes from light to dark.
(() => {
  const plots = JSON.parse(document.getElementById('plots').textContent);
  const charts = [];
  const LONG = { narrow: 17, wide: 34 }; // characters of a category's name before it is broken

  // forms tell peers apart where colours do not
  const PEERS = ['rectRot', 'triangle', 'rect', 'star'];
  const MARKS = {
    MEASURED: { pointRadius: 4 },
    LIMIT: { pointRadius: 4, borderDash: [6, 4] },
    MARK: { borderDash: [3, 3], pointHitRadius: 0, pointHoverRadius: 0 },
    PEER: { pointRadius: 6, borderWidth: 1.5 },
  };

  const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
  const exact = new Intl.NumberFormat('en', { maximumSignificantDigits: 5 });

  // 1 / (1 - p) as the percentile it stands for
  const percentile = x => `${Number((100 - 100 / x).toPrecision(x > 1e4 ? 8 : 6))} %`;

  const wrapped = (text, most) => {
    const lines = [''];
    for (const word of text.split(' ')) {
      const last = lines.length - 1;
      const joined = lines[last] ? `${lines[last]} ${word}` : word;
      if (lines[last] && joined.length > most) lines.push(word);
      else lines[last] = joined;
    }
    return lines;
  };

  // a line from low to high over each bar: Chart.js has none
  const intervals = {
    id: 'intervals',
    afterDatasetsDraw(chart) {
      const { ctx, chartArea: area, scales: { x } } = chart;
      ctx.save();
      ctx.strokeStyle = color('--text');
      ctx.lineWidth = 1.5;
      const within = value => Math.min(area.right, Math.max(area.left, value));
      chart.data.datasets.forEach((dataset, i) => {
        if (!dataset.low || !chart.isDatasetVisible(i)) return;
        chart.getDatasetMeta(i).data.forEach((bar, k) => {
          if (dataset.low[k] === null || dataset.low[k] === dataset.high[k]) return;
          const from = dataset.low[k] <= x.min ? area.left : within(x.getPixelForValue(dataset.low[k]));
          const to = within(x.getPixelForValue(dataset.high[k]));
          ctx.beginPath();
          ctx.moveTo(from, bar.y);
          ctx.lineTo(to, bar.y);
          // ends that are in the picture
          for (const [end, seen] of [[from, dataset.low[k] > x.min], [to, dataset.high[k] < x.max]]) {
            if (seen) {
              ctx.moveTo(end, bar.y - 5);
              ctx.lineTo(end, bar.y + 5);
            }
          }
          ctx.stroke();
        });
      });
      ctx.restore();
    },
  };

  // of a logarithmic axis, 1, 2, 5, 10 and so on are labelled, or only the powers of ten
  const round = (of, value, labelled) => {
    if (of.scale !== 'LOG') return true;
    return labelled.includes(Number(value.toExponential()[0]));
  };

  const axis = (of, more) => ({
    type: of.scale === 'LINEAR' ? 'linear' : 'logarithmic',
    title: { display: of.title !== '', text: of.title, color: color('--faint') },
    grid: { color: color('--grid') },
    border: { color: color('--line') },
    ...more,
    ticks: { color: color('--faint'), maxRotation: 0, callback: value => (round(of, value, more?.labelled ?? [1, 2, 5]) ? short.format(value) : ''), ...more?.ticks },
  });

  // room for half a unit at both ends, and marks where there are values
  const ticksOf = of => {
    const values = of.scale === 'NINES' ? [2, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7] : of.ticks;
    if (values.length === 0) return {};
    const label = of.scale === 'NINES' ? percentile : value => exact.format(value);
    const set = { afterBuildTicks: s => { s.ticks = values.filter(v => v >= s.min && v <= s.max).map(value => ({ value })); } };
    if (of.scale !== 'NINES') Object.assign(set, { min: values[0] / 1.25, max: values[values.length - 1] * 1.25 });
    return { ...set, ticks: { callback: label, autoSkip: true } };
  };

  const curves = plot => {
    const peers = plot.series.filter(series => series.style === 'PEER');
    const datasets = plot.series.flatMap((series, group) => {
      const line = color(`--c${series.color}`);
      const points = values => series.points.map(([x], k) => ({ x, y: values[k] }));
      const quiet = { group, borderWidth: 0, pointRadius: 0, pointHitRadius: 0, band: true };
      const alone = { group, band: true, borderColor: line, borderWidth: 1.5, pointStyle: 'line', pointRadius: 6, pointHitRadius: 0 };
      const interval = ends => [{ ...alone, data: ends.map(y => ({ x: series.points[0][0], y })) }];
      const band = series.low.length === 0 ? [] : series.points.length === 1 ? interval([series.low[0], series.high[0]]) : [
        { ...quiet, data: points(series.low) },
        { ...quiet, data: points(series.high), fill: '-1', backgroundColor: `${line}33` },
      ];
      const marks = MARKS[series.style] ?? {};
      return [...band, {
        group,
        label: series.name,
        data: series.points.map(([x, y]) => ({ x, y })),
        borderColor: line,
        backgroundColor: line,
        borderWidth: 2.25,
        pointRadius: 0,
        pointHitRadius: 12,
        pointHoverRadius: 5,
        ...marks,
        pointStyle: series.style === 'PEER' ? PEERS[peers.indexOf(series) % PEERS.length] : 'circle',
      }];
    });
    const nines = plot.x.scale === 'NINES';
    const y = plot.y.scale === 'LOG' ? {} : { beginAtZero: true };
    return {
      type: 'line',
      data: { datasets },
      options: {
        interaction: { mode: 'nearest', intersect: false },
        scales: { x: axis(plot.x, ticksOf(plot.x)), y: axis(plot.y, y) },
        plugins: {
          legend: {
            labels: {
              usePointStyle: true,
              pointStyleWidth: 26,
              // lines as lines, dashed where they are; peers by their marks
              generateLabels: chart => Chart.defaults.plugins.legend.labels.generateLabels(chart)
                .filter(item => !chart.data.datasets[item.datasetIndex].band)
                .map(item => {
                  const { pointStyle, borderDash } = chart.data.datasets[item.datasetIndex];
                  const peer = PEERS.includes(pointStyle);
                  return { ...item, pointStyle: peer ? pointStyle : 'line', lineDash: borderDash, lineWidth: peer ? 1.5 : 3 };
                }),
            },
            onClick(event, item, legend) { // a band comes and goes with its line
              const { chart } = legend;
              const { group } = chart.data.datasets[item.datasetIndex];
              const visible = !chart.isDatasetVisible(item.datasetIndex);
              chart.data.datasets.forEach((d, i) => { if (d.group === group) chart.setDatasetVisibility(i, visible); });
              chart.update();
            },
          },
          tooltip: {
            filter: item => !item.dataset.band,
            callbacks: {
              title: items => items.map(i => `${nines ? '' : `${plot.x.title}: `}${nines ? percentile(i.parsed.x) : exact.format(i.parsed.x)}`).slice(0, 1),
              label: item => ` ${item.dataset.label}: ${exact.format(item.parsed.y)}`,
            },
          },
        },
      },
    };
  };

  const rows = (plot, width) => {
    const stacked = plot.kind === 'STACK';
    const labels = plot.categories.map(name => wrapped(name, width < 520 ? LONG.narrow : LONG.wide));
    const datasets = plot.series.map(series => ({
      label: series.name,
      data: series.values,
      low: series.low.length ? series.low : null,
      high: series.high,
      backgroundColor: (series.colors.length ? series.colors : [series.color]).map(k => color(`--c${k}`) + (series.low.length ? 'b0' : '')),
      borderColor: color('--card'), // keeps neighbours in a stack apart
      borderWidth: stacked ? 1 : 0,
      maxBarThickness: 26,
    }));
    // an interval far beyond the scores must not squeeze them: it is cut, and the table has it
    const values = plot.series.flatMap(series => series.values).filter(value => value !== null);
    const ends = plot.series.flatMap(series => series.high).filter(value => value !== null);
    const most = Math.min(Math.max(...values, ...ends), 1.6 * Math.max(...values));
    const x = stacked ? { min: 0, max: 100 } : plot.x.scale === 'LOG' ? { min: Math.min(...values) / 3, max: 1.4 * Math.max(...values) } : { beginAtZero: true, suggestedMax: most };
    const legend = plot.series.length === 1 ? 0 : Math.ceil(plot.series.length / (width < 520 && !stacked ? 1 : 2));
    const lines = Math.max(...labels.map(label => label.length));
    return {
      height: 84 + 24 * legend + plot.categories.length * Math.max(30, 17 * lines + 14, stacked ? 0 : 20 * plot.series.length + 10),
      type: 'bar',
      plugins: [intervals],
      data: { labels, datasets },
      options: {
        indexAxis: 'y',
        interaction: { mode: 'nearest', axis: 'y', intersect: true },
        scales: {
          x: axis(plot.x, { stacked, labelled: [1], ...x }),
          y: { stacked, grid: { display: false }, border: { color: color('--line') }, ticks: { color: color('--text'), autoSkip: false } },
        },
        plugins: {
          legend: { display: plot.series.length > 1 },
          tooltip: {
            callbacks: {
              title: items => items.map(i => plot.categories[i.dataIndex]).slice(0, 1),
              label(item) {
                const { low, high, label } = item.dataset;
                const k = item.dataIndex;
                const interval = low && low[k] !== high[k] ? ` (${exact.format(low[k])} to ${exact.format(high[k])})` : '';
                return ` ${label}: ${exact.format(item.parsed.x)}${interval}`;
              },
            },
          },
        },
      },
    };
  };

  const draw = () => {
    charts.splice(0).forEach(chart => chart.destroy());
    Object.assign(Chart.defaults, { animation: false, maintainAspectRatio: false, color: color('--text') });
    Object.assign(Chart.defaults.font, { family: getComputedStyle(document.body).fontFamily, size: 13 });
    Object.assign(Chart.defaults.plugins.legend.labels, { boxWidth: 14, boxHeight: 10, padding: 12 });
    Chart.defaults.plugins.legend.position = 'bottom';
    plots.forEach((plot, k) => {
      const canvas = document.getElementById(`plot-${k}`);
      const box = canvas.parentElement;
      const { height, ...config } = plot.kind === 'CURVES' ? curves(plot) : rows(plot, box.clientWidth);
      if (height) box.style.height = `${height}px`;
      charts.push(new Chart(canvas, config));
    });
  };

  // tables can be taken along as text with tabs
  const copy = async table => {
    const text = [...table.rows].map(row => [...row.cells].map(cell => cell.textContent).join('\t')).join('\n');
    await navigator.clipboard.writeText(text);
  };
  for (const box of document.querySelectorAll('.scroll')) {
    const tools = document.createElement('div');
    const button = document.createElement('button');
    tools.className = 'tools';
    button.type = 'button';
    button.textContent = 'Copy table';
    button.addEventListener('click', async () => {
      try {
        await copy(box.querySelector('table'));
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Not allowed: select and copy';
      }
      setTimeout(() => { button.textContent = 'Copy table'; }, 2000);
    });
    tools.append(button);
    box.before(tools);
  }

  draw();
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  window.addEventListener('beforeprint', () => charts.forEach(chart => chart.resize()));
  document.documentElement.dataset.plots = String(charts.length);
})();
